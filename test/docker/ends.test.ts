import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reproduce } from "../../src/campaign/reproduce.js";
import { sentenceText } from "../../src/report/sentence.js";
import { SUITES } from "./fault-image.js";

/** How the whole of vivarium tells one program's end. */
interface End {
  readonly program: string;
  readonly title: string;
  readonly text: string | null;
  readonly facts?: readonly string[];
  readonly incomplete?: readonly string[];
  /** gdb runs. */
  readonly looks: 0 | 1;
  /** Environments that cannot build it. */
  readonly not?: string;
}

const ENDS: readonly End[] = [
  {
    program: "uncaught.cc",
    title: "SIGABRT: uncaught std::invalid_argument in parse, called from main",
    text: "std::terminate: uncaught std::invalid_argument",
    facts: ["its last words: empty key"],
    looks: 1,
  },
  {
    program: "unjoined.cc",
    title: "SIGABRT: no exception was active in std::thread::~thread, called from start",
    text: "std::terminate: no exception was active",
    looks: 1,
    // Threads are in a library of their own there.
    not: "glibc-2.31",
  },
  {
    program: "double-free.c",
    title: "SIGABRT: free(): double free detected in tcache 2, called from release",
    text: "malloc found its heap corrupt: free(): double free detected in tcache 2",
    looks: 1,
  },
  {
    program: "recursion.go",
    title: "fatal error: stack overflow in main.descend",
    text: null,
    looks: 0,
  },
  {
    program: "out-of-memory.c",
    title: "SIGKILL: out of memory",
    text: "the kernel's out-of-memory killer ended it: its container had reached the memory limit of 512 MiB",
    incomplete: ["no native trace: a SIGKILL stops for no debugger"],
    looks: 0,
  },
  {
    program: "killed.c",
    title: "SIGKILL",
    text: null,
    incomplete: ["no native trace: a SIGKILL stops for no debugger; who sent it is not known"],
    looks: 0,
  },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-ends-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const LINKS = ["static", "dynamic"] as const;

describe.each(SUITES.flatMap((suite) => LINKS.map((link) => ({ suite, link }))))(
  "on $suite, linked $link",
  ({ suite, link }) => {
    it.each(ENDS.filter(({ not }) => not !== suite))(
      "the end of $program is told in words",
      async ({ program, title, text, facts, incomplete = [], looks }) => {
        const { result } = await reproduce({
          repro: fileURLToPath(new URL(`ends/${program}`, import.meta.url)),
          environments: [suite],
          build: { link },
          // A stack of 1 GB takes a busy machine a while.
          run: { timeout: "60s" },
          runs: 3,
          captures: 1,
          folder,
        });
        expect(result.infra).toEqual([]);
        const [cell] = result.environments;
        expect(cell?.signatures).toHaveLength(1);
        const [signature] = cell?.signatures ?? [];
        expect(signature).toMatchObject({ title, count: 3, outcome: "crash" });
        expect(signature?.evidence.explanation?.text ?? null).toBe(text);
        if (facts !== undefined) expect(signature?.evidence.explanation?.facts).toEqual(facts);
        expect(signature?.evidence.incomplete).toEqual(incomplete);
        expect(signature?.evidence.captures.tried).toBe(looks);
        expect(sentenceText(result)).toContain(`crashes with ${signature?.title}`);
      },
    );
  },
);
