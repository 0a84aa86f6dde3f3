import { PassThrough } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import { startInteractive } from "../../src/docker/container/interactive.js";
import { openEngine, tinyRequest } from "./engines.js";
import { ours } from "./raw.js";
import { tinyImage } from "./tiny.js";

let image: string;
beforeAll(async () => {
  const engine = await connect({ env: process.env });
  image = await tinyImage(engine);
  engine.close();
});

/** Two streams that stand in for a terminal's, and what came out so far. */
class FakeTerminal {
  readonly raw: boolean[] = [];
  readonly input = Object.assign(new PassThrough(), { setRawMode: (raw: boolean) => this.raw.push(raw) });
  readonly output = Object.assign(new PassThrough(), { columns: 100, rows: 30 });
  private shown = "";
  private readonly waiters: (() => void)[] = [];

  constructor() {
    this.output.on("data", (chunk: Buffer) => {
      this.shown += chunk.toString();
      for (const wake of this.waiters.splice(0)) wake();
    });
  }

  async shows(text: RegExp): Promise<void> {
    while (!text.test(this.shown)) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }
}

describe("a container on a terminal", () => {
  it("takes keys, shows what comes, follows the size and gives the exit code", async () => {
    const engine = await openEngine();
    const terminal = new FakeTerminal();
    const ended = startInteractive(engine, tinyRequest(image, ["terminal"]), terminal);
    await terminal.shows(/\d+ x \d+/);
    terminal.input.write("hello\r");
    await terminal.shows(/you said hello/);
    terminal.output.columns = 77;
    terminal.output.rows = 11;
    terminal.output.emit("resize");
    // The resize is a request of its own: it may come after the keys.
    const ask = setInterval(() => terminal.input.write("size\r"), 50);
    await terminal.shows(/77 x 11/);
    clearInterval(ask);
    terminal.input.write("quit\r");
    expect(await ended).toMatchObject({ exitCode: 7, trusted: true });
    expect(terminal.raw).toEqual([true, false]);
    expect(terminal.output.listenerCount("resize")).toBe(0);
    expect(await ours()).toEqual([]);
  });

  it("passes Ctrl-C on to the program", async () => {
    const engine = await openEngine();
    const terminal = new FakeTerminal();
    const ended = startInteractive(engine, tinyRequest(image, ["terminal"]), terminal);
    await terminal.shows(/\d+ x \d+/);
    // As process 1 it has the default action of SIGINT ignored; end of file ends it.
    terminal.input.write("\x03");
    terminal.input.write("\x04");
    expect(await ended).toMatchObject({ trusted: true });
    expect(await ours()).toEqual([]);
  });

  it("is gone, and the terminal restored, when it is interrupted", async () => {
    const engine = await openEngine();
    const terminal = new FakeTerminal();
    const abort = new AbortController();
    const ended = startInteractive(engine, tinyRequest(image, ["sleep"]), terminal, abort.signal);
    await terminal.shows(/up/);
    abort.abort();
    await expect(ended).rejects.toMatchObject({ kind: "interrupted" });
    expect(terminal.raw).toEqual([true, false]);
    expect(await ours()).toEqual([]);
  });
});
