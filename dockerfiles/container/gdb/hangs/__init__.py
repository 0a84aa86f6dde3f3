"""Where a program hangs: what each thread waits in, and for whom."""
