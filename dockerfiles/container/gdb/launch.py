"""Starts the program under gdb exactly as an attempt would: arguments, environment, standard streams."""

import os
import shlex
import tempfile

import gdb

from program_output import NoOutput, ProgramOutput, ProgramTerminal

#: What a shell may put into an environment of its own accord.
SHELLS_OWN = ("PWD", "OLDPWD", "SHLVL", "_")


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


def limits(request):
    """An attempt's own limits, which may be too small for gdb: what `ulimit -S` takes."""
    stack = request["stack"]
    return ["-s %s" % ("unlimited" if stack is None else max(1, stack // 1024)), "-n %d" % request["files"]]


class Launch:
    """The program's start through a shell script, which alone can set all streams and pass any argument unharmed.

    gdb's own way without a shell splits arguments at spaces and knows one terminal for all streams.
    """

    #: Runs of the program that were made.
    runs = 1
    #: What cannot be known of it because of how it was started.
    gaps = ()

    def __init__(self, request, output=ProgramOutput):
        """`output` makes what `stdout` and `stderr` are written to, of a path; with None the program writes where gdb writes."""
        folder = tempfile.mkdtemp(prefix="vivarium-")
        environment = request["env"]
        lines = ["unset %s" % name for name in SHELLS_OWN if name not in environment]
        lines += ["ulimit -S %s 2>/dev/null || :" % limit for limit in limits(request["limits"])]
        lines += ["export %s=%s" % (name, shlex.quote(value)) for name, value in environment.items()]
        #: Where it has a terminal; somebody who sits at one, and a watch, use their own.
        self._terminal = None
        if request.get("tty") and output is ProgramOutput:
            self._terminal = ProgramTerminal(request["stdin"] or os.devnull)
            self.stdout, self.stderr = self._terminal, NoOutput()
        elif not (request.get("tty") and output is None):
            lines.append("exec <" + shlex.quote(request["stdin"] or os.devnull))
        if output is not None and self._terminal is None:
            out, err = (os.path.join(folder, name) for name in ("out", "err"))
            self.stdout, self.stderr = output(out), output(err)
            lines.append("exec >%s 2>%s" % (shlex.quote(out), shlex.quote(err)))
        lines.append('exec "$@" ' + " ".join(shlex.quote(argument) for argument in request["args"]))
        script = os.path.join(folder, "start")
        with open(script, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write("\n".join(lines) + "\n")
        os.environ["SHELL"] = "/bin/sh"
        gdb.execute("file " + request["program"].replace("\\", "\\\\").replace(" ", "\\ "), to_string=True)
        gdb.execute("unset environment", to_string=True)
        gdb.execute("set exec-wrapper /bin/sh " + script, to_string=True)
        if self._terminal is not None:
            gdb.execute("set inferior-tty " + self._terminal.path, to_string=True)
        #: What starts the program without gdb.
        self.command = ["/bin/sh", script, request["program"]]

    def run(self, began=lambda: None):
        """Runs the program to its first stop, or to its end. Returns whether there is anything to look at.

        Calls `began` as the time begins that is the program's. Raises gdb.error where it cannot be started.
        """
        began()
        gdb.execute("run", to_string=True)
        return True

    def close(self):
        """Lets go of what was started beside the program."""
