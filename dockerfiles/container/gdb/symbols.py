"""Symbols of the program by name."""

import gdb


def address_of(name):
    """Where a function or variable lies; None where the program has none of that name."""
    try:
        return int(gdb.parse_and_eval("(unsigned long)&'%s'" % name))
    except gdb.error:
        return None
