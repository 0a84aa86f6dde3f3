"""The calls that a thread is in, as its story is told by them."""

import os

import gdb

MAX_FRAMES = 16
MAX_NAME = 200


def frames_of(thread):
    thread.switch()
    frames = []
    frame = gdb.newest_frame()
    while frame is not None and len(frames) < MAX_FRAMES:
        sal = frame.find_sal()
        function = frame.name()
        frames.append(
            {
                "function": function[:MAX_NAME] if function else None,
                "file": os.path.basename(sal.symtab.filename)[:MAX_NAME] if sal.symtab else None,
                "line": sal.line if sal.symtab else None,
                "object": os.path.basename(gdb.solib_name(frame.pc()) or "")[:MAX_NAME] or None,
            }
        )
        try:
            frame = frame.older()
        except gdb.error:
            break
    return frames
