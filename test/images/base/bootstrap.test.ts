import { expect, test } from "vitest";
import { bootstrapArguments, remedyFor } from "../../../src/images/base/bootstrap.js";

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

test.each([
  ["E: unable to pick chroot mode automatically (use --mode for manual selection)", "apt-get install uidmap"],
  ["E: failed to parse /etc/subuid and /etc/subgid", "--add-subuids"],
  ["E: The following signatures couldn't be verified: NO_PUBKEY 6ED0E7B82643E131", "--keyring"],
  ["E: Failed to fetch http://archive.example", "check the network"],
])("%s is met with what to do", (words, remedy) => expect(remedyFor(words)).toContain(remedy));
