import type { Evidence, Frame, Thread } from "../evidence.js";
import { baseName } from "../source-place.js";
import { isLibrary, moduleName, shownName, symbolName } from "../symbol.js";
import { crashedThread } from "./thread-story.js";

/** How libc and the C++ runtime end a process: between the program's fault and the signal, and different in each version. */
const ENDING =
  /^(?:raise|gsignal|kill|tgkill|pthread_kill\w*|abort\w*|libc_message\w*|libc_fatal|assert_\w*fail\w*|assert_rtn|assert2|eprintf|android_log_\w+|abort_message|demangling_terminate_handler|_?objc_(?:terminate|exception_throw|exception_rethrow)|exceptionPreprocess|panic_abort::.*|_?rust_(?:start_panic|panic|begin_unwind|end_short_backtrace)|std::panicking::.*|std::(?:sys_common|sys)::backtrace::.*|core::panicking::.*|core::(?:option|result)::\w+_failed|core::(?:option|result)::(?:Option|Result)::(?:unwrap|expect)|_?swift_(?:runtime_on_report|stdlib_reportFatal\w*)|(?:closure #\d+ .* in )?Swift\._(?:assertionFailure|fatalErrorMessage|preconditionFailure)\b.*|std::process::abort|std::sys::(?:\w+::)*abort_internal|malloc_printerr\w*|malloc_v?report|malloc_zone_error|szone_error|BUG_IN_CLIENT_OF_LIBMALLOC_\w+|fortify_fail\w*|stack_chk_fail\w*|\w*chk_fail|kernel_vsyscall|std::(?:__)?terminate.*|cxxabiv1::.*|__cxxabiv1::.*|std::__throw_\w+|std::__glibcxx_assert_\w+|verbose_terminate_handler|gnu_cxx::.*|__gnu_cxx::.*|cxa_\w+|gxx_personality\w*|_Unwind_\w+|a_crash|restore_sigs|block_\w+_sigs)$/;
const ALLOCATOR =
  /^(?:_int_\w+|malloc_consolidate|unlink_chunk\w*|tcache_\w+|sysmalloc\w*|munmap_chunk|free|cfree|malloc|realloc|calloc|_mid_memalign|\w*memalign|get_meta|nontrivial_free|operator (?:new|delete).*)$/;
const SYSTEM =
  /^(?:lib(?:c|pthread|m|dl|rt|resolv|nss_\w+|nsl|util|stdc\+\+|gcc_s|c\+\+|c\+\+abi|asan|ubsan|tsan)|ld|linux-vdso)$/;
/** How glibc's debug information names its sources: by its own folders (Debian), or under its build folder. */
const LIBC_SOURCE =
  /^\.{0,2}\/?(?:sysdeps|nptl|malloc|stdlib|stdio-common|libio|string|nss|nss_compat|posix|elf|csu|debug|signal|assert|setjmp|resolv)\/|\/glibc-\d+\.\d/;

/** The C++ library's templates, and libc's fortified functions, compiled into the program. */
const CXX_HEADER = /\/include\/(?:c\+\+\/(?:v?\d)|(?:[\w-]+\/)?bits\/|fortify\/)/;

/** The native frames that can be believed, innermost first, libc's ways to die left out. */
export interface NativeStory {
  /** Where it crashed; null where no frame can be believed. */
  readonly innermost: Frame | null;
  /** First frame beyond it that is the program's own code; null where that cannot be told. */
  readonly caller: Frame | null;
  /** The library's function that the caller called and that led to the innermost one: `regexec` to `memmove`. Null where it is that one. */
  readonly entry: Frame | null;
  /** How many frames before the innermost one are only a handler's, libc's and the C++ runtime's way to end the process; 0 where there is none. */
  readonly ending: number;
  /** libc's allocator found the heap corrupt, so that it is its caller that counts. */
  readonly allocator: boolean;
}

export function nativeStory(
  evidence: Pick<Evidence, "threads"> & Partial<Pick<Evidence, "debugInfo">>,
): NativeStory {
  const thread = crashedThread(evidence.threads);
  const trusted = thread === null ? [] : trustedFrames(thread);
  const doubtful = thread !== null && trusted.length < thread.frames.length;
  const begin = belowHandler(trusted);
  let at = begin;
  while (at < trusted.length - 1 && isEnding(trusted[at] as Frame, at > 0)) at++;
  const ended = at > begin;
  const allocator = ended && ALLOCATOR.test(name(trusted[at] as Frame));
  // Where all that can be believed is libc's way to die (musl), it is not where the program failed.
  const place = trusted[at];
  const innermost = place === undefined || (ENDING.test(name(place)) && doubtful) ? null : place;
  const called = trusted.findIndex((frame, i) => i > at && isOwnFrame(frame, trusted, evidence.debugInfo));
  const between = called > at + 1 && !allocator ? trusted[called - 1] : undefined;
  return {
    innermost,
    caller: trusted[called] ?? null,
    entry: entryOf(between, place),
    ending: innermost === null ? 0 : at,
    allocator,
  };
}

/** How a process sends itself a signal, or waits for the debugger that its handler called. */
const RAISES = /^(?:pthread_kill\w*|raise|gsignal|abort|kill|tgkill|_*wait(?:4|pid))$/;
/** How far into a stack a handler goes. */
const LOOKED_AT = 24;

/**
 * A handler of the fault that ended the process with abort() or raise(): the fault is what it was called for. 0 where there is none, and where
 * the handler itself failed.
 */
function belowHandler(frames: readonly Frame[]): number {
  const called = frames
    .slice(0, LOOKED_AT)
    .findLastIndex((frame) => frame.function === "<signal handler called>");
  if (called <= 0 || called === frames.length - 1) return 0;
  const inner = frames.slice(0, called);
  const own = inner.findIndex((frame) => frame.function !== null && !RAISES.test(name(frame)));
  const failed = inner
    .slice(Math.max(0, own))
    .some((frame) => ENDING.test(name(frame)) || ALLOCATOR.test(name(frame)));
  return own !== 0 && !failed ? called + 1 : 0;
}

/** What the caller called, where that tells more than the innermost frame: an alias or a wrapper of it does not. */
function entryOf(between: Frame | undefined, innermost: Frame | undefined): Frame | null {
  if (between === undefined || innermost === undefined) return null;
  return name(between) === name(innermost) ? null : between;
}

function name(frame: Frame): string {
  return frame.function === null ? "" : symbolName(frame.function);
}

/** Whether a function is libc's or the C++ runtime's way to end the process: `raise`, `abort`, `__assert_fail`. */
export function endsProcess(name: string): boolean {
  return ENDING.test(symbolName(name));
}

/** `ending`: the frame that it called is one. Between std::terminate or __assert_fail and abort(), a stripped library has code without a name. */
function isEnding(frame: Frame, ending: boolean): boolean {
  if (frame.function !== null) return ENDING.test(symbolName(frame.function));
  return (
    ending && frame.module !== null && /^lib(?:c|stdc\+\+|gcc_s|c\+\+abi)$/.test(moduleName(frame.module))
  );
}

/** The frames of a thread up to the first that may be made up: trust ends for good where it first does. */
export function trustedFrames({ frames }: Pick<Thread, "frames">): readonly Frame[] {
  const doubtful = frames.findIndex((frame) => !frame.trusted);
  return doubtful === -1 ? frames : frames.slice(0, doubtful);
}

/**
 * Whether a frame is the program's own code, not libc's. In a static program that was built with debug information, what
 * has none is libc's: `debugInfo` says whether it was, and where that is not known (null), `stack` tells what the module has.
 */
export function isOwnFrame(frame: Frame, stack: readonly Frame[], debugInfo: boolean | null = null): boolean {
  if (frame.function === null || isSystem(frame) || ALLOCATOR.test(symbolName(frame.function))) return false;
  if (frame.file !== null) return true;
  if (
    RESERVED.test(frame.function) ||
    (debugInfo === true && frame.module !== null && !isLibrary(frame.module))
  )
    return false;
  return !stack.some((other) => other.module === frame.module && other.file !== null);
}

/** Names that C keeps for its own library: in a program without sources of its own they are libc's. */
const RESERVED = /^(?:__|_[A-Z])/;

/** Whether a frame is libc's, the C++ runtime's or the start of a thread. */
export function isSystem(frame: Frame): boolean {
  if (frame.file !== null && (LIBC_SOURCE.test(frame.file) || CXX_HEADER.test(frame.file))) return true;
  if (frame.module !== null && isLibrary(frame.module) && SYSTEM.test(moduleName(frame.module))) return true;
  // A program may begin at a _start of its own; libc's was told by its source, or has none.
  if (frame.function === "_start") return frame.file === null;
  return /^(?:start_thread|clone3?|libc_start_\w+|\(below main\)|runtime\.\w+.*|crosscall\w*|_cgo_\w+|x_cgo_\w+|asmcgocall)$/.test(
    frame.function === null ? "" : symbolName(frame.function),
  );
}

/** Go's runtime is nobody's own, but its functions are many, and each tells where it was: libc's are what programs share. */
export function isGoRuntime({ function: name }: Frame): boolean {
  return name !== null && /^runtime\.\w/.test(name);
}

/** `libnss_compat:internal_getpwuid_r`; the program's own functions have no module, whatever its file is called. */
export function frameToken(frame: Frame): string {
  const library = frame.module !== null && isLibrary(frame.module) ? moduleName(frame.module) : "";
  if (frame.function !== null) return `${library}:${symbolName(frame.function)}`;
  if (frame.module === null) return "nowhere";
  if (frame.offset === null) return `${frame.module}:?`;
  return `${frame.module}:${frame.buildId ?? "no build-id"}:${frame.offset}`;
}

/** A C++ lambda, which gdb calls `operator()` and nothing more: by the file that it stands in. Null for any other frame. */
export function lambdaTitle({ function: name, file }: Pick<Frame, "function" | "file">): string | null {
  if (name !== "operator()" || file === null) return null;
  return `a lambda of ${baseName(file)}`;
}

/** `internal_getpwuid_r (libnss_compat.so.2)`, `a.out+0x1139`, `no known code`. */
export function frameTitle(frame: Frame): string {
  const library = frame.module !== null && isLibrary(frame.module) ? ` (${frame.module})` : "";
  if (frame.function !== null) return `${lambdaTitle(frame) ?? shownName(frame.function)}${library}`;
  if (frame.module === null) return `no known code`;
  if (frame.offset === null) return `unknown code of ${frame.module}`;
  return `${frame.module}+${frame.offset}`;
}
