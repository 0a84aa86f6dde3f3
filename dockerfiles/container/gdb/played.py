"""A schedule on a terminal: gdb stopped at its crash, at one of its switches, or some instructions before."""

import gdb

from watch import Watch


class Played:
    """Plays the schedule of a request anew for every place that is asked for: each play is the same run."""

    def __init__(self, request):
        self._request = request
        self._watch = None
        #: Where it stands: what the scheduler was asked for, and the number of the thread that was stopped.
        self._at = "catch"
        self._thread = None
        #: Instructions that this thread has made there; None where they were not counted.
        self._pace = None

    def to_crash(self):
        """Returns whether the crash came."""
        return self._play("catch", "the crash did not come: is it this very build of the program?")

    def to_switch(self, number):
        """Stops where the thread stands that is left at a switch of the list, from 1."""
        return self._play(str(number - 1), "switch %d was not met" % number)

    def back(self, count):
        """Goes so many instructions of the stopped thread back from where the schedule stopped it."""
        if self._pace is None:
            at = self._at
            if not self._play("paced:" + at, "it was not met again"):
                return False
            self._at = at
        thread, pace = self._thread, self._pace
        wanted = max(0, pace - count)
        if not self._play("pace:%d:%d" % (thread, wanted), "it was not met again"):
            return False
        self._thread, self._pace = thread, wanted
        return True

    def _play(self, at, otherwise):
        self.close()
        request = dict(self._request, watch=dict(self._request["watch"], at=at))
        self._watch = Watch(request)
        try:
            met = self._watch.run()
        except (gdb.error, RuntimeError) as error:
            print("vivarium: %s" % error)
            return False
        if not met:
            print("vivarium: " + otherwise)
            return False
        self._at = at
        self._thread = self._watch.numbers.get(gdb.selected_thread().ptid[1])
        counted = at.startswith(("paced:", "pace:"))
        self._pace = self._watch.paces.get(self._thread) if counted else None
        return True

    @property
    def deadlock(self):
        """Whether it stands where no thread can ever go on."""
        return self._watch is not None and self._watch.deadlock

    @property
    def thread(self):
        """The stopped thread's number as the schedule's story has it, from 1."""
        return None if self._thread is None else self._thread + 1

    def close(self):
        if self._watch is None:
            return
        if gdb.selected_inferior().pid:
            gdb.execute("kill", to_string=True)
        self._watch.close()


class PlayCommand(gdb.Command):
    """A command that plays the schedule up to a place."""

    def __init__(self, name, play, stopped):
        super().__init__("vivarium " + name, gdb.COMMAND_RUNNING)
        self._play = play
        self._stopped = stopped

    def invoke(self, argument, from_tty):
        gdb.execute("set confirm off")
        try:
            if self._play(whole(argument)):
                self._stopped()
        finally:
            gdb.execute("set confirm on")


class Switch(PlayCommand):
    """Plays the schedule up to its N-th switch, from 1: the thread that is left there is selected."""


class Back(PlayCommand):
    """Plays the schedule again up to N instructions (default 1) of this thread before the place where it was stopped last."""


def whole(argument):
    if argument.strip() == "":
        return 1
    try:
        number = int(argument, 0)
    except ValueError:
        number = 0
    if number < 1:
        raise gdb.GdbError("A whole number from 1 is wanted, not `%s`." % argument)
    return number


def define(played, stopped):
    """`stopped` shows where the program stands."""
    Switch("switch", played.to_switch, stopped)
    Back("back", played.back, stopped)
