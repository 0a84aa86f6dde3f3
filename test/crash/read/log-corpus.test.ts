import { parseLog } from "../../../src/crash/parse-log.js";
import { crashedThread } from "../../../src/crash/frames/thread-story.js";
import { testCorpus, type Answer } from "../corpus.js";

for (const kind of ["valgrind", "exit-status"]) {
  testCorpus(
    kind,
    { given: ["SOURCE"], answers: ["CRASH", "LINES", "SIGINFO", "TEXT", "FACT", "STACK", "INCOMPLETE"] },
    ({ log }): Answer => {
      const { records } = parseLog(log);
      const evidence = records.map((record) => record.evidence);
      return {
        CRASH: records.map(({ source, signature }) => `${source} ${signature.id} ${signature.title}`),
        LINES: records.map(({ lines }) => `${lines.first}-${lines.last}`),
        SIGINFO: evidence.flatMap(({ siginfo }) => (siginfo ? [`${siginfo.signal} ${siginfo.address}`] : [])),
        TEXT: evidence.map(({ explanation }) => explanation?.text ?? "none"),
        FACT: evidence.flatMap(({ explanation }) => explanation?.facts ?? []),
        STACK: evidence.flatMap(({ sanitizer, threads }) =>
          (sanitizer?.frames ?? crashedThread(threads)?.frames ?? [])
            .slice(0, 4)
            .map((f) => `${f.function} ${f.module} ${f.file}:${f.line}`),
        ),
        INCOMPLETE: evidence.flatMap(({ incomplete }) => incomplete),
      };
    },
  );
}
