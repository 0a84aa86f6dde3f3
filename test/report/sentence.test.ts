import { describe, expect, it } from "vitest";
import { notSeen } from "../../src/report/bounds.js";
import { code, say, technical, words } from "../../src/report/phrase.js";
import { sentenceText } from "../../src/report/sentence.js";
import { sample } from "./samples.js";

describe("the sentence that is the bug", () => {
  it.each([
    [
      "one-crash",
      "golang-13470, variant uncached (statically linked), crashes with SIGSEGV at address 0xe5 in internal_getpwuid_r (nss_compat/compat-pwd.c:920) in 500 of 500 attempts on glibc-2.36.",
    ],
    [
      "nine-environments",
      "golang-13470, variant uncached (statically linked), crashes with SIGSEGV at address 0xe5 in internal_getpwuid_r (nss_compat/compat-pwd.c:921) in 1,000 of 1,000 attempts on glibc-2.31 and glibc-2.36, and in none of 3,500 attempts on 7 others.",
    ],
    [
      "clean",
      "golang-13470, variant uncached (statically linked), ended clean in all 900 attempts in 9 environments. With 95 % confidence its rate in each of them is below 3.7 %.",
    ],
  ] as const)("of %s", (name, sentence) => {
    expect(sentenceText(sample(name))).toBe(sentence);
  });

  it("says that a campaign is incomplete, or has no verdict at all", () => {
    const result = sample("incomplete");
    expect(sentenceText(result)).toMatch(/on musl-1\.2\.3\. This campaign is incomplete\.$/);
    const environments = result.environments.filter(({ attempts }) => attempts === 0);
    expect(sentenceText({ ...result, environments })).toBe(
      "No attempt of golang-13470 counted, so there is no verdict. This campaign is incomplete.",
    );
  });

  it("never calls an exit or a timeout a crash", () => {
    const result = sample("one-crash");
    const [environment] = result.environments;
    const [signature] = environment?.signatures ?? [];
    if (!environment || !signature) throw new Error("the sample has a signature");
    const as = (outcome: "exit" | "timeout", exitCode: number | null) =>
      sentenceText({
        ...result,
        environments: [{ ...environment, signatures: [{ ...signature, outcome, exitCode, signal: null }] }],
      });
    expect(as("exit", 3)).toMatch(/exits with status 3 in 500 of 500 attempts/);
    expect(as("timeout", null)).toMatch(/does not end within its time limit in 500 of 500 attempts/);
  });
});

describe("what was not seen", () => {
  it("has one bound for environments that share it", () => {
    const [bound, outcomes] = notSeen(sample("nine-environments")).map(words);
    expect(bound).toBe(
      "glibc-2.41, glibc-2.43, glibc-2.44, musl-1.2.2, musl-1.2.3, musl-1.2.5 and musl-1.2.6: SIGSEGV in none of 500 attempts each: with 95 % confidence (Clopper-Pearson) the rate is below 0.74 %.",
    );
    expect(outcomes).toBe(
      "No attempt exited with a status other than 0, or met its time limit (of 4,500 attempts).",
    );
  });

  it("claims nothing where nothing ran", () => {
    expect(notSeen(sample("incomplete")).map(words)).toContain(
      "glibc-2.44: nothing is known, as no attempt counted there.",
    );
    expect(notSeen({ ...sample("clean"), environments: [] })).toEqual([]);
  });
});

describe("a technical sentence", () => {
  it("has its technical words in code, and all of its words", () => {
    const sentence =
      'reads 0x1(%rcx,%rdx,2) = 0xe5 (see libc.so.6), "after" __ctype_b_loc() in main.main: 95 % of it.';
    expect(words(technical(sentence))).toBe(sentence);
    expect(technical(sentence).filter((piece) => typeof piece !== "string")).toEqual(
      ["0x1(%rcx,%rdx,2)", "0xe5", "libc.so.6", "__ctype_b_loc()"].map(code),
    );
    expect(technical("`mov (%rax),%rcx` read rcx")).toEqual([code("mov (%rax),%rcx"), " read rcx"]);
    expect(technical(" , . ")).toEqual([" , . "]);
    expect(words(say`${technical("a_b")} and ${code("")}${""}`)).toBe("a_b and ");
  });
});
