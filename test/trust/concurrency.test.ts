import { expect, it } from "vitest";
import { campaignsIn, wrongs } from "./judged.js";
import { containersOf } from "./leftovers.js";
import { campaign, Room } from "./room.js";
import { sized, tried } from "./size.js";

const RUNS = 12;
const BOTH = ["--json", "--progress", "plain"] as const;

it("two processes with one repro and one cold cache build its program once and keep their journals apart", async () => {
  const times = sized(1, 10);
  for (let time = 0; time < times; time++) {
    const room = await Room.make(`${process.pid} ${Date.now()} ${time}`);
    const ended = await Promise.all([
      room.run(campaign(RUNS, "--json", "--progress", "json")),
      room.run(campaign(RUNS, "--json", "--progress", "json", "--seed", "7")),
    ]);
    for (const each of ended) {
      expect(wrongs(room, each, RUNS)).toEqual([]);
      expect(each.code).toBe(0);
    }
    // Who waits for the lock finds the image there: one of them alone heard the compiler's command.
    const heard = /"kind":"step-output","id":"bin:/;
    expect(ended.filter(({ stderr }) => heard.test(stderr))).toHaveLength(1);
    const binaries = ended.map(({ stdout }) => JSON.parse(stdout).environments[0].image as string);
    expect(new Set(binaries).size).toBe(1);
    expect(new Set(await campaignsIn(room)).size).toBe(2);
    expect(await containersOf(ended.map(({ pid }) => pid))).toEqual([]);
    await room.remove();
  }
  tried({
    what: "races",
    of: "two processes, one cold cache",
    count: times,
    seed: null,
    outcome: "one image each",
  });
}, 1_800_000);

it("goes on with a campaign whose process was killed while it held the lock, and not with one that is held", async () => {
  const room = await Room.make(`${process.pid}`, { slow: true });
  const first = room.start(campaign(60, ...BOTH));
  expect(await first.said(/glibc-2\.36 +\d+/)).toBe(true);
  const second = await room.run(["run", "--resume", "latest", ...BOTH]);
  expect(second).toMatchObject({ code: 2, stdout: "" });
  expect(second.stderr).toContain("this campaign is in use by process");
  first.child.kill("SIGKILL");
  await first.ended;
  const third = await room.run(["run", "--resume", "latest", ...BOTH]);
  expect(third.code).toBe(0);
  expect(wrongs(room, third, 60)).toEqual([]);
  await room.remove();
}, 600_000);

it("waits for the lock of a build only as long as its holder lives", async () => {
  const room = await Room.make(`${process.pid} ${Date.now()} lock`);
  const first = room.start(campaign(RUNS, ...BOTH));
  expect(await first.said(/program default on glibc-2\.36 \.\.\./)).toBe(true);
  const second = room.start(campaign(RUNS, ...BOTH));
  expect(await second.said(/program default on glibc-2\.36 \.\.\./)).toBe(true);
  first.child.kill("SIGKILL");
  const ended = await second.ended;
  expect(ended.code).toBe(0);
  expect(wrongs(room, ended, RUNS)).toEqual([]);
  await room.remove();
}, 600_000);
