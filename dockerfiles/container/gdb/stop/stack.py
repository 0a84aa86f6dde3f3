"""Threads and their frames, bounded, each frame with what identifies its code under any load address."""

import os

import gdb

from memory.machine import machine_of
from memory.symbols import symbol_at
from program.gone import text_of

from .callers import callers, function_start

MAX_THREADS = 64
MAX_FRAMES = 64
#: Frames of all threads together.
MAX_FRAMES_IN_ALL = 1024
#: Frames that are walked only to be counted (a stack overflow has hundreds of thousands).
MAX_COUNTED = 4096
MAX_NAME = 256
#: Names of C++ templates are long, and say at their end which function it is.
MAX_FUNCTION = 2048
MAX_ARGUMENT = 120
MAX_ARGUMENTS = 400
FORMAT = {"max_elements": 24, "max_depth": 2, "repeat_threshold": 8}


def hexadecimal(value):
    return hex(int(value) & (1 << 64) - 1)


def source_path(name):
    """A source file by its shortest name: clang says /usr/bin/../lib/gcc/…/../../../../include/c++/12/new. A relative one is another's affair."""
    return (os.path.normpath(name) if name.startswith("/") else name)[:MAX_NAME]


class StackReader:
    """Reads the threads of one stopped process. `incomplete` gathers what could not be read."""

    def __init__(self, space, incomplete):
        self._space = space
        self._incomplete = incomplete
        self._budget = MAX_FRAMES_IN_ALL

    def threads(self, inferior, first, crashed=True):
        """All threads (bounded), the first one, which may be the crashed one, first; leaves it selected."""
        threads = sorted(inferior.threads(), key=lambda thread: (thread.num != first.num, thread.num))
        if len(threads) > MAX_THREADS:
            self._incomplete.append("%d of %d threads are left out" % (len(threads) - MAX_THREADS, len(threads)))
        records = []
        for thread in threads[:MAX_THREADS]:
            try:
                thread.switch()
                records.append(self._thread(thread, thread.num == first.num, crashed))
            except (gdb.error, gdb.MemoryError) as error:
                self._incomplete.append("thread %d: %s" % (thread.num, text_of(error)))
        first.switch()
        gdb.newest_frame().select()
        return records

    def _thread(self, thread, first, crashed):
        frames, elided = self._frames(first)
        caller = caller_stack_pointer() if crashed and first else None
        return {
            # A hang is looked at in all processes of a program.
            "number": thread.num if crashed else thread.global_num,
            "lwp": thread.ptid[1],
            "name": (thread.name or "")[:MAX_NAME] or None,
            "crashed": crashed and first,
            "fsBase": read_register(gdb.newest_frame(), "fs_base"),
            **({} if caller is None else {"callerSp": caller}),
            "frames": frames,
            "elided": elided,
        }

    def _frames(self, first):
        frames = []
        trusted, why = True, None
        frame = gdb.newest_frame()
        inner = None
        while frame is not None and frame.is_valid() and len(frames) < MAX_FRAMES and self._budget > 0:
            if inner is not None and inner.type() != gdb.INLINE_FRAME:
                # Frames that were inlined into the innermost one share its pc.
                innermost = inner.pc() == gdb.newest_frame().pc()
                doubt = self._doubt(inner, frame, innermost)
                if trusted and doubt:
                    found = self._found(inner, first)
                    if found:
                        return frames + found, 0
                    trusted, why = False, doubt
            frames.append(self._frame(frame, trusted, first and len(frames) < 32))
            self._budget -= 1
            if leaves_stack(frame):
                return frames, 0
            inner, frame = frame, older(frame)
        if why and first:
            self._note(why)
        return frames, self._count(frame, first)

    def _count(self, frame, first):
        count = 0
        while frame is not None and frame.is_valid() and count < MAX_COUNTED:
            count += 1
            frame = older(frame)
        if count == MAX_COUNTED and first:
            self._incomplete.append("the stack is deeper than %d frames: the rest was not counted" % MAX_COUNTED)
        return count

    def _doubt(self, inner, frame, innermost):
        """Why the step from `inner` to its caller `frame` may be made up, or None."""
        pc = inner.pc()
        if inner.type() == gdb.SIGTRAMP_FRAME:
            return None
        path, elf, address = self._space.locate(pc)
        if elf is not None and address is not None:
            # A caller's pc is behind its call, which may be the last instruction of a function that never returns.
            if elf.has_unwind_table(address if innermost else address - 1):
                return None
            # Before its first instruction a function's caller is at the stack's top, tables or none: musl's __stack_chk_fail is a single hlt.
            if innermost and symbol_at(pc)[1] == 0 and pushed_return_address(inner) == frame.pc():
                return None
            return "frames beyond %s (%s) may be made up: it has no unwind tables" % (
                inner.name() or hex(pc),
                os.path.basename(path),
            )
        if path == "[vdso]":
            return None
        region = self._space.region(pc)
        if region is None or not region.executable:
            # A jump to a bad address: the call has just pushed the return address, so the caller is at the stack's top.
            if innermost and pushed_return_address(inner) == frame.pc() and self._returns(frame.pc()):
                return None
            return "frames beyond %#x may be made up: there is no code" % pc
        return "frames beyond %#x may be made up: the code is in no readable file" % pc

    def _note(self, text):
        """What could not be known, once: every process of a program that hangs may lack the same."""
        if text not in self._incomplete:
            self._incomplete.append(text)

    def _found(self, inner, first):
        """Frames beyond one whose function has no unwind tables, by the calls that lie before the words on its stack; none where it has some."""
        pc = inner.pc()
        path, elf, address = self._space.locate(pc)
        if elf is None or address is None:
            return []
        machine = machine_of(inner)
        start, stack = function_start(pc), read_register(inner, machine.stack)
        if start is None or stack is None:
            return []
        found = callers(start, int(stack, 16), machine, self._returns)
        self._budget -= len(found)
        if found and first:
            self._note(
                "%s (%s) has no unwind tables: its callers were found by the return addresses on the stack"
                % (inner.name() or hex(pc), os.path.basename(path))
            )
        return [self._found_frame(pc) for pc in found]

    def _found_frame(self, pc):
        path, elf, address = self._space.locate(pc)
        sal = gdb.find_pc_line(pc - 1)
        block = gdb.block_for_pc(pc - 1)
        while block is not None and block.function is None:
            block = block.superblock
        name = block.function.print_name if block is not None else symbol_at(pc - 1)[0]
        return {
            "function": name[:MAX_FUNCTION] if name else None,
            "module": module_name(path, elf)[:MAX_NAME] if path else None,
            "file": source_path(sal.symtab.filename) if sal.symtab is not None else None,
            "line": sal.line or None,
            "offset": None if address is None else hexadecimal(address),
            "address": hexadecimal(pc),
            "buildId": elf.build_id if elf else None,
            "args": None,
            "trusted": True,
        }

    def _returns(self, pc):
        region = self._space.region(pc)
        return region is not None and region.executable

    def _frame(self, frame, trusted, with_arguments):
        pc = frame.pc()
        path, elf, address = self._space.locate(pc)
        function = frame.name()
        file = line = None
        sal = frame.find_sal()
        if sal.symtab is not None:
            file, line = source_path(sal.symtab.filename), sal.line
        return {
            "function": function[:MAX_FUNCTION] if function else None,
            "module": module_name(path, elf)[:MAX_NAME] if path else None,
            "file": file,
            "line": line or None,
            "offset": None if address is None else hexadecimal(address),
            "address": hexadecimal(pc),
            "buildId": elf.build_id if elf else None,
            "args": arguments(frame) if with_arguments else None,
            "trusted": trusted,
        }


def module_name(path, elf):
    """What programs ask for the object by: glibc 2.31's libnss_compat-2.31.so is libnss_compat.so.2."""
    return elf.soname if elf and elf.soname and ".so" in elf.soname else os.path.basename(path)


def older(frame):
    """The caller's frame, or None at the end of the stack and where gdb cannot go on."""
    try:
        return frame.older()
    except (gdb.error, gdb.MemoryError):
        return None


def caller_stack_pointer():
    """The stack pointer of the innermost function's caller, which tells the stack that it is on, however large its own frame is."""
    inner = gdb.newest_frame()
    frame = older(inner)
    # Frames that were inlined into the innermost one share its stack pointer.
    while frame is not None and inner.type() == gdb.INLINE_FRAME:
        inner, frame = frame, older(frame)
    return None if frame is None else read_register(frame, machine_of(frame).stack)


def leaves_stack(frame):
    """Go's code switched stacks here: what gdb makes of the frames beyond is not what called it."""
    return (frame.name() or "").split(".abi0")[0] in ("runtime.asmcgocall", "runtime.systemstack", "runtime.mcall")


def pushed_return_address(frame):
    machine = machine_of(frame)
    try:
        top = machine.read(frame, machine.stack)
        return int.from_bytes(bytes(gdb.selected_inferior().read_memory(top, machine.word)), "little")
    except (gdb.error, gdb.MemoryError, ValueError):
        return None


def read_register(frame, register):
    try:
        return hex(machine_of(frame).read(frame, register))
    except (gdb.error, gdb.MemoryError, ValueError):
        return None


def arguments(frame):
    """`uid=0, buflen=1024` as gdb reads them, bounded; None where there is no debug information."""
    if frame.function() is None:
        return None
    try:
        block = frame.block()
        while block is not None and block.function is None:
            block = block.superblock
    except (RuntimeError, gdb.error):
        return None
    if block is None:
        return None
    texts = []
    for symbol in block:
        if symbol.is_argument:
            texts.append("%s=%s" % (symbol.print_name[:MAX_NAME], value_text(frame, symbol)))
    text = ", ".join(texts)
    return text if len(text) <= MAX_ARGUMENTS else text[: MAX_ARGUMENTS - 1] + "…"


def value_text(frame, symbol):
    try:
        text = frame.read_var(symbol).format_string(**FORMAT)
    except (gdb.error, gdb.MemoryError, ValueError, UnicodeError) as error:
        return "<%s>" % str(error)[:60]
    return text if len(text) <= MAX_ARGUMENT else text[: MAX_ARGUMENT - 1] + "…"
