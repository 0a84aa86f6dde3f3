import type { Argv } from "yargs";
import { LOCK_FILE } from "../../workspace/lock-file.js";
import type { ArgsOf } from "./args-of.js";

/** Which engine is used, and how images and progress are had from it. */
export function engineFlags<T>(yargs: Argv<T>) {
  return ownEngineFlags(yargs, "");
}

function ownEngineFlags<T>(yargs: Argv<T>, several: string) {
  return originFlags(yargs)
    .option("host", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "Engine:",
      describe: `engine's address, as docker's --host${several}`,
    })
    .option("context", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "Engine:",
      describe: `docker context${several}`,
    })
    .option("platform", {
      type: "string",
      requiresArg: true,
      group: "Engine:",
      describe: "platform of the images, such as linux/amd64",
    })
    .option("progress", {
      choices: ["auto", "terminal", "plain", "json", "none"] as const,
      default: "auto" as const,
      group: "Output:",
      describe: "how progress is shown, on stderr",
    });
}

/** The same for what can spread attempts: over several engines, or the nodes of a swarm. */
export function spreadFlags<T>(yargs: Argv<T>) {
  return ownEngineFlags(yargs, "; given again, attempts are spread over the engines")
    .option("swarm", {
      type: "boolean",
      group: "Engine:",
      describe: "make attempts on the nodes of the swarm that the engine manages",
    })
    .option("cluster", {
      choices: ["swarm"] as const,
      group: "Engine:",
      describe: "where attempts are made; --swarm is short for --cluster swarm",
    })
    .option("registry", {
      type: "string",
      requiresArg: true,
      group: "Engine:",
      describe: "registry that the swarm's nodes pull images from: HOST:PORT",
    });
}

/** Where base images come from. */
function originFlags<T>(yargs: Argv<T>) {
  return yargs
    .option("base", {
      choices: ["auto", "registry", "bootstrap"] as const,
      default: "auto" as const,
      group: "Engine:",
      describe: "where base images come from",
    })
    .option("snapshot", {
      type: "string",
      requiresArg: true,
      group: "Engine:",
      describe: "address of the snapshot archive, for catalogue entries with a stamp",
    })
    .option("keyring", {
      type: "string",
      requiresArg: true,
      group: "Engine:",
      describe: "keys that sign the snapshot archive (default: those that this machine trusts)",
    });
}

/** Whether what the images are made from is pinned. */
export function lockFlags<T>(yargs: Argv<T>) {
  return yargs
    .option("lock", {
      type: "boolean",
      group: "Engine:",
      describe: `pin what the images are made from in ${LOCK_FILE} here; a file that exists is followed, and new images are added`,
    })
    .option("locked", {
      type: "boolean",
      group: "Engine:",
      describe: `refuse whatever differs from ${LOCK_FILE}, and show it`,
    });
}

export type EngineArgs = ArgsOf<typeof engineFlags<object>>;
export type SpreadArgs = ArgsOf<typeof spreadFlags<object>>;
