import { connect } from "../../src/docker/connection/connect.js";
import type { ContainerRequest } from "../../src/docker/engine.js";

// A process that has two containers when it is killed.
const engine = await connect({ env: process.env });
const request = JSON.parse(process.env["VIVARIUM_TEST_ARGUMENT"] ?? "") as ContainerRequest;
await Promise.all([engine.start(request), engine.start(request)]);
console.log("started");
