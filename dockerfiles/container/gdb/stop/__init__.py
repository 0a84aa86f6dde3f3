"""What is told of one stop: the signal, the registers, and the stack of each thread."""
