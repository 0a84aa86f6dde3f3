"""A hold on a terminal: gdb stopped where one thread is held while all others run, or at the crash that this brings."""

import gdb

from .plays import PlayCommand, Plays

#: A hold does not bring its crash each time, and a thread may not come to its place each time.
TRIES = 6


class Held(Plays):
    """Holds one thread: each play is another run."""

    hint = "`vivarium held` runs to where the thread is held, before that"
    run_name = "a run with the hold"

    def begin(self):
        """To where a session begins: the place."""
        if self.to_place():
            self.show()

    def to_crash(self):
        """Returns whether the crash came."""
        return self._to("catch", "the crash did not come")

    def to_place(self):
        """Stops where the thread is held, when its time there is over. Returns whether it came there."""
        return self._to("held", "no thread came to the place")

    def _to(self, at, otherwise):
        for _ in range(TRIES):
            met = self._play(at)
            if met is not False:
                return bool(met)
        print("vivarium: %s in %d runs: is it this very build of the program?" % (otherwise, TRIES))
        return False

    def define(self):
        """Defines the commands of a hold."""
        HeldCommand("held", self.to_place, self.show)
        CrashCommand("crash", self.to_crash, self._at_crash)

    def show(self):
        gdb.execute("frame")
        gdb.execute("x/i $pc")
        print("vivarium: thread %s is held before this instruction; the others ran on meanwhile" % self.thread)
        print("vivarium: `continue` goes on; `vivarium crash` runs to the crash that this brings")


class Bare(PlayCommand):
    """A command that takes nothing."""

    def arguments(self, text):
        if text.strip() != "":
            raise gdb.GdbError("Nothing is wanted behind it, not `%s`." % text)
        return []


class HeldCommand(Bare):
    """Runs the program anew to where the thread is held, when its time there is over: all others have run on by then."""


class CrashCommand(Bare):
    """Runs the program anew with the thread held, up to the crash that this brings (6 runs at most)."""
