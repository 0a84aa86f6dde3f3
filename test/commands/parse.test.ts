import { describe, expect, test } from "vitest";
import { folderOf, vivarium } from "./command-line.js";

const TRACE = `some log line
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x45d2f1]

goroutine 1 [running]:
main.boom(...)
\t/src/main.go:8
main.main()
\t/src/main.go:12 +0x11
exit status 2
`;

describe("vivarium parse", () => {
  test("names a crash of a log, in words and as JSON", async () => {
    const cwd = await folderOf({ "ci.log": TRACE });
    const words = await vivarium(["parse", `${cwd}/ci.log`], { cwd });
    expect(words).toMatchObject({ code: 0, stderr: "" });
    expect(words.stdout).toMatch(
      /^.*main\.boom\n {2}lines 2 to \d+, from Go's own trace; signature [0-9a-f]{12}\n/,
    );
    const json = await vivarium(["parse", `${cwd}/ci.log`, "--json"], { cwd });
    const { records } = JSON.parse(json.stdout) as {
      records: { signature: { id: string; title: string } }[];
    };
    expect(records).toHaveLength(1);
    expect(words.stdout).toContain(records[0]?.signature.id);
    expect(words.stdout).toContain(records[0]?.signature.title);
  });

  test.each([[["parse"]], [["parse", "-"]]])("%j reads standard input", async (argv) => {
    const { code, stdout } = await vivarium(argv, { stdin: TRACE });
    expect(code).toBe(0);
    expect(stdout).toContain("main.boom");
  });

  test("a log without a crash is told, with exit 1", async () => {
    expect(await vivarium(["parse"], { stdin: "ok  \tsome/package\t0.1s\n" })).toEqual({
      code: 1,
      stdout: "",
      stderr: "no crash in this log\n",
    });
    const { code, stdout } = await vivarium(["parse", "--json"], { stdin: "" });
    expect({ code, records: JSON.parse(stdout) as unknown }).toEqual({ code: 1, records: { records: [] } });
  });

  test("where a log has no more than a shell's word, that is told, and nothing made of it", async () => {
    const { code, stdout } = await vivarium(["parse"], {
      stdin: "./ci.sh: line 3: 12345 Segmentation fault      (core dumped) ./a.out\n",
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `SIGSEGV
  lines 1 to 1, from the shell or tool that ran the program; signature e9f4e8cc3b07
  incomplete: the log tells the signal of './a.out' alone: \`vivarium run\` shows where it comes from
`,
    });
  });

  test("several crashes of one log are told in its order", async () => {
    const other = TRACE.replaceAll("boom", "bang");
    const { stdout } = await vivarium(["parse"], { stdin: `${TRACE}${"line\n".repeat(50)}${other}` });
    expect(stdout.match(/main\.\w+(?=\n {2}lines)/g)).toEqual(["main.boom", "main.bang"]);
  });

  test("a log's control characters do not reach the terminal", async () => {
    const { code, stdout } = await vivarium(["parse"], {
      stdin: TRACE.replace("main.boom(...)", "main.\x1b]0;owned\x07boom\u202e(...)"),
    });
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f\u202e]/);
  });

  test("of a log larger than it holds, the end is read", async () => {
    const line = `${"x".repeat(1023)}\n`;
    const cwd = await folderOf({
      "big.log": Buffer.concat([Buffer.from(line.repeat(70 * 1024)), Buffer.from(TRACE)]),
    });
    const { code, stdout } = await vivarium(["parse", `${cwd}/big.log`]);
    expect(code).toBe(0);
    expect(stdout).toContain("main.boom");
  });

  test("a file that is not there, and a folder", async () => {
    const cwd = await folderOf();
    for (const path of [`${cwd}/none.log`, cwd]) {
      const { code, stdout, stderr } = await vivarium(["parse", path]);
      expect(stderr).toContain(`vivarium: ${path}: cannot be read: `);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    }
  });
});
