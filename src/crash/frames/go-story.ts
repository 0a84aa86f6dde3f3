import type { GoFrame, Goroutine, GoTrace } from "../evidence.js";

/** The runtime's and the test framework's own frames, which say nothing of whose crash it is. */
const MACHINERY = /^(?:runtime[./]|internal\/runtime\/|panic$|testing\.|sync\.(?:runtime_|fatal$|throw$))/;
const SYSTEM_CALL = /^(?:syscall|golang\.org\/x\/sys\/windows)\.(?:[Ss]yscall\w*|\(\*(?:Lazy)?Proc\)\.Call)$/;
const CGO = new RegExp(String.raw`\._C2?func_|^_cgo|^runtime\.cgocall$|${SYSTEM_CALL.source}`);

/** Whether a function is the one by which Go enters another's code: on Windows that of every library. */
export function isSystemCall(name: string | undefined): boolean {
  return name !== undefined && SYSTEM_CALL.test(name);
}

/** Where the test framework waits for a test, or ends one whose time is over. */
const TEST_WAIT = /^testing\.\(\*[A-Z]\w*\)\.(?:Run|runTests|startAlarm)\b/;

/** The goroutine that crashed; in a deadlock, where none did, the first one; where that only waits for a test, the test's. */
export function crashedFrames(trace: GoTrace): readonly GoFrame[] {
  const frames = trace.goroutines[trace.crashed ?? 0]?.frames ?? [];
  return testWaitedFor(frames, trace)?.frames ?? frames;
}

/** Where a stack only waits for a test: the first goroutine that is in a test's own code. Undefined where it does not, or there is none. */
export function testWaitedFor(
  frames: readonly GoFrame[],
  { goroutines }: Pick<GoTrace, "goroutines">,
): Goroutine | undefined {
  if (!isTestWait(frames)) return undefined;
  return goroutines.find(
    (one) => one.frames.some(({ function: name }) => name === "testing.tRunner") && !isTestWait(one.frames),
  );
}

function isTestWait(frames: readonly GoFrame[]): boolean {
  const telling = frames.findIndex(({ function: name }) => !MACHINERY.test(name));
  const inner = telling === -1 ? frames : frames.slice(0, telling);
  return inner.some(({ function: name }) => TEST_WAIT.test(name));
}

/** A Go function's name alike in every build: `main.main.func1.2` -> `main.main.func`, `main.at[...]` -> `main.at`. */
export function goName(name: string): string {
  return name
    .replace(/\[[^\]]*\]/g, "")
    .replace(/-fm$/, "")
    .replace(/\.(?:func|gowrap)\d+(?:\.\d+)*(?:\.(?:func|gowrap)\d+(?:\.\d+)*)*$/, ".func");
}

/**
 * The frames that are neither the runtime's nor the test framework's. Of a goroutine that panicked those below its panic: above are the
 * deferred functions that ran for it, one of which may have panicked once more.
 */
export function tellingFrames(frames: readonly GoFrame[]): GoFrame[] {
  const raised = frames.findLastIndex((frame) => /^(?:panic|runtime\.gopanic)$/.test(frame.function));
  const below = frames.slice(raised + 1).filter((frame) => !MACHINERY.test(frame.function));
  return below.length > 0 ? below : frames.filter((frame) => !MACHINERY.test(frame.function));
}

/** Whether a frame is of Go's own library: its source lies in a tree of Go's. */
export function isOfGo({ file }: Pick<GoFrame, "file">): boolean {
  return file !== null && /\/go(?:-?[\d.]+\w*)?\/src\/|\/goroot\/src\//.test(file);
}

/** Names of the frames that tell this crash from others, the innermost first. */
export function tellingNames(trace: GoTrace, most: number): string[] {
  return tellingFrames(crashedFrames(trace))
    .slice(0, most)
    .map((frame) => goName(frame.function));
}

function packageOf(name: string): string {
  const slash = name.lastIndexOf("/");
  const dot = name.indexOf(".", slash + 1);
  return dot === -1 ? name : name.slice(0, dot);
}

/**
 * The Go function that a crash in C is blamed on: the exported one by which the program entered the package that called
 * C (`os/user.Current`, not its insides, which differ from one Go to the next), else the innermost one.
 */
export function cgoCaller(trace: GoTrace): string | null {
  const frames = tellingFrames(crashedFrames(trace)).filter((frame) => !CGO.test(frame.function));
  const [first] = frames;
  if (first === undefined) return null;
  const home = packageOf(first.function);
  for (const frame of frames) {
    if (packageOf(frame.function) !== home) break;
    const name = goName(frame.function);
    if (/^(?:\(\*?[A-Z]\w*\)\.)?[A-Z]/.test(name.slice(home.length + 1)) && !name.endsWith(".func"))
      return frame.function;
  }
  return first.function;
}

/** `C.count` of `main._Cfunc_count`: the C function that Go called, null where none shows. */
export function cFunction(trace: GoTrace): string | null {
  for (const frame of crashedFrames(trace)) {
    const name = /\._C2?func_(\w{1,200})$/.exec(frame.function)?.[1];
    if (name !== undefined) return `C.${name}`;
  }
  return null;
}

/** Names of functions with which the runtime ends the program for a fault of its own finding. */
const THROW = /^runtime\.(?:throw|fatalthrow|fatal)$/;
/** Where C code called back into Go: what Go makes of the frames beyond may be wrong where the runtime gives up right behind it. */
const CALLBACK = /^runtime\.cgocallback(?:_gofunc)?$/;
/** The collector meets what others have spoilt, on whichever goroutine it happens to run. */
const COLLECTOR =
  /^runtime\.(?:badPointer|findObject|scan(?:object|block|stack)|greyobject|gcDrain\w*|markroot\w*|bgsweep|sweepone|\(\*(?:mspan|gcWork|sweepLocked)\)\..*)$/;
/** What the runtime says where not even its own end went well: it then runs into `runtime.abort`, an int3. */
const GAVE_UP = /^fatal: /;

/** Whether the trace's signal is only the trap with which the runtime gives up on itself. */
export function gaveUp({ errors, signal }: Pick<GoTrace, "errors" | "signal">): boolean {
  return signal !== null && errors.some((error) => GAVE_UP.test(error));
}

/**
 * The stack of a fault that the runtime found in itself, from the function that threw on: the runtime's own stack, or that of the
 * goroutine which was in runtime.throw. Null where a goroutine's own functions tell the crash.
 */
export function thrownFrames(trace: GoTrace): readonly GoFrame[] | null {
  if (trace.kind !== "fatal" || (trace.signal !== null && !gaveUp(trace))) return null;
  if (/stack overflow|all goroutines are asleep/.test(trace.message)) return null;
  const own = afterThrow(trace.runtimeStack);
  const crashed = crashedFrames(trace);
  if (own !== null && (isCollector(own[0]) || tellingFrames(crashed).length === 0)) return own;
  const goroutines = [crashed, ...trace.goroutines.map(({ frames }) => frames)];
  const thrown = goroutines.map(afterThrow).find((frames) => frames !== null) ?? null;
  return thrown === null ? null : ofRuntime(thrown, gaveUp(trace));
}

function isCollector(frame: GoFrame | undefined): boolean {
  return frame !== undefined && COLLECTOR.test(frame.function);
}

/** The runtime's own frames, as far as a call from C that it was still taking up; null where the program's functions are among them. */
function ofRuntime(thrown: readonly GoFrame[], lost: boolean): readonly GoFrame[] | null {
  const back = thrown.findIndex((frame) => CALLBACK.test(frame.function));
  if (back === -1 && !lost) return null;
  const near = back === -1 ? thrown : thrown.slice(0, back);
  return tellingFrames(near).length > 0 ? null : near;
}

function afterThrow(frames: readonly GoFrame[]): readonly GoFrame[] | null {
  const at = frames.slice(0, 8).findLastIndex((frame) => THROW.test(frame.function));
  return at === -1 || at === frames.length - 1 ? null : frames.slice(at + 1);
}

/** The frames that tell a crash: those of what the runtime threw for, else those of the goroutine that crashed. */
export function endFrames(trace: GoTrace): readonly GoFrame[] {
  return thrownFrames(trace) ?? crashedFrames(trace);
}

/** A Go function's name for a title: `main.main.func1`, without type arguments. */
export function goTitle(name: string): string {
  return shortGoName(name.replace(/\[[^\]]*\]/g, "").replace(/-fm$/, ""));
}

/** `os/user.Current` -> `user.Current`, as people write it. */
export function shortGoName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** A message without what differs from run to run: numbers, addresses, quoted text, temporary paths. */
export function messageShape(message: string): string {
  return (
    message
      .slice(0, 300)
      // What cgo's check says since Go 1.21, when a Go pointer could be pinned.
      .replace("unpinned Go pointer", "Go pointer")
      .replace(/"[^"]*"|`[^`]*`|(?<!\w)'[^']*'/g, "…")
      .replace(/\/\S+/g, "…")
      .replace(/0x[0-9a-f]+|\b[0-9a-f]*\d[0-9a-f]*\b/gi, "#")
  );
}
