"""Which of the signals that a process caught it died of in the end."""

import gdb

import stack

#: Go's runtime passes here on its way down; the first that is there is enough.
GO_ENDS = ("runtime.fatalpanic", "runtime.throw", "runtime.startpanic_m")
GO_HANDLERS = ("runtime.sigpanic", "runtime.sighandler", "runtime.sigpanic0")
EXIT_GROUP = 231
DEEPEST = 128


class Candidate:
    """A stop at a signal that has a handler: fatal or survived, nobody knows yet."""

    def __init__(self, number, pid, lwp, pc):
        self.number, self.pid, self.lwp, self.pc = number, pid, lwp, pc


class Fates:
    """Watches a process from its first caught fault on, and tells at its end which fault it died of."""

    def __init__(self):
        self.open = []
        self._armed = set()

    def add(self, candidate):
        self.open.append(candidate)
        self._arm(candidate.pid)

    def _arm(self, pid):
        """Costs nothing before there is a candidate: breakpoints and syscall stops would change a race."""
        if pid in self._armed:
            return
        self._armed.add(pid)
        for name in GO_ENDS:
            try:
                gdb.Breakpoint("*%#x" % int(gdb.parse_and_eval("(unsigned long)&'%s'" % name)), internal=True).silent = True
            except (gdb.error, RuntimeError):
                continue
        try:
            gdb.execute("catch syscall %d" % EXIT_GROUP, to_string=True)
        except gdb.error:
            pass  # without it a handler that exits is not recognised, and says so

    def died_of(self, pid, lwp):
        """The candidate whose handler the selected thread is still in, as its stack shows, or None."""
        mine = [candidate for candidate in self.open if candidate.pid == pid]
        if not mine:
            return None
        in_handler = False
        frame = gdb.newest_frame()
        for _ in range(DEEPEST):
            if frame is None or not frame.is_valid():
                break
            if frame.type() == gdb.SIGTRAMP_FRAME or frame.name() in GO_HANDLERS:
                in_handler = True
                caller = stack.older(frame)
                found = [one for one in mine if caller is not None and one.pc == caller.pc()]
                if found:
                    return found[-1]
            frame = stack.older(frame)
        # Go's handler runs on a stack of its own, from where gdb may not find back to the fault.
        found = [one for one in mine if one.lwp == lwp]
        return found[-1] if in_handler and found else None

    def survived(self, pid):
        """Takes out and returns what a process did not die of: it ended otherwise."""
        gone = [candidate for candidate in self.open if candidate.pid == pid]
        self.open = [candidate for candidate in self.open if candidate.pid != pid]
        return gone


def leaving_with():
    """The status that the selected thread is about to exit its process with, or None where it is not exiting."""
    try:
        frame = gdb.newest_frame()
        if int(frame.read_register("orig_rax")) == EXIT_GROUP:
            return int(frame.read_register("rdi")) & 0xFF
    except (gdb.error, ValueError):
        pass
    return None
