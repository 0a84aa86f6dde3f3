import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { overlaidFileFault, overlayFault } from "../../src/manifest/overlay.js";

describe("may be laid over:", () => {
  test.each([
    "/etc/nsswitch.conf",
    "/etc/ld.so.preload",
    "/etc/ld.so.cache",
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/lib64/ld-linux-x86-64.so.2",
    "/usr/lib/x86_64-linux-gnu/libnss_files.so.2",
    "/repro/data",
    "/var/lib/words",
    "/optional",
    "/proclaim",
    "/tmpfile",
  ])("%s", (path) => expect(overlayFault(path)).toBeNull());
});

test.each([
  ["/etc/hosts", "--add-host NAME:ADDRESS"],
  ["/etc/resolv.conf", "nameservers"],
])("%s is the engine's own, and the message names what does it", (path, remedy) => {
  expect(overlayFault(path)).toContain(remedy);
  expect(overlayFault(`${path}.d`)).toBeNull();
});

describe("may not:", () => {
  test.each([
    "/opt/vivarium/runner",
    "/opt/vivarium",
    "/opt/candidates/1/program",
    "/opt",
    "/opt/",
    "/",
    "//opt//vivarium/./runner",
    "/etc/../opt/vivarium/evidence.py",
    "/opt/repro/program",
    "/usr/bin/gdb",
    "/bin/gdb",
    "/usr",
    "/bin",
    "/lib",
    "/usr/lib",
    "/usr/lib/debug/.build-id/aa/bb.debug",
    "/lib/debug/x",
    "/proc/self/root/opt/vivarium/runner",
    "/proc",
    "/sys/kernel",
    "/dev/null",
    "/tmp",
    "/tmp/x",
    "relative",
  ])("%s", (path) => expect(overlayFault(path)).toContain(path));
});

test("a folder of the system takes files, and is none", () => {
  expect(overlayFault("/etc")).toBeNull();
  for (const path of ["/etc", "/bin", "/usr/lib", "/var"]) expect(overlaidFileFault(path)).toContain(path);
  expect(overlaidFileFault("/etc/ld.so.preload")).toBeNull();
});

test("however a path is written, it means the same", () => {
  const noise = fc.constantFrom("/", "//", "/./", "/x/../");
  fc.assert(
    fc.property(fc.array(noise, { minLength: 3, maxLength: 3 }), ([a, b, c]) => {
      expect(overlayFault(`${a}opt${b}vivarium${c}runner`)).not.toBeNull();
    }),
  );
});
