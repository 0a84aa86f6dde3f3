"""Plays what the scheduler is asked for up to a place, where gdb attaches."""

import gdb

from program.watch import Watch


class Plays:
    """Runs the program anew under the schedule (or the hold) of a request for every place that is asked for."""

    def __init__(self, request, at_crash):
        """`at_crash` tells of the crash that was come to."""
        self._request = request
        self._at_crash = at_crash
        self._watch = None
        #: Where it stands: what the scheduler was asked for, and the number of the thread that was stopped.
        self._at = "catch"
        self._thread = None

    def _play(self, at):
        """Returns whether it was met; None where that could not be looked for, which is said."""
        self.close()
        request = dict(self._request, watch=dict(self._request["watch"], at=at))
        self._watch = Watch(request)
        try:
            if not self._watch.run():
                return False
        except (gdb.error, RuntimeError) as error:
            print("vivarium: %s" % error)
            return None
        self._at = at
        self._thread = self._watch.numbers.get(gdb.selected_thread().ptid[1])
        return True

    @property
    def deadlock(self):
        """Whether it stands where no thread can ever go on."""
        return self._watch is not None and self._watch.deadlock

    @property
    def thread(self):
        """The stopped thread's number as the story has it, from 1."""
        return None if self._thread is None else self._thread + 1

    def close(self):
        if self._watch is None:
            return
        if gdb.selected_inferior().pid:
            gdb.execute("kill", to_string=True)
        self._watch.close()


class PlayCommand(gdb.Command):
    """A command that plays up to a place."""

    def __init__(self, name, play, stopped):
        super().__init__("vivarium " + name, gdb.COMMAND_RUNNING)
        self._play = play
        self._stopped = stopped

    def invoke(self, argument, from_tty):
        gdb.execute("set confirm off")
        try:
            if self._play(*self.arguments(argument)):
                self._stopped()
        finally:
            gdb.execute("set confirm on")

    def arguments(self, text):
        """What is typed behind the command."""
        raise NotImplementedError
