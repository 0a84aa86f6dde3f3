import * as z from "zod";
import { badRequest } from "../../failure.js";
import { parseDocumentAs } from "../../manifest/document.js";
import { SEARCH_FORMATS } from "../../report/search/formats.js";
import { headline } from "../../report/search/story-of.js";
import type { SearchResult } from "../../result/search/search-result.js";
import { parseSearch } from "../../search/finished.js";
import { words } from "../../text/phrase.js";
import type { BundleFiles } from "./archive.js";
import { json, readBundle, type Bundle } from "./contents.js";
import { TREES } from "./trees.js";

const SCHEMA = "vivarium/search-bundle/1";

export const SearchBundleIndex = z.strictObject({
  schema: z.literal(SCHEMA),
  vivarium: z.string(),
  search: z.string(),
  /** The campaigns that its answer rests on, each a bundle of its own in this folder. */
  campaigns: z.array(z.strictObject({ role: z.string(), folder: z.string() })).min(1),
});
export type SearchBundleIndex = z.infer<typeof SearchBundleIndex>;

/** A search's bundle that was read back: everything in it checked against its schema, and against the rest of it. */
export interface SearchBundle {
  readonly index: SearchBundleIndex;
  readonly result: SearchResult;
  readonly campaigns: readonly { readonly role: string; readonly bundle: Bundle }[];
}

/** The files of a search's bundle; `campaigns`: those of each of its campaigns, in the order of its evidence. */
export async function searchBundleFiles(
  result: SearchResult,
  campaigns: readonly ReadonlyMap<string, Buffer>[],
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const index: SearchBundleIndex = {
    schema: SCHEMA,
    vivarium: result.vivarium,
    search: result.id,
    campaigns: result.evidence.map(({ role, campaign }) => ({ role, folder: `campaigns/${campaign}` })),
  };
  index.campaigns.forEach(({ folder }, i) => {
    for (const [path, content] of campaigns[i] ?? []) files.set(`${folder}/${path}`, content);
  });
  files.set("bundle.json", json(index));
  for (const name of ["json", "github", "html", "plain"] as const) {
    const { file, render } = SEARCH_FORMATS[name];
    files.set(file, Buffer.from(await render(result)));
  }
  files.set("README.txt", Buffer.from(readme(result)));
  return files;
}

/** Whether these are the files of a search's bundle, not of a campaign's. */
export function isSearchBundle(files: BundleFiles): boolean {
  try {
    const index = JSON.parse(files.get("bundle.json")?.toString("utf8") ?? "null") as unknown;
    return z.object({ schema: z.literal(SCHEMA) }).safeParse(index).success;
  } catch {
    return false;
  }
}

/** Reads a search's bundle back. Throws a Failure("request") for what is not as its schema says. */
export function readSearchBundle(files: BundleFiles, name: string): SearchBundle {
  const text = (path: string): string => {
    const content = files.get(path);
    if (content === undefined) throw badRequest(`${name}: has no ${path}`, "it is damaged");
    return content.toString("utf8");
  };
  const index = parseDocumentAs(SearchBundleIndex, text("bundle.json"), `${name}: bundle.json`);
  const result = parseSearch(text("result.json"), `${name}: result.json`);
  if (result === null) throw badRequest(`${name}: result.json is not a search's`, "it was changed");
  const campaigns = index.campaigns.map(({ role, folder }, i) => {
    const bundle = readBundle(under(files, folder), `${name}: ${folder}`);
    const evidence = result.evidence[i];
    // Else the search would rest on other campaigns than those that are run again.
    if (
      evidence?.role !== role ||
      `campaigns/${evidence.campaign}` !== folder ||
      JSON.stringify(evidence.result) !== JSON.stringify(bundle.result)
    ) {
      throw badRequest(
        `${name}: refused: its campaign ${folder} is not the one that its result speaks of`,
        "it was changed",
      );
    }
    return { role, bundle };
  });
  if (campaigns.length !== result.evidence.length)
    throw badRequest(
      `${name}: refused: it lacks campaigns that its result speaks of`,
      "ask whoever made it for the bundle again",
    );
  return { index, result, campaigns };
}

/** The files below a folder, by their names there, and the trees that all campaigns share. */
function under(files: BundleFiles, folder: string): BundleFiles {
  const start = `${folder}/`;
  return new Map(
    [...files].flatMap(([path, content]) =>
      path.startsWith(start)
        ? [[path.slice(start.length), content] as const]
        : path.startsWith(TREES)
          ? [[path, content] as const]
          : [],
    ),
  );
}

function readme(result: SearchResult): string {
  return `A search, kept by vivarium ${result.vivarium}: ${result.question}

${words(headline(result))}

Run its campaigns again and check every claim:   vivarium verify THIS-FILE.tar.gz
Check that nothing was changed:                  tar xzf THIS-FILE.tar.gz && cd bundle && sha256sum -c SHA256SUMS
Read it:                                         report.html (browser), report.md (tracker), report.plain.md (editor)

result.json   the result (schema vivarium/search/1)
campaigns/    what the answer rests on, each as a bundle has it: the program, what it was built from, its plan, its result, its evidence
${result.evidence.map(({ role, campaign }) => `              ${campaign}: ${role}`).join("\n")}

It was made by:   ${result.command}
`;
}
