import { mkdtemp, readFile, rm, writeFile, mkdir, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, describe, expect, test } from "vitest";
import { agrees, consoleCommands, type ConsoleCommand } from "../docs/console.js";

/**
 * The pages whose commands are run here, one after the other, in an empty folder, and must print what the page shows. UPDATE=1 writes what
 * was printed into the page, but for blocks that leave lines out.
 */
const PAGES = ["README.md", "docs/tutorial.md", "docs/how-to/parse-a-log.md"];

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** An empty folder with `vivarium` on the PATH of what runs in it. */
async function emptyFolder(): Promise<(line: string) => Promise<string[]>> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-page-"));
  folders.push(folder);
  const bin = join(folder, ".bin");
  await mkdir(bin);
  await symlink(join(ROOT, "dist/cli.js"), join(bin, "vivarium"));
  const env = { PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`, CI: "true", COLUMNS: "80" };
  return async (line) => {
    const { stdout, stderr, exitCode } = await execa("sh", ["-c", line], { cwd: folder, env, reject: false });
    if (exitCode !== 0 && exitCode !== 1)
      throw new Error(`\`${line}\` ended with ${String(exitCode)}: ${stderr}`);
    return stdout === "" ? [] : stdout.split("\n").map((each) => each.trimEnd());
  };
}

describe.each(PAGES)("%s", (page) => {
  test("prints what it shows", { timeout: 900_000 }, async () => {
    const path = join(ROOT, page);
    const text = await readFile(path, "utf8");
    const commands = consoleCommands(text);
    expect(commands.length).toBeGreaterThan(0);
    const run = await emptyFolder();
    const printed: string[][] = [];
    for (const { line } of commands) printed.push(await run(line));
    if (process.env["UPDATE"] === "1") await writeFile(path, withOutputs(text, commands, printed));
    else
      commands.forEach(({ line, shown }, i) => {
        if (!agrees(trimmed(shown), trimmed(printed[i] ?? []))) expect(printed[i], line).toEqual(shown);
      });
  });
});

/** The page with what was printed in the place of what it showed. */
function withOutputs(
  text: string,
  commands: readonly ConsoleCommand[],
  printed: readonly (readonly string[])[],
): string {
  const lines = text.split("\n");
  commands.forEach((command, i) => {
    const { shown, from, to } = command;
    if (shown.some((line) => line.trim() === "[…]")) return;
    const blank = shown.at(-1) === "" && lines[to]?.startsWith("$ ") === true ? [""] : [];
    const output = [...trimmed(printed[i] ?? []), ...blank];
    lines.splice(from, to - from, ...output.map((line) => `${line}\0`));
    const grown = output.length - (to - from);
    for (const later of commands.slice(i + 1))
      Object.assign(later, { from: later.from + grown, to: later.to + grown });
  });
  return lines.map((line) => line.replace(/\0$/, "")).join("\n");
}

/** Without blank lines at either end. */
function trimmed(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return first < 0 ? [] : lines.slice(first, last + 1);
}
