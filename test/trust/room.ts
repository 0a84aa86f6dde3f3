import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The built command. VIVARIUM_TRUST_CLI names another build of it. */
export const CLI =
  process.env["VIVARIUM_TRUST_CLI"] ?? fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** What a child may say before the rest is dropped; an honest one says far less. */
const MAX_SAID = 4 * 1024 * 1024;

/**
 * Its process number decides how it ends, and how many bytes it prints tells which end that is, so that each attempt of a
 * journal can be held against the program's own word: 1 byte and a SIGSEGV, 2 and exit 3, 3 and a clean end.
 */
const PROGRAM = `#include <unistd.h>
int main(void) {
  int end = getpid() % 3;
  PAUSE;
  if (write(1, "123", end + 1) != end + 1) return 9;
  if (end == 0) *(volatile int *)8 = 0;
  return end == 1 ? 3 : 0;
}
`;

/** How a command ended. */
export interface Ended {
  readonly pid: number;
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It was killed because it went on past its deadline. */
  readonly hung: boolean;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when its standard error has said this, or false when it ended before. */
  said(words: string | RegExp): Promise<boolean>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

/** A folder with a program of its own, in which vivarium is run as a user would run it. */
export class Room {
  private constructor(readonly folder: string) {}

  /** `salt` makes the program another one, whose image is not there yet; the same salt is the same image. */
  static async make(
    salt: string,
    { folder, slow = false }: { folder?: string; slow?: boolean } = {},
  ): Promise<Room> {
    const room = new Room(folder ?? (await mkdtemp(join(tmpdir(), "vivarium-trust-"))));
    const pause = slow ? "#define PAUSE usleep(200000)\n" : "#define PAUSE\n";
    await writeFile(join(room.folder, "t.c"), `/* ${salt} */\n${pause}${PROGRAM}`);
    return room;
  }

  /** `vivarium ARGS`, killed at its deadline (default three minutes). */
  start(args: readonly string[], { env = {}, deadlineMs = 180_000 }: RunOptions = {}): Running {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", ...env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (stdout.length < MAX_SAID) stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (stderr.length < MAX_SAID) stderr += chunk.toString();
    });
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      child.kill("SIGKILL");
    }, deadlineMs);
    const ended = once(child, "close").then(([code, signal]): Ended => {
      clearTimeout(timer);
      return { pid: child.pid ?? 0, code, signal, stdout, stderr, hung };
    });
    const said = (words: string | RegExp): Promise<boolean> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (typeof words === "string" ? stderr.includes(words) : words.test(stderr)) resolve(true);
        };
        child.stderr.on("data", look);
        look();
        void ended.then(() => resolve(false));
      });
    return { child, ended, said };
  }

  run(args: readonly string[], options?: RunOptions): Promise<Ended> {
    return this.start(args, options).ended;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The command line of a campaign in a room. */
export function campaign(runs: number, ...more: readonly string[]): readonly string[] {
  const length = ["--runs", String(runs), "--parallel", "2"];
  return ["run", "t.c", "--env", "glibc-2.36", ...length, "--captures", "1", ...more];
}
