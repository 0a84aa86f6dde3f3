"""What a script of ours cannot do, and why."""


class Refused(Exception):
    """What was asked cannot be done, in words for who asked."""
