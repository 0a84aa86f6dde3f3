import { describe, expect, test } from "vitest";
import { explain } from "../../../src/crash/explain/explain.js";
import { outcomeOf } from "../../../src/crash/outcome.js";
import { signatureOf } from "../../../src/crash/signature.js";
import type { GoTrace, NativeCapture } from "../../../src/crash/evidence.js";
import { goTraceOf } from "../../../src/crash/read/go/trace.js";
import { goCalls } from "../../../src/report/evidence/go.js";
import { captureOf, frameOf } from "../captures.js";

const ABORT = { signal: "SIGABRT", number: 6, code: -6, codeName: "SI_TKILL", address: null, sender: 7 };
const SEGV = {
  signal: "SIGSEGV",
  number: 11,
  code: 1,
  codeName: "SEGV_MAPERR",
  address: "0x0",
  sender: null,
};
const ENDS = ["__pthread_kill_implementation", "raise", "abort"];

const own = (name: string) => frameOf(name, { file: "/src/main.cc", line: 4 });
const from = (file: string, name: string) => frameOf(name, { file, line: 1 });

function told(
  siginfo: NativeCapture["siginfo"],
  frames: ReturnType<typeof frameOf>[],
  more: Partial<NativeCapture> = {},
) {
  const capture = captureOf(siginfo, frames, { debugInfo: true, ...more });
  const explanation = explain(capture);
  const { title, weak } = signatureOf(
    { go: null, siginfo, threads: capture.threads, explanation, debugInfo: true },
    outcomeOf({ status: siginfo.number, timedOut: false }),
  );
  return { title, weak, facts: explanation.facts };
}

describe("reports that were said wrongly before:", () => {
  test("an exception that leaves a destructor is uncaught, and not just abort()", () => {
    const frames = [
      ...[
        ...ENDS,
        "__gnu_cxx::__verbose_terminate_handler() [clone .cold]",
        "__cxxabiv1::__terminate(void (*)())",
      ],
      ...["__cxa_call_terminate", "__gxx_personality_v0", "_Unwind_RaiseException", "__cxa_throw"],
    ].map((name) => frameOf(name));
    const stderr =
      "terminate called after throwing an instance of 'std::runtime_error'\n  what():  connection lost\n";
    const stack = [...frames, own("Transaction::commit"), own("Transaction::~Transaction"), own("main")];
    expect(told(ABORT, stack, { stderr })).toMatchObject({
      title:
        "SIGABRT: uncaught std::runtime_error in Transaction::commit, called from Transaction::~Transaction",
      facts: [
        "its last words: connection lost",
        "it left a destructor, or another function that is noexcept",
      ],
    });
  });

  test("libstdc++'s function that throws is none of the story, cold or not", () => {
    const frames = [
      ...ENDS,
      "std::terminate()",
      "__cxa_throw",
      "std::__throw_out_of_range_fmt(char const*, ...) [clone .cold]",
    ];
    const at = from("/usr/include/c++/12/bits/stl_vector.h", "std::vector<int, std::allocator<int> >::at");
    const stderr = "terminate called after throwing an instance of 'std::out_of_range'\n  what():  n\n";
    const { title } = told(ABORT, [...frames.map((name) => frameOf(name)), at, own("column"), own("main")], {
      stderr,
    });
    expect(title).toBe("SIGABRT: uncaught std::out_of_range in std::vector<…>::at, called from column");
  });

  test("a fortified function of a header is libc's, and not its own caller", () => {
    const printf = from("/usr/include/x86_64-linux-gnu/bits/stdio2.h", "printf");
    const stack = [...ENDS, "__libc_message", "__libc_fatal", "__vfprintf_internal", "__printf_chk"].map(
      (name) => frameOf(name),
    );
    const abortMessage = "*** %n in writable segment detected ***: terminated";
    expect(told(ABORT, [...stack, printf, own("main")], { abortMessage }).title).toMatch(
      /, called from main$/,
    );
  });

  test("a fault within the allocator says so", () => {
    const stack = [frameOf("a_crash"), frameOf("get_meta"), own("parse"), own("main")];
    expect(told({ ...SEGV, code: 128, codeName: "SI_KERNEL" }, stack).title).toBe(
      "SIGSEGV in the allocator, called from parse",
    );
  });

  test("what free found is told for what it is", () => {
    const stack = [...ENDS, "__libc_message", "malloc_printerr", "_int_free", "free"].map((name) =>
      frameOf(name),
    );
    const facts = (abortMessage: string) =>
      told(ABORT, [...stack, own("main")], { abortMessage }).facts.join();
    expect(facts("double free or corruption (out)")).toContain("its size was overwritten");
    expect(facts("double free or corruption (!prev)")).toContain("or the size of the block behind it");
    expect(facts("double free or corruption (fasttop)")).toBe("free was given memory that is free already");
  });

  test("an assertion of libstdc++'s says its condition, and who broke it", () => {
    const stderr =
      "/usr/include/c++/12/bits/stl_vector.h:1142: std::vector<_Tp, _Alloc>::operator[](size_type) const [with _Tp = int]: Assertion '__n < this->size()' failed.\n";
    const at = frameOf("std::vector<int, std::allocator<int> >::operator[]", {
      file: "/usr/include/c++/12/bits/stl_vector.h",
      line: 1142,
    });
    const stack = [...ENDS, "std::__glibcxx_assert_fail(char const*, int, char const*, char const*)"];
    expect(told(ABORT, [...stack.map((name) => frameOf(name)), at, own("pick")], { stderr }).title).toBe(
      "SIGABRT: assertion `__n < this->size()' failed in std::vector<…>::operator[], called from pick",
    );
  });

  test.each([
    ["__run_exit_handlers", "atexit"],
    ["__nptl_deallocate_tsd", "pthread_key_create"],
  ])("a call of what is gone by %s names what registered it", (name, by) => {
    const address = "0x7ff7bd517109";
    const capture = captureOf(
      { ...SEGV, address },
      [frameOf(null, { module: null, offset: null }), frameOf(name)],
      {
        registers: { rip: address },
      },
    );
    expect(explain(capture).facts).toEqual([
      `it was registered by ${by}; its code is gone, as after dlclose() of the library that registered it`,
    ]);
  });
});

describe("Go's traces that were said wrongly before:", () => {
  const trace = (message: string, frames: string) =>
    goTraceOf(`${message}\n\ngoroutine 1 [running]:\n${frames}\n`) as NonNullable<
      ReturnType<typeof goTraceOf>
    >;
  const died = (go: GoTrace, siginfo: NativeCapture["siginfo"] | null, threads: NativeCapture["threads"]) =>
    signatureOf(
      { go, siginfo, threads, explanation: null, debugInfo: true },
      { kind: "crash", signal: null, exitCode: 2 },
    ).title;

  test("where Go's own library complains, who called it is named", () => {
    const go = trace(
      "fatal error: sync: unlock of unlocked mutex",
      "sync.fatal({0x1?, 0x2?})\n\t/usr/lib/go-1.19/src/runtime/panic.go:1031 +0x1e\n" +
        "sync.(*Mutex).unlockSlow(0x5, 0xffffffff)\n\t/usr/lib/go-1.19/src/sync/mutex.go:229 +0x3c\n" +
        "main.release(...)\n\t/repro/unlock.go:7\nmain.main()\n\t/repro/unlock.go:9 +0x3c",
    );
    expect(died(go, null, [])).toMatch(/unlock of unlocked mutex in sync\.\S+, called from main\.release$/);
    expect(goCalls(go, 9).join(" < ")).toContain("main.release (unlock.go:7) < main.main");
  });

  test("a fault in Go's own code is not called from itself", () => {
    const go = trace(
      "unexpected fault address 0xdeadbeef000\nfatal error: fault\n[signal SIGSEGV: segmentation violation code=0x1 addr=0xdeadbeef000 pc=0x457c3a]",
      "runtime.throw({0x1?, 0x2?})\n\t/usr/lib/go-1.19/src/runtime/panic.go:1047 +0x5d\nmain.main()\n\t/repro/unsafeptr.go:10 +0x1a",
    );
    const { threads } = captureOf(SEGV, [frameOf("main.main", { file: "/repro/unsafeptr.go", line: 10 })]);
    expect(died(go, SEGV, threads)).toBe("SIGSEGV in main.main");
  });
});

test("a lambda is called by its file: gdb knows no other name", () => {
  const lambda = frameOf("operator()", { file: "/repro/threadlost.cpp", line: 6 });
  expect(told(SEGV, [own("load"), lambda]).title).toBe(
    "SIGSEGV in load, called from a lambda of threadlost.cpp",
  );
});
