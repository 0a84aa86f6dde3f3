"""The calls that a thread is in, as its story is told by them."""

import functools
import os
import struct

import gdb

from memory.elf_object import ElfObject
from memory.symbols import symbol_at

MAX_FRAMES = 16
MAX_NAME = 200
#: How far the name of a function in assembler may reach, whose size its file does not say.
UNSIZED = 256


@functools.lru_cache(maxsize=None)
def sizes_in(path):
    try:
        return ElfObject(path).symbol_sizes()
    except (OSError, ValueError, OverflowError, struct.error):
        return {}


def name_of(frame):
    """The function that a frame is in. gdb takes the last name before an address, however far that is: in a stripped libc it is mostly another function's."""
    name, pc = frame.name(), frame.pc()
    if name is None or frame.find_sal().symtab is not None:
        return name
    symbol, distance = symbol_at(pc)
    size = sizes_in(gdb.solib_name(pc) or gdb.current_progspace().filename or "").get(symbol)
    if size is None or not distance:
        return name
    return name if distance <= (size or UNSIZED) else None


def frames_of(thread):
    thread.switch()
    frames = []
    frame = gdb.newest_frame()
    while frame is not None and len(frames) < MAX_FRAMES:
        sal = frame.find_sal()
        function = name_of(frame)
        frames.append(
            {
                "function": function[:MAX_NAME] if function else None,
                "file": sal.symtab.fullname()[-MAX_NAME:] if sal.symtab else None,
                "line": sal.line if sal.symtab else None,
                "object": os.path.basename(gdb.solib_name(frame.pc()) or "")[:MAX_NAME] or None,
            }
        )
        try:
            frame = frame.older()
        except gdb.error:
            break
    return frames
