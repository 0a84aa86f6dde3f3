import { describe, expect, test } from "vitest";
import type { Frame } from "../../../src/crash/evidence.js";
import { explain } from "../../../src/crash/explain/explain.js";
import { outcomeOf } from "../../../src/crash/outcome.js";
import { signatureOf } from "../../../src/crash/signature.js";
import { captureOf, frameOf } from "../captures.js";

/** A frame as `function@module:file`; the last two may be left out, `?` is no function. */
function frame(line: string): Frame {
  const [, name = "", module = "program", file = null] = /^([^@]+)(?:@([^:]+))?(?::(.+))?$/.exec(line) ?? [];
  const place = { module, file, line: file === null ? null : 4, offset: "0x9d919" };
  return frameOf(name === "?" ? null : name, place);
}

const ABORT = { signal: "SIGABRT", number: 6, code: -6, codeName: "SI_TKILL", address: null, sender: 7 };

function told(stack: readonly string[], stderr: string) {
  const capture = captureOf(ABORT, stack.map(frame), { stderr });
  const explanation = explain(capture);
  const { title, id } = signatureOf(
    { go: null, siginfo: capture.siginfo, threads: capture.threads, explanation },
    outcomeOf({ status: 6, timedOut: false }),
  );
  return { title, id, text: explanation.text, facts: explanation.facts };
}

const LIBC = [
  "__pthread_kill_implementation@libc.so.6:./nptl/pthread_kill.c",
  "__GI_raise@libc.so.6",
  "__GI_abort@libc.so.6",
];
/** A libstdc++ without symbols of its own, and one in a static program. */
const STRIPPED = [
  "?@libstdc++.so.6",
  "?@libstdc++.so.6",
  "std::terminate()@libstdc++.so.6",
  "__cxa_throw@libstdc++.so.6",
];
const STATIC = [
  "__pthread_kill_implementation.constprop.0",
  "raise",
  "abort",
  "__gnu_cxx::__verbose_terminate_handler() [clone .cold]",
  "__cxxabiv1::__terminate(void (*)())",
  "std::terminate()",
  "__cxa_throw",
];
const OWN = ["parse@program:/src/main.cc", "main@program:/src/main.cc"];
const GNU = "terminate called after throwing an instance of 'std::invalid_argument'\n  what():  empty key\n";

describe("std::terminate", () => {
  test("is told by the exception's type and by who threw it, whatever libstdc++ shows of itself", () => {
    const dynamic = told([...LIBC, ...STRIPPED, ...OWN], GNU);
    expect(dynamic).toMatchObject({
      title: "SIGABRT: uncaught std::invalid_argument in parse, called from main",
      text: "std::terminate: uncaught std::invalid_argument",
      facts: ["its last words: empty key"],
    });
    expect(told([...STATIC, ...OWN], GNU).id).toBe(dynamic.id);
  });

  test("of an exception without words, and of none", () => {
    const bare = told(
      [...LIBC, ...STRIPPED, ...OWN],
      "terminate called after throwing an instance of 'int'\n",
    );
    expect(bare).toMatchObject({ text: "std::terminate: uncaught int", facts: [] });
    const none = told([...LIBC, ...STRIPPED, ...OWN], "terminate called without an active exception\n");
    expect(none.text).toBe("std::terminate: no exception was active");
    expect(none.facts).toHaveLength(1);
    expect(told([...LIBC, ...STRIPPED, ...OWN], "").text).toBe("std::terminate was called");
  });

  test("in libc++abi's words", () => {
    const line = "libc++abi: terminating due to uncaught exception of type std::out_of_range: vector\n";
    expect(told([...LIBC, ...STRIPPED, ...OWN], line)).toMatchObject({
      text: "std::terminate: uncaught std::out_of_range",
      facts: ["its last words: vector"],
    });
  });

  test("is not claimed for an abort() that the program calls itself after such words", () => {
    expect(told([...LIBC, ...OWN], GNU).text).toBe("abort() was called");
  });

  test("only the last such words count, and no control character of them is passed on", () => {
    const faked = `terminate called after throwing an instance of 'fake'\n${GNU.replace("empty", "\u001b[31mempty")}`;
    const { title, facts } = told([...LIBC, ...STRIPPED, ...OWN], faked);
    expect(title).toContain("uncaught std::invalid_argument");
    expect(facts[0]).not.toContain("\u001b");
  });
});

describe("a panic of Rust's that ends in abort()", () => {
  const RUST = [
    "panic_abort::__rust_start_panic::abort@program:library/panic_abort/src/lib.rs",
    "std::panicking::rust_panic@program:library/std/src/panicking.rs",
    "std::panicking::begin_panic_handler@program:library/std/src/panicking.rs",
    "core::panicking::panic_fmt@program:library/core/src/panicking.rs",
    "core::option::expect_failed@program:library/core/src/option.rs",
  ];
  const CODE = ["lookup::lookup@program:src/main.rs", "lookup::main@program:src/main.rs"];

  test.each([
    ["before Rust 1.73", "thread 'main' panicked at 'no such key: 7', src/main.rs:2:75\n"],
    ["since then", "thread 'main' (12) panicked at src/main.rs:2:75:\nno such key: 7\n"],
  ])("is told by its message, as it is written %s", (_when, stderr) => {
    const note = "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
    expect(told([...LIBC, ...RUST, ...CODE], stderr + note)).toMatchObject({
      title: "SIGABRT: panic: no such key: 7 in lookup::lookup, called from lookup::main",
      text: "Rust's runtime called abort() instead of unwinding: panic: no such key: 7",
      facts: ["it panicked at src/main.rs:2:75"],
    });
  });

  test("is told without it where nothing was said", () => {
    expect(told([...LIBC, ...RUST, ...CODE], "")).toMatchObject({
      title: "SIGABRT: panic in lookup::lookup, called from lookup::main",
      facts: [],
    });
  });

  test("is not claimed for an abort() of the program's own, which Rust's runtime catches panics around", () => {
    const around =
      "std::panicking::try::do_call<T>@program:/usr/src/rustc-1.63.0/library/std/src/panicking.rs";
    const { text } = told([...LIBC, ...CODE, around], "thread 'a' panicked at 'x', src/main.rs:2:75\n");
    expect(text).toBe("abort() was called");
  });
});

test("a fortified function that another of its name entered is named once", () => {
  const header = "strcpy@program:/usr/include/x86_64-linux-gnu/bits/string_fortified.h";
  const capture = captureOf(
    ABORT,
    [...LIBC, "__fortify_fail", "__chk_fail", "__strcpy_chk", header, "set_name@program:/src/user.c"].map(
      frame,
    ),
    { abortMessage: "*** buffer overflow detected ***: terminated" },
  );
  const explanation = explain(capture);
  const { title } = signatureOf(
    { go: null, siginfo: capture.siginfo, threads: capture.threads, explanation },
    outcomeOf({ status: 6, timedOut: false }),
  );
  expect(title).toBe("SIGABRT: buffer overflow detected in strcpy, called from set_name");
});

test("a crash inside of libstdc++ itself is told by where it is", () => {
  const { title } = told(["?@libstdc++.so.6", ...OWN], "");
  expect(title).toBe("SIGABRT in libstdc++.so.6+0x9d919, called from parse");
});

test("the C++ library's templates are not the program's own code", () => {
  const header = "std::thread::~thread@program:/usr/include/c++/12/bits/std_thread.h";
  const { title } = told(
    [...STATIC.slice(0, 6), header, ...OWN],
    "terminate called without an active exception\n",
  );
  expect(title).toBe("SIGABRT: no exception was active in std::thread::~thread, called from parse");
});

test("libc's own words are the title, and what they mean the explanation: each once", () => {
  const capture = captureOf(
    ABORT,
    [...LIBC, "__fortify_fail@libc.so.6", "____longjmp_chk@libc.so.6", "main@program:/src/coro.c"].map(frame),
    { abortMessage: "*** longjmp causes uninitialized stack frame ***: terminated" },
  );
  const explanation = explain(capture);
  expect(explanation.text).toMatch(/^longjmp \(fortified\) found that/);
  const { title } = signatureOf(
    { go: null, siginfo: capture.siginfo, threads: capture.threads, explanation },
    outcomeOf({ status: 6, timedOut: false }),
  );
  expect(title).toMatch(
    /^SIGABRT: longjmp causes uninitialized stack frame in longjmp .*, called from main$/,
  );
});

test.each([
  "Fatal glibc error: malloc assertion failure in sysmalloc: (old_top == initial_top (av) && old_size == 0)",
  "Fatal glibc error: malloc.c:2601 (sysmalloc): assertion failed: (old_top == initial_top (av) && old_size == 0)",
  "top: malloc.c:2379: sysmalloc: Assertion `(old_top == initial_top (av) && old_size == 0)' failed.",
])("an assertion within malloc is the heap's: %s", (abortMessage) => {
  const stack = [...LIBC, "sysmalloc@libc.so.6", "malloc@libc.so.6", "main@program:/src/top.c"].map(frame);
  expect(explain(captureOf(ABORT, stack, { abortMessage })).text).toMatch(
    /^malloc found its own lists overwritten/,
  );
});
