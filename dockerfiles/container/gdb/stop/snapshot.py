"""All that is to be known of a process that stopped at a signal, as the host's NativeCapture wants it."""

import os

import gdb

from memory import instructions
from memory.address_space import AddressSpace
from memory.machine import machine_of
from memory.package_owner import owners
from memory.symbols import address_of
from program.gone import ended, is_gone

from .signals import SIGTRAP
from .stack import StackReader, read_register
from .thread_locals import thread_locals

MAX_REGIONS = 128
MAX_LIBRARIES = 128
MAX_ABORT_MESSAGE = 4096


def snapshot(inferior, thread, info, loaders, crashed=True, space=None):
    """The record of the selected thread's stop. What fails is named in `incomplete`; the rest is kept.

    `space`: the memory map, where the process is no more and only its core tells it. Where the thread did not crash, the program was stopped because it hangs: then it is told what each thread waits in.
    """
    incomplete = []
    record = {
        "siginfo": info.record(),
        "threads": [],
        "registers": {},
        "disassembly": [],
        "mappings": [],
        "libraries": [],
        "abortMessage": None,
        "threadLocals": [],
        "debugInfo": has_debug_info(),
        "incomplete": incomplete,
    }
    parts = Parts(inferior, thread, info, loaders, record, crashed, space)
    for what in ("registers", "threads", "disassembly", "mappings", "libraries", "thread-local state", "abort message"):
        try:
            getattr(parts, what.replace(" ", "_").replace("-", "_"))()
        except Exception as error:  # whatever one part meets must not cost the others
            note_failure(incomplete, what, error)
    return record


def note_failure(incomplete, what, error):
    """Notes that a part is not known; that the process ended, which costs all parts, once."""
    if not is_gone(error):
        incomplete.append("%s: %s" % (what, str(error)[:300] or type(error).__name__))
    elif ended() not in incomplete:
        incomplete.append(ended())


def has_debug_info():
    """Whether the program's own main has a source; None where gdb knows no main."""
    for name in ("main.main", "main"):
        try:
            symbol = gdb.lookup_global_symbol(name) or gdb.lookup_static_symbol(name)
        except gdb.error:
            continue
        if symbol is not None:
            return symbol.symtab is not None
    # gdb has symbols of debug information alone, and finds all others by name only.
    return False if address_of("main") is not None else None


class Parts:
    """Fills a record part by part, in the order of worth."""

    def __init__(self, inferior, thread, info, loaders, record, crashed, space):
        self._inferior, self._thread, self._info, self._loaders = inferior, thread, info, loaders
        self._crashed = crashed
        self._record = record
        self._incomplete = record["incomplete"]
        self._space = space or AddressSpace(inferior.pid)
        self._pc = gdb.newest_frame().pc()

    def registers(self):
        frame = gdb.newest_frame()
        values = {name: read_register(frame, name) for name in machine_of(frame).registers}
        self._record["registers"] = {name: value for name, value in values.items() if value is not None}

    def threads(self):
        reader = StackReader(self._space, self._incomplete)
        self._record["threads"] = reader.threads(self._inferior, self._thread, self._crashed)

    def disassembly(self):
        frame = gdb.newest_frame()
        arch = frame.architecture()
        found = instructions.around(arch, self._space, self._pc, self._incomplete)
        if self._info.number == SIGTRAP:
            instructions.mark_breakpoint(found)
        frames = self._record["threads"][0]["frames"] if self._record["threads"] else []
        if not found and len(frames) > 1 and frames[1]["trusted"]:
            found = instructions.before_return(arch, self._space, int(frames[1]["address"], 16))
        self._record["disassembly"] = found

    def mappings(self):
        pointers = [int(value, 16) for name, value in self._record["registers"].items() if name not in ("eflags",)]
        addresses = [self._pc] + ([] if self._info.address is None else [self._info.address]) + pointers
        regions = self._space.relevant(addresses, MAX_REGIONS)
        left_out = len(self._space.regions) - len(regions)
        if left_out:
            self._incomplete.append("%d of %d mappings are left out" % (left_out, len(self._space.regions)))
        self._record["mappings"] = [
            {
                "start": hex(region.start),
                "end": hex(region.end),
                "permissions": region.permissions[:3] + region.permissions[3:4],
                "path": region.path[:4096] if region.path else None,
            }
            for region in regions
        ]

    def libraries(self):
        paths = self._space.libraries()[:MAX_LIBRARIES]
        start = self._space.loaded_at_start()
        packages = owners(paths)
        for path in paths:
            elf = self._space.elf(path)
            self._record["libraries"].append(
                {
                    "path": path[:4096],
                    "buildId": elf.build_id if elf else None,
                    "package": packages.get(path),
                    "loadedBy": None if path in start else self._loaders.get((self._inferior.num, path)),
                }
            )

    def thread_local_state(self):
        arch = gdb.newest_frame().architecture()
        self._record["threadLocals"] = thread_locals(arch, self._record["disassembly"], self._record["threads"])

    def abort_message(self):
        if self._info.number == 6:
            self._record["abortMessage"] = abort_message(self._inferior)


def abort_message(inferior):
    """What glibc kept of an assertion's, malloc's or its own fatal message (`__abort_msg`), or None."""
    for pointer in abort_message_pointers():
        try:
            address = int(pointer)
            if not address:
                continue
            size = int.from_bytes(bytes(inferior.read_memory(address, 4)), "little")
            # The size is that of the whole mapping, its own four bytes included.
            text = bytes(inferior.read_memory(address + 4, max(0, min(size - 4, MAX_ABORT_MESSAGE))))
        except (gdb.error, gdb.MemoryError):
            continue
        message = text.split(b"\0")[0].decode("utf-8", "replace").strip()
        if message:
            return message
    return None


def abort_message_pointers():
    """A static program that loaded NSS has two libcs: each has its own."""
    for objfile in gdb.objfiles():
        symbol = objfile.lookup_global_symbol("__abort_msg") or objfile.lookup_static_symbol("__abort_msg")
        if symbol is not None:
            try:
                yield symbol.value()
            except gdb.error:
                continue
    try:
        yield gdb.parse_and_eval("*(unsigned long *) &__abort_msg")
    except gdb.error:
        return


def watch_loads():
    """Records who loads which library: gdb notices every load anyway, in the thread that does it."""
    loaders = {}

    def loaded(event):
        inferior, thread = gdb.selected_inferior(), gdb.selected_thread()
        if thread is not None and event.new_objfile.filename:
            loaders.setdefault((inferior.num, os.path.realpath(event.new_objfile.filename)), thread.num)

    gdb.events.new_objfile.connect(loaded)
    return loaders
