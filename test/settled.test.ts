import { expect, test } from "vitest";
import { settled } from "../src/settled.js";

test("what did not fail is waited for and undone before the first failure is thrown", async () => {
  const undone: string[] = [];
  let finish: (made: string) => void = () => undefined;
  const slow = new Promise<string>((resolve) => (finish = resolve));
  const all = settled([slow, Promise.reject(new Error("one")), Promise.reject(new Error("two"))], (made) => {
    undone.push(made);
    return Promise.resolve();
  });
  const thrown = all.then(
    () => "nothing",
    (error: Error) => `${error.message} after ${undone.join()}`,
  );
  finish("slow");
  expect(await thrown).toBe("one after slow");
});

test("what cannot be undone hides neither the first failure nor what else is to be undone", async () => {
  const undone: number[] = [];
  const all = settled([Promise.resolve(1), Promise.reject(new Error("one")), Promise.resolve(2)], (made) => {
    if (made === 1) return Promise.reject(new Error("undone"));
    undone.push(made);
    return Promise.resolve();
  });
  await expect(all).rejects.toThrow("one");
  expect(undone).toEqual([2]);
});

test("where none fails, it is what they came to, and nothing is undone", async () => {
  const undo = () => Promise.reject(new Error("undone"));
  expect(await settled([Promise.resolve(1), Promise.resolve(2)], undo)).toEqual([1, 2]);
});
