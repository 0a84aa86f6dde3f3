"""The program as it runs: how it is started, what is beside it, what it writes, and the watch over runs without gdb."""
