import { describe, expect, it } from "vitest";
import { deadlockKey, signatureOfDeadlock } from "../../src/crash/deadlock.js";

const stuck = (where: string | null, waitsFor: string, named = true) => ({ where, waitsFor, named });

describe("the signature of a deadlock", () => {
  const crossed = [stuck("first", "right"), stuck("second", "left")];

  it("says which functions wait for what, in any order and however many threads do the same", () => {
    const { id, title } = signatureOfDeadlock(crossed);
    expect(title).toBe("deadlock: first waits for right, second waits for left");
    const [one, other] = crossed as [(typeof crossed)[0], (typeof crossed)[0]];
    expect(signatureOfDeadlock([other, one, one]).id).toBe(id);
  });

  it("is another for another lock or another function", () => {
    const ids = [
      crossed,
      [stuck("first", "left"), stuck("second", "right")],
      [stuck("first", "right"), stuck("third", "left")],
    ].map((threads) => signatureOfDeadlock(threads).id);
    expect(new Set(ids).size).toBe(3);
  });

  it("says what is waited for where no function is known, as on musl", () => {
    expect(signatureOfDeadlock([stuck(null, "log_lock"), stuck(null, "a lock", false)]).title).toBe(
      "deadlock: a thread waits for log_lock",
    );
  });

  it("is weak where neither is known", () => {
    expect(signatureOfDeadlock([stuck(null, "a lock", false)])).toMatchObject({
      weak: true,
      title: "deadlock: no thread can ever go on",
    });
  });
});

describe("the key of a deadlock", () => {
  const told = (lines: string): string =>
    `steps 9 switches 1 tasks 3 mean 0 length 9 dropped 0\ndeadlock\n${lines}`;
  const crossed = told(
    "waits 1 202 0x4c1260 2 /p+0x10\nlock 1 /p+0x260\nwaits 2 202 0x4c1290 1 /p+0x10\nlock 2 /p+0x290",
  );

  it("holds no address, no thread's number, no order", () => {
    const turned = told(
      "waits 2 202 0x4c1260 1 /p+0x10\nlock 2 /p+0x260\nwaits 1 202 0x4c1290 2 /p+0x10\nlock 1 /p+0x290",
    );
    expect(deadlockKey(turned)).toBe(deadlockKey(crossed));
  });

  it("is the same whether or not the word tells a holder", () => {
    expect(deadlockKey(crossed.replace("0x4c1260 2", "0x4c1260 -1"))).toBe(deadlockKey(crossed));
  });

  it("is another for other locks", () => {
    expect(deadlockKey(crossed.replace("+0x290", "+0x2c0"))).not.toBe(deadlockKey(crossed));
  });

  it("is one for all of which nothing is told", () => {
    expect(deadlockKey(told(""))).toBe("deadlock");
  });
});
