"""gdb on a terminal: the commands of `help vivarium`, and schedules that are played there."""
