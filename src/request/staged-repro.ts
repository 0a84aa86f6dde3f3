import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { badRequest } from "../failure.js";
import type { ReproFolder } from "../manifest/load.js";
import { Manifest } from "../manifest/repro.js";
import { stagedPath } from "../manifest/stage.js";
import type { Plan } from "../plan/plan.js";
import { STAGED_FOLDER } from "./prepare.js";

/** The copy of a campaign's repro, as it was when the campaign began. */
export async function stagedRepro(plan: Plan, cwd: string): Promise<ReproFolder> {
  const path = stagedPath(join(cwd, STAGED_FOLDER), plan.repro.sourceHash);
  const file = join(path, "repro.yaml");
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw badRequest(
      `the copy of ${plan.repro.name} that this campaign ran is gone: ${path}`,
      "start a new campaign",
      cause,
    );
  });
  const { parseDocumentAs } = await import("../manifest/document.js");
  return { path, manifest: parseDocumentAs(Manifest, text, file), argument: plan.repro.name, outside: {} };
}
