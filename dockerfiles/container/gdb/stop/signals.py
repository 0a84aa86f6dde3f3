"""Signals: their names, what the kernel says of one, and what the process would do with it."""

import gdb

NAMES = dict(
    enumerate(
        "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG"
        " XCPU XFSZ VTALRM PROF WINCH IO PWR SYS".split(),
        1,
    )
)
#: Signals that the kernel raises for what an instruction did; si_addr holds for them.
FAULTS = {4: "ILL", 5: "TRAP", 7: "BUS", 8: "FPE", 11: "SEGV"}
SIGTRAP = 5
#: Signals that say that the program went wrong, so that a handler of one is worth watching.
DEADLY = (3, 4, 5, 6, 7, 8, 11, 31)
#: Signals that by default do nothing or stop the process, and those that libc itself uses: never of interest.
HARMLESS = "SIGURG SIGCHLD SIGWINCH SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIG32 SIG33 SIG34"
CODES = {
    4: "OPC OPN ADR TRP PRV REG COP BADSTK BADIADDR",
    5: "BRKPT TRACE BRANCH HWBKPT UNK PERF",
    7: "ADRALN ADRERR OBJERR MCEERR_AR MCEERR_AO",
    8: "INTDIV INTOVF FLTDIV FLTOVF FLTUND FLTRES FLTINV FLTSUB",
    11: "MAPERR ACCERR BNDERR PKUERR ACCADI ADIDERR ADIPERR MTEAERR MTESERR CPERR",
}
SENT = {0: "SI_USER", 128: "SI_KERNEL", -1: "SI_QUEUE", -2: "SI_TIMER", -3: "SI_MESGQ", -4: "SI_ASYNCIO",
        -5: "SI_SIGIO", -6: "SI_TKILL"}


def name(number):
    if 34 <= number <= 64:
        return "SIGRTMIN+%d" % (number - 34)
    return "SIG" + NAMES.get(number, str(number))


def code_name(number, code):
    if code in SENT:
        return SENT[code]
    kinds = CODES.get(number, "").split()
    return "%s_%s" % (FAULTS[number], kinds[code - 1]) if 0 < code <= len(kinds) else None


def pass_all():
    """Makes gdb stop at every signal that might end the program, and hand each on when the program goes on.

    All but SIGTRAP: gdb would also hand on those that it uses itself to start a program.
    """
    gdb.execute("handle all stop print pass", to_string=True)
    gdb.execute("handle SIGINT stop print pass", to_string=True)
    gdb.execute("handle %s nostop noprint pass" % HARMLESS, to_string=True)


class SigInfo:
    """What the kernel says of the signal that the selected thread stopped at. Raises gdb.error where that is nothing."""

    def __init__(self):
        info = gdb.parse_and_eval("$_siginfo")
        self.number = int(info["si_signo"])
        self.code = int(info["si_code"])
        self.address = self.sender = None
        if self.number in FAULTS and self.code > 0:
            self.address = int(info["_sifields"]["_sigfault"]["si_addr"]) & (1 << 64) - 1
        elif self.code in (0, -1, -6):
            self.sender = int(info["_sifields"]["_kill"]["si_pid"])

    @property
    def own_trap(self):
        """A SIGTRAP of the program itself (`int3`, or sent), not one of gdb's breakpoints or system call stops."""
        return self.number == SIGTRAP and self.code in (128, 0, -1, -6)

    @property
    def forced(self):
        """The kernel raised it for an instruction: it cannot be ignored or blocked."""
        return self.number in FAULTS and self.code > 0

    def record(self):
        return {
            "signal": name(self.number),
            "number": self.number,
            "code": self.code,
            "codeName": code_name(self.number, self.code),
            "address": None if self.address is None else hex(self.address),
            "sender": self.sender,
        }


class Halted:
    """What stands for the signal where gdb itself stopped a program, to look at it."""

    number, code, address, sender = 19, 0, None, None

    def record(self):
        return {"signal": "SIGSTOP", "number": 19, "code": 0, "codeName": "SI_USER", "address": None, "sender": None}


def disposition(pid, lwp, info):
    """`caught`, `ignored` or `default`: what the signal does to the process, by /proc."""
    masks = {}
    with open("/proc/%d/task/%d/status" % (pid, lwp), encoding="utf-8", errors="replace") as status:
        for line in status:
            if line.startswith(("SigBlk", "SigIgn", "SigCgt")):
                masks[line[:6]] = int(line.split()[1], 16)
    bit = 1 << info.number - 1
    if info.forced and masks["SigBlk"] & bit:
        return "default"
    if masks["SigCgt"] & bit:
        return "caught"
    if masks["SigIgn"] & bit and not info.forced:
        return "ignored"
    return "default"
