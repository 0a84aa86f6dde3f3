import { expect, it } from "vitest";
import { hangCaptures, hangProblems, withHangs } from "../../../src/run/capture/looks-at-hangs.js";
import type { ReportedAttempt } from "../../../src/run/runner/protocol.js";
import { taskOf } from "../task.js";

const MARK = "vivarium-0123";
const looks = { most: 2, timeoutMs: 1000, argv: [], env: {}, mark: MARK };
const files = {
  readFile: () => Promise.reject(new Error("not asked")),
  readFolder: () => Promise.reject(new Error()),
};

function reported(number: number, gdb?: string): ReportedAttempt {
  return {
    number,
    startMs: 0,
    durationMs: 1000,
    userMs: 0,
    systemMs: 0,
    maxRssKiB: 0,
    status: 9,
    timedOut: true,
    leftovers: 0,
    bytesOut: 0,
    bytesErr: 0,
    output: null,
    ...(gdb === undefined ? {} : { gdb: Buffer.from(gdb) }),
  };
}

const END = `${MARK} {"kind":"end","status":null,"timedOut":true,"stderr":"","runs":1}\n`;

it("takes what gdb saw of an attempt as a capture of that attempt", async () => {
  const gdb = `${MARK} {"kind":"capture","id":1,"fatal":false,"hang":true,"main":true,"threads":[]}\n${END}`;
  const [first, second] = await withHangs([reported(3), reported(4, gdb)], taskOf({ looks }), files);
  expect(first).not.toHaveProperty("hang");
  expect(second).not.toHaveProperty("gdb");
  const captures = hangCaptures([first, second].flatMap((each) => each ?? []));
  expect(captures).toMatchObject([{ hang: true, fatal: false, run: 4 }]);
  expect(JSON.parse(captures[0]?.json ?? "")).toMatchObject({ threads: [], stderr: "" });
});

it("believes no line without the mark, and says what gdb could not do", async () => {
  const forged = `vivarium-4567 {"kind":"capture","id":1,"fatal":false,"hang":true,"main":true}\n`;
  const problem = `${MARK} {"kind":"problem","stage":"run","text":"no process of it can be attached to: D"}\n`;
  const attempts = await withHangs(
    [reported(1, forged + problem + END), reported(2)],
    taskOf({ looks }),
    files,
  );
  const [attempt] = attempts;
  expect(hangProblems(attempts)).toEqual(["no process of it can be attached to: D"]);
  expect(attempt?.hang).toEqual({ captures: [], problems: ["no process of it can be attached to: D"] });
});
