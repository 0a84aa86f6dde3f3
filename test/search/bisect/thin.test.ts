import { expect, test } from "vitest";
import type { Binary, ImageFacts } from "../../../src/images/binary.js";
import { thin } from "../../../src/search/bisect/thin.js";

const built = (image: string, environment: string): { binary: Binary } => {
  const facts = { image: environment } as ImageFacts;
  return { binary: { image, builtIn: facts, ranOn: facts } as Binary };
};

/** `b` and `c` are one program; `d` shares its environment with `a`. */
const FRESH = new Map([
  ["a", built("program-a", "libc-a")],
  ["b", built("program-b", "libc-b")],
  ["c", built("program-b", "libc-b")],
  ["d", built("program-d", "libc-a")],
  ["e", built("program-e", "libc-e")],
]);

async function removed(kept: readonly string[], environments: boolean, busy?: string): Promise<string[]> {
  const gone: string[] = [];
  const removeImage = async (image: string): Promise<void> => {
    await Promise.resolve();
    if (image === busy) throw new Error("in use");
    gone.push(image);
  };
  await thin({ removeImage }, FRESH, new Set(kept), environments);
  return gone;
}

test("what the answer rests on stays, with all that it shares", async () => {
  expect((await removed(["a", "b"], true)).sort()).toEqual(["libc-e", "program-d", "program-e"]);
});

test("an environment goes after the program that was built on it, and only where each point has its own", async () => {
  expect(await removed(["a", "b", "d"], true)).toEqual(["program-e", "libc-e"]);
  expect(await removed(["a", "b", "d"], false)).toEqual(["program-e"]);
});

test("what something else uses stays, and ends nothing", async () => {
  expect(await removed(["a", "b", "d"], true, "program-e")).toEqual(["libc-e"]);
});
