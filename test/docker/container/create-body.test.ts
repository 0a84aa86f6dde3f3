import { describe, expect, it } from "vitest";
import { createBody } from "../../../src/docker/container/create-body.js";
import type { ContainerRequest } from "../../../src/docker/engine.js";

const request: ContainerRequest = {
  image: "image",
  command: ["/program", "argument"],
  labels: {},
  user: "65534:65534",
  env: { A: "1" },
  memory: 1000,
  processes: 10,
  tmpfs: { "/tmp": "size=1m" },
  network: "none",
  capabilities: [],
};

describe("createBody", () => {
  it("takes everything away that a program does not need", () => {
    expect(createBody(request, { label: "value" })).toMatchSnapshot();
  });

  it("gives back only what was asked for", () => {
    const body = createBody(
      {
        ...request,
        network: "bridge",
        capabilities: ["SYS_PTRACE"],
        cpuset: "0",
        ulimits: { stack: 8388608, core: 1 },
      },
      {},
    ) as { HostConfig: Record<string, unknown> };
    expect(body.HostConfig).toMatchObject({
      NetworkMode: "bridge",
      CapDrop: ["ALL"],
      CapAdd: ["SYS_PTRACE"],
      CpusetCpus: "0",
      Ulimits: [
        { Name: "core", Soft: 1, Hard: 1 },
        { Name: "stack", Soft: 8388608, Hard: 8388608 },
      ],
    });
  });

  it("never mounts anything of the host", () => {
    const text = JSON.stringify(createBody(request, {}));
    for (const word of ["Binds", "Mounts", "Devices", "Privileged", "PidMode", "docker.sock"])
      expect(text).not.toContain(word);
  });

  it("refuses an empty command", () => {
    expect(() => createBody({ ...request, command: [] }, {})).toThrow("needs a command");
  });
});
