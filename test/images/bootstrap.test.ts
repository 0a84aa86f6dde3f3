import { expect, test } from "vitest";
import { bootstrapArguments } from "../../src/images/bootstrap.js";

const suite = { name: "sid", staleRelease: false, source: null, platform: null };

test("a suite from the default archive", () => {
  expect(bootstrapArguments(suite)).toEqual(["--variant=minbase", "sid", "-"]);
});

test("a rolling suite may be past its Valid-Until, and stays signed", () => {
  const words = bootstrapArguments({ ...suite, staleRelease: true });
  expect(words).toContain('--aptopt=Acquire::Check-Valid-Until "false"');
  expect(words.join(" ")).not.toMatch(/trusted|allow-unauthenticated/i);
});

test("a snapshot's source and another platform", () => {
  const source = "deb https://snapshots.example/debian/20151204T042531Z jessie main";
  expect(bootstrapArguments({ ...suite, name: "jessie", source, platform: "linux/arm64" })).toEqual([
    "--variant=minbase",
    "--architectures=arm64",
    "jessie",
    "-",
    source,
  ]);
});
