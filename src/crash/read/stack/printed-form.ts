import type { Frame } from "../../evidence.js";
import type { FrameForm } from "./frame.js";

/**
 * How a tool, a runtime or a program's own handler tells of a crash: lines that say what happened, then (or before) a stack. The expressions
 * are tried on lines without their indentation.
 */
export interface PrintedForm {
  readonly source: string;
  readonly title: string;
  readonly trigger: RegExp;
  /**
   * Lines that say that there was a crash, with named groups: `signal` (a name, a number or words), `address`, `code` (its name or number),
   * `pid`, `program`, `message`, `name` (of the function), `another` (this begins a report though the last one is open), `joins` (this is of the
   * last one though a stack stands between), `weak` (this alone is not enough: only with a stack, or with a head that is not weak).
   */
  readonly heads: readonly RegExp[];
  /** Lines that say more once there is a head: the same groups. */
  readonly details?: readonly RegExp[];
  readonly frames: readonly FrameForm[];
  /** `at FILE:LINE` behind a frame. */
  readonly place?: RegExp;
  /** Lines that begin a stack: what was read as one before was another thread's, or a shorter form of it. */
  readonly stackStarts?: RegExp;
  /** Lines that say that the process aborted, where no head names a signal. */
  readonly aborts?: RegExp;
  /** Lines from which on a stack is not the crashed thread's. */
  readonly stackEnds?: RegExp;
  /** The stack comes before its head. */
  readonly stackFirst?: RegExp;
  /** A line that says that the outermost frame comes first. */
  readonly outermostFirst?: RegExp;
  /** What the process ends with where no head tells. */
  readonly signal?: string | null;
  /** Signals that are somebody's wish elsewhere (SIGKILL) end a process here for what it did. */
  readonly anySignal?: boolean;
  /** The process prints its own stack from within its handler. */
  readonly own?: boolean;
  readonly exitCode?: number;
  /** A head's line alone is not enough. */
  readonly needsFrames?: boolean;
  /** Heads that agree are of one crash also where a stack stands between them. */
  readonly together?: boolean;
  /** Lines without a meaning here after which the report is over. */
  readonly patience?: number;
  /** What the message is called in the explanation: `the thread panicked`. */
  readonly says?: string;
  readonly note?: string;
}

/** One report while its lines are read. */
export interface Draft {
  readonly from: number;
  to: number;
  signal: string | null;
  address: string | null;
  code: string | null;
  pid: string | null;
  program: string | null;
  message: string | null;
  /** The function that a head names. */
  name: string | null;
  frames: Frame[];
  /** What was read as one before the stack was headed. */
  before: Frame[];
  elided: number;
  headed: boolean;
  /** All its heads are such as others write, too: a stack has to follow. */
  weak: boolean;
  /** Frames that come now are the crashed thread's. */
  taking: boolean;
  /** The crashed thread's stack was headed. */
  started: boolean;
  reversed: boolean;
}
