"""The way out for evidence: framed lines on a private copy of gdb's standard output."""

import ctypes
import json
import os

PR_SET_DUMPABLE = 4


class Channel:
    """Writes one JSON object a line, each behind a mark that only the host knows.

    The program that is looked at is hostile: it must neither write here nor read the mark. So gdb's own standard
    output goes to /dev/null from now on, and gdb becomes non-dumpable, which closes its memory, environment and
    descriptors in /proc to other processes of the same user.
    """

    def __init__(self, mark):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        self._mark = mark.encode("ascii")
        self._out = os.dup(1)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.close(null)

    def send(self, kind, **fields):
        fields["kind"] = kind
        line = json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode("ascii")
        data = self._mark + b" " + line + b"\n"
        while data:
            data = data[os.write(self._out, data) :]
