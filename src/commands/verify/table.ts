import { columns } from "../../cli/columns.js";
import { oneLine } from "../../text/printable.js";
import { decides, type Claim } from "../../result/claims.js";

/** What came of every claim, and of the bundle: a table and a last line. What it quotes of the bundle is a stranger's. */
export function claimTable(title: string, runs: number, claims: readonly Claim[], code: number): string {
  const rows = claims.map(({ environment, what, verdict, why }) =>
    [environment, what, verdict, why].map((text) => oneLine(text, 300)),
  );
  return `${oneLine(title, 200)}: ${runs} attempts in each environment\n\n${columns(rows)}\n${conclusion(claims, code)}\n`;
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
