import { infrastructure } from "../../failure.js";
import { packContext } from "./build-context.js";
import { BuildFailure, type BuildRequest } from "../engine.js";
import { endings, remedyFor, verifiedImage } from "./images.js";
import { readMessages, type Message } from "./messages.js";
import { printable, printableLine } from "../../text/printable.js";
import { parseReference } from "./reference.js";
import { refusedWith } from "../refusal.js";
import { BuildLeftovers } from "./build-leftovers.js";
import type { Wire } from "../connection/wire.js";

/** Output lines that a BuildFailure keeps. */
const MAX_LINES = 2000;
const DEFAULT_DEADLINE_MS = 1_800_000;

/**
 * Builds with the classic builder, which every engine has and which needs no session. The stream is believed only when it ended
 * whole and without an error, and then only as far as the image that it names carries the request's labels.
 */
export async function build(wire: Wire, request: BuildRequest): Promise<string> {
  const { labels, tag, buildArgs = {}, network, platform, onLine, signal } = request;
  const deadlineMs = request.deadlineMs ?? DEFAULT_DEADLINE_MS;
  const what = `build ${tag}`;
  const output = new BuildOutput(onLine);
  const leftovers = new BuildLeftovers();
  parseReference(tag);
  try {
    const context = packContext(request.context);
    const response = await wire.stream({
      what,
      method: "POST",
      path: "/build",
      query: {
        version: 1,
        t: tag,
        dockerfile: "Dockerfile",
        rm: 1,
        forcerm: 1,
        labels: JSON.stringify(labels),
        buildargs: JSON.stringify(buildArgs),
        ...(network === undefined ? {} : { networkmode: network }),
        ...(platform === undefined ? {} : { platform }),
      },
      upload: context,
      deadlineMs,
      signal,
    });
    await readMessages(response, {
      ...endings(wire, what),
      deadlineMs: wire.limit(deadlineMs),
      signal,
      onMessage: (message) => {
        output.read(message);
        leftovers.read(message);
      },
    });
    output.end();
    if (output.error !== null) throw output.failure(what);
    return await verifiedImage(wire, output.imageId ?? tag, labels, what);
  } catch (error) {
    await leftovers.remove(wire);
    // The engine refuses a Dockerfile that it cannot parse before any step.
    if (refusedWith(error, 400)) throw new BuildFailure(error.message, null, [error.words]);
    throw error;
  }
}

/** The builder's own messages, each of which begins a line. */
const BUILDER_SPEAKS =
  /^(Step \d+\/\d+ ?: | ?--+> |Removing intermediate container |COMMIT |Successfully (built|tagged) )/i;

/** Whether a line of a build's output is of the builder and not of what it runs: no news to a person who waits. */
export function isBuildersOwn(line: string): boolean {
  return BUILDER_SPEAKS.test(line);
}

/** What a build failed of; `code` is the exit status of its last step, null where it was no step that failed. */
interface BuildError {
  readonly code: number | null;
  readonly words: string;
}

function errorIn({ error, errorDetail }: Message): BuildError | null {
  const words = errorDetail?.message ?? error;
  if (words === undefined) return null;
  // Podman tells the status in its words alone.
  const code = errorDetail?.code || Number(/exit status (\d{1,3})$/.exec(words.trim())?.[1] ?? 0);
  return { code: code || null, words: printable(words, 2000) };
}

class BuildOutput {
  imageId: string | null = null;
  error: BuildError | null = null;
  private readonly lines: string[] = [];
  private rest = "";

  constructor(private readonly onLine: ((line: string) => void) | undefined) {}

  read(message: Message): void {
    if (message.aux?.ID) this.imageId = message.aux.ID;
    this.error ??= errorIn(message);
    const text = message.stream ?? (message.status === undefined ? "" : `${message.status}\n`);
    // What a program left without a newline is a line all the same, once the builder speaks again.
    if (isBuildersOwn(text)) this.end();
    const lines = (this.rest + text).split(/\r?\n/);
    // A line without an end is bounded here; whatever of it is cut was a flood.
    this.rest = (lines.pop() ?? "").slice(0, 65_536);
    for (const line of lines) this.add(line);
  }

  end(): void {
    if (this.rest !== "") this.add(this.rest);
    this.rest = "";
  }

  failure(what: string): Error {
    const { code, words } = this.error ?? { code: null, words: "failed" };
    const remedy = code === null ? remedyFor(words) : null;
    if (remedy !== null) return infrastructure(`${what}: ${words}`, remedy);
    return new BuildFailure(`${what}: ${words}`, code, this.lines);
  }

  private add(raw: string): void {
    const line = printableLine(raw);
    if (line.trim() === "") return;
    this.lines.push(line);
    if (this.lines.length > MAX_LINES) this.lines.shift();
    this.onLine?.(line);
  }
}
