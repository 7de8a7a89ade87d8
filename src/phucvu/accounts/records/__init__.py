"""The tables of the room, one file each."""
