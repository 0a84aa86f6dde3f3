import { startRootless } from "./service.js";

/** The rootless engine is that of every test that names none; `VIVARIUM_AS_USER` is how its user runs the built vivarium, as JSON. */
export default async function setup(): Promise<() => Promise<void>> {
  const { host, asUser, clone, stop } = await startRootless();
  process.env["DOCKER_HOST"] = host;
  process.env["VIVARIUM_AS_USER"] = JSON.stringify([...asUser, "node", `${clone}/dist/cli.js`]);
  return stop;
}
