"""Starts the program under gdb exactly as an attempt would: arguments, environment, standard streams."""

import os
import shlex
import tempfile

import gdb

from program_output import ProgramOutput

#: What a shell may put into an environment of its own accord.
SHELLS_OWN = ("PWD", "OLDPWD", "SHLVL", "_")


def quiet_gdb():
    """No questions, no network, no start-up files' leftovers, and ASLR as in an attempt."""
    settings = """confirm off
pagination off
width 0
height 0
breakpoint pending off
debuginfod enabled off
auto-load off
disable-randomization off
disassembly-flavor att
print demangle on
print asm-demangle off
print finish off
language c
detach-on-fork off
follow-fork-mode parent
follow-exec-mode same
schedule-multiple on
print inferior-events off
print thread-events off
startup-with-shell on"""
    for setting in settings.splitlines():
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

    def __init__(self, request):
        folder = tempfile.mkdtemp(prefix="vivarium-")
        out, err, script = (os.path.join(folder, name) for name in ("out", "err", "start"))
        self.stdout, self.stderr = ProgramOutput(out), ProgramOutput(err)
        environment = request["env"]
        lines = ["unset %s" % name for name in SHELLS_OWN if name not in environment]
        lines += ["ulimit -S %s 2>/dev/null || :" % limit for limit in limits(request["limits"])]
        lines += ["export %s=%s" % (name, shlex.quote(value)) for name, value in environment.items()]
        lines.append("exec <%s >%s 2>%s" % tuple(shlex.quote(path) for path in (request["stdin"] or os.devnull, out, err)))
        lines.append('exec "$@" ' + " ".join(shlex.quote(argument) for argument in request["args"]))
        with open(script, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write("\n".join(lines) + "\n")
        self._script = script
        self._program = request["program"]

    def run(self):
        """Runs the program to its first stop, or to its end. Raises gdb.error where it cannot be started."""
        os.environ["SHELL"] = "/bin/sh"
        gdb.execute("file " + self._program.replace("\\", "\\\\").replace(" ", "\\ "), to_string=True)
        gdb.execute("unset environment", to_string=True)
        gdb.execute("set exec-wrapper /bin/sh " + self._script, to_string=True)
        gdb.execute("run", to_string=True)
