import { startPodman } from "./service.js";

/** Podman is the engine of every test that names none: the workers' processes inherit the variable. */
export default async function setup(): Promise<() => Promise<void>> {
  const podman = await startPodman();
  process.env["DOCKER_HOST"] = podman.host;
  return () => podman.stop();
}
