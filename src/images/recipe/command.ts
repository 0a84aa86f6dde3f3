import { badRequest } from "../../failure.js";
import type { BuildPlan } from "../../plan/plan.js";
import { shellQuote } from "../quote.js";
import { BUILD, FOUND, type Recipe } from "./shape.js";

/** Where a name is searched, in order: the PATH that attempts are given. */
const PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/**
 * The recipe of a program that the image holds already: it is found, and its path is told. It stays
 * where it lies, because programs look at their own name and for their files beside themselves.
 */
export function commandRecipe({ program }: BuildPlan): Recipe {
  if (program === undefined) {
    throw badRequest("a command names its program", "add `program: NAME` to the manifest");
  }
  const candidates = program.startsWith("/") ? [program] : PATH.map((folder) => `${folder}/${program}`);
  const lines = [
    "#!/bin/sh",
    `. ${BUILD}/compile.sh`,
    "program=",
    `for each in ${candidates.map(shellQuote).join(" ")}; do`,
    '  if [ -z "$program" ] && [ -f "$each" ] && [ -x "$each" ]; then program=$each; fi',
    "done",
    'if [ -z "$program" ]; then',
    `  echo ${shellQuote(`there is no program '${program}' in this image`)}`,
    "  refuse 65",
    "fi",
    `echo "${FOUND}$program"`,
  ];
  return { script: lines.join("\n") + "\n", commands: [] };
}
