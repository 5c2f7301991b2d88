# the abi room
