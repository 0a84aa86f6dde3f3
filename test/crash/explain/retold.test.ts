import { describe, expect, test } from "vitest";
import { explain } from "../../../src/crash/explain/explain.js";
import { outcomeOf } from "../../../src/crash/outcome.js";
import { signatureOf } from "../../../src/crash/signature.js";
import type { NativeCapture } from "../../../src/crash/evidence.js";
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
