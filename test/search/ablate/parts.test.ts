import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ablationParts, type Part } from "../../../src/search/ablate/parts.js";
import { needsOf } from "../../../src/search/ablate/needs.js";
import { loadGrammar } from "../../../src/search/syntax/grammar.js";
import type { Manifest } from "../../../src/manifest/repro.js";

const SHELF = new URL("../../../repros/", import.meta.url);

async function partsOf(name: string, file: string, manifest: Partial<Manifest>): Promise<Part[]> {
  const text = await readFile(new URL(`${name}/${file}`, SHELF), "utf8");
  const language = file.endsWith(".go") ? ("go" as const) : ("c" as const);
  const whole = { name, title: name, language, sources: [file], ...manifest } as Manifest;
  const files = { [file]: text, conf: "# Says nothing.\npasswd: compat\n" };
  return ablationParts(await loadGrammar(language), { manifest: whole, files });
}

function withoutOne(parts: readonly Part[], needs: string, file: string): string {
  const part = parts.find((each) => each.needs === needs);
  if (part === undefined)
    throw new Error(`no part '${needs}' among ${parts.map((each) => each.needs).join(", ")}`);
  return part.without.files[file] ?? "";
}

test("takes the program of golang/go#13470 apart, so that Go still builds it", async () => {
  const parts = await partsOf("golang-13470", "main.go", {});
  const withoutDial = withoutOne(parts, "the call of net.Dial", "main.go");
  expect(withoutDial).not.toContain("net");
  expect(withoutDial).toContain("user.Current()");
  expect(
    withoutOne(
      parts,
      "more than one pass of the loop at line 12 (it calls net.Dial, user.Current)",
      "main.go",
    ),
  ).toContain("i < 1;");
  expect(withoutOne(parts, "cgo", "main.go")).toContain("user.Current()");
});

test("takes a program in C apart: calls inside of expressions, arguments, passes of a loop", async () => {
  const parts = await partsOf("glibc-19341", "main.c", {});
  expect(withoutOne(parts, "the call of getpwuid_r", "main.c")).toBeDefined();
  expect(
    parts.some(({ kind, without }) => kind === "call" && without.files["main.c"]?.includes("int error = 0;")),
  ).toBe(true);
  expect(withoutOne(parts, "the call of pthread_join", "main.c")).not.toContain("pthread_join");
  expect(
    withoutOne(
      parts,
      "more than one pass of the loop at line 23 (it calls pthread_create, pthread_join)",
      "main.c",
    ),
  ).toContain("i < 1;");
  // No two parts are the same change.
  const texts = parts.filter(({ place }) => place !== null).map(({ without }) => without.files["main.c"]);
  expect(new Set(texts).size).toBe(texts.length);
});

test("takes settings and lines of files apart", async () => {
  const parts = await partsOf("glibc-19341", "main.c", {
    files: { "/etc/nsswitch.conf": "conf" },
    cflags: ["-pthread"],
  });
  const titles = parts.filter(({ kind }) => kind === "setting").map(({ title }) => title);
  expect(titles).toEqual(
    expect.arrayContaining([
      "static linking",
      "flag -pthread",
      "file /etc/nsswitch.conf",
      "passwd: compat in /etc/nsswitch.conf",
      "more than one CPU",
    ]),
  );
  const line = parts.find(({ title }) => title.startsWith("passwd: compat"));
  expect(line?.without.files["conf"]).toBe("# Says nothing.\n");
});

test("tells what is needed by its innermost parts, and a file by its lines", async () => {
  const parts = await partsOf("glibc-19341", "main.c", { files: { "/etc/nsswitch.conf": "conf" } });
  const judged = parts.map((part) => ({
    verdict: /loop|pthread_join|nsswitch/.test(part.needs)
      ? ("needed" as const)
      : ("no difference shown" as const),
    pValue: 0,
    excludedAbove: null,
  }));
  const needs = needsOf(parts, judged, "needed");
  expect(needs).toContain("the call of pthread_join");
  expect(needs).toContain("passwd: compat in /etc/nsswitch.conf");
  // It only holds the others, and the file is named by its line.
  expect(needs).not.toContain("the loop at line 23");
  expect(needs).not.toContain("file /etc/nsswitch.conf");
});
