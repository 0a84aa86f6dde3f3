import { parseLog } from "../../../src/crash/parse-log.js";
import { testCorpus, type Answer } from "../corpus.js";

/** Addresses differ from recording to recording; their place does not. */
function steady(text: string): string {
  return text.replace(/0x[0-9a-f]{6,16}/g, "0x…");
}

testCorpus(
  "sanitizer",
  { given: ["SOURCE"], answers: ["CRASH", "LINES", "TEXT", "FACT", "STACK"] },
  ({ log }): Answer => {
    const { records } = parseLog(log);
    return {
      CRASH: records.map(({ source, signature }) => `${source} ${signature.id} ${signature.title}`),
      LINES: records.map(({ lines }) => `${lines.first}-${lines.last}`),
      TEXT: records.map(({ evidence }) => steady(evidence.explanation?.text ?? "")),
      FACT: records.flatMap(({ evidence }) => (evidence.explanation?.facts ?? []).map(steady)),
      STACK: (records[0]?.evidence.sanitizer?.frames ?? [])
        .slice(0, 5)
        .map((f) => `${f.function} ${f.file}:${f.line} ${f.module} ${f.offset}`),
    };
  },
);
