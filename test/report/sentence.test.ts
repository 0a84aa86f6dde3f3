import { describe, expect, it } from "vitest";
import { notSeen } from "../../src/report/bounds.js";
import { code, say, technical, words } from "../../src/text/phrase.js";
import { sentenceText } from "../../src/report/sentence.js";
import { uncounted } from "../../src/report/uncounted.js";
import type { Result } from "../../src/result/result.js";
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
      "golang-13470, variant uncached (statically linked), ended clean in all 900 attempts in 9 environments. With 95 % confidence the rate of SIGSEGV is below 3.7 % in each of them.",
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

  /** A result of environments that ended so: signatures as [outcome, number of attempts], the rest of 25 clean. */
  function resultOf(...environments: readonly (readonly Ended[])[]): Result {
    const result = sample("one-crash");
    const [environment] = result.environments;
    const [signature] = environment?.signatures ?? [];
    if (!environment || !signature) throw new Error("the sample has a signature");
    const of = (ended: readonly Ended[], at: number): Result["environments"][number] => {
      const outcomes = { crash: 0, exit: 0, timeout: 0, clean: 25 };
      for (const [outcome, count] of ended) {
        const kind = outcome.startsWith("exit") ? "exit" : outcome === "timeout" ? "timeout" : "crash";
        outcomes[kind] += count;
        outcomes.clean -= count;
      }
      const signatures = ended.map(([outcome, count], index) => ({
        ...signature,
        id: `${outcome}, ${ended.slice(0, index).filter(([other]) => other === outcome).length}`,
        count,
        outcome: outcome.startsWith("exit") ? "exit" : outcome === "timeout" ? "timeout" : "crash",
        signal: outcome.startsWith("SIG") ? outcome : null,
        exitCode: outcome.startsWith("exit") ? Number(outcome.slice(5)) : null,
        evidence: { ...signature.evidence, threads: [], siginfo: null, go: null },
      })) as (typeof signature)[];
      return { ...environment, id: `env-${at + 1}`, attempts: 25, outcomes, signatures };
    };
    return {
      ...result,
      plan: { ...result.plan, repro: { ...result.plan.repro, name: "it", variant: null } },
      environments: environments.map(of),
    };
  }

  it.each<[what: string, environments: Ended[][], sentence: string]>([
    ["one that always crashes", [[["SIGSEGV", 25]]], "crashes with SIGSEGV in 25 of 25 attempts on env-1."],
    [
      "two of which one crashes",
      [[["SIGSEGV", 3]], []],
      "crashes with SIGSEGV in 3 of 25 attempts on env-1, and in none of 25 attempts on env-2.",
    ],
    [
      "two crashes in one place",
      [
        [
          ["SIGSEGV", 15],
          ["SIGABRT", 10],
        ],
      ],
      "crashes in 25 of 25 attempts on env-1. It crashes with SIGSEGV in 15 attempts and crashes with SIGABRT in 10.",
    ],
    [
      "one crash each",
      [[["SIGSEGV", 25]], [["SIGABRT", 20]]],
      "crashes in 45 of 50 attempts on env-1 and env-2. It crashes with SIGSEGV in 25 attempts on env-1 and crashes with SIGABRT in 20 on env-2.",
    ],
    [
      "a hang",
      [[["timeout", 25]], []],
      "runs into its time limit in 25 of 25 attempts on env-1, and in none of 25 attempts on env-2.",
    ],
    ["a wrong exit", [[["exit 4", 24]]], "exits with status 4 in 24 of 25 attempts on env-1."],
    [
      "two wrong exits",
      [
        [
          ["exit 4", 20],
          ["exit 127", 5],
        ],
      ],
      "exits with a status other than 0 in 25 of 25 attempts on env-1. It exits with status 4 in 20 attempts and exits with status 127 in 5.",
    ],
    [
      "all kinds, and many",
      [
        [
          ["SIGSEGV", 9],
          ["exit 1", 6],
          ["timeout", 4],
          ["SIGBUS", 3],
          ["SIGFPE", 1],
        ],
        [],
      ],
      "fails in 23 of 25 attempts on env-1, and in none of 25 attempts on env-2. It crashes with SIGSEGV in 9 attempts, exits with status 1 in 6, runs into its time limit in 4 and fails in 2 other ways in 4.",
    ],
    [
      "crashes of two signatures that read the same",
      [
        [
          ["SIGSEGV", 9],
          ["SIGSEGV", 4],
          ["exit 1", 6],
        ],
      ],
      "fails in 19 of 25 attempts on env-1. It crashes with SIGSEGV in 13 attempts (2 signatures) and exits with status 1 in 6.",
    ],
  ])("of %s", (_what, environments, sentence) => {
    expect(sentenceText(resultOf(...environments))).toBe(`it (statically linked) ${sentence}`);
  });

  it("says of weak crashes on several environments that they may not be one", () => {
    const result = resultOf([["SIGSEGV", 9]], [["SIGSEGV", 4]]);
    const environments = result.environments.map((environment) => ({
      ...environment,
      signatures: environment.signatures.map((signature) => ({ ...signature, weak: true as const })),
    }));
    expect(sentenceText({ ...result, environments })).toBe(
      "it (statically linked) crashes in 13 of 50 attempts on env-1 and env-2. It crashes with SIGSEGV in 13 attempts (perhaps not one crash).",
    );
  });

  it("counts a good status where that is what was asked for", () => {
    const result = resultOf([]);
    const [environment] = result.environments;
    const rate = { ...environment?.rate, of: "exit 0", estimate: 1, low: 0.69, high: 1 };
    const environments = [{ ...environment, rate }] as Result["environments"];
    expect(sentenceText({ ...result, environments })).toMatch(
      /^it \(statically linked\) comes to exit 0 in (\d+) of \1 attempts on env-1\.$/,
    );
  });

  it("says where a hang is, where gdb saw it", () => {
    const result = resultOf([["timeout", 25]]);
    const [environment] = result.environments;
    const [signature] = environment?.signatures ?? [];
    if (!environment || !signature) throw new Error("it has a signature");
    const hang = {
      ...signature,
      title: "hang in pthread_mutex_lock (libc.so.6), called from main",
      evidence: {
        ...signature.evidence,
        explanation: signature.evidence.explanation && {
          ...signature.evidence.explanation,
          kind: "hang" as const,
        },
      },
    };
    const environments = [{ ...environment, signatures: [hang] }] as Result["environments"];
    expect(sentenceText({ ...result, environments })).toBe(
      "it (statically linked) hangs in pthread_mutex_lock (libc.so.6), called from main, in 25 of 25 attempts on env-1.",
    );
    const child = { ...hang, title: "hang of a child process (sh) in read, called from main" };
    const childs = [{ ...environment, signatures: [child] }] as Result["environments"];
    expect(sentenceText({ ...result, environments: childs })).toBe(
      "it (statically linked) hangs, since a child process (sh) hangs in read, called from main, in 25 of 25 attempts on env-1.",
    );
  });

  it.each([
    ["abort", "SIGABRT: double free or corruption (out), called from main", "crashes with"],
    ["abort", "SIGABRT: stack smashing detected in greet", "crashes with"],
    ["out-of-memory", "SIGKILL: out of memory", "crashes with"],
    ["near-null", "SIGSEGV in follow, called from main", null],
  ] as const)(
    "tells an end of kind %s by its title, where that is more than a place",
    (kind, title, verb) => {
      const result = resultOf([["SIGSEGV", 25]]);
      const [environment] = result.environments;
      const [signature] = environment?.signatures ?? [];
      if (!environment || !signature) throw new Error("it has a signature");
      const { explanation } = signature.evidence;
      const told = {
        ...signature,
        title,
        evidence: { ...signature.evidence, explanation: explanation && { ...explanation, kind } },
      };
      const environments = [{ ...environment, signatures: [told] }] as Result["environments"];
      const ending =
        verb === null ? "crashes with SIGSEGV" : `${verb} ${title}${title.includes(", ") ? "," : ""}`;
      expect(sentenceText({ ...result, environments })).toBe(
        `it (statically linked) ${ending} in 25 of 25 attempts on env-1.`,
      );
    },
  );

  it("gives no address where the processor gave none", () => {
    const result = sample("one-crash");
    const [environment] = result.environments;
    const [signature] = environment?.signatures ?? [];
    if (!environment || !signature?.evidence.siginfo) throw new Error("the sample has a signal");
    expect(sentenceText(result)).toContain("SIGSEGV at address 0xe5 in");
    const siginfo = { ...signature.evidence.siginfo, code: 128, codeName: "SI_KERNEL", address: "0x0" };
    const none = { ...signature, evidence: { ...signature.evidence, siginfo } };
    const environments = [{ ...environment, signatures: [none] }] as Result["environments"];
    expect(sentenceText({ ...result, environments })).toContain("SIGSEGV in internal_getpwuid_r");
  });

  it.each<[Ended[][], string | null]>([
    [[[["timeout", 25]]], "--expect timeout"],
    [
      [
        [
          ["exit 1", 3],
          ["timeout", 2],
        ],
        [["exit 1", 1]],
      ],
      "--expect exit=1",
    ],
    [
      [
        [
          ["SIGSEGV", 1],
          ["timeout", 20],
        ],
      ],
      null,
    ],
    [[[]], null],
  ])("names the flag that counts what happened, where no crash did: %j", (environments, flag) => {
    const result = resultOf(...environments);
    const bare = result.environments.map((one) => ({
      ...one,
      expectation: null,
      rate: one.rate && { ...one.rate, estimate: one.outcomes.crash / 25 },
    }));
    const told = uncounted({ ...result, environments: bare });
    if (flag === null) expect(told).toBeNull();
    else expect(told).toContain(`with ${flag} they are of what happened here`);
    // What was expected is counted.
    expect(uncounted(result)).toBeNull();
  });

  it("counts failures of which no signature is known", () => {
    const result = resultOf([["SIGSEGV", 5]]);
    const environments = result.environments.map((one) => ({ ...one, signatures: [] }));
    expect(sentenceText({ ...result, environments })).toBe(
      "it (statically linked) crashes in 5 of 25 attempts on env-1.",
    );
  });
});

type Ended = readonly [outcome: string, count: number];

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
