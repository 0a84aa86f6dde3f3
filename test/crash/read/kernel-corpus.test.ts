import { parseLog } from "../../../src/crash/parse-log.js";
import { testCorpus, type Answer } from "../corpus.js";

testCorpus(
  "kernel",
  { given: ["SOURCE"], answers: ["CRASH", "LINES", "SIGINFO", "FRAME", "KIND", "TEXT", "INCOMPLETE"] },
  ({ log }): Answer => {
    const { records } = parseLog(log);
    const evidence = records.map((record) => record.evidence);
    const frames = evidence.flatMap(({ threads }) => threads.flatMap((thread) => thread.frames));
    return {
      CRASH: records.map(({ source, signature }) => `${source} ${signature.id} ${signature.title}`),
      LINES: records.map(({ lines }) => `${lines.first}-${lines.last}`),
      SIGINFO: evidence.map(
        ({ siginfo, threads }) =>
          `${siginfo?.signal} ${siginfo?.address}, ${threads[0]?.name} ${threads[0]?.lwp}`,
      ),
      FRAME: frames.map((frame) => `${frame.module} ${frame.offset} ${frame.address}`),
      KIND: evidence.map(({ explanation }) => explanation?.kind ?? "none"),
      TEXT: evidence.map(({ explanation }) => explanation?.text ?? ""),
      INCOMPLETE: evidence.flatMap(({ incomplete }) => incomplete),
    };
  },
);
