import { expect, test } from "vitest";
import { noEngine } from "../../../src/docker/connection/connection-failures.js";

test.each([
  ["/var/run/docker.sock", "sudo systemctl start docker"],
  ["/run/user/1000/docker.sock", "systemctl --user start docker"],
  ["/run/user/1000/podman/podman.sock", "systemctl --user start podman.socket"],
])("an engine that does not answer at %s is started by %s", (path, command) => {
  const where = { address: { kind: "unix", path }, text: `unix://${path}`, chosenBy: "DOCKER_HOST" } as never;
  const failure = noEngine(where, Object.assign(new Error("connect ENOENT"), { syscall: "connect" }));
  expect(failure?.remedy).toContain(`'${command}'`);
});
