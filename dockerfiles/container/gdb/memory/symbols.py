"""Symbols of the program, by name and by address."""

import re

import gdb

#: `puts + 4 in section .text of /lib/x86_64-linux-gnu/libc.so.6`; the name of a C++ function has spaces.
SAID = re.compile(r"(\S.*?)(?: \+ (\d+))? in section ")


def address_of(name):
    """Where a function or variable lies; None where the program has none of that name."""
    try:
        return int(gdb.parse_and_eval("(unsigned long)&'%s'" % name))
    except gdb.error:
        return None


def symbol_at(address):
    """(name, offset) of the symbol that an address lies in or behind, as gdb has it; (None, None) where there is none."""
    try:
        said = SAID.match(gdb.execute("info symbol %#x" % address, to_string=True))
    except gdb.error:
        return None, None
    return (said.group(1), int(said.group(2) or 0)) if said else (None, None)
