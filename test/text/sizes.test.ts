import { expect, test } from "vitest";
import { binarySize, diskSize } from "../../src/text/sizes.js";

test.each([
  [0, "0 KiB"],
  [9 * 1024, "9 KiB"],
  [8 * 1024 ** 2, "8 MiB"],
  [512 * 1024 ** 2 - 1, "512 MiB"],
  [1536 * 1024 ** 2, "1.5 GiB"],
  [2 * 1024 ** 3, "2 GiB"],
])("%i bytes of memory are %s", (bytes, told) => {
  expect(binarySize(bytes)).toBe(told);
});

test.each([
  [0, "0 MB"],
  [1, "1 MB"],
  [12_400_000, "13 MB"],
  [1_440_000_000, "1.4 GB"],
])("%i bytes of a disk are %s", (bytes, told) => {
  expect(diskSize(bytes)).toBe(told);
});
