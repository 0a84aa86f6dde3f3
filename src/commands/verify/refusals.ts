import { oneLine } from "../../text/printable.js";
import { badRequest } from "../../failure.js";
import type { Plan } from "../../plan/plan.js";
import { FLAGS_FOLDER } from "../../request/outside-files.js";
import { contradictions } from "../../result/claims.js";
import { isPlainPath } from "../bundle/archive.js";
import type { Bundle } from "../bundle/contents.js";

/** A bundle is a stranger's. Each of these throws a Failure("request") that names the file; none runs anything. */

/** A result that its own counts belie would prove nothing. */
export function refuseContradictory({ result }: Bundle, file: string): void {
  const faults = contradictions(result);
  if (faults.length === 0) return;
  throw badRequest(`${file}: refused: it contradicts itself: ${faults.join("; ")}`, "its result was changed");
}

/** What its request lays into the container must be the bundle's own, never a file of whoever verifies it. */
export function refuseForeignFiles({ index, files }: Bundle, file: string): void {
  const { files: laid = {}, stdin } = index.request.run ?? {};
  const named = [...Object.values(laid), ...(stdin === undefined ? [] : [stdin])];
  const held = [...files.keys()];
  const foreign = named.find(
    (path) =>
      !path.startsWith(`${FLAGS_FOLDER}/`) ||
      !isPlainPath(path) ||
      !held.some((one) => one === `repro/${path}` || one.startsWith(`repro/${path}/`)),
  );
  if (foreign === undefined) return;
  throw badRequest(
    `${file}: refused: it asks for '${oneLine(foreign, 100)}', which is not in it`,
    "ask whoever made it for the bundle again",
  );
}

/** What is planned must be the program that the result speaks of. */
export function refuseOtherSources(plan: Plan, { result }: Bundle, file: string): void {
  if (plan.repro.sourceHash === result.plan.repro.sourceHash) return;
  throw badRequest(
    `${file}: refused: its sources are not those that its result speaks of`,
    "its repro/ was changed",
  );
}

/** What loosens the sandbox is run only when it is asked for. */
export function refuseLoosened({ cells }: Plan, file: string): void {
  const asks = cells.flatMap(({ run: { network, capabilities, user } }) => [
    ...(network === "none" ? [] : [`network ${network}`]),
    ...capabilities,
    ...(user.uid === 0 ? ["to run as root"] : []),
  ]);
  if (asks.length === 0) return;
  throw badRequest(
    `${file}: asks for ${[...new Set(asks)].join(", ")}`,
    "read its repro/ first; --loosened runs it all the same",
  );
}
