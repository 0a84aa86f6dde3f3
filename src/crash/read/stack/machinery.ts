import type { Frame } from "../../evidence.js";
import { symbolName } from "../../symbol.js";

/** How a handler prints its stack, and how the system came to call it. */
const HANDLER =
  /backtrace|stack_?trace|print_?stack|dump_?stack|unwind|(?:sig(?:nal|segv|abrt)?|segv|segfault|crash|fault|fatal|abort|exception|failure|terminate)_?(?:\w*_)?(?:hand(?:le|ler|ling)|action|trap|callback)\w*|hand(?:le|ler|ling)_?(?:\w*_)?(?:sig|segv|crash|fault|fatal|abort|failure|exception)\w*|^(?:on_|handle_?)(?:sig|segv|crash|fault)\w*|CrashCallback|(?:^|_)sig_?handler|rb_vm_bugreport|rb_bug\w*|sigsegv|google::|absl::.*(?:Failure|Fatal|Log)|logging_internal|folly::symbolizer|boost::stacktrace|backward::|segv_handler|rb_print_backtrace|PrintStack|sanitizer_print|DumpStack|SignalHandler|signalHandler|CallSignalHandlers|RunSignalHandlers|PosixSignalHandler|OsLookupColor|OsSigHandler|xorg_backtrace|fatal_?signal|sigfault|uwsgi_(?:backtrace|segfault)|my_print_stacktrace|jl_critical_error|sigdie_handler|std::(?:backtrace|panicking|sys|rt)|core::panicking|rust_begin_unwind|rust_panic|core::(?:result|option)::\w*(?:failed|unwrap|expect)|__rust_|mono_(?:handle_native_crash|sigsegv|arch_handle)|node::(?:Abort|OnFatal|FatalError|Assert)|v8::internal::(?:V8::)?Fatal|v8::Utils::ReportOOM|V8_Fatal|__sigaction|crash_log/i;
/** The frame in which the kernel called the handler: all before it is the handler's. */
const TRAMPOLINE =
  /^_*(?:restore_rt|kernel_(?:rt_)?sigreturn|sigtramp\w*|restore|sigaction)$|^<signal handler called>$|^(?:killpg|funlockfile)$/;
const SYSTEM =
  /^(?:lib(?:c|pthread|asan|unwind|execinfo)\b|ld-|libsystem_(?:platform|pthread|kernel)|linux-vdso|ntdll)/;

/** How a process sends itself a signal. */
const ABORTS = /^_*(?:GI_+)?(?:pthread_kill\w*|raise|gsignal|abort|kill|tgkill)$/;
const CXX_RUNTIME = /^lib(?:stdc\+\+|c\+\+abi|c\+\+)(?!\w)/;
/**
 * How runtimes give up: what stands inside of such a frame is the way to the report, whatever it is called. So of a Rust panic, V8's checks,
 * glog's and Chromium's fatal lines, the assertions of servers, Swift's and .NET's traps.
 */
const GIVES_UP =
  /^(?:Swift runtime failure: |kasan_report|__ubsan_handle_\w+|ubsan_epilogue|print_report|k[mc]san_report|kfence_report|check_memory_region|panic$|dump_stack|show_stack|rust_begin_unwind|_?rust_begin_unwind|core::panicking::|std::panicking::begin_panic|core::(?:option|result)::\w*(?:unwrap|expect)\w*failed|core::(?:option|result)::(?:Option|Result)<.{0,80}>::(?:unwrap|expect)|core::slice::\w+::\w*(?:fail|panic)|core::str::slice_error_fail|alloc::raw_vec::|alloc::alloc::handle_alloc_error|V8_Fatal|v8::base::.*Fatal|v8::internal::V8::FatalProcess|v8::internal::Heap::FatalProcess|v8::Utils::ReportOOM|v8::Utils::ReportApiFailure|node::(?:Abort|Assert|OOMErrorHandler|OnFatalError|FatalError)\b|google::LogMessage|google::ErrnoLogMessage|google::CheckOpMessage|absl::.*log_internal::(?:LogMessage|DieBecause)|logging::(?:LogMessage|CheckError|NotReached)\w*::~|_?server(?:Assert|Panic)\w*|ExceptionalCondition|runtime\.(?:fatal(?:panic|throw)|throw|gopanic|goPanic\w*|panic\w+|sigpanic)$|smb_panic\w*|vpanic|trap_(?:fatal|pfault)|calltrap|Ke(?:BugCheck\w*)|Ki(?:BugCheck\w*|PageFault|GeneralProtectionFault\w*)|isc_assertion_failed|Rtl(?:ReportFatalFailure|ReportCriticalFailure|p\w{0,10}Heap\w{0,30}|FreeHeap|SizeHeap|ReAllocateHeap)|_free_(?:base|dbg)\w*|FDebug::|errfinish|my_abort|ut_dbg_assertion_failed|mongo::(?:invariantFailed|fassertFailed)\w*|g_assertion_message\w*|_?swift_stdlib_reportFatalError\w*|swift_runtime_on_report|_swift_runtime_on_report|Swift\._(?:assertionFailure|fatalErrorMessage)|closure #\d+ .*in (?:Swift\.)?_assertionFailure|_assertionFailure|\$ss17_assertionFailure\w*|specialized _assertionFailure|_fatalErrorMessage|System\.(?:\w+\.)*ThrowHelper\.|System\.Environment\.(?:FailFast|_FailFast)|System\.Diagnostics\.Debug\w*\.|_objc_(?:fatal|terminate)|objc_exception_throw|[+-]\[.{1,80} doesNotRecognizeSelector:\]|__exceptionPreprocess|abort_message|android_log_assert|_?_android_log_\w+|art::Runtime::Abort|scudo::|android::base::LogMessage::~|android::base::(?:DefaultAborter|SetAborter))/;

/** How far into a stack a handler's own frames, or a runtime's, may go. */
const LOOKED_AT = 24;

/** Where in a stack a runtime gives up, by the names of its functions, the innermost first; -1 where none does. */
export function givesUpAt(names: readonly (string | null)[]): number {
  return names.slice(0, LOOKED_AT).findLastIndex((name) => name !== null && GIVES_UP.test(name));
}

/**
 * A stack without the frames of the handler that printed it: those above the kernel's call of it, and those that its names give away.
 * `own`: the process printed it by itself, so that its handler stands on top.
 */
export function withoutHandler(all: readonly Frame[], own = false): Frame[] {
  const frames = all.slice(again(all));
  const inner = Math.max(trampoline(frames), namelessTrampoline(frames), terminator(frames));
  const after = Math.max(inner, own && inner === -1 ? called(frames) : -1) + 1;
  let at = after;
  while (at < Math.min(frames.length, after + LOOKED_AT) && isHandlers(frames[at], frames[at + 1])) at++;
  const gaveUp = givenUp(frames, Math.max(0, at - 1)) + 1;
  if (gaveUp >= at) at = gaveUp + nameless(frames, gaveUp);
  while (gaveUp > 0 && isLibrarys(frames[at])) at++;
  const kept = frames.slice(at);
  // A stack of nothing but handlers: then its words are all that there is.
  return kept.length === 0 ? frames.slice(after) : kept;
}

/** glog tells the place of the fault before the stack, which has it once more below the handler's frames without names. */
function again(frames: readonly Frame[]): number {
  const [first] = frames;
  if (first === undefined || first.function === null || first.address === "0x0") return 0;
  const at = frames
    .slice(0, 6)
    .findIndex(
      ({ function: name, address }, i) => i > 0 && name === first.function && address === first.address,
    );
  return at > 1 && frames.slice(1, at).every(({ function: name }) => name === null) ? at : 0;
}

function trampoline(frames: readonly Frame[]): number {
  return frames
    .slice(0, LOOKED_AT)
    .findLastIndex(({ function: name }) => name !== null && TRAMPOLINE.test(symbolName(name)));
}

/** The trampoline of a libc without symbols: the first of its frames, where all before it are the handler's or nobody's. */
function namelessTrampoline(frames: readonly Frame[]): number {
  const other = frames.findIndex(({ function: name }) => name !== null && !HANDLER.test(name));
  // Of a stack without any name: libc's start stands at its other end.
  if (frames.every(({ function: name }) => name === null)) {
    const at = frames
      .slice(0, 4)
      .findIndex(({ module }, i) => i > 0 && module !== null && SYSTEM.test(module));
    return at < frames.length - 1 ? at : -1;
  }
  const inner = frames.slice(0, other === -1 ? 0 : Math.min(other, LOOKED_AT));
  return inner.findLastIndex(
    ({ function: name, module }, i) => i > 0 && name === null && module !== null && SYSTEM.test(module),
  );
}

/** One frame of libc without a name between two of the program's: the kernel called the inner one there. */
function called(frames: readonly Frame[]): number {
  return frames.slice(0, 4).findIndex(({ function: name, module }, i) => {
    const next = frames[i + 1];
    const libc = i > 0 && name === null && module !== null && SYSTEM.test(module);
    if (!libc || next === undefined || next.function === null) return false;
    return next.module === null || !SYSTEM.test(next.module) || ABORTS.test(next.function);
  });
}

/** A runtime's way to give up goes through some frames of its own that have no names. */
function nameless(frames: readonly Frame[], at: number): number {
  const { module } = frames[at - 1] ?? { module: null };
  const next = frames.slice(at, at + 4).findIndex(({ function: name }) => name !== null);
  const same = frames.slice(at, at + Math.max(0, next)).every((frame) => frame.module === module);
  return next > 0 && same ? next : 0;
}

/** std::terminate's handler is called from a C++ runtime that may have no symbols; what it was called for lies beyond. */
function terminator(frames: readonly Frame[]): number {
  const at = frames
    .slice(0, 8)
    .findLastIndex(
      ({ function: name, module }) => name === null && module !== null && CXX_RUNTIME.test(module),
    );
  const next = frames[at + 1];
  // A thread's start in it stands at the other end.
  const begins =
    next === undefined || next.function === null || /^(?:start_thread|clone)/.test(next.function);
  return begins || (next.module !== null && SYSTEM.test(next.module)) ? -1 : at;
}

/** The outermost frame near the top by which a runtime gives up, from `at` on. */
function givenUp(frames: readonly Frame[], at: number): number {
  const found = givesUpAt(frames.slice(at, at + LOOKED_AT).map(({ function: name }) => name));
  return found === -1 ? -1 : at + found;
}

/** Swift's and Rust's libraries check before they give up. */
function isLibrarys(frame: Frame | undefined): boolean {
  if (frame === undefined) return false;
  const { module, file } = frame;
  return (
    (module !== null && /^libswiftCore\b/.test(module)) ||
    (file !== null &&
      /^\/rustc\/[0-9a-f]{6,40}\/(?:\/?library|src\/lib)|\/lib\/rustlib\/src\/rust\/library\//.test(file))
  );
}

/** A frame of libc without a name at the innermost end is the signal's trampoline. */
function isHandlers(frame: Frame | undefined, next: Frame | undefined): boolean {
  if (frame === undefined) return false;
  if (frame.function !== null) return HANDLER.test(frame.function);
  return (
    next !== undefined && (frame.module === null || SYSTEM.test(frame.module) || /handler/.test(frame.module))
  );
}
