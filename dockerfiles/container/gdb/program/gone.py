"""Errors that mean that what was looked at is no more: /proc, ptrace and gdb each say it in words of their own."""

#: What the kernel and gdb say, whatever stands before it.
WORDS = ("No such process", "already terminated")


def is_gone(error):
    """Whether an error tells that a process or a thread has ended."""
    if isinstance(error, ProcessLookupError):
        return True
    if isinstance(error, FileNotFoundError):
        return str(error.filename).startswith("/proc/")
    return any(words in str(error) for words in WORDS)


def text_of(error, most=500, what="it"):
    """What an error says, cut to so many characters; in plain words where it says that `what` has ended."""
    return ended(what) if is_gone(error) else str(error)[:most]


def ended(what="the program"):
    """What is said in the place of those words."""
    return "%s ended while gdb looked at it" % what
