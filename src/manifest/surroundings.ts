import * as z from "zod";
import { Duration } from "./quantity.js";

/** Names that a program, a service and a report are called by. */
export const NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** A signal by its name, and a time after the program's start. */
const SENT = /^(?:SIG)?[A-Z][A-Z0-9+]*@\d+(?:\.\d+)?(?:ms|s|m|h)$/;
/** A host's name, by labels. */
const HOST = /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}))*$/;

/** By which a service is known to be ready; one of them. */
const Ready = z
  .strictObject({
    port: z
      .int()
      .min(1)
      .max(65535)
      .optional()
      .describe("a TCP port that it listens at, or a UDP port that it has open; nothing connects to it"),
    line: z.string().min(1).max(500).optional().describe("a text that it prints, to either stream"),
    file: z
      .string()
      .regex(/^\//, "an absolute path")
      .optional()
      .describe("a file or socket that it makes: /tmp/server.sock"),
  })
  .refine((ready) => Object.keys(ready).length === 1, "one of port, line and file")
  .meta({ id: "Ready" });

/** A process beside the program. */
export const Service = z
  .strictObject({
    command: z
      .union([z.string().min(1), z.array(z.string()).min(1)])
      .describe(
        "the program and its arguments, as a list or as words with spaces between them. It runs in the folder of the sources; " +
          "$OUT is the repro's own program, $OUTDIR the folder that its build left. A name is looked for in $OUTDIR, among the sources, and on the image's PATH",
      ),
    ready: Ready.optional().describe(
      "by what it is ready, one of these (default: it is as soon as it is started)",
    ),
    within: Duration.optional().describe("how long it may take to be ready (default 10s, at most 60s)"),
    env: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable"), z.string())
      .optional()
      .describe("further environment variables; it has the program's, too"),
  })
  .meta({ id: "Service" });
export type Service = z.infer<typeof Service>;

/** Names of hosts -> addresses. */
export const Hosts = z.record(
  z.string().regex(HOST, "the name of a host"),
  z.union([z.ipv4(), z.ipv6()], "an address, such as 127.0.0.1 or ::1"),
);

/** What a program has around it while it runs, beside what the image holds. */
export const Surroundings = {
  services: z
    .record(z.string().max(64).regex(NAME, "lower-case letters, digits, dots, dashes"), Service)
    .refine((services) => Object.keys(services).length <= 8, "at most 8 services")
    .optional()
    .describe(
      "processes that run beside the program, started in this order before each attempt and ended with it",
    ),
  signals: z
    .array(z.string().regex(SENT, "a signal and a time after the start, such as TERM@200ms"))
    .max(64)
    .optional()
    .describe("signals that are sent to the program, each at a time after its start: TERM@200ms"),
  hosts: Hosts.optional().describe(
    "names that the container's /etc/hosts has: name -> address, such as db.example: 127.0.0.1",
  ),
  nameservers: z
    .array(z.union([z.ipv4(), z.ipv6()], "an address, such as 127.0.0.1"))
    .min(1)
    .max(3)
    .optional()
    .describe("what the container's /etc/resolv.conf names; a service at 127.0.0.1 can answer at port 53"),
};
