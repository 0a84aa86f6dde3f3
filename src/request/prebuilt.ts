import { readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { badRequest } from "../failure.js";
import type { Catalogue } from "../manifest/catalogue.js";
import { bareManifest } from "../manifest/bare-folder.js";
import type { ReproFolder } from "../manifest/load.js";
import { selectEnvironments } from "../plan/environments.js";
import type { Environment } from "../plan/plan.js";
import type { CampaignRequest } from "../plan/request.js";
import { readElf, type ElfFacts } from "../images/elf.js";

const MAX_BYTES = 256 * 1024 ** 2;
/** Tried first where the program does not need a newer one. */
const USUAL = ["glibc-2.36", "musl-1.2.3"];

/**
 * A compiled program as a repro. A dynamic one runs only where its loader is the environment's libc, and new enough; a static one holds its
 * libc itself. Environments that do not reach it are refused, and those that do are named.
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
    throw badRequest(`${argument}: not a compiled program`, "--prebuilt takes one executable file");
  }
  const elf = readElf(await readFile(path));
  if (elf === null) {
    throw badRequest(
      `${argument}: not an ELF executable, or a damaged one`,
      "--prebuilt takes a program compiled for Linux; leave it out for sources",
    );
  }
  const fitting = environmentsFor(elf, catalogue);
  if (fitting.length === 0) {
    throw badRequest(`${argument}: ${needsOf(elf)}, which no environment has`, "link it statically");
  }
  refuseUnreached(argument, elf, fitting, asked(request, catalogue));
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

/** Refuses environments that the program does not run on, or takes nothing of. */
function refuseUnreached(
  argument: string,
  elf: ElfFacts,
  fitting: readonly string[],
  chosen: readonly Environment[],
): void {
  const other = chosen.find(({ id }) => !fitting.includes(id));
  if (other !== undefined)
    throw badRequest(
      `${argument}: ${needsOf(elf)}; ${other.id} is not that`,
      `it runs on: --env ${fitting.join(",")}`,
    );
  // A static glibc takes its NSS modules, gconv and locales from the image: so far, those of its family differ.
  if (elf.loader === null && elf.holds?.family !== "glibc" && chosen.length > 1)
    throw badRequest(
      `${argument}: ${needsOf(elf)}, and so it would run the same in each of ${chosen.map(({ id }) => id).join(", ")}`,
      `name one environment: --env ${fitting[0]}`,
    );
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
    .filter(([, { libc }]) =>
      elf.loader === null
        ? elf.holds === null || libc.family === elf.holds.family
        : libc.family === family && (libc.family === "musl" || compareVersions(libc.version, least) >= 0),
    )
    .map(([name]) => name);
}

/** `statically linked: it holds a glibc (2.36)`, `dynamically linked: it asks for the loader /lib64/ld-linux-x86-64.so.2 of glibc 2.38 or newer` */
export function needsOf(elf: ElfFacts): string {
  const { loader, holds } = elf;
  if (loader === null) {
    const version = holds?.version == null ? "" : ` (${holds.version})`;
    return `statically linked: it holds ${holds === null ? "all that it needs" : `a ${holds.family}${version} of its own`}`;
  }
  const family = familyOf(elf);
  const least = leastGlibc(elf);
  const libc = family === null ? "" : ` of ${family}${least === "0" ? "" : ` ${least} or newer`}`;
  return `dynamically linked: it asks for the loader ${loader}${libc}`;
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
