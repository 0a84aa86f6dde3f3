"""Makes runs with a hold until one crashes, and writes where a thread could be held: the memory accesses and calls in the functions that its threads were
in, and what of the program's own code reaches memory that threads share.

`gdb -nx -q -batch -x hold.py`, with the same VIVARIUM_CAPTURE as evidence.py; `watch` there has, too:
  schedule   the hold, as the scheduler is asked for it (scheduler/request.h)
  runs       runs at most
  places     places whose instruction is to be told, too

Answers with lines `MARK JSON` on standard output, in the order of their addresses:
  {"kind": "point", "place", "function", "offset", "file", "line", "instruction", "own", "object", "near"}
  {"kind": "problem", "stage", "text"}
`near`: it is in a function of the crash's frames. `offset` counts from the function's first instruction.
"""

import os
import re
import subprocess
import sys

import gdb

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "gdb"))

from answer.answer import answer, kill  # noqa: E402
from memory.symbols import symbol_at  # noqa: E402
from program.watch import SCHEDULER, Watch  # noqa: E402
from stop.thread_frames import MAX_NAME  # noqa: E402

MAX_POINTS = 400
#: Functions that are longer have their first instructions alone.
MAX_INSTRUCTIONS = 600
#: How libc's debug information names its sources: by its own folders (Debian's), or by those that it was built in (recipes of sources).
LIBC_SOURCE = re.compile(
    r"^\.{0,2}/?(sysdeps|nptl|malloc|stdlib|stdio-common|libio|string|nss|nss_compat|posix|elf|csu|debug|signal|assert|setjmp|resolv)/"
    r"|/glibc-\d+\.\d|^/opt/source/obj/"
)
#: Reads its operand's address alone; or reaches a stack of its own.
NO_ACCESS = re.compile(r"^(lea|nop|push|pop|ret|leave|endbr)")
#: What is reached by the frame or the stack alone is a thread's own, mostly, and so is thread-local storage.
OWN = re.compile(r"(%fs:|\(%[er][bs]p(,[^)]*)?\))")


class Files:
    """What is mapped where: an address as file and offset, and back."""

    def __init__(self, pid):
        self._parts = []
        with open("/proc/%d/maps" % pid, encoding="utf-8", errors="surrogateescape") as maps:
            for line in maps:
                words = line.rstrip("\n").split(None, 5)
                if len(words) == 6 and words[5].startswith("/") and "x" in words[1]:
                    start, end = (int(part, 16) for part in words[0].split("-"))
                    self._parts.append((start, end, int(words[2], 16), words[5]))

    def place(self, address):
        for start, end, offset, path in self._parts:
            if start <= address < end:
                return "%s+0x%x" % (path, address - start + offset)
        return None

    def address(self, place):
        name, _, offset = place.rpartition("+")
        offset = int(offset, 16)
        for start, end, first, path in self._parts:
            if path == name and first <= offset < first + end - start:
                return start + offset - first
        return None


def is_access(text):
    name = text.split(None, 1)[0]
    if name.startswith("call"):
        return True
    return "(" in text and not NO_ACCESS.match(name) and not OWN.search(text.split(None, 1)[1])


def is_own(address, symtab):
    """Whether the code there, of that source, is the program's own. A static program may hold libc's with its sources' names, too."""
    return symtab is not None and not gdb.solib_name(address) and not LIBC_SOURCE.search(symtab.fullname())


def function_of(frame):
    """First and last address of the function that a frame of the program's own is in; None for another's."""
    # The line of the call itself: where a call that never returns ends a function, the next address may be in no source at all.
    if not is_own(frame.pc(), frame.find_sal().symtab):
        return None
    try:
        block = frame.block()
    except RuntimeError:
        return None
    while block.superblock is not None and not block.superblock.is_static and not block.superblock.is_global:
        block = block.superblock
    return block.start, block.end - 1


def functions_of(threads):
    found = set()
    for thread in threads:
        thread.switch()
        frame = gdb.newest_frame()
        while frame is not None:
            bounds = function_of(frame)
            if bounds is not None:
                found.add(bounds)
            try:
                frame = frame.older()
            except gdb.error:
                break
    return sorted(found)


def instructions(start, end):
    architecture = gdb.newest_frame().architecture()
    return architecture.disassemble(start, end, MAX_INSTRUCTIONS)


def record(files, address, text, near):
    sal = gdb.find_pc_line(address)
    name, offset = symbol_at(address)
    return {
        "place": files.place(address),
        "function": name and name[:MAX_NAME],
        "offset": offset or 0,
        "file": os.path.basename(sal.symtab.filename)[:MAX_NAME] if sal.symtab else None,
        "line": sal.line if sal.symtab else None,
        "instruction": " ".join(text.split("#")[0].split())[:MAX_NAME],
        "own": is_own(address, sal.symtab),
        "object": os.path.basename(gdb.solib_name(address) or "")[:MAX_NAME] or None,
        "near": near,
    }


def shared(request, command):
    """Places that reach memory which two threads share, as runs that are stepped show them (scheduler.c)."""
    words = [SCHEDULER, "hold seed=0", str(request["watch"]["eachMs"]), "sites"] + command
    said = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env={}, check=False).stdout
    return re.findall(r"^site \d+ (.+) \d+ \d+ near$", said.decode("utf-8", "surrogateescape"), re.MULTILINE)


def points(channel, places, sites):
    inferior = gdb.selected_inferior()
    files = Files(inferior.pid)
    found = {}
    for start, end in functions_of(inferior.threads()):
        for each in instructions(start, end):
            if is_access(each["asm"]):
                found[each["addr"]] = (each["asm"], True)
    for place in places + sites:
        address = files.address(place)
        if address is not None and address not in found and (place in places or is_own(address, gdb.find_pc_line(address).symtab)):
            found[address] = (instructions(address, address)[0]["asm"], False)
    for address in sorted(found)[:MAX_POINTS]:
        told = record(files, address, *found[address])
        if told["place"] is not None:
            channel.send("point", **told)


def look(request, channel):
    request["watch"]["at"] = "catch"
    sites = None
    for _ in range(request["watch"]["runs"]):
        watch = Watch(request)
        try:
            sites = shared(request, watch.command) if sites is None else sites
            if watch.run():
                points(channel, request["watch"]["places"], sites)
                return
        finally:
            kill()
            watch.close()
    channel.send("problem", stage="run", text="no run crashed")


answer(look)
