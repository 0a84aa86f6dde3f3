"""Reads a core file under gdb, and writes what is known of the crash in the form of evidence.py.

`gdb -nx -q -batch -x core.py`, with a JSON object in the variable VIVARIUM_CAPTURE:
  mark      secret that stands before each line of the answer
  program   absolute path of the program; core: of the core file

Answers with lines `MARK JSON` on standard output: one "capture" (fatal), "problem"s, and "end". A file of the container whose build id is not the core's is
never loaded, so that it names no frame: `incomplete` says which.
"""

import json
import os
import re
import sys

import gdb

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "gdb"))

import signals  # noqa: E402
from channel import Channel  # noqa: E402
from core_file import CoreError, CoreFile, CoreSpace  # noqa: E402
from elf_object import ElfObject  # noqa: E402
from launch import SETTINGS, UNATTENDED, set_up  # noqa: E402
from snapshot import snapshot  # noqa: E402

MAX_THREADS = 4096


def elf_of(path):
    try:
        return ElfObject(path)
    except (OSError, ValueError):
        return None


class PostMortem:
    """One core and the files that belong to it."""

    def __init__(self, request):
        self._request = request
        self._gaps = []
        self.core = CoreFile(request["core"])
        self._paths = self.core.paths()
        self._fits = {}

    def load(self):
        """Loads the core, the program, and of its libraries those that are the process's own."""
        program, core = self._request["program"], self._request["core"]
        self._match(program)
        gdb.execute("set auto-solib-add off", to_string=True)
        gdb.execute("file %s" % program, to_string=True)
        said = gdb.execute("core-file %s" % core, to_string=True)
        if len(gdb.selected_inferior().threads()) == 0:
            raise CoreError("gdb finds no thread in it: %s" % said.strip()[-300:])
        for path in self._fits:
            if path != self._own:
                gdb.execute("sharedlibrary ^%s$" % re.escape(path), to_string=True)

    def _match(self, program):
        """Which files here are those of the core. The program was mapped from wherever it was: by its build id it is found again."""
        given = elf_of(program)
        wanted = given.build_id if given else None
        self._own = next((path for path in self._paths if wanted and self.core.build_id(path) == wanted), None)
        if self._own is None:
            self._own = self._paths[0] if self._paths else program
            known = self.core.build_id(self._own)
            if wanted and known and known != wanted:
                raise CoreError("the program's build-id is %s, and %s in the core is %s" % (wanted, self._own, known))
            self._gaps.append("no build-id shows that the program is the core's")
        self._fits[self._own] = program
        for path in self._paths:
            if path != self._own and ".so" in os.path.basename(path) or "/ld-" in path:
                self._library(path)

    def _library(self, path):
        theirs = self.core.build_id(path)
        here = elf_of(path)
        if here is None:
            self._gaps.append("%s is not in this environment (build-id %s): it names no frame" % (path, theirs))
        elif theirs is None or here.build_id != theirs:
            self._gaps.append(
                "%s here (build-id %s) is not the core's (%s): it names no frame" % (path, here.build_id, theirs)
            )
        else:
            self._fits[path] = path

    def record(self):
        if self.core.truncated:
            self._gaps.append("the core is truncated: %d bytes of memory are missing" % self.core.truncated)
        inferior = gdb.selected_inferior()
        thread = gdb.selected_thread()
        space = CoreSpace(self.core, self._own, self._fits)
        record = snapshot(inferior, thread, signals.SigInfo(), {}, space=space)
        record["incomplete"] += self._gaps
        return record


def main():
    request = json.loads(os.environ.pop("VIVARIUM_CAPTURE"))
    channel = Channel(request["mark"])
    try:
        set_up(SETTINGS, UNATTENDED)
        mortem = PostMortem(request)
        mortem.load()
        channel.send("capture", id=1, fatal=True, main=True, **mortem.record())
    except CoreError as error:
        channel.send("problem", stage="start", text=str(error))
    except Exception as error:  # the host must hear of our own mistakes too
        channel.send("problem", stage="run", text="%s: %s" % (type(error).__name__, error))
    channel.send("end", status=None, timedOut=False, stderr="", runs=1)
    os._exit(0)


main()
