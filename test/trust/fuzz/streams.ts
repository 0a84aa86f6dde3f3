import { readCapture } from "../../../src/crash/read/capture.js";
import { visible } from "../../../src/text/printable.js";
import { Demultiplexer } from "../../../src/docker/container/demultiplexer.js";
import { BrokenFrame, encodeFrame, FrameDecoder } from "../../../src/run/runner/frame.js";
import { decodeAnswer } from "../../../src/run/runner/protocol.js";
import { parseFacts } from "../../../src/images/facts.js";
import { patchedFiles } from "../../../src/images/patch.js";
import { readFileSync, readdirSync } from "node:fs";
import { below, mutateBytes, mutateJson, mutateText, pick, type Random } from "./mutate.js";
import type { Target } from "./target.js";

const MOST = 4096;
const corpus = (path: string): string =>
  readFileSync(new URL(`../../corpus/${path}`, import.meta.url), "utf8");
const CAPTURES = readdirSync(new URL("../../corpus/native/", import.meta.url))
  .map((file) => corpus(`native/${file}`))
  .map((text) => text.slice(text.indexOf("\n\n") + 2))
  .filter((text) => text.startsWith("{"))
  .map((text) => JSON.parse(text) as unknown);
const FACTS = corpus("facts/bookworm.tsv");
const PATCH = `--- a/os/user/lookup.go\n+++ b/os/user/lookup.go\n@@ -1,3 +1,4 @@\n a\n-b\n+c\n+d\n e\n`;

/** Frames as the runner sends them, of made-up content. */
function frames(random: Random): Buffer {
  const all = Array.from({ length: 1 + below(random, 3) }, (_, sequence) => {
    const payload = Buffer.from(Array.from({ length: below(random, 90) }, () => below(random, 256)));
    return encodeFrame(below(random, 12), payload, sequence);
  });
  return Buffer.concat(all);
}

/** Streams of bytes that a program, gdb or the engine writes. */
export const STREAMS: readonly Target[] = [
  {
    name: "frames of the runner",
    cases: 100_000,
    try(random) {
      const honest = frames(random);
      const sent = random() < 0.3 ? honest : mutateBytes(random, honest, 2);
      const decoder = new FrameDecoder(MOST);
      try {
        for (let at = 0; at < sent.length;) {
          const to = at + 1 + below(random, 60);
          for (const frame of decoder.push(sent.subarray(at, to))) decodeAnswer(frame);
          at = to;
        }
        decoder.end();
      } catch (error) {
        // The runner's reader turns it into a failure of the infrastructure.
        if (!(error instanceof BrokenFrame)) throw error;
      }
      return null;
    },
  },
  {
    name: "attach streams",
    cases: 100_000,
    try(random) {
      const payload = Buffer.alloc(below(random, 50), "x");
      const header = Buffer.from([1 + below(random, 2), 0, 0, 0, 0, 0, 0, payload.length]);
      const honest = Buffer.concat([header, payload, header, payload]);
      const damaged = random() < 0.7;
      let passed = 0;
      const count = (piece: Buffer): void => void (passed += piece.length);
      const demultiplexer = new Demultiplexer({ stdout: count, stderr: count });
      try {
        demultiplexer.push(damaged ? mutateBytes(random, honest, 2) : honest);
      } catch (error) {
        // Its caller tells of a broken stream.
        return damaged && / is no frame header$/.test((error as Error).message) ? null : String(error);
      }
      if (!damaged && passed !== payload.length * 2) return `${passed} of ${payload.length * 2} bytes`;
      return null;
    },
  },
  {
    name: "gdb's captures",
    cases: 20_000,
    try(random) {
      const capture = pick(random, CAPTURES);
      const json =
        random() < 0.3
          ? mutateText(random, JSON.stringify(capture))
          : JSON.stringify(mutateJson(random, capture));
      const answer = readCapture(json);
      return "refused" in answer && answer.refused === "" ? "refused without a word" : null;
    },
  },
  {
    name: "facts of an image",
    cases: 30_000,
    try(random) {
      parseFacts(mutateText(random, FACTS));
      return null;
    },
  },
  {
    name: "patches",
    cases: 50_000,
    try(random) {
      const files = patchedFiles(mutateText(random, PATCH));
      return files.some((path) => path.includes("\n")) ? `a patch of ${files.join()}` : null;
    },
  },
  {
    name: "text for a terminal",
    cases: 50_000,
    try(random) {
      const shown = visible(mutateBytes(random, Buffer.from("panic: \x1b[31mred\x1b[0m\tz\u00e9\n"), 8));
      return /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(shown)
        ? JSON.stringify(shown)
        : null;
    },
  },
];

if (CAPTURES.length === 0) throw new Error("no captures in the corpus");
