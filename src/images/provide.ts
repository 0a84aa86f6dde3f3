import { posix } from "node:path";
import pLimit from "p-limit";
import type { ContextEntry } from "../docker/engine.js";
import { badRequest, Failure } from "../failure.js";
import { overlaidFileFault } from "../manifest/overlay.js";
import type { ReproFolder } from "../manifest/load.js";
import { digestOf } from "../plan/key.js";
import type { BuildPlan, Cell, Plan } from "../plan/plan.js";
import type { Binary } from "./binary.js";
import { EnvironmentImages, type EnvironmentOptions, type Wants } from "./environment.js";
import type { Made } from "./image.js";
import {
  placeProgram,
  provideProgram,
  type Placement,
  type ProgramFacts,
  type ProgramRequest,
} from "./program/program.js";
import { SOURCES } from "./recipe/shape.js";
import { readSources } from "./sources.js";

export interface ProvideOptions extends EnvironmentOptions {
  readonly repro: Pick<ReproFolder, "path">;
}

/** Builds that run at once. More would only share the same cores. */
const PARALLEL = 2;

/**
 * The binary of every cell, by the cell's id; where there is none, the Failure that says why. One cell's failure costs
 * no other; an interruption ends them all and is thrown. Equal inputs are built once.
 */
export async function provideBinaries(
  plan: Pick<Plan, "cells">,
  options: ProvideOptions,
): Promise<Map<string, Binary | Failure>> {
  const images = new EnvironmentImages(options);
  const binaries = new Binaries(images, options);
  const limit = pLimit(PARALLEL);
  const results = await Promise.all(
    plan.cells.map((cell) =>
      limit(async (): Promise<[string, Binary | Failure]> => {
        if (cell.unbuildable !== undefined)
          return [cell.id, badRequest(cell.unbuildable.why, cell.unbuildable.remedy)];
        try {
          return [cell.id, await binaries.of(cell)];
        } catch (error) {
          // Whatever is no Failure is a fault of vivarium, and not one cell's affair.
          if (!(error instanceof Failure) || error.kind === "interrupted") throw error;
          return [cell.id, error];
        }
      }),
    ),
  );
  return new Map(results);
}

class Binaries {
  private readonly programs = new Map<string, Promise<Made<ProgramFacts>>>();

  constructor(
    private readonly images: EnvironmentImages,
    private readonly options: ProvideOptions,
  ) {}

  async of(cell: Cell): Promise<Binary> {
    this.options.signal?.throwIfAborted();
    const moved = cell.ranOn.id !== cell.builtIn.id;
    const builtIn = await this.images.provide(cell.builtIn, buildWants(cell));
    const ranOn = moved ? await this.images.provide(cell.ranOn, runWants(cell)) : builtIn;
    // A program that images hold is that of the image in which it runs.
    const isHeld = cell.build.language === "command";
    const request: ProgramRequest = {
      name: `${cell.variant} on ${cell.builtIn.id}`,
      folder: this.options.repro.path,
      build: cell.build,
      environment: isHeld ? ranOn : builtIn,
    };
    const { environment, build } = request;
    // Cells that differ only in how they are run share a build; so do their progress lines.
    const built = await this.once([environment.id, environment.toolchain, build], () =>
      provideProgram(request, this.options),
    );
    const placement: Placement = {
      name: moved
        ? `${cell.variant} of ${cell.builtIn.id} on ${cell.ranOn.id}`
        : `${cell.variant} on ${cell.builtIn.id} with its files`,
      to: moved && !isHeld ? ranOn : null,
      root: await rootOf(this.options.repro.path, cell),
    };
    const made = await this.once([built.id, placement.to?.id ?? null, digests(placement.root)], () =>
      placeProgram(built, placement, this.options),
    );
    return { image: made.id, ...made.facts, builtIn: builtIn.facts, ranOn: ranOn.facts };
  }

  private once(inputs: unknown, make: () => Promise<Made<ProgramFacts>>): Promise<Made<ProgramFacts>> {
    const key = JSON.stringify(inputs);
    const known = this.programs.get(key);
    if (known !== undefined) return known;
    const fresh = make();
    this.programs.set(key, fresh);
    return fresh;
  }
}

/** Files by what is in them: their bytes as JSON would be many times as large, and of a large file an error. */
function digests(root: Record<string, ContextEntry>): unknown {
  return Object.entries(root).map(([to, entry]) =>
    "content" in entry ? [to, entry.mode, digestOf(entry.content)] : [to, entry],
  );
}

/** What a terminal keeps for its reader; runner/terminal.h types no more. */
const MOST_TYPED = 4000;

function checkTyped({ run }: Cell, named: string, bytes: number): void {
  if (run.tty === true && bytes > MOST_TYPED)
    throw badRequest(
      `stdin: '${named}' has ${bytes} bytes, and a terminal keeps ${MOST_TYPED} for its reader`,
      "shorten it, or give it without --tty",
    );
}

/** What a cell's build needs in its environment's image; where the program runs in it too, also what that needs. */
export function buildWants(cell: Cell): Wants {
  const { cc, packages } = cell.build;
  const link = linkageOf(cell);
  const { locales } = cell.ranOn.id === cell.builtIn.id ? cell.run : {};
  return {
    ...(cc === "clang" ? { clang: true } : {}),
    ...(link === null ? {} : { link }),
    ...(packages === undefined ? {} : { packages }),
    ...(locales === undefined ? {} : { locales }),
  };
}

/** How the program is linked, where nothing but its own compiler's line decides it: its own build may link as it likes. */
function linkageOf({ build }: Cell): BuildPlan["link"] | null {
  const own = build.language !== "c" || build.command !== null;
  const flags = [...build.cflags, ...build.ldflags];
  return own || flags.some((flag) => /static|shared|dynamic|pie/i.test(flag)) ? null : build.link;
}

function runWants({ run: { packages, locales } }: Cell): Wants {
  return { packages, locales };
}

/** What is laid over the container's root: what attempts read, the repro's files, then the condition's. `folder`: the repro's. */
export async function rootOf(folder: string, cell: Cell): Promise<Record<string, ContextEntry>> {
  const { files, stdin } = cell.run;
  const inputs = stdin === null ? [] : [stdin];
  const read = await readSources(folder, [...Object.values(files), ...inputs]);
  const laid: [string, ContextEntry][] = inputs.map((named) => {
    const entry = read[posix.normalize(named)];
    if (entry === undefined)
      throw badRequest(`stdin: '${named}' is a folder`, "give a file, such as --stdin input.txt");
    checkTyped(cell, named, entry.content.length);
    return [posix.join(SOURCES, named), entry];
  });
  for (const [to, named] of Object.entries(files)) {
    const from = posix.normalize(named);
    for (const [path, entry] of Object.entries(read)) {
      if (path === from) laid.push([to, entry]);
      else if (path.startsWith(`${from}/`)) laid.push([to + path.slice(from.length), entry]);
    }
  }
  for (const [to, content] of Object.entries(cell.condition?.files ?? {})) laid.push([to, { content }]);
  for (const [to] of laid) {
    const fault = overlaidFileFault(to);
    if (fault !== null) throw badRequest(`files: ${fault}`, "put it elsewhere");
  }
  return Object.fromEntries(laid);
}
