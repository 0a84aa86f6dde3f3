"""Starts the program under gdb exactly as an attempt would: arguments, environment, standard streams."""

import os
import tempfile

import gdb

from .program_output import NoOutput, ProgramOutput, ProgramTerminal

#: As in an attempt: no network, no scripts of others, addresses at random, children watched.
SETTINGS = """breakpoint pending off
debuginfod enabled off
auto-load off
disable-randomization off
disassembly-flavor att
detach-on-fork off
follow-fork-mode parent
follow-exec-mode same
schedule-multiple on
startup-with-shell on"""
#: Where nobody sits at a terminal.
UNATTENDED = """confirm off
pagination off
width 0
height 0
language c
print demangle on
print asm-demangle off
print inferior-events off
print thread-events off"""


def set_up(*groups):
    for setting in "\n".join(groups).splitlines():
        try:
            gdb.execute("set " + setting, to_string=True)
        except gdb.error:
            pass  # an older gdb has no such setting, and so none of what it turns off


#: Where the tools of vivarium lie in a container, this script's folder `gdb` among them.
TOOLS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

#: What gdb takes for a shell: static, and ours (start.c). The image's own shell, libc and loader may be the repro's.
START = os.path.join(TOOLS, "start")


def limits(request):
    """An attempt's own limits, which may be too small for gdb: soft ones, as start.c takes them."""
    stack = request["stack"]
    return ["unlimited" if stack is None else str(max(1024, stack)), str(request["files"])]


class Launch:
    """The program's start by a program of ours that can set all streams and pass any argument unharmed.

    gdb's own way without a shell splits arguments at spaces and knows one terminal for all streams.
    """

    #: Runs of the program that were made.
    runs = 1
    #: What cannot be known of it because of how it was started.
    gaps = ()

    def __init__(self, request, output=ProgramOutput):
        """`output` makes what `stdout` and `stderr` are written to, of a path; with None the program writes where gdb writes."""
        folder = tempfile.mkdtemp(prefix="vivarium-")
        streams = [request["stdin"] or os.devnull, "", ""]
        #: Where it has a terminal; somebody who sits at one, and a watch, use their own.
        self._terminal = None
        if request.get("tty") and output is ProgramOutput:
            self._terminal = ProgramTerminal(request["stdin"] or os.devnull)
            self.stdout, self.stderr = self._terminal, NoOutput()
        if self._terminal is not None or (request.get("tty") and output is None):
            streams[0] = ""
        if output is not None and self._terminal is None:
            streams[1:] = (os.path.join(folder, name) for name in ("out", "err"))
            self.stdout, self.stderr = output(streams[1]), output(streams[2])
        words = [request["program"]] + request["args"]
        environment = ["%s=%s" % pair for pair in request["env"].items()]
        asked = limits(request["limits"]) + streams + [str(len(words))] + words + environment
        path = os.path.join(folder, "start")
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write("".join(text + "\0" for text in asked))
        os.environ["SHELL"] = START
        gdb.execute("file " + request["program"].replace("\\", "\\\\").replace(" ", "\\ "), to_string=True)
        gdb.execute("unset environment", to_string=True)
        gdb.execute("set environment VIVARIUM_START " + path, to_string=True)
        if self._terminal is not None:
            gdb.execute("set inferior-tty " + self._terminal.path, to_string=True)
        #: What starts the program without gdb.
        self.command = [START, "--file", path]

    def run(self, began=lambda: None):
        """Runs the program to its first stop, or to its end. Returns whether there is anything to look at.

        Calls `began` as the time begins that is the program's. Raises gdb.error where it cannot be started.
        """
        began()
        gdb.execute("run", to_string=True)
        return True

    def close(self):
        """Lets go of what was started beside the program."""
