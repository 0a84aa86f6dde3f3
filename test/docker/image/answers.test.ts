import { describe, expect, it } from "vitest";
import { missingLimits, negotiate } from "../../../src/docker/facts.js";
import { isTransient, registryOf } from "../../../src/docker/image/pull.js";
import { parseReference, referencePath } from "../../../src/docker/image/reference.js";
import { judge } from "../../../src/docker/container/waiting.js";
import { infrastructure } from "../../../src/failure.js";

describe("negotiate", () => {
  const speak = (ApiVersion: string, MinAPIVersion?: string): string =>
    negotiate({ Version: "x", ApiVersion, MinAPIVersion });

  it("takes the highest version that both sides know", () => {
    expect(speak("1.41", "1.12")).toBe("1.41");
    expect(speak("1.44", "1.24")).toBe("1.44");
    expect(speak("1.52", "1.44")).toBe("1.51");
    expect(speak("1.41")).toBe("1.41");
  });

  it("says who is too old", () => {
    expect(() => speak("1.39", "1.12")).toThrow(
      expect.objectContaining({ remedy: "update the engine to Docker 20.10 or later" }),
    );
    expect(() => speak("1.99", "1.60")).toThrow(expect.objectContaining({ remedy: "update vivarium" }));
  });
});

describe("judge", () => {
  const state = {
    Status: "exited",
    Running: false,
    ExitCode: 0,
    OOMKilled: false,
    StartedAt: "2026-01-01T00:00:00Z",
  };

  it("trusts a wait and an inspection that agree", () => {
    expect(judge({ ...state, ExitCode: 7 }, { StatusCode: 7 })).toEqual({
      exitCode: 7,
      oomKilled: false,
      trusted: true,
      why: null,
    });
  });

  it.each([
    ["never started", { ...state, StartedAt: "0001-01-01T00:00:00Z" }, { StatusCode: 0 }],
    ["is running after its end", { ...state, Running: true, Status: "running" }, { StatusCode: 0 }],
    ["is created after its end", { ...state, Status: "created" }, { StatusCode: 0 }],
    ["wait failed: lost", state, { StatusCode: 0, Error: { Message: "lost" } }],
    ["wait says exit 1, its inspection 0", state, { StatusCode: 1 }],
    ["wait did not answer", state, null],
  ])("does not where it %s", (why, inspected, waited) => {
    const end = judge(inspected, waited);
    expect(end.trusted).toBe(false);
    expect(end.why).toContain(why);
  });
});

describe("missingLimits", () => {
  const info = { NCPU: 1, MemTotal: 1 };

  it("names each limit that the engine would drop in silence", () => {
    expect(
      missingLimits({ ...info, MemoryLimit: true, SwapLimit: true, PidsLimit: true, CPUSet: true }),
    ).toEqual([]);
    expect(missingLimits({ ...info, SwapLimit: false, PidsLimit: false })).toEqual([
      "swap is not limited",
      "the number of processes is not limited",
    ]);
    expect(missingLimits({ ...info, Warnings: ["WARNING: No cpuset support"] })).toEqual([
      "WARNING: No cpuset support",
    ]);
  });

  it("says in one line that a rootless engine without cgroups limits nothing", () => {
    const none = {
      MemoryLimit: false,
      SwapLimit: false,
      PidsLimit: false,
      CPUSet: false,
      CpuCfsQuota: false,
    };
    expect(
      missingLimits({
        ...info,
        ...none,
        SecurityOptions: ["name=seccomp,profile=default", "name=rootless"],
        CgroupDriver: "none",
        Warnings: ["WARNING: Running in rootless-mode without cgroups."],
      }),
    ).toEqual([expect.stringMatching(/memory.*CPU time.*rootless without cgroups/)]);
  });

  it("does not believe a rootless Podman on cgroup v1, which says that all limits hold", () => {
    const podman = {
      ...info,
      MemoryLimit: true,
      PidsLimit: true,
      CPUSet: true,
      Rootless: true,
      Warnings: [],
    };
    expect(missingLimits({ ...podman, CgroupDriver: "cgroupfs", CgroupVersion: "1" })).toEqual([
      expect.stringContaining("rootless without cgroups"),
    ]);
    expect(missingLimits({ ...podman, CgroupDriver: "systemd", CgroupVersion: "2" })).toEqual([]);
  });
});

describe("references", () => {
  it.each([
    ["debian", { name: "debian", tag: null, digest: null }],
    ["debian:12", { name: "debian", tag: "12", digest: null }],
    ["host:5000/a/b:1", { name: "host:5000/a/b", tag: "1", digest: null }],
    [`a@sha256:${"0".repeat(64)}`, { name: "a", tag: null, digest: `sha256:${"0".repeat(64)}` }],
  ])("takes %s apart", (text, parts) => expect(parseReference(text)).toEqual(parts));

  it.each(["", "a b", "a:", "../x", "a@sha256:12", "-a", "a//b"])("refuses '%s'", (text) => {
    expect(() => parseReference(text)).toThrow("is not an image reference");
  });

  it("lets no reference leave its place in a request", () => {
    for (const text of ["../containers/x", "a/../b", "a?force=1", "a%2f", "a#b"])
      expect(() => referencePath(text), text).toThrow("is not an image reference");
    expect(referencePath("sha256:0123")).toBe("sha256:0123");
  });

  it("knows the registry that a name belongs to, as docker does", () => {
    expect(registryOf("debian")).toBe("docker.io");
    expect(registryOf("team/image")).toBe("docker.io");
    expect(registryOf("localhost/image")).toBe("localhost");
    expect(registryOf("ghcr.io/a/b")).toBe("ghcr.io");
    expect(registryOf("host:5000/a")).toBe("host:5000");
  });
});

describe("isTransient", () => {
  it.each([
    ["Get https://r/v2/: net/http: TLS handshake timeout", true],
    ["read tcp: connection reset by peer", true],
    ["toomanyrequests: You have reached your pull rate limit", true],
    ["received unexpected HTTP status: 503 Service Unavailable", true],
    ["manifest for x:1 not found: manifest unknown", false],
    ["pull access denied for x, repository does not exist", false],
    ["no space left on device", false],
  ])("%s: %s", (words, transient) => expect(isTransient(infrastructure(words))).toBe(transient));
});
