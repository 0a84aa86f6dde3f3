import { badRequest } from "../../failure.js";
import type { BuildPlan } from "../../plan/plan.js";
import { shellQuote } from "../quote.js";
import { BUILD_LOG, type Recipe } from "./shape.js";

/** Where a name is searched, in order: the PATH that attempts are given. */
const PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/**
 * The recipe of a program that the image holds already: it is found, and its path and checksum are written down. It stays
 * where it lies, because programs look at their own name and for their files beside themselves.
 */
export function commandRecipe({ program }: BuildPlan): Recipe {
  if (program === undefined) {
    throw badRequest("a command names its program", "add `program: NAME` to the manifest");
  }
  const candidates = program.startsWith("/") ? [program] : PATH.map((folder) => `${folder}/${program}`);
  const lines = [
    "#!/bin/sh",
    ". /opt/vivarium/compile.sh",
    "program=",
    `for each in ${candidates.map(shellQuote).join(" ")}; do`,
    '  if [ -z "$program" ] && [ -f "$each" ] && [ -x "$each" ]; then program=$each; fi',
    "done",
    'if [ -z "$program" ]; then',
    `  echo ${shellQuote(`there is no program '${program}' in this image`)} >> "$log"`,
    "  refuse 65",
    "fi",
    'sum=$(sha256sum < "$program")',
    `echo "\${sum%% *}  $program" > ${BUILD_LOG}`,
  ];
  return { script: lines.join("\n") + "\n", commands: [] };
}
