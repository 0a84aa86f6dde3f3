import { EventEmitter } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { main } from "../../src/cli/main.js";
import { scratchOfTest } from "../scratch.js";

/** A folder of these files, removed at the test's end; returns its path. */
export async function folderOf(files: Readonly<Record<string, string | Buffer>> = {}): Promise<string> {
  const folder = scratchOfTest("cli");
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command line is run in, beside the test's own environment. */
export interface Where {
  readonly cwd?: string;
  /** In place of the test's own environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Presses Ctrl-C when it is aborted. */
  readonly interrupt?: AbortSignal;
}

/** Runs vivarium's main in this process, with streams and a folder of its own. */
export async function vivarium(argv: readonly string[], where: Where = {}): Promise<Ended> {
  const stdout = new Collector();
  const stderr = new Collector();
  const stdin = new PassThrough();
  stdin.end(where.stdin ?? "");
  const host = Object.assign(new EventEmitter(), {
    cwd: () => where.cwd ?? process.cwd(),
    env: where.env ?? process.env,
    stdout,
    stderr,
    stdin,
  });
  where.interrupt?.addEventListener("abort", () => host.emit("SIGINT"));
  const code = await main(argv, host as unknown as NodeJS.Process);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Collector extends Writable {
  text = "";
  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
