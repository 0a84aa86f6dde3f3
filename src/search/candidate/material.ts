import { posix } from "node:path";
import type { Catalogue } from "../../manifest/catalogue.js";
import type { Manifest } from "../../manifest/repro.js";
import { makePlan } from "../../plan/make.js";
import type { Cell, Plan } from "../../plan/plan.js";
import type { CampaignRequest } from "../../plan/request.js";
import type { Files } from "../syntax/edit.js";

/** A repro as a search changes it: its manifest, and the text files that may change. Other files stay as they lie in its folder. */
export interface Material {
  readonly manifest: Manifest;
  readonly files: Files;
}

/** Whether a file is part of the program that a grammar reads, or data. */
export function isProgram(path: string): boolean {
  return /\.(c|h|cc|cpp|cxx|hh|hpp|hxx|inc|go)$/i.test(path);
}

/** What a material's plan depends on beside itself. */
export interface Planning {
  readonly catalogue: Catalogue;
  readonly request: CampaignRequest;
  readonly seed: number;
  readonly parallel: number;
}

/** The plan of a material. Pure; throws a Failure where the manifest cannot be meant. */
export function planOf(material: Material, planning: Planning): Plan {
  return makePlan({ ...planning, manifest: material.manifest, sourceHash: "0".repeat(64), command: [] });
}

/** The cell of a plan by its id. */
export function cellOf(plan: Plan, id: string): Cell {
  const cell = plan.cells.find((each) => each.id === id);
  if (cell === undefined) throw new RangeError(`the plan has no cell '${id}'`);
  return cell;
}

/** Whether what a manifest names, a file or a folder, holds a path. */
export function covers(named: string, path: string): boolean {
  const from = posix.normalize(named).replace(/\/$/, "");
  return from === "." || path === from || path.startsWith(`${from}/`);
}
