import { printable } from "../../text/printable.js";
import { parseReference } from "./reference.js";

const WITHIN_MS = 10_000;

/** What became of an image in a registry: removed (or not there any more), or why not, in words. */
export type Unpublished = { readonly removed: true } | { readonly removed: false; readonly why: string };

/**
 * Removes an image from a registry by its digest (`HOST/name@sha256:…`), by the distribution API's `DELETE /v2/<name>/manifests/<digest>`. HTTPS is
 * tried, and HTTP where nothing speaks it there; no login is sent. Never throws.
 */
export async function unpublish(reference: string): Promise<Unpublished> {
  const { name, digest } = parseReference(reference);
  const [registry = "", ...path] = name.split("/");
  const place = `${registry}/v2/${path.join("/")}/manifests/${digest}`;
  let why = "";
  for (const scheme of ["https", "http"]) {
    try {
      const answer = await fetch(`${scheme}://${place}`, {
        method: "DELETE",
        redirect: "error",
        signal: AbortSignal.timeout(WITHIN_MS),
      });
      await answer.body?.cancel();
      return said(answer.status, registry);
    } catch (error) {
      const { cause, message } = error as Error & { cause?: Error };
      why = printable(cause?.message ?? message, 200);
    }
  }
  return { removed: false, why: `${registry} cannot be asked from here (${why})` };
}

function said(status: number, registry: string): Unpublished {
  if (status === 202 || status === 200 || status === 404) return { removed: true };
  if (status === 405)
    return {
      removed: false,
      why: `${registry} does not allow it: turn 'storage: delete: enabled' on there, or remove it with the registry's own tools`,
    };
  return {
    removed: false,
    why: `${registry} answered ${status}${status === 401 ? ": it wants a login; remove it with the registry's own tools" : ""}`,
  };
}
