import { ok, type Check } from "./check.js";

/** `connect` has negotiated a version before: an engine that is too old or too new fails the first check. */
export const version: Check = {
  name: "version",
  title: "versions",
  look: ({ facts }) =>
    Promise.resolve(
      ok(`${facts.name}, API ${facts.api}, kernel ${facts.kernel}, Node ${process.version.slice(1)}`),
    ),
};
