"""What `vivarium debug` adds to gdb: commands that show, for the selected thread's stop, what a report shows."""

import re

import gdb

from hangs.hang import Halt, Looks, tell_processes, threads_of
from program.gone import text_of
from program.process_tree import Process
from stop import signals
from stop.snapshot import snapshot

OPERAND = re.compile(
    r"(?P<segment>%[fg]s:)?(?P<displacement>-?0x[0-9a-f]+)?"
    r"\((?P<base>%\w+)?(?:,(?P<index>%\w+)(?:,(?P<scale>[1248]))?)?\)"
)


class Vivarium(gdb.Command):
    """What vivarium knows of the stopped program: `help vivarium` lists its commands."""

    def __init__(self):
        super().__init__("vivarium", gdb.COMMAND_STATUS, prefix=True)


class Shown(gdb.Command):
    """A command that prints a part of the record of the current stop."""

    def __init__(self, name, loaders):
        super().__init__("vivarium " + name, gdb.COMMAND_STATUS)
        self._loaders = loaders

    def invoke(self, argument, from_tty):
        thread = gdb.selected_thread()
        if thread is None:
            raise gdb.GdbError("The program is not running: `vivarium again` runs it until it crashes.")
        try:
            record = self._record(thread)
        except (gdb.error, OSError) as error:
            raise gdb.GdbError("The program cannot be looked at: %s." % text_of(error)) from error
        for line in self.lines(record):
            print(line)

    def _record(self, thread):
        """What is known of the stop; leaves the thread and the frame selected that are. Raises gdb.error, OSError."""
        frame = gdb.selected_frame()
        info = signals.SigInfo()
        hangs = Halt.caused(info)
        record = snapshot(gdb.selected_inferior(), thread, info, self._loaders, crashed=not hangs)
        if hangs:
            add_waits(record)
        thread.switch()
        frame.select()
        return record

    def lines(self, record):
        raise NotImplementedError


def add_waits(record):
    """Of a program that hangs: all its processes' threads, and what each waits in."""
    inferiors = [inferior for inferior in gdb.inferiors() if inferior.pid]
    for inferior in inferiors:
        if inferior != gdb.selected_inferior():
            record["threads"] += threads_of(inferior, record["incomplete"])
    looks = Looks(inferiors)
    looks.add_to(record["threads"])
    tell_processes(record, [Process(inferior.pid) for inferior in inferiors], {})


def wait_lines(record):
    """`thread 1 of process 2 waits in futex for the mutex `table`, which thread 2 holds`."""
    for thread in record["threads"]:
        found = thread["waits"]
        words = "runs" if found is None else "waits in %s" % found["call"]
        if found and found.get("purpose"):
            words += " for a %s" % found["purpose"]
        if found and found.get("object"):
            words += " (%s)" % found["object"]
        if found and found["holder"] is not None:
            words += ", held by thread %d" % found["holder"]
        if found and found.get("joins") is not None:
            words += ": thread %d" % found["joins"]
        if found and found.get("others"):
            words += ": process %s" % ", ".join(map(str, found["others"]))
        frames = " <- ".join(frame["function"] or "??" for frame in thread["frames"][:6])
        yield "thread %d of process %d %s: %s" % (thread["number"], thread["process"], words, frames)


class Explain(Shown):
    """The signal, the faulting instruction with the values of its operand, and who loaded the library it is in."""

    def lines(self, record):
        info = record["siginfo"]
        if not any(thread["crashed"] for thread in record["threads"]):
            yield from wait_lines(record)
            return
        address = "" if info["address"] is None else ", address %s" % info["address"]
        yield "%s (%s)%s in thread %d" % (
            info["signal"],
            info["codeName"] or info["code"],
            address,
            record["threads"][0]["number"],
        )
        if record["abortMessage"]:
            yield "libc said: " + record["abortMessage"]
        for one in record["disassembly"]:
            yield "%s %s <%s+%s>  %s" % (
                "=>" if one["current"] else "  ",
                one["address"],
                one["function"],
                one["offset"],
                one["text"],
            )
            if one["current"]:
                yield from operand(one["text"], record["registers"], one["address"])
        yield from loaded(record)
        yield from locals_of(record)
        yield from ("missing: " + gap for gap in record["incomplete"])


class Libraries(Shown):
    """The libraries that are mapped, the package of each, its build id, and the thread that loaded it."""

    def lines(self, record):
        for one in record["libraries"]:
            yield "%s  %s  %s%s" % (
                one["path"],
                one["package"] or "of no package",
                one["buildId"] or "no build id",
                "" if one["loadedBy"] is None else "  loaded by thread %d" % one["loadedBy"],
            )


class Stack(Shown):
    """The frames of every thread with module and offset, as `addr2line -e` takes them; ? marks what may be made up."""

    def lines(self, record):
        for thread in record["threads"]:
            yield "thread %d (%s)%s%s" % (
                thread["number"],
                thread["name"],
                " fs_base %s" % thread["fsBase"] if thread["fsBase"] else "",
                " crashed" if thread["crashed"] else "",
            )
            for frame in thread["frames"]:
                source = " at %s:%s" % (frame["file"], frame["line"]) if frame["file"] else ""
                yield "  %s %s  %s+%s%s" % (
                    " " if frame["trusted"] else "?",
                    frame["function"] or "??",
                    frame["module"],
                    frame["offset"],
                    source,
                )
            if thread["elided"]:
                yield "    and %d more" % thread["elided"]


def operand(text, registers, address):
    """How the memory operand of an instruction comes to its address: `0xe5 = 0x1 + rcx (0x0) + 2 * rdx (0x72)`."""
    match = OPERAND.search(text)
    if not match or match.group("base") in ("%rip", "%eip"):
        return
    parts, total = [], 0
    if match.group("segment"):
        name = match.group("segment")[1:3] + "_base"
        parts.append((name, 1))
    for group, scale in (("base", 1), ("index", int(match.group("scale") or 1))):
        if match.group(group):
            parts.append((match.group(group)[1:], scale))
    words = []
    if match.group("displacement"):
        total = int(match.group("displacement"), 16)
        words.append(match.group("displacement"))
    for name, scale in parts:
        if name not in registers:
            return
        total += scale * int(registers[name], 16)
        words.append("%s%s (%s)" % ("" if scale == 1 else "%d * " % scale, name, registers[name]))
    yield "     %s = %s" % (hex(total & (1 << (32 if "eip" in registers else 64)) - 1), " + ".join(words))


def loaded(record):
    module = record["threads"][0]["frames"][0]["module"] if record["threads"] else None
    for one in record["libraries"]:
        if one["loadedBy"] is not None and one["path"].endswith("/%s" % module):
            yield "thread %d loaded %s; thread %d crashed in it" % (
                one["loadedBy"],
                module,
                record["threads"][0]["number"],
            )


def locals_of(record):
    for one in record["threadLocals"]:
        values = ", ".join("%s in thread %d" % (value["value"], value["thread"]) for value in one["values"])
        yield "*%s() is %s" % (one["accessor"], values)


class Again(gdb.Command):
    """Runs the program until a signal ends it: so many times under gdb (default 8), then without."""

    def __init__(self, run_until_crash):
        super().__init__("vivarium again", gdb.COMMAND_RUNNING)
        self._run_until_crash = run_until_crash

    def invoke(self, argument, from_tty):
        if argument:
            self._run_until_crash(int(argument))
        else:
            self._run_until_crash()


def define(loaders, run_until_crash):
    Vivarium()
    Explain("explain", loaders)
    Libraries("libraries", loaders)
    Stack("stack", loaders)
    Again(run_until_crash)
