import { withoutTemplateArguments } from "../cxx-name.js";
import { oneLine } from "../../text/printable.js";
import type { Frame } from "../evidence.js";
import { crashed, type Finding, type Reader } from "./finding.js";
import { lines, type Log } from "./log-line.js";
import { partialCapture, partialSignal, partialThread } from "./partial-capture.js";
import { backtraceSymbol, frameOf } from "./stack/frame.js";
import { withoutHandler } from "./stack/machinery.js";

const MAX_FOUND = 500;
const MAX_LINE = 2000;
/** Lines between the words and what belongs to them: what(), a backtrace. */
const MAX_APART = 4;

/** A failed assertion, by libc: `name` is the function that it names. */
const ASSERTIONS: readonly RegExp[] = [
  // glibc
  /^(?:(?<program>[^\s:][^:]{0,200}): )?(?<file>[^\s:][^:]{0,300}):(?<line>\d{1,9}): (?:(?<name>[^:\s].{0,400}): )?Assertion [`'\u2018](?<what>.{1,400})['\u2019] failed\.$/,
  // musl
  /^Assertion failed: (?<what>.{1,400}) \((?<file>[^():]{1,300}): (?<name>[^():]{1,300}): (?<line>\d{1,9})\)$/,
  // macOS, FreeBSD, Windows
  /^Assertion failed: \(?(?<what>.{1,400}?)\)?, function (?<name>[^,]{1,300}), file (?<file>.{1,300}?), line (?<line>\d{1,9})\.?$/,
  /^[Aa]ssertion "(?<what>.{1,400})" failed: file "(?<file>[^"]{1,300})", line (?<line>\d{1,9})(?:, function "?(?<name>[^"]{1,300}?)"?)?$/,
  /^Assertion failed: (?<what>.{1,400}), file (?<file>.{1,300}?), line (?<line>\d{1,9})$/,
  // bionic
  /^(?<file>[^\s:][^:]{0,300}):(?<line>\d{1,9}): (?<name>[^:]{1,300}): assertion "(?<what>.{1,400})" failed$/,
  // GLib
  /^(?:\*\*\n?)?(?:Bail out! )?[\w-]{0,40}:?ERROR:(?<file>[^\s:]{1,300}):(?<line>\d{1,9}):(?<name>[^:]{1,300}): (?:assertion failed(?: \(.{1,200}\))?: (?<what>.{1,400})|code should not be reached)$/,
  // ISC's libraries
  /^(?<file>[^\s:]{1,300}):(?<line>\d{1,9}): (?:REQUIRE|ENSURE|INSIST|INVARIANT|RUNTIME_CHECK)\((?<what>.{1,400})\) failed(?:, back trace)?$/,
  // libc++'s hardening, and libstdc++'s debug mode
  /^(?<file>[^\s:][^:]{0,300}):(?<line>\d{1,9}): (?:libc\+\+ Hardening )?assertion (?<what>.{1,300}?) failed(?:: .{1,200})?$/,
  // Qt
  /^ASSERT(?: failure in (?<name>[^:]{1,200}))?: "(?<what>.{1,400}?)"(?:, file| in file) (?<file>.{1,300}?), line (?<line>\d{1,9})$/,
];

/** What libc, its allocator or the C++ runtime says before it aborts. */
const WORDS: readonly RegExp[] = [
  /^\**\s?(?:\*{3} )?(?:Error in|glibc detected \**) [`'"]?(?<program>\S.{0,300}?)['"]?: (?<what>\S.{0,200}?)(?:: 0x[0-9a-f]{1,16})? \*{2,3}$/,
  /^\*{3} (?<what>(?:stack smashing|buffer overflow|invalid %N\$ use|%n in writable segment|longjmp causes uninitialized stack frame|bit out of range .{1,60}) detected|longjmp causes uninitialized stack frame) \*{3}:? ?(?:terminated|(?<program>\S.{0,300}?) terminated)?$/,
  // Prose speaks of free(), too: what is wrong has to be said behind it.
  /^(?:(?<program>\S{1,200})\(\d{1,10}\) in )?(?<what>(?:free|malloc|realloc|calloc|munmap_chunk|mremap_chunk|malloc_consolidate|_int_\w{1,20}|memalign|posix_memalign|tcache_thread_shutdown)\(\): (?:[a-z][^.=;]{0,40} )?(?:invalid|corrupt|corrupted|unaligned|double|memory corruption|smallbin|mismatching|too many|bad|bogus|detected|error|write after free|use after free)\b[^.=;]{0,100})$/,
  /^(?<what>malloc: top chunk is corrupt|unlink: corrupted .{1,60})$/,
  /^(?<what>(?:double free or corruption \([\w!]{1,20}\)|corrupted (?:double-linked list|size vs\. prev_size)(?: \(.{1,30}\)| while consolidating| in fastbins)?|invalid fastbin entry \(free\)))$/,
  /^(?<what>Fatal glibc error: (?!CPU does not support ).{1,300})$/,
  /^(?<what>Inconsistency detected by ld\.so: .{1,300})$/,
  /^(?<what>libc\+\+abi(?:\.dylib)?: (?:terminating|terminate_handler).{0,400})$/,
  /^(?<what>terminate called (?:after throwing an instance of '.{1,300}'|without an active exception|recursively))$/,
  /^(?:libc\+\+abi(?:\.dylib)?: )?(?<what>pure virtual method called|Pure virtual function called!|deleted virtual method called)$/,
  /^(?<what>fatal allocator error: .{1,200})$/,
  /^Error: (?<what>attempt to [a-z-]{3,20} .{0,150}\b(?:iterator|container|sequence|range|out-of-bounds index)\b.{0,100})$/,
  /^(?<what>The futex facility returned an unexpected error code)\.$/,
  /^(?<what>libgcc_s\.so\.1 must be installed for pthread_(?:exit|cancel) to work)$/,
  /^(?<what>FATAL: exception not rethrown)$/,
  /^(?<what>Fatal error: glibc detected an invalid stdio handle)$/,
  /^(?:Slogan: )?(?<what>(?:eheap_alloc|binary_alloc|sys_alloc|\w{2,20}_alloc): Cannot (?:re)?allocate \d{1,20} bytes of memory \(of type ".{1,60}"(?:, thread \d{1,6})?\))\.$/,
  // MongoDB
  /^(?<what>\*{3}aborting after (?:fassert|invariant)\(\) failure)$/,
  /^(?<what>no next heap size found: \d{1,20}, offset \d{1,20})$/,
  /^(?<what>Scudo ERROR: .{1,300})$/,
  /^(?:\S{1,200}\(\d{1,10}(?:,0x[0-9a-f]{1,16})?\) malloc: )?(?:\*{3} error for object 0x[0-9a-f]{1,16}: (?<what>.{1,200}))$/,
  /^(?<what><jemalloc>: .{1,300})$/,
  /^(?:src\/tcmalloc\.cc:\d{1,9}\] |.{0,80}\] )?(?<what>Attempt to free invalid pointer) 0x[0-9a-f]{1,16}/,
  /^(?<what>mimalloc: (?:assertion failed|error): .{1,300})$/,
  /^(?:FORTIFY|(?:\S{1,20}: )?FORTIFY): (?<what>.{1,200})$/,
  /^(?:\S{1,200}: )?(?<what>\S{1,300}:\d{1,9}: (?:.{1,400}: )?Unexpected error: .{1,200}\.)$/,
];
/** What may stand between the words and their backtrace. */
const BACKTRACE = /^=+ Backtrace: =+$/;
const MEMORY_MAP = /^=+ Memory map: =+$/;
const WHAT = /^what\(\): {1,3}(\S.{0,500})$/;

/** The words before an abort, with the backtrace that glibc printed up to 2.25. */
export interface AbortWords {
  readonly from: number;
  to: number;
  readonly text: string;
  /** As the program wrote them. */
  said: string;
  readonly program: string | null;
  readonly frames: Frame[];
}

/** Everything in a log that libc or the C++ runtime says before it aborts. Linear. */
export function abortWords(log: Log): AbortWords[] {
  const found: AbortWords[] = [];
  let last: AbortWords | null = null;
  let stack = false;
  let at = 0;
  for (const raw of lines(log)) {
    const from = at++;
    const line = raw.length > MAX_LINE ? "" : raw.trim();
    const words = line === "" ? null : wordsOf(line, from);
    if (last !== null && saysAgain(line, words, last)) last.to = at;
    else if (words !== null) {
      if (found.length < MAX_FOUND) found.push(words);
      last = words;
      stack = line.endsWith("back trace");
    } else if (last !== null && from - last.to <= MAX_APART) {
      if (BACKTRACE.test(line)) stack = true;
      if (MEMORY_MAP.test(line)) stack = false;
      if (belongs(line, last, stack) || BACKTRACE.test(line)) last.to = from + 1;
    }
  }
  return found;
}

/** GLib's tests say it once more for whoever reads TAP. */
function saysAgain(line: string, words: AbortWords | null, last: AbortWords): boolean {
  return line.startsWith("Bail out! ") && words?.text === last.text;
}

function belongs(line: string, words: AbortWords, stack: boolean): boolean {
  const what = WHAT.exec(line);
  if (what !== null && words.said.startsWith("terminate called")) {
    words.said += `\n  ${line}`;
    return true;
  }
  const frame = stack ? backtraceSymbol(line) : null;
  if (frame !== null && words.frames.length < 256) words.frames.push(frame);
  return frame !== null;
}

function wordsOf(line: string, from: number): AbortWords | null {
  for (const pattern of ASSERTIONS) {
    const groups = pattern.exec(line)?.groups;
    if (groups === undefined) continue;
    const { what = "false", name, program } = groups;
    // gcc names a C++ function with its type and parameters.
    const frames =
      name === undefined
        ? []
        : [frameOf({ name: functionOf(name), file: groups["file"], line: groups["line"] })];
    return {
      from,
      to: from + 1,
      text: `Assertion \`${what}' failed.`,
      said: line,
      program: program ?? null,
      frames,
    };
  }
  for (const pattern of WORDS) {
    const groups = pattern.exec(line)?.groups;
    if (groups === undefined) continue;
    const text = oneLine(
      (groups["what"] ?? line).replace(/(?: at)?(?: address)? 0x[0-9a-f]{1,16}/g, ""),
      300,
    );
    return { from, to: from + 1, text, said: line, program: groups["program"] ?? null, frames: [] };
  }
  return null;
}

/** `int list_next(node*)` -> `list_next`: glibc's words hold __PRETTY_FUNCTION__. */
function functionOf(pretty: string): string {
  const open = pretty.replace(/operator ?\(\)/, "operator()").search(/(?<!operator)\(/);
  if (open <= 0) return pretty;
  const head = withoutTemplateArguments(pretty.slice(0, open), "");
  return head.slice(head.lastIndexOf(" ") + 1).replace(/^[*&]+/, "");
}

export const libc: Reader = {
  source: "libc",
  title: "what libc or the C++ runtime said before it aborted",
  rank: "words",
  trigger:
    /[Aa]ssertion|ASSERT|ERROR:|\*\*\*|\*\\\* |free\(\)|malloc|realloc\(\)|corrupt|munmap_chunk|terminat|virtual method|virtual function|Scudo|glibc|futex facility|libgcc_s|not rethrown|allocator error|_alloc: Cannot|no next heap|Error: |ld\.so|FORTIFY|invalid pointer|jemalloc|unlink|Unexpected error|\) failed/,
  read: (log) => abortWords(log).map((words) => findingOf(words)),
};

/** libc++ and clang end the process by a trap, which is another signal on another processor. */
const TRAPS = /(?:^|\s)\S{1,300}:\d{1,9}: (?:libc\+\+ Hardening )?assertion /;

function findingOf(words: AbortWords, told: string | null = null): Finding {
  const signal = told ?? "SIGABRT";
  const { from, to, text, said, program, frames } = words;
  const thread = partialThread({ number: 1, name: program, crashed: true, frames: withoutAbort(frames) });
  const capture = partialCapture({
    siginfo: partialSignal(signal),
    threads: [thread],
    abortMessage: text,
    incomplete: [],
  });
  const notes = ["the log tells what was said before the abort; `vivarium run` shows where it comes from"];
  return {
    from,
    to,
    outcome: crashed(signal),
    program,
    known: { notes, capture: { ...capture, stderr: said } },
    ...(told === null && TRAPS.test(said) ? { withSignal: (named: string) => findingOf(words, named) } : {}),
  };
}

/** Of glibc's own backtrace its insides are left out: they have no names and differ from version to version. */
function withoutAbort(frames: readonly Frame[]): Frame[] {
  const own = frames.findIndex(
    ({ function: name, module }) => name !== null && !/^lib(?:c|pthread|stdc\+\+)\b/.test(module ?? ""),
  );
  return withoutHandler(own === -1 ? frames : frames.slice(own));
}
