import { execFileSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { VERBS } from "../../src/cli/verbs.js";
import { folderOf, vivarium } from "./command-line.js";

async function words(...typed: string[]): Promise<string[]> {
  const { code, stdout } = await vivarium(["--get-completions", "vivarium", ...typed], {
    cwd: await folderOf(),
  });
  expect(code).toBe(0);
  return stdout.split("\n").filter((line) => line !== "");
}

describe("the words that fit", () => {
  test("are verbs at first", async () => {
    expect(await words("")).toEqual(VERBS);
  });

  test("are repros after run, repros and environments after show", async () => {
    expect(await words("run", "")).toContain("golang-13470");
    expect(await words("show", "gl")).toEqual(expect.arrayContaining(["glibc-19341", "glibc-2.36"]));
  });

  test("are environments after --env, variants after --variant, choices after --link", async () => {
    expect(await words("run", "--env", "")).toContain("musl-1.2.3");
    expect(await words("run", "golang-13470", "--variant", "")).toContain("uncached");
    expect(await words("run", "--variant", "")).toContain("uncached");
    expect(await words("run", "--link", "")).toEqual(["static", "dynamic"]);
  });

  test("are the verb's options after a dash", async () => {
    expect(await words("run", "--u")).toEqual(expect.arrayContaining(["--until-crashes", "--user", "--env"]));
    expect(await words("list", "--")).not.toContain("--env");
  });
});

describe("the script", () => {
  test("of the shell that is asked for, else of $SHELL", async () => {
    const of = async (argv: string[], env: Record<string, string>) =>
      (await vivarium(["completion", ...argv], { env })).stdout.split("\n")[0];
    expect(await of(["fish"], { SHELL: "/bin/bash" })).toContain(".config/fish/completions");
    expect(await of([], { SHELL: "/bin/zsh" })).toBe("#compdef vivarium");
    expect(await of([], { SHELL: "/usr/bin/bash" })).toContain("~/.bashrc");
  });

  test("without either asks which", async () => {
    const { code, stderr } = await vivarium(["completion"], { env: {} });
    expect(code).toBe(2);
    expect(stderr).toBe("vivarium: which shell?\n  vivarium completion bash, zsh or fish\n");
  });

  test("for bash completes in a real bash", async () => {
    const folder = await folderOf();
    const script = (await vivarium(["completion", "bash"])).stdout;
    // In place of vivarium: the words that it would print, so that no build is needed.
    await writeFile(join(folder, "vivarium"), `#!/bin/sh\nprintf '%s\\n' glibc-2.31 glibc-2.36 "$@"\n`);
    await chmod(join(folder, "vivarium"), 0o755);
    const complete = [
      script,
      `COMP_WORDS=(vivarium run --env glibc-2.3); COMP_CWORD=3; _vivarium`,
      `printf '%s\\n' "\${COMPREPLY[@]}"; complete -p vivarium`,
    ].join("\n");
    const printed = execFileSync("bash", ["--norc", "-c", complete], {
      encoding: "utf8",
      env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    });
    // Its own word comes back too: it was among what the stand-in was given.
    expect(printed.split("\n")).toEqual([
      "glibc-2.31",
      "glibc-2.36",
      "glibc-2.3",
      "complete -o bashdefault -o default -F _vivarium vivarium",
      "",
    ]);
  });
});
