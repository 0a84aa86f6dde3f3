import { frameLine } from "./line.js";
import { Stop, type FoundSession } from "./stop.js";
import { lines, unwrapped, type Log } from "../log-line.js";
import { PASSING_SIGNALS } from "../../signal.js";

const MAX_SESSIONS = 200;
/** After so many lines that are not gdb's the log is about something else. */
const MAX_STRAY = 2000;

const RECEIVED =
  /^(?:Program|Thread (\d{1,6})(?: "([^"]{0,64})")?) (received|terminated with) signal (SIG[A-Z0-9+]{1,12}), ([A-Z][^.]{0,80})\.$/;
const CONTINUED =
  /^(?:Continuing\.|Starting program: |Breakpoint \d+, |\[Inferior \d+ \(.*\) (?:exited|killed))/;

/**
 * The crashes in what a person pasted of a gdb session: `bt`, `thread apply all bt`, `info registers`, `disas`, `x/i`,
 * `p $_siginfo`, `info sharedlibrary`, `info proc mappings`, in any order and with parts left out. Never throws, linear.
 * What the session does not show is named in `incomplete`.
 */
export function parseGdbSessions(log: Log): FoundSession[] {
  const reader = new SessionReader();
  for (const line of lines(log)) reader.read(unwrapped(line).replace(/^(?:\(gdb\) ?)+/, ""));
  return reader.end();
}

class SessionReader {
  private readonly found: FoundSession[] = [];
  private stop: Stop | null = null;
  private number = 0;
  /** A frame whose line goes on in the next ones. */
  private open: { text: string; at: number } | null = null;

  read(line: string): void {
    const at = this.number++;
    if (line === "") return this.flush();
    const text = line.trimEnd();
    const received = RECEIVED.exec(text);
    if (received !== null) {
      this.flush();
      this.close();
      if (!PASSING_SIGNALS.has(received[4] ?? "")) this.stop = new Stop(received, at);
      return;
    }
    if (this.stop === null) return;
    if (CONTINUED.test(text)) {
      this.flush();
      this.close();
      return;
    }
    if (this.continues(text)) return;
    this.flush();
    if (
      /^(?:#\d{1,6} {1,4}|0x[0-9a-f]{1,16} in )\S/.test(text) ||
      /^\S.{0,200} \(.{0,400}\) at \S+:\d+$/.test(text)
    ) {
      this.open = { text, at };
      return;
    }
    if (this.stop.line(text)) this.stop.to = this.number;
    else if (this.number - this.stop.to > MAX_STRAY) this.close();
  }

  end(): FoundSession[] {
    this.flush();
    this.close();
    return this.found;
  }

  /** gdb breaks a frame's line between arguments and before `at`; what follows is indented by four. */
  private continues(text: string): boolean {
    if (this.open === null || !/^ {4,}\S/.test(text) || this.open.text.length > 4096) return false;
    this.open.text += ` ${text.trim()}`;
    return true;
  }

  private flush(): void {
    if (this.open === null || this.stop === null) return;
    const parsed = frameLine(this.open.text);
    if (parsed !== null) {
      this.stop.frame(parsed.number, parsed.frame);
      this.stop.to = this.number;
    }
    this.open = null;
  }

  private close(): void {
    if (this.stop !== null && this.found.length < MAX_SESSIONS) this.found.push(this.stop.build());
    this.stop = null;
    this.open = null;
  }
}
