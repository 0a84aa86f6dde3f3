import { afterEach, describe, expect, test, vi } from "vitest";
import { CHECKS } from "../../src/commands/doctor.js";
import type { Finding, Site } from "../../src/commands/doctor/check.js";
import { checks } from "../../src/commands/doctor/checks.js";
import { KIND } from "../../src/images/labels.js";
import { vivarium } from "../commands/command-line.js";
import { atEnd, openEngine } from "./engines.js";
import { catalogue, provideOne, reproFolder } from "./images-fixture.js";
import { TinyRegistry } from "./registry.js";

afterEach(() => void vi.restoreAllMocks());

/** Where the checks look: the real engine, with an environment's image on it. */
async function site(change: Partial<Site> = {}): Promise<Site> {
  const engine = await openEngine();
  await provideOne(engine, await reproFolder({ "main.c": "int main(void) { return 0; }\n" }));
  const [image = null] = await engine.listImages({ [KIND]: "environment" });
  const facts = await engine.facts();
  const signal = new AbortController().signal;
  return { engine, facts, image, catalogue, cwd: process.cwd(), signal, ...change };
}

async function look(name: string, where: Site): Promise<Finding> {
  const check = checks.find((each) => each.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return check.look(where);
}

/** Base images of one registry alone. */
function from(registry: string): Site["catalogue"] {
  const bookworm = catalogue.images["bookworm"] as (typeof catalogue.images)[string];
  return { ...catalogue, images: { bookworm: { ...bookworm, registry } } };
}

describe("vivarium doctor", () => {
  test("tells every check in its order, for programs", async () => {
    await site();
    const { code, stdout, stderr } = await vivarium(["doctor", "--json"]);
    const { sound, checks: told } = JSON.parse(stdout) as {
      sound: boolean;
      checks: (Finding & { name: string })[];
    };
    expect(told.map(({ name }) => name)).toEqual(CHECKS);
    expect({ code, sound, stderr }).toEqual({ code: 0, sound: true, stderr: "" });
    for (const { status, remedy } of told) expect(remedy === null).toBe(status === "ok");
  });

  test("tells which engine answers, and how it was chosen", async () => {
    const { code, stdout } = await vivarium(["doctor", "--only", "engine"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ok {7}engine: (Docker|Podman) \d+\.\d+\S* at \S+ \(.+\), (on this machine|remote), .+\n$/,
    );
  });

  test("without an engine fails whatever is asked, and says what to do", async () => {
    const { code, stdout } = await vivarium(["doctor", "--only", "disk", "--host", "tcp://127.0.0.1:1"]);
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^FAILED {3}engine: no container engine answers at tcp:\/\/127\.0\.0\.1:1.*\n {9}\S/,
    );
  });
});

describe("on this engine", () => {
  test("limits hold, gdb traces, the clocks agree, nothing is emulated", async () => {
    const here = await site();
    expect(await look("limits", here)).toMatchObject({
      status: "ok",
      found: expect.stringContaining("killed beyond 64 MiB"),
    });
    expect(await look("trace", here)).toMatchObject({ status: "ok" });
    expect(await look("clock", here)).toMatchObject({ status: "ok" });
    expect(await look("platform", here)).toMatchObject({ status: "ok" });
    expect((await look("disk", here)).found).toMatch(
      /[\d.]+ GB free for the engine, .*, [\d.]+ [KMG]B in [1-9][\d,]* vivarium images?$/,
    );
  });

  test("a clock that is an hour off is told, with its direction", async () => {
    const here = await site();
    const real = Date.now.bind(Date);
    vi.spyOn(Date, "now").mockImplementation(() => real() + 3600_000);
    expect(await look("clock", here)).toMatchObject({
      status: "warning",
      found: expect.stringMatching(/^the engine's clock is 3(59\d|600) s behind$/),
    });
  });

  test("an image without gdb is told as one that cannot trace", async () => {
    const here = await site();
    // What a build that was killed has left bears its base's labels, and no name.
    const base = (await here.engine.listImages({ [KIND]: "base" })).find(({ tags }) => tags.length > 0);
    expect(await look("trace", { ...here, image: base ?? null })).toMatchObject({
      status: "warning",
      found: expect.stringMatching(/^gdb cannot trace: .*not found/),
    });
  });

  test("without an image to try it in, a check is skipped and says how to make one", async () => {
    const here = await site({ image: null });
    for (const name of ["trace", "clock", "core-pattern", "platform"]) {
      expect(await look(name, here)).toMatchObject({
        status: "skipped",
        remedy: expect.stringContaining("vivarium build"),
      });
    }
  });

  test("a registry that answers is reached, one that does not is named", async () => {
    const server = await TinyRegistry.open(Buffer.alloc(1024));
    atEnd(() => server.close());
    expect(await look("registry", await site({ catalogue: from(`${server.host}/debian:bookworm`) }))).toEqual(
      {
        status: "ok",
        found: `the engine reaches ${server.host}`,
        remedy: null,
      },
    );
    const silent = await look("registry", await site({ catalogue: from("127.0.0.1:1/debian:bookworm") }));
    expect(silent).toMatchObject({
      status: "warning",
      found: expect.stringContaining("does not reach 127.0.0.1:1: "),
    });
  });
});
