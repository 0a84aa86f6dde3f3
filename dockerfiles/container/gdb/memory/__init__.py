"""What lies where in a stopped process: its map, the ELF files in it, their symbols and machine code."""
