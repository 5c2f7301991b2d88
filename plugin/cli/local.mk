# the cli room
