import { badRequest } from "../failure.js";
import type { Manifest } from "../manifest/repro.js";
import { Hosts, type Service } from "../manifest/surroundings.js";
import { durationMs } from "../manifest/units.js";
import { signalNumber } from "../text/signal-name.js";
import type { RunPlan, ServicePlan, SignalPlan } from "./plan.js";
import type { RunOverrides } from "./request.js";

const READY_MS = 10_000;
/** The host must hear of a runner in between. */
const MOST_READY_MS = 60_000;
const MOST_SIGNALS = 64;

type Run = NonNullable<Manifest["run"]>;

/** What runs beside the program, what is sent to it, and which names it knows. */
export function beside(
  run: Run,
  flags: RunOverrides,
): Pick<RunPlan, "services" | "signals" | "hosts" | "nameservers"> {
  const services = Object.entries(run.services ?? {}).map(([name, service]) => servicePlan(name, service));
  const signals = (flags.signals ?? run.signals ?? []).map(parseSignal).sort((a, b) => a.atMs - b.atMs);
  const hosts = { ...run.hosts, ...checkedHosts(flags.hosts ?? {}) };
  if (signals.length > MOST_SIGNALS)
    throw badRequest(`--send-signal: ${signals.length} signals: more than ${MOST_SIGNALS}`, "send fewer");
  return {
    ...(services.length === 0 ? {} : { services }),
    ...(signals.length === 0 ? {} : { signals }),
    ...(Object.keys(hosts).length === 0 ? {} : { hosts }),
    ...(run.nameservers === undefined ? {} : { nameservers: run.nameservers }),
  };
}

function servicePlan(name: string, { command, env = {}, ready, within }: Service): ServicePlan {
  const words = typeof command === "string" ? command.split(/\s+/).filter((word) => word !== "") : command;
  if (words.length === 0 || words[0] === "")
    throw badRequest(`service ${name}: it has no command`, "for example: command: [python3, server.py]");
  if (typeof command === "string" && /["'`|&;<>]/.test(command)) {
    throw badRequest(
      `service ${name}: its command is no shell's: '${command}'`,
      `give the words as a list; for a shell's line: command: [sh, -c, ${JSON.stringify(command)}]`,
    );
  }
  const withinMs = within === undefined ? READY_MS : durationMs(within, `services.${name}.within`);
  if (withinMs > MOST_READY_MS)
    throw badRequest(`service ${name}: within ${within}: more than 60s`, "take a shorter time");
  return { name, command: words, env, ready: ready === undefined ? null : readyPlan(ready), withinMs };
}

/** A manifest's own are checked where it is read, with file and line. */
function checkedHosts(hosts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, address] of Object.entries(hosts)) {
    const issue = Hosts.safeParse({ [name]: address }).error?.issues[0];
    if (issue === undefined) continue;
    throw badRequest(
      `--add-host ${name}:${address}: not a name and an address`,
      "for example: --add-host db.example:127.0.0.1",
    );
  }
  return hosts;
}

function readyPlan({ port, line, file = "" }: NonNullable<Service["ready"]>): ServicePlan["ready"] {
  if (port !== undefined) return { port };
  return line === undefined ? { file } : { line };
}

/** `TERM@200ms`, `sigusr1@1s` -> the signal by its whole name, and when it is sent. */
function parseSignal(text: string): SignalPlan {
  const example = "for example: --send-signal TERM@200ms";
  const [, name, time] = /^(?:SIG)?([A-Z][A-Z0-9+]*)@(.+)$/i.exec(text) ?? [];
  if (name === undefined || time === undefined)
    throw badRequest(`--send-signal ${text}: not of the form SIGNAL@TIME`, example);
  const signal = `SIG${name.toUpperCase()}`;
  if (signalNumber(signal) === null)
    throw badRequest(`--send-signal ${text}: there is no signal ${signal}`, example);
  return { signal, atMs: durationMs(time, `--send-signal ${text}`) };
}
