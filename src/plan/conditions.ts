import { badRequest } from "../failure.js";
import { didYouMean } from "../manifest/nearest.js";
import type { Language } from "../manifest/repro.js";
import type { Condition } from "./plan.js";

const PLAIN: Omit<Condition, "name" | "title"> = {
  env: {},
  cpus: null,
  load: 0,
  stack: null,
  padding: 0,
  files: {},
};
const KiB = 1024;

/** The declared conditions of `--perturb`: each changes one thing that is known to make rare crashes more frequent. */
export const CONDITIONS: readonly Condition[] = [
  { ...PLAIN, name: "one-cpu", title: "pinned to one CPU", cpus: "0" },
  { ...PLAIN, name: "cpu-load", title: "two busy processes beside it", load: 2 },
  { ...PLAIN, name: "gomaxprocs-1", title: "GOMAXPROCS=1", env: { GOMAXPROCS: "1" } },
  { ...PLAIN, name: "gomaxprocs-16", title: "GOMAXPROCS=16", env: { GOMAXPROCS: "16" } },
  { ...PLAIN, name: "gogc-1", title: "GOGC=1: the garbage collector runs all the time", env: { GOGC: "1" } },
  { ...PLAIN, name: "gogc-off", title: "GOGC=off: the garbage collector never runs", env: { GOGC: "off" } },
  {
    ...PLAIN,
    name: "malloc-perturb",
    title: "fresh and freed memory filled with a pattern (MALLOC_PERTURB_=165)",
    env: { MALLOC_PERTURB_: "165", GLIBC_TUNABLES: "glibc.malloc.perturb=165" },
  },
  {
    ...PLAIN,
    name: "no-tcache",
    title: "malloc without its thread cache",
    env: { GLIBC_TUNABLES: "glibc.malloc.tcache_count=0" },
  },
  { ...PLAIN, name: "small-stack", title: "a stack of 256 KiB", stack: 256 * KiB },
  { ...PLAIN, name: "big-environment", title: "64 KiB more of environment variables", padding: 64 * KiB },
  {
    ...PLAIN,
    name: "nss-files",
    title: "nsswitch.conf with `passwd: files`",
    files: { "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n" },
  },
  {
    ...PLAIN,
    name: "nss-compat",
    title: "nsswitch.conf with `passwd: compat`",
    files: { "/etc/nsswitch.conf": "passwd: compat\ngroup: compat\nhosts: files dns\n" },
  },
];

/** The conditions that `--perturb` names (`all`: every one that means something to the language). */
export function selectConditions(names: readonly string[], language: Language): Condition[] {
  const known = CONDITIONS.map(({ name }) => name);
  const meaningful = CONDITIONS.filter(
    ({ env }) => language === "go" || !Object.keys(env).some((key) => key.startsWith("GO")),
  );
  const chosen = names
    .flatMap((text) => text.split(","))
    .flatMap((name) => {
      if (name === "all") return meaningful;
      const condition = CONDITIONS.find((candidate) => candidate.name === name);
      if (condition === undefined)
        throw badRequest(`--perturb: no condition '${name}'`, didYouMean(name, [...known, "all"]));
      return [condition];
    });
  return [...new Set(chosen)];
}
