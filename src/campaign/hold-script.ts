import type { HoldRecord } from "../result/result.js";

/**
 * A script for gdb that holds a thread as an attempt did; null where the place has no function to be named by. Names are a program's own and may hold
 * anything: only such stand in it as gdb reads as one name. Pure.
 */
export function holdScript(hold: HoldRecord, crash: string): string | null {
  const { function: name, offset, pass, ms, crashes, attempts, source, line, instruction } = hold;
  if (name === null || !/^[\w:<>()*&,~ =+-]{1,200}$/.test(name)) return null;
  const where = source === null ? "" : ` at ${source}:${line ?? "?"}`;
  return `# Holds one thread in ${comment(name + where)}, before \`${comment(instruction)}\`, for ${ms} ms,
# ${pass === 1 ? "the first time that any comes there" : `for pass ${pass} of that place by any thread`}. vivarium counted ${crashes} of ${attempts} attempts so with
# ${comment(crash)}
#
#     gdb -x THIS-FILE --args PROGRAM ARGUMENTS
#
# gdb takes longer than vivarium to start a thread, so that it may come less often here; a longer hold helps (the number of seconds below).
set pagination off
set confirm off
set non-stop on
handle all nostop noprint pass
handle SIGSEGV SIGBUS SIGFPE SIGILL SIGABRT stop print
tbreak main
run
break *((char *) ${/^\w+$/.test(name) ? name : `'${name}'`} + ${offset})
ignore $bpnum ${pass - 1}
python
import threading
place = gdb.breakpoints()[-1]
def go_on(thread):
    thread.switch()
    gdb.execute("continue &")
def stopped(event):
    if isinstance(event, gdb.BreakpointEvent) and place in event.breakpoints:
        place.enabled = False
        threading.Timer(${ms / 1000}, gdb.post_event, [lambda: go_on(event.inferior_thread)]).start()
    elif isinstance(event, gdb.SignalEvent):
        gdb.post_event(lambda: (event.inferior_thread.switch(), gdb.execute("backtrace")))
gdb.events.stop.connect(stopped)
end
continue -a &
`;
}

/** Text that stays on its line. */
function comment(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 300);
}
