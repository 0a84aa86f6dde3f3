import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vivarium } from "../commands/command-line.js";
import { OwnEngine } from "../trust/own-engine.js";
import { containersNamed } from "../docker/raw.js";

const HERE = process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
const PROGRAM = `#include <unistd.h>
int main(void) { usleep(20000); return getpid() % 7 == 0 ? *(volatile int *)8 : 0; }
`;

/** The machine's engine, and one more beside it with a disk of its own. */
let second: OwnEngine;
let folder: string;

beforeAll(async () => {
  second = await OwnEngine.start();
  folder = await mkdtemp(join(tmpdir(), "vivarium-several-"));
  await writeFile(join(folder, "t.c"), PROGRAM);
}, 120_000);
afterAll(async () => {
  await second?.remove();
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  vivarium(["run", "t.c", "--env", "glibc-2.36,musl-1.2.3", "--json", "--progress", "plain", ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/" },
  });

interface Made {
  readonly environments: {
    readonly attempts: number;
    readonly nodes: { readonly id: string; readonly attempts: number; readonly kernel: string }[];
    readonly strata: unknown;
    readonly signatures: { readonly gdb: unknown }[];
  }[];
}

describe("a campaign on two engines without a cluster", () => {
  it(
    "makes each attempt once, each environment on both, and leaves nothing behind",
    { timeout: 300_000 },
    async () => {
      const { code, stdout, stderr } = await run("--host", HERE, "--host", second.host, "--runs", "400");
      expect(stderr).toContain("2 engines");
      expect(code, stderr).toBe(0);
      const { environments } = JSON.parse(stdout) as Made;
      for (const { attempts, nodes, strata } of environments) {
        expect(attempts).toBe(400);
        expect(nodes).toHaveLength(2);
        expect(nodes.reduce((sum, node) => sum + node.attempts, 0)).toBe(400);
        for (const node of nodes) expect(node.attempts).toBeGreaterThan(0);
        expect(strata).toBeDefined();
      }
      expect(await containersNamed("vivarium-", second.socket)).toEqual([]);
    },
  );

  it(
    "goes on with the other one when an engine is killed, and says what was lost",
    { timeout: 300_000 },
    async () => {
      const running = run("--host", HERE, "--host", second.host, "--runs", "3000", "--captures", "0");
      const busy = async (): Promise<boolean> =>
        (await containersNamed("vivarium-", second.socket)).length > 0;
      while (!(await busy())) await new Promise((wake) => setTimeout(wake, 50));
      await second.kill();
      const { code, stdout, stderr } = await running;
      await second.start();
      const lost = (JSON.parse(stdout) as { infra: { message: string }[] }).infra;
      expect(lost.length, stdout.slice(0, 2000)).toBeGreaterThan(0);
      expect(code, stderr).toBe(0);
      const { environments } = JSON.parse(stdout) as Made;
      for (const { attempts, nodes } of environments) {
        expect(attempts).toBe(3000);
        expect(nodes.reduce((sum, node) => sum + node.attempts, 0)).toBe(3000);
      }
    },
  );

  it("refuses one engine under two addresses, and one that is not there", async () => {
    const twice = await run("--host", HERE, "--host", HERE, "--runs", "1");
    expect(twice.code).toBe(2);
    expect(twice.stderr).toMatch(/one and the same engine/);
    const gone = await run("--host", HERE, "--host", "unix:///nowhere.sock", "--runs", "1");
    expect(gone.code).toBe(3);
    expect(gone.stderr).toContain("/nowhere.sock");
  });
});
