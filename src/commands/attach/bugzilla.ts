import { infrastructure, type Failure } from "../../failure.js";
import type { Destination, Letter, Sent, Tracker } from "./tracker.js";

const DEADLINE_MS = 30_000;
/** More than Bugzilla answers to what we ask; a bound against a server that never ends. */
const MAX_ANSWER = 16 * 1024 * 1024;

type BugzillaPlace = Extract<Destination, { kind: "bugzilla" }>;

interface Attachment {
  readonly id: number;
  readonly file_name: string;
  readonly is_obsolete: number | boolean;
}

/**
 * Attachments on a bug, by Bugzilla's REST API (bmo.readthedocs.io, "Attachments"). A comment there cannot be changed once
 * it is written, so a result is an attachment, and a later one makes ours obsolete instead of standing beside it.
 */
export function bugzillaTracker({ address, id }: BugzillaPlace, key: string): Tracker {
  async function ask<T>(method: string, path: string, signal: AbortSignal, body?: unknown): Promise<T> {
    let response: Response;
    try {
      response = await fetch(`${address}/rest/${path}`, {
        method,
        headers: {
          accept: "application/json",
          "X-BUGZILLA-API-KEY": key,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would carry the key to another host.
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
      });
    } catch (cause) {
      signal.throwIfAborted();
      throw infrastructure(`${address} could not be reached: ${reason(cause)}`, "try again", cause);
    }
    const text = await bounded(response);
    const answer = parse(text);
    if (!response.ok || answer?.["error"] === true) throw refused(response, answer, id);
    if (answer === null)
      throw infrastructure(
        `${address} answered something that is not JSON`,
        "is it a Bugzilla with its REST API on?",
      );
    return answer as T;
  }

  return {
    where: `an attachment to ${address}/show_bug.cgi?id=${id}`,
    async send({ title, text, about }: Letter, signal): Promise<Sent> {
      const fileName = `vivarium-${about}.txt`;
      const { bugs } = await ask<{ bugs: Record<string, Attachment[]> }>(
        "GET",
        `bug/${id}/attachment?include_fields=id,file_name,is_obsolete`,
        signal,
      );
      const earlier = (bugs[String(id)] ?? []).filter(
        (one) => one.file_name === fileName && !one.is_obsolete,
      );
      const { ids } = await ask<{ ids: (number | string)[] }>("POST", `bug/${id}/attachment`, signal, {
        ids: [id],
        file_name: fileName,
        summary: title.slice(0, 200),
        content_type: "text/plain",
        data: Buffer.from(text, "utf8").toString("base64"),
        comment: title,
      });
      for (const { id: old } of earlier) {
        await ask("PUT", `bug/attachment/${old}`, signal, { ids: [old], is_obsolete: 1 });
      }
      return { url: `${address}/attachment.cgi?id=${ids[0]}`, replaced: earlier.length > 0 };
    },
  };
}

async function bounded(response: Response): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Node's stream of a body is async iterable; the web's type of it does not say so.
  for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw infrastructure("the tracker's answer is larger than 16 MiB");
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function refused(response: Response, answer: Record<string, unknown> | null, id: number): Failure {
  const message = answer?.["message"];
  const said = (typeof message === "string" ? message : `${response.status} ${response.statusText}`).slice(
    0,
    300,
  );
  if (response.status === 429) {
    return infrastructure(
      "the tracker's rate limit is used up",
      `try again in ${response.headers.get("retry-after") ?? "60"} s`,
    );
  }
  if (
    response.status === 401 ||
    answer?.["code"] === 410 ||
    answer?.["code"] === 306 ||
    answer?.["code"] === 300
  ) {
    return infrastructure(
      `the tracker does not accept this API key: ${said}`,
      "set BUGZILLA_API_KEY to one of your account's",
    );
  }
  return infrastructure(`the tracker refused the attachment to bug ${id}: ${said}`);
}

function reason(cause: unknown): string {
  const inner = (cause as Error).cause;
  return inner instanceof Error ? inner.message : (cause as Error).message;
}
