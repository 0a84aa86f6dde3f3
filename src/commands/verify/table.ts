import { columns } from "../../cli/columns.js";
import { oneLine } from "../../text/printable.js";
import type { SearchResult } from "../../result/search/search-result.js";
import { decides, type Claim } from "../../result/claims.js";

/** What came of every claim, and of the bundle: a table and a last line. What it quotes of the bundle is a stranger's. */
export function claimTable(title: string, runs: number, claims: readonly Claim[], code: number): string {
  return `${campaignTable(title, runs, claims)}\n${conclusion(claims, code)}\n`;
}

/** The same of a search: a table for each of its campaigns, and one of what it says beyond them. */
export function searchTable(
  { question, repro }: SearchResult,
  campaigns: readonly { readonly role: string; readonly runs: number; readonly claims: readonly Claim[] }[],
  claims: readonly Claim[],
  code: number,
): string {
  const tables = campaigns.map(({ role, runs, claims: own }) => campaignTable(role, runs, own));
  const all = [...campaigns.flatMap((each) => each.claims), ...claims];
  return [
    `${oneLine(repro.title, 200)}: ${oneLine(question, 300)}\n`,
    ...tables,
    ...(claims.length === 0 ? [] : [`the search itself\n\n${rows(claims)}`]),
    `${conclusion(all, code)}\n`,
  ].join("\n");
}

function campaignTable(title: string, runs: number, claims: readonly Claim[]): string {
  return `${oneLine(title, 200)}: ${runs} attempts in each environment\n\n${rows(claims)}`;
}

function rows(claims: readonly Claim[]): string {
  return columns(
    claims.map(({ environment, what, verdict, why }) =>
      [environment, what, verdict, why].map((text) => oneLine(text, 300)),
    ),
  );
}

/** What came of it, and by which claims. */
function conclusion(claims: readonly Claim[], code: number): string {
  if (code === 0) return "verified: every claim that decides holds";
  const verdict = code === 1 ? "does not hold" : "could not be checked";
  const which = claims
    .filter((claim) => claim.verdict === verdict && decides(claim))
    .map(({ environment, what }) => oneLine(`${what} (${environment})`, 100));
  const named =
    which.length > 4 ? `${which.slice(0, 4).join(", ")} and ${which.length - 4} more` : which.join(", ");
  return `not verified: ${verdict}${code === 1 ? "" : " here"}: ${named || "no claim decides"}`;
}
