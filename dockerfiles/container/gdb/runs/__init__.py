"""One run of the program under gdb from its start to its end, and which of the signals that it caught it died of."""
