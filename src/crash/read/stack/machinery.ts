import type { Frame } from "../../evidence.js";
import { symbolName } from "../../symbol.js";

/** How a handler prints its stack, and how the system came to call it. */
const HANDLER =
  /backtrace|stack_?trace|print_?stack|dump_?stack|unwind|(?:sig(?:nal|segv|abrt)?|segv|segfault|crash|fault|fatal|abort|exception|failure|terminate)_?(?:\w*_)?(?:hand(?:le|ler|ling)|action|trap|callback)\w*|hand(?:le|ler|ling)_?(?:\w*_)?(?:sig|segv|crash|fault|fatal|abort|failure|exception)\w*|^(?:on_|handle_?)(?:sig|segv|crash|fault)\w*|CrashCallback|(?:^|_)sig_?handler|rb_vm_bugreport|rb_bug\w*|sigsegv|google::|absl::.*(?:Failure|Fatal|Log)|logging_internal|folly::symbolizer|boost::stacktrace|backward::|segv_handler|rb_print_backtrace|PrintStack|sanitizer_print|DumpStack|SignalHandler|signalHandler|CallSignalHandlers|RunSignalHandlers|PosixSignalHandler|OsLookupColor|OsSigHandler|xorg_backtrace|uwsgi_backtrace|my_print_stacktrace|jl_critical_error|sigdie_handler|std::(?:backtrace|panicking|sys|rt)|core::panicking|rust_begin_unwind|rust_panic|core::(?:result|option)::\w*(?:failed|unwrap|expect)|__rust_|mono_(?:handle_native_crash|sigsegv|arch_handle)|node::(?:Abort|OnFatal|FatalError|Assert)|v8::internal::(?:V8::)?Fatal|v8::Utils::ReportOOM|V8_Fatal|__sigaction|crash_log/i;
/** The frame in which the kernel called the handler: all before it is the handler's. */
const TRAMPOLINE =
  /^_*(?:restore_rt|kernel_(?:rt_)?sigreturn|sigtramp\w*|restore|sigaction)$|^<signal handler called>$|^killpg$/;
const SYSTEM =
  /^(?:lib(?:c|pthread|asan|unwind|execinfo)\b|ld-|libsystem_(?:platform|pthread|kernel)|linux-vdso|ntdll)/;

/** How far into a stack a handler's own frames may go. */
const LOOKED_AT = 24;

/** A stack without the frames of the handler that printed it: those above the kernel's call of it, and those that its names give away. */
export function withoutHandler(frames: readonly Frame[]): Frame[] {
  const after = trampoline(frames) + 1;
  let at = after;
  while (at < Math.min(frames.length, after + LOOKED_AT) && isHandlers(frames[at], frames[at + 1])) at++;
  const kept = frames.slice(at);
  // A stack of nothing but handlers: then its words are all that there is.
  return kept.length === 0 ? frames.slice(after) : kept;
}

function trampoline(frames: readonly Frame[]): number {
  return frames
    .slice(0, LOOKED_AT)
    .findLastIndex(({ function: name }) => name !== null && TRAMPOLINE.test(symbolName(name)));
}

/** A frame of libc without a name at the innermost end is the signal's trampoline. */
function isHandlers(frame: Frame | undefined, next: Frame | undefined): boolean {
  if (frame === undefined) return false;
  if (frame.function !== null) return HANDLER.test(frame.function);
  return (
    next !== undefined && (frame.module === null || SYSTEM.test(frame.module) || /handler/.test(frame.module))
  );
}
