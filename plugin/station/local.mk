# the station room
