import { listed } from "../../text/numbers.js";
import { code, codes, say, type Phrase } from "../../text/phrase.js";
import { buildsByHand, campaignCommand } from "../reproduce.js";
import { clipLine, clipLines } from "../../text/clip.js";
import type { EnvironmentRecord } from "../../result/result.js";
import { fence } from "./fence.js";
import { bullets, folded, heading, type Page } from "./page.js";
import { table } from "./table.js";

/** How to run it again: the one command, and the compile commands for those who have no vivarium. */
export function reproduceSection(page: Page): string[] {
  const { result, detail } = page;
  const builds = detail.pins ? buildsByHand(result).slice(0, detail.rows) : [];
  return [
    heading(page, ["Reproduce"]),
    fence([clipLine(campaignCommand(result), 2000)], "sh"),
    ...builds.flatMap(({ environments, commands, linkWarnings }) =>
      folded(page, say`Build commands for ${codes(environments.slice(0, 12).map(({ id }) => id))}`, [
        fence(clipLines(commands, 60, 2000), "sh"),
        ...(linkWarnings.length === 0 ? [] : ["The linker's warnings:", fence(clipLines(linkWarnings, 40))]),
      ]),
    ),
  ];
}

function pins(environment: EnvironmentRecord): Phrase[] {
  const { libc, go, compiler, image, binary } = environment;
  return [
    [code(environment.id)],
    [code(libc.package)],
    go === null ? ["–"] : [code(go.version)],
    [code(compiler)],
    [code(image.replace(/^sha256:/, "").slice(0, 12))],
    binary === null ? ["not built"] : [code(binary.sha256.slice(0, 12)), ` ${binary.link}`],
  ];
}

/** What was built from source: which commit and tree, with which patches, and every command of its recipe. */
function sourced({ id, sources = [] }: EnvironmentRecord): Phrase[] {
  return sources.map(({ recipe, ref, commit, tree, dirty, patches, steps }) => {
    const at =
      commit === null
        ? dirty === true
          ? "a working tree with changes"
          : "a clean working tree"
        : `commit ${commit}`;
    const laid = patches.map(({ name, sha256 }) => `${name} (sha256 ${sha256.slice(0, 12)})`);
    const over = laid.length === 0 ? "" : ` with ${laid.join(", ")}`;
    return say`${code(id)}: ${code(clipLine(`${recipe}@${ref}`, 100))} is ${at}, tree ${code(tree.slice(0, 12))}${clipLine(over, 300)}, built by ${codes(steps.slice(0, 12).map((step) => clipLine(step.replace(/\s+/g, " "), 300)))}.`;
  });
}

/** What the repro asked for beyond its environment. */
function added({ id, addedPackages }: EnvironmentRecord): Phrase[] {
  const packages = Object.entries(addedPackages ?? {}).slice(0, 24);
  if (packages.length === 0) return [];
  return [say`Added to ${code(id)}: ${codes(packages.map(([name, version]) => `${name} ${version}`))}.`];
}

/** Versions that were read out of the images, and what identifies images and binaries. */
export function versionSection(page: Page): string[] {
  const { result, detail } = page;
  const shown = result.environments.slice(0, detail.rows);
  const { plan } = result;
  const packages = detail.pins
    ? shown.flatMap((environment): Phrase[] => {
        const entries = Object.entries(environment.packages);
        return entries.length === 0
          ? []
          : [
              say`${code(environment.id)}: ${codes(entries.slice(0, 24).map(([name, version]) => `${name} ${version}`))}`,
            ];
      })
    : [];
  return [
    heading(page, ["Versions and pins"]),
    table(
      ["environment", "libc package", "Go", "compiler", "image", "binary"].map((title) => ({
        title: [title],
      })),
      shown.map(pins),
      detail,
    ),
    ...bullets(page, [...shown.flatMap(added), ...shown.flatMap(sourced)]),
    ...folded(page, say`Packages`, bullets(page, packages)),
    ...bullets(page, [
      say`vivarium ${code(result.vivarium)}, campaign ${code(result.id)}, plan ${code(plan.hash.slice(0, 12))}, sources ${code(plan.repro.sourceHash.slice(0, 12))}.`,
      say`${result.startedAt} to ${result.finishedAt}; stop rule: ${plan.stop}; ${listed([`${plan.parallel} at a time`, `seed ${plan.seed}`])}.`,
    ]),
  ];
}
