import { describe, expect, it } from "vitest";
import type { CampaignRequest } from "../../../src/plan/request.js";
import type { Prepared } from "../../../src/request/prepare.js";
import { gccPasses, isPasses } from "../../../src/search/bisect/gcc-passes.js";
import type { Territory } from "../../../src/search/bisect/territory.js";

/** The compiler's flags at a point. */
async function flagsAt(over: string, point: (territory: Territory) => string): Promise<readonly string[]> {
  let seen: CampaignRequest = {};
  const territory = gccPasses(over, "gcc", (request) => {
    seen = request;
    return Promise.resolve({} as Prepared);
  });
  await territory.prepare(point(territory), { build: { cflags: ["-g"] } });
  return seen.build?.cflags ?? [];
}

describe("the flags between two of gcc's levels", () => {
  it("are told from values of a setting", () => {
    expect(
      ["cflags=-O1..-O2", "cflags=-O0..-O3", "cflags=-O0,-O2", "cflags=-O2", "goflags=-O1..-O2"].map(
        isPasses,
      ),
    ).toEqual([true, true, false, false, false]);
  });

  it("are off at the older end, on one after the other, and nothing is off at the newer", async () => {
    const off = await flagsAt("cflags=-O1..-O2", ({ oldEnd }) => oldEnd);
    expect(off.slice(0, 3)).toEqual(["-g", "-O2", "-fno-align-functions"]);
    expect(off).toContain("-fno-strict-aliasing");
    expect(await flagsAt("cflags=-O1..-O2", ({ newEnd }) => newEnd)).toEqual(["-g", "-O2"]);
    const at = await flagsAt("cflags=-O1..-O2", () => "-fstrict-aliasing");
    expect(at).not.toContain("-fno-strict-aliasing");
    expect(at).not.toContain("-fno-store-merging");
    expect(at).toContain("-fno-thread-jumps");
  });

  it("of more levels are more, each once", async () => {
    const flags = await flagsAt("cflags=-O0..-O3", ({ oldEnd }) => oldEnd);
    expect(new Set(flags).size).toBe(flags.length);
    expect(flags).toEqual(
      expect.arrayContaining(["-O3", "-fno-tree-dce", "-fno-gcse", "-fno-unswitch-loops"]),
    );
  });

  it.each([
    ["cflags=-O2..-O1", "gcc", "-O1 is not above -O2"],
    ["cflags=-O1..-O2", "clang", "these are gcc's flags, and it is built by clang"],
  ])("%s of %s is refused", (over, cc, said) => {
    expect(() => gccPasses(over, cc, () => Promise.reject(new Error("planned")))).toThrow(said);
  });
});
