import { describe, expect, test } from "vitest";
import { verbOf } from "../../src/cli/command-line/mistakes.js";
import { loadVerbs, VERBS } from "../../src/cli/verbs.js";
import { vivarium } from "./command-line.js";

const verbs = await loadVerbs();

test("verbs are loaded by the names that they have, one alone where it is named", async () => {
  expect(verbs.map(verbOf)).toEqual(VERBS);
  for (const name of VERBS) expect((await loadVerbs(name)).map(verbOf)).toEqual([name]);
});

test("--help shows every verb, on standard output", async () => {
  const { code, stdout, stderr } = await vivarium(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const name of VERBS) expect(stdout).toMatch(new RegExp(`^ {2}vivarium ${name}\\b`, "m"));
});

describe.each(verbs.map((verb) => [verbOf(verb), verb] as const))("%s", (name, verb) => {
  test("has examples that name it, and --help shows them", async () => {
    const { code, stdout } = await vivarium([name, "--help"]);
    expect(code).toBe(0);
    expect(verb.examples.length).toBeGreaterThan(0);
    const plain = stdout.replace(/\s+/g, "");
    for (const [line] of verb.examples) {
      expect(line.split(" ")[0]).toBe(name);
      // A long one is wrapped in its column, beside the words about it.
      expect(plain).toContain(`vivarium${line.split(" ").slice(0, 2).join("")}`);
    }
  });

  test("every option says what it is for", async () => {
    const { stdout } = await vivarium([name, "--help"]);
    const bare = stdout.split("\n").filter((line) => /^ {2,6}(-\w, )?--[\w-]+ *(\[.*)?$/.test(line));
    expect(bare).toEqual([]);
  });
});
