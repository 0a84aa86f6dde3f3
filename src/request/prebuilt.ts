import { readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { badRequest } from "../failure.js";
import type { Catalogue } from "../manifest/catalogue.js";
import { bareManifest } from "../manifest/bare-folder.js";
import type { ReproFolder } from "../manifest/load.js";
import { selectEnvironments } from "../plan/environments.js";
import type { Environment } from "../plan/plan.js";
import type { CampaignRequest } from "../plan/request.js";
import { readElf, type ElfFacts } from "./elf.js";

const MAX_BYTES = 256 * 1024 ** 2;
/** Tried first where the program does not need a newer one. */
const USUAL = ["glibc-2.36", "musl-1.2.3"];

/**
 * A compiled program as a repro. A static one runs anywhere; a dynamic one only where its loader is the environment's
 * libc, and new enough: other environments are refused, and those that can run it named.
 */
export async function loadPrebuilt(
  argument: string,
  request: CampaignRequest,
  catalogue: Catalogue,
  cwd: string,
): Promise<ReproFolder> {
  const path = await realpath(resolve(cwd, argument)).catch(() => null);
  const found = path === null ? null : await stat(path);
  if (path === null || found === null) throw badRequest(`${argument}: there is no such file`);
  if (!found.isFile() || found.size > MAX_BYTES) {
    throw badRequest(`${argument}: no compiled program`, "--prebuilt takes one executable file");
  }
  const elf = readElf(await readFile(path));
  if (elf === null) {
    throw badRequest(
      `${argument}: no 64-bit ELF executable`,
      "--prebuilt takes a program compiled for Linux; leave it out for sources",
    );
  }
  const fitting = environmentsFor(elf, catalogue);
  if (fitting.length === 0) {
    throw badRequest(`${argument}: ${needsOf(elf)}, which no environment has`, "link it statically");
  }
  for (const environment of asked(request, catalogue)) {
    if (fitting.includes(environment.id)) continue;
    throw badRequest(
      `${argument}: ${needsOf(elf)}; ${environment.id} is not that`,
      `it runs on: --env ${fitting.join(",")}`,
    );
  }
  const first = USUAL.find((name) => fitting.includes(name)) ?? (fitting[0] as string);
  const name = basename(path);
  return {
    path: dirname(path),
    argument,
    outside: {},
    manifest: {
      ...bareManifest(name.replace(/\.(out|exe|bin)$/, ""), "prebuilt", [name]),
      link: elf.loader === null ? "static" : "dynamic",
      environments: [first],
    },
  };
}

function asked({ environments = [], runOn = [] }: CampaignRequest, catalogue: Catalogue): Environment[] {
  return [environments, runOn].flatMap((patterns) =>
    patterns.length === 0 ? [] : selectEnvironments(patterns, catalogue, "prebuilt"),
  );
}

/** Names of the environments whose loader and libc the program asks for, in the catalogue's order. */
export function environmentsFor(elf: ElfFacts, { environments }: Catalogue): string[] {
  const family = familyOf(elf);
  const least = leastGlibc(elf);
  return Object.entries(environments)
    .filter(
      ([, { libc }]) =>
        elf.loader === null ||
        (libc.family === family && (libc.family === "musl" || compareVersions(libc.version, least) >= 0)),
    )
    .map(([name]) => name);
}

/** `dynamically linked: it asks for the loader /lib64/ld-linux-x86-64.so.2 of glibc 2.38 or newer` */
export function needsOf(elf: ElfFacts): string {
  const family = familyOf(elf);
  const least = leastGlibc(elf);
  const libc = family === null ? "" : ` of ${family}${least === "0" ? "" : ` ${least} or newer`}`;
  return `dynamically linked: it asks for the loader ${elf.loader ?? "(none)"}${libc}`;
}

function familyOf({ loader }: ElfFacts): "glibc" | "musl" | null {
  const name = basename(loader ?? "");
  return name.startsWith("ld-musl-") ? "musl" : name.startsWith("ld-linux") ? "glibc" : null;
}

/** The newest version among the symbols that the program takes from glibc; "0" where it takes none. */
function leastGlibc({ versions }: ElfFacts): string {
  return versions
    .flatMap((version) => /^GLIBC_([\d.]+)$/.exec(version)?.[1] ?? [])
    .reduce((newest, version) => (compareVersions(version, newest) > 0 ? version : newest), "0");
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
