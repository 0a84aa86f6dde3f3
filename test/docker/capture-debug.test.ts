import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import type { Container } from "../../src/docker/engine.js";
import type { SchedulePlan } from "../../src/plan/schedule.js";
import { debugRequest } from "../../src/run/capture/debug.js";
import { openEngine } from "./engines.js";
import { faultImage, SUITES, type FaultImage } from "./fault-image.js";

const images = new Map<string, FaultImage>();
beforeAll(async () => {
  const engine = await connect({ env: process.env });
  for (const suite of SUITES) images.set(suite, await faultImage(engine, suite));
  engine.close();
});

/** A terminal session: what was typed, and all that was answered. */
class Session {
  private text = "";
  private readonly chunks: AsyncIterator<Buffer>;

  private constructor(private readonly container: Container) {
    this.chunks = container.stdout[Symbol.asyncIterator]();
  }

  static async open(
    suite: string,
    program: string,
    shell = false,
    schedule?: SchedulePlan,
  ): Promise<Session> {
    const engine = await openEngine();
    const image = images.get(suite) as FaultImage;
    const { cell } = image;
    const container = await engine.start(
      debugRequest({
        cell: schedule === undefined ? cell : { ...cell, run: { ...cell.run, schedule } },
        binary: image.binary(program),
        labels: { "vivarium.test": "debug" },
        shell,
        terminal: "dumb",
      }),
    );
    await container.resize(200, 50);
    return new Session(container);
  }

  async send(text: string): Promise<void> {
    await this.container.stdin.write(Buffer.from(text));
  }

  /** Types a line and returns what is answered up to the next prompt. */
  async type(line: string, prompt: RegExp): Promise<string> {
    await this.send(`${line}\n`);
    return this.until(prompt);
  }

  async until(prompt: RegExp): Promise<string> {
    for (;;) {
      const match = prompt.exec(this.text);
      if (match) {
        const end = match.index + match[0].length;
        const answer = this.text.slice(0, end);
        this.text = this.text.slice(end);
        return answer.replaceAll("\r\n", "\n");
      }
      const { value, done } = await this.chunks.next();
      if (done === true) throw new Error(`the session ended:\n${this.text}`);
      this.text += value.toString("utf8");
    }
  }

  ended(): Promise<{ exitCode: number }> {
    return this.container.ended();
  }
}

const GDB = /\(gdb\) $/;

describe.each(SUITES)("gdb on a terminal on %s", (suite) => {
  it("stops at the crash with the sources, and its commands show what a report shows", async () => {
    const session = await Session.open(suite, "near-null.dynamic");
    const start = await session.until(GDB);
    expect(start).toContain("vivarium: stopped at a signal in run 1");
    expect(start).toMatch(/near-null\.c:9\n9\s.*return node->next;/);
    const explained = await session.type("vivarium explain", GDB);
    expect(explained).toContain("SIGSEGV (SEGV_MAPERR), address 0x48 in thread 1");
    expect(explained).toMatch(
      /=> 0x[0-9a-f]+ <follow\+\d+> {2}mov +0x48\(%rax\),%rax\n +0x48 = 0x48 \+ rax \(0x0\)\n/,
    );
    expect(await session.type("vivarium stack", GDB)).toMatch(
      /follow +near-null\.dynamic\+0x[0-9a-f]+ at near-null\.c:9/,
    );
    expect(await session.type("vivarium libraries", GDB)).toMatch(/libc[.\-0-9]*\.so\S* +libc6 2\./);
    expect(await session.type("vivarium again", GDB)).toContain("stopped at a signal in run 1");
    // gdb asks whether it should: the program is there to be killed.
    expect(await session.type("kill", /\(y or n\) $|\(gdb\) $/)).toMatch(
      /Kill the program being debugged\?|killed/,
    );
  });

  it("runs a program that crashes rarely until it does", async () => {
    const session = await Session.open(suite, "sometimes.dynamic");
    expect(await session.until(GDB)).toMatch(/vivarium: stopped at a signal in run \d+[; ]/);
    expect(await session.type("print nowhere", GDB)).toContain("= (int * volatile) 0x0");
  });

  it("runs a program without gdb that hardly ever crashes under it, and attaches to the crash", async () => {
    const session = await Session.open(suite, "seldom.dynamic");
    const start = await session.until(GDB);
    expect(start).toContain("vivarium: no crash in 8 runs under gdb; on without it, Ctrl-C ends that");
    expect(start).toMatch(/vivarium: stopped at a signal in run \d+ without gdb;/);
    expect(await session.type("vivarium explain", GDB)).toContain(
      "SIGSEGV (SEGV_MAPERR), address 0x0 in thread 1",
    );
    expect(await session.type("print nowhere", GDB)).toContain("= (int * volatile) 0x0");
    expect(await session.type("vivarium again 1", GDB)).toMatch(
      /stopped at a signal in run \d+ without gdb;/,
    );
  });

  it("ends a watch at Ctrl-C, and is at its prompt", async () => {
    const session = await Session.open(suite, "clean.dynamic");
    await session.until(/on without it, Ctrl-C ends that/);
    await session.until(/vivarium: no crash in [1-9]\d* runs yet/);
    await session.send("\u0003");
    expect(await session.until(GDB)).toContain("vivarium: no crash yet; `vivarium again` tries on");
    expect(await session.type("vivarium explain", GDB)).toContain("The program is not running");
  });

  it("says that a handler may survive it", async () => {
    const session = await Session.open(suite, "go-nil-recovered");
    expect(await session.until(GDB)).toContain(
      "the program has a handler for it: `continue` shows whether it survives",
    );
  });

  it("plays a schedule to its crash, and goes instructions back from it", async () => {
    const session = await Session.open(suite, "thread.dynamic", false, {
      rule: "play",
      seed: 0,
      switches: [],
    });
    const start = await session.until(GDB);
    expect(start).toContain("vivarium: stopped at a signal in the schedule's run");
    expect(await session.type("vivarium back 1", GDB)).toContain(
      "vivarium: stopped in thread 4 of the schedule",
    );
    expect(await session.type("stepi", GDB)).not.toContain("SIGSEGV");
    expect(await session.type("stepi", GDB)).toContain("SIGSEGV");
    expect(await session.type("vivarium back 3", GDB)).toContain(
      "vivarium: stopped in thread 4 of the schedule",
    );
  });

  it("stands where a thread is held while the others run on, and goes on to the crash", async () => {
    const program = "thread.dynamic";
    const shell = await Session.open(suite, program, true);
    await shell.until(/\$ $/);
    const said = await shell.type(
      `nm /faults/bin/${program} | grep ' crash$'`,
      /\n([0-9a-f]{16}) [Tt] crash\r/,
    );
    const offset = /([0-9a-f]{16}) [Tt] crash/.exec(said)?.[1]?.replace(/^0+/, "");
    await shell.type("exit", /exit\r\n/);
    const at = { place: `/faults/bin/${program}+0x${offset}`, pass: 1, ms: 20 };
    const session = await Session.open(suite, program, false, { rule: "hold", seed: 0, at });
    const start = await session.until(GDB);
    expect(start).toMatch(/=> 0x[0-9a-f]+ <crash>:/);
    expect(start).toContain(
      "vivarium: thread 4 is held before this instruction; the others ran on meanwhile",
    );
    expect(await session.type("info threads", GDB)).toMatch(/ 3 +Thread .*[^]*\* 4 +Thread .* crash \(/);
    expect(await session.type("continue", GDB)).toContain("SIGSEGV");
    expect(await session.type("vivarium crash", GDB)).toContain(
      "vivarium: stopped at a signal in a run with the hold;",
    );
    expect(await session.type("vivarium held 2", GDB)).toContain("Nothing is wanted behind it, not `2`.");
    expect(await session.type("vivarium held", GDB)).toContain("vivarium: thread 4 is held before");
  });

  it("gives a shell where attempts run", async () => {
    const session = await Session.open(suite, "clean.dynamic", true);
    const prompt = /\$ $/;
    await session.until(prompt);
    expect(await session.type("id -u; pwd; ls /faults/bin/clean.dynamic", prompt)).toMatch(
      /\n65534\n\/tmp\n\/faults\/bin\/clean\.dynamic\n/,
    );
    await session.type("exit 3", /exit 3\r\n/);
    expect((await session.ended()).exitCode).toBe(3);
  });
});
