import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assembleEvidence } from "../../src/crash/assemble-evidence.js";
import type { GoTrace, NativeCapture } from "../../src/crash/evidence.js";
import { goTraceOf } from "../../src/crash/read/go/trace.js";
import { attemptKey, captureKey } from "../../src/crash/key.js";
import { readCapture } from "../../src/crash/read/capture.js";
import { signatureOf } from "../../src/crash/signature.js";
import { shownName, symbolName } from "../../src/crash/symbol.js";

function captureOf(name: string): NativeCapture {
  const path = fileURLToPath(new URL(`../corpus/native/${name}`, import.meta.url));
  const text = readFileSync(path, "utf8");
  const read = readCapture(text.slice(text.indexOf("\n\n") + 2));
  if ("refused" in read) throw new Error(read.refused);
  return read.capture;
}

const names = readdirSync(fileURLToPath(new URL("../corpus/native/", import.meta.url))).filter((file) =>
  file.startsWith("real-"),
);

function signature(capture: NativeCapture, goTrace: GoTrace | null = goTraceOf(capture.stderr)) {
  const outcome =
    goTrace === null
      ? ({ kind: "crash", signal: capture.siginfo.signal, exitCode: null } as const)
      : ({ kind: "crash", signal: null, exitCode: 2 } as const);
  const captures = { tried: 1, met: 1 };
  return signatureOf(
    assembleEvidence({ outcome, goTrace, output: null, capture, captures, notes: [] }),
    outcome,
  );
}

/** The same crash in another process: shifted in memory, other numbers for process and threads, other lines. */
function elsewhere(capture: NativeCapture, shift: bigint, pid: number, line: number): NativeCapture {
  const moved = (address: string): string => {
    const value = BigInt(address);
    return value < 0x10000n || value >> 47n !== 0n ? address : `0x${(value + shift).toString(16)}`;
  };
  return {
    ...capture,
    siginfo: {
      ...capture.siginfo,
      address: capture.siginfo.address && moved(capture.siginfo.address),
      sender: capture.siginfo.sender && capture.siginfo.sender + pid,
    },
    threads: capture.threads.map((thread) => ({
      ...thread,
      number: thread.number + 7,
      lwp: thread.lwp + pid,
      fsBase: thread.fsBase && moved(thread.fsBase),
      frames: thread.frames.map((frame) => ({
        ...frame,
        address: moved(frame.address),
        line: frame.line === null ? null : frame.line + line,
        args: null,
      })),
    })),
    registers: Object.fromEntries(
      Object.entries(capture.registers).map(([name, value]) => [name, moved(value)]),
    ),
    disassembly: capture.disassembly.map((one) => ({ ...one, address: moved(one.address) })),
    mappings: capture.mappings.map((one) => ({ ...one, start: moved(one.start), end: moved(one.end) })),
    libraries: capture.libraries.map((one) => ({ ...one, loadedBy: one.loadedBy && one.loadedBy + 7 })),
  };
}

describe("a signature", () => {
  test.each(names)("is the same elsewhere: %s", (name) => {
    const capture = captureOf(name);
    const here = signature(capture);
    fc.assert(
      fc.property(
        fc.bigInt(1n, 0xfffn),
        fc.nat(30_000),
        fc.integer({ min: -1, max: 9 }),
        (pages, pid, line) => {
          const other = signature(elsewhere(capture, pages << 12n, pid, line));
          expect(other).toEqual(here);
        },
      ),
      { numRuns: 5 },
    );
  });

  test("is one for a crash on two glibcs, static and dynamic, and on musl", () => {
    for (const program of [
      "near-null",
      "null-dereference",
      "division",
      "stack-overflow",
      "execute-bad-address",
    ]) {
      const ids = names
        .filter((name) => name.endsWith(`-${program}.txt`))
        .map((name) => signature(captureOf(name)).id);
      expect(ids.length).toBe(12);
      expect([program, ...new Set(ids)]).toHaveLength(2);
    }
    for (const repro of ["golang-13470", "glibc-19341"]) {
      const [old, recent] = ["bullseye", "bookworm"].map((suite) =>
        signature(captureOf(`real-${suite}-glibc-static-${repro}.txt`)),
      );
      expect(old?.id).toBe(recent?.id);
    }
  });

  test("is another for another crash", () => {
    const programs = names.filter((name) => name.startsWith("real-bookworm-glibc-static-"));
    const titles = new Map(programs.map((name) => [name, signature(captureOf(name))]));
    // child, handler-raises and hostile all crash in crash(), called from main.
    const same =
      /-(?:child|handler-raises|hostile|non-canonical|wild-pointer|bus-error|use-after-unmap)\.txt$/;
    const others = [...titles].filter(([name]) => !same.test(name)).map(([, { id }]) => id);
    expect(new Set(others).size).toBe(others.length);
  });

  test("of the bug that vivarium began with", () => {
    const capture = captureOf("real-bookworm-glibc-static-golang-13470.txt");
    expect(signature(capture).title).toBe(
      "SIGSEGV in internal_getpwuid_r (libnss_compat.so.2), called from user.Current",
    );
    // What the attempts' own traces give, and gdb's run, is one key.
    expect(captureKey(capture)).toBe(
      attemptKey({ status: 2 << 8, timedOut: false }, goTraceOf(capture.stderr)),
    );
  });

  test("without symbols: module, build-id and offset", () => {
    const capture = captureOf("real-bookworm-glibc-dynamic-near-null.txt");
    const stripped = {
      ...capture,
      threads: capture.threads.map((thread) => ({
        ...thread,
        frames: thread.frames.map((frame) => ({ ...frame, function: null, file: null, line: null })),
      })),
    };
    const [frame] = capture.threads[0]?.frames ?? [];
    expect(signature(stripped).title).toBe(`SIGSEGV in program+${frame?.offset}`);
    const rebuilt = structuredClone(stripped);
    for (const one of rebuilt.threads.flatMap((thread) => thread.frames)) one.buildId = "0123";
    expect(signature(rebuilt).id).not.toBe(signature(stripped).id);
  });

  test("does not use frames that may be made up", () => {
    const capture = captureOf("real-bookworm-glibc-static-near-null.txt");
    const doubtful = structuredClone(capture);
    for (const frame of doubtful.threads[0]?.frames.slice(1) ?? []) frame.trusted = false;
    expect(signature(doubtful).title).toBe("SIGSEGV in follow");
  });

  test("is of 12 hex digits, its title of one line", () => {
    for (const name of names) {
      const { id, title } = signature(captureOf(name));
      expect(id).toMatch(/^[0-9a-f]{12}$/);
      expect(title).not.toContain("\n");
      expect(title.length).toBeLessThanOrEqual(160);
    }
  });
});

test.each([
  ["__memmove_avx512_unaligned_erms", "memmove"],
  ["__sin_fma", "sin"],
  ["___pthread_mutex_lock", "pthread_mutex_lock"],
  ["__GI___pthread_mutex_lock", "pthread_mutex_lock"],
  ["__GI___libc_read", "read"],
  ["__assert_fail", "__assert_fail"],
  ["internal_getpwuid_r", "internal_getpwuid_r"],
  ["__libc_fatal", "__libc_fatal"],
  [
    "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::substr(unsigned long) const",
    "std::string::substr",
  ],
  ["std::__1::basic_string<wchar_t>::at(unsigned long)", "std::wstring::at"],
  [
    "std::basic_string_view<char, std::char_traits<char> >::remove_prefix(unsigned long)",
    "std::string_view::remove_prefix",
  ],
  ["std::__cxx11::basic_string<T>::at(unsigned long)", "std::__cxx11::basic_string<…>::at"],
  ["__", "__"],
])("a title calls the symbol %s %s", (symbol, name) => expect(shownName(symbol)).toBe(name));

test.each([
  ["__GI___libc_free", "free"],
  ["__GI___libc_read", "read"],
  ["__memmove_avx512_unaligned_erms", "memmove"],
  ["__ieee754_exp_fma4", "ieee754_exp"],
  ["__pthread_clockjoin_ex", "pthread_join"],
  ["__strlen_avx2", "strlen"],
  ["__memmove_avx_unaligned_erms", "memmove"],
  ["__memcpy_evex_unaligned_erms", "memcpy"],
  ["_int_free", "_int_free"],
  ["foo.constprop.0", "foo"],
  ["foo.part.1.cold", "foo"],
  ["getpwuid_r@@GLIBC_2.2.5", "getpwuid_r"],
  ["_cgo_709c8d94a9f9_Cfunc_mygetpwuid_r", "_Cfunc_mygetpwuid_r"],
  ["_cgo_709c8d94a9f9_C2func_getaddrinfo", "_Cfunc_getaddrinfo"],
  ["runtime.asmcgocall.abi0", "runtime.asmcgocall"],
  ["ns::f(int (*)(char)) const", "ns::f"],
  ["(anonymous namespace)::f(int)", "(anonymous namespace)::f"],
  ["operator()", "operator()"],
  ["main.(*T).f", "main.(*T).f"],
])("the symbol %s is %s in every build", (symbol, name) => expect(symbolName(symbol)).toBe(name));
