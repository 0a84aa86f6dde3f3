import { commands } from "./commands.js";
import { conditions, environments } from "./catalogue.js";
import { configuration } from "./configuration.js";
import { manifest, result, searchResult } from "./documents.js";

/** Every page of docs/reference/ that is made from the code: file name -> text. */
export async function pages(): Promise<Record<string, string>> {
  return {
    "commands.md": await commands(),
    "conditions.md": conditions(),
    "configuration.md": configuration(),
    "environments.md": await environments(),
    "manifest.md": manifest(),
    "result.md": result(),
    "search-result.md": searchResult(),
  };
}
