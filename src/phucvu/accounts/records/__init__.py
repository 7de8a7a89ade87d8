"""Tables of the room, one file each."""
