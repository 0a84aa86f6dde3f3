"""Reads a core file under gdb, and writes what is known of the crash in the form of evidence.py.

`gdb -nx -q -batch -x core.py`, with a JSON object in the variable VIVARIUM_CAPTURE:
  mark      secret that stands before each line of the answer
  program   absolute path of the program; core: of the core file

Answers with lines `MARK JSON` on standard output: one "capture" (fatal), "problem"s, and "end". A file of the container whose build id is not the core's is
never loaded, so that it names no frame: `incomplete` says which.
"""

import os
import re
import struct
import sys

import gdb

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "gdb"))

from answer.answer import answer  # noqa: E402
from cores.core_fault import before_last_signal, fault_behind, write_copy  # noqa: E402
from cores.core_file import NT_SIGINFO, CoreError, CoreFile, CoreSpace  # noqa: E402
from cores.go_panic import KEPT, Panicked, panic_behind  # noqa: E402
from memory.elf_object import ElfObject  # noqa: E402
from memory.symbols import address_of  # noqa: E402
from stop import signals  # noqa: E402
from stop.snapshot import snapshot  # noqa: E402

#: The core as the fault itself would have left it. The container's memory holds it.
COPY = "/tmp/vivarium-core"
MAX_COPY = 128 << 20


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
        #: Names of the registers that are known, where not all of them are.
        self._kept = None

    def load(self):
        """Loads the core, the program, and of its libraries those that are the process's own."""
        program, core = self._request["program"], self._request["core"]
        self._match(program)
        gdb.execute("set auto-solib-add off", to_string=True)
        gdb.execute("file %s" % program, to_string=True)
        said = gdb.execute("core-file %s" % core, to_string=True)
        if len(gdb.selected_inferior().threads()) == 0:
            raise CoreError("gdb finds no thread in it: %s" % said.strip()[-300:])
        self._go_back_to_the_fault()
        for path in self._linked_as():
            gdb.execute("sharedlibrary ^%s$" % re.escape(path), to_string=True)

    def _linked_as(self):
        """Names by which the process knows the libraries that fit: its list has links (libc.so.6), the core's has files (libc-2.31.so)."""
        files = {os.path.realpath(path) for path in self._fits if path != self._own}
        listed = gdb.execute("info sharedlibrary", to_string=True)
        names = re.findall(r"^(?:0x\S+ .*? |\s+)(?:Yes(?: \(\*\))?|No)\s+(/.*)$", listed, re.MULTILINE)
        return [name for name in names if os.path.realpath(name) in files]

    def _panicked(self):
        """What Go's runtime kept of the fault; None where it has no debug information to tell it by."""
        before = before_last_signal(self.core)
        if before is not None and write_copy(self.core, before, COPY + "-before", MAX_COPY):
            # gdb does not come past the handler of a program without C.
            gdb.execute("core-file %s-before" % COPY, to_string=True)
        try:
            return panic_behind()
        except (gdb.error, gdb.MemoryError):
            return None

    def _go_back_to_the_fault(self):
        """Where the handler of a signal left the core, gdb is given the one that the fault itself would have left."""
        info = self.core.note(NT_SIGINFO)
        # Another program than the kernel or gdb wrote it, and did not say by which signal.
        if info is None:
            return
        is_go = address_of("runtime.sigpanic") is not None
        fault = fault_behind(self.core, is_go) or (self._panicked() if is_go else None)
        if fault is None:
            return
        [last] = struct.unpack_from("<i", self.core.part(info))
        who = "the core was left by %s, which the handler of %s sent" % (signals.name(last), signals.name(fault.signal))
        if write_copy(self.core, fault, COPY, MAX_COPY):
            gdb.execute("core-file %s" % COPY, to_string=True)
            self._gaps.append("%s: what is shown is where that handler was called" % who)
            if isinstance(fault, Panicked):
                self._kept = tuple(fault.registers)
                told = "".join("; the address of the fault tells %s" % name for name in fault.told)
                self._gaps.append("Go's runtime kept %s of the registers at the fault, and no others%s" % (", ".join(KEPT), told))
        else:
            self._gaps.append("%s; the core is too large to show where that was" % who)

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
        if self._kept is not None:
            record["registers"] = {name: value for name, value in record["registers"].items() if name in self._kept}
        record["incomplete"] += self._gaps
        return record


def look(request, channel):
    try:
        mortem = PostMortem(request)
        mortem.load()
        channel.send("capture", id=1, fatal=True, main=True, **mortem.record())
    finally:
        channel.send("end", status=None, timedOut=False, stderr="", runs=1)


answer(look)
