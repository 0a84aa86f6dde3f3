import { expect, test } from "vitest";
import { FirstAlone } from "../../src/images/source/first-alone.js";

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test("the first of what shares something goes alone, the others after it and side by side", async () => {
  const works = new FirstAlone();
  const log: string[] = [];
  const work = (name: string) => async (): Promise<string> => {
    log.push(`${name} begins`);
    await later();
    log.push(`${name} ends`);
    return name;
  };
  const waits = (name: string) => () => void log.push(`${name} waits`);
  const made = ["a", "b", "c"].map((name) => works.run("musl", work(name), waits(name)));
  expect(await Promise.all(made)).toEqual(["a", "b", "c"]);
  expect(log).toEqual([
    "a begins",
    "b waits",
    "c waits",
    "a ends",
    "b begins",
    "c begins",
    "b ends",
    "c ends",
  ]);
  await works.run("musl", work("d"), waits("d"));
  expect(log.slice(8)).toEqual(["d begins", "d ends"]);
});

test("what shares nothing waits for nothing; a first one that fails is in nobody's way", async () => {
  const works = new FirstAlone();
  let waited = 0;
  const failing = works.run(
    "musl",
    () => later().then(() => Promise.reject(new Error("no"))),
    () => void waited++,
  );
  const other = works.run(
    "glibc",
    () => Promise.resolve("glibc"),
    () => void waited++,
  );
  const second = works.run(
    "musl",
    () => Promise.resolve("second"),
    () => void waited++,
  );
  await expect(failing).rejects.toThrow("no");
  expect(await Promise.all([other, second])).toEqual(["glibc", "second"]);
  expect(waited).toBe(1);
});
