"""A schedule on a terminal: gdb stopped at its crash, at one of its switches, or some instructions before."""

import gdb

from .plays import PlayCommand, Plays


class Played(Plays):
    """Plays a list of switches: each play is the same run."""

    hint = "`vivarium switch N` goes to a switch of the schedule, `vivarium back N` some instructions back"
    run_name = "the schedule's run"

    def __init__(self, request, at_crash):
        super().__init__(request, at_crash)
        #: Instructions that the stopped thread has made there; None where they were not counted.
        self._pace = None

    def begin(self):
        """To where a session begins: the crash."""
        if self.to_crash():
            self._at_crash()

    def to_crash(self):
        """Returns whether the crash came."""
        return self._to("catch", "the crash did not come: is it this very build of the program?")

    def to_switch(self, number):
        """Stops where the thread stands that is left at a switch of the list, from 1."""
        return self._to(str(number - 1), "switch %d was not met" % number)

    def back(self, count):
        """Goes so many instructions of the stopped thread back from where the schedule stopped it."""
        if self._pace is None:
            at = self._at
            if not self._to("paced:" + at, "it was not met again"):
                return False
            self._at = at
        thread, pace = self._thread, self._pace
        wanted = max(0, pace - count)
        if not self._to("pace:%d:%d" % (thread, wanted), "it was not met again"):
            return False
        self._thread, self._pace = thread, wanted
        return True

    def _to(self, at, otherwise):
        met = self._play(at)
        if met is False:
            print("vivarium: " + otherwise)
        if not met:
            return False
        counted = at.startswith(("paced:", "pace:"))
        self._pace = self._watch.paces.get(self._thread) if counted else None
        return True

    def define(self):
        """Defines the commands of a schedule."""
        Switch("switch", self.to_switch, self.show)
        Back("back", self.back, self.show)

    def show(self):
        print("vivarium: stopped in thread %s of the schedule" % self.thread)
        gdb.execute("frame")


class Counted(PlayCommand):
    """A command that takes a number."""

    def arguments(self, text):
        return [whole(text)]


class Switch(Counted):
    """Plays the schedule up to its N-th switch, from 1: the thread that is left there is selected."""


class Back(Counted):
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
