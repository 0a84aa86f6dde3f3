import { parseLog } from "../../../src/crash/parse-log.js";
import { crashedThread } from "../../../src/crash/frames/thread-story.js";
import { testCorpus, type Answer } from "../corpus.js";

for (const kind of ["gdb-session", "lldb-session"]) {
  testCorpus(
    kind,
    {
      given: ["SOURCE"],
      answers: "CRASH LINES SIGINFO STACK THREADS LISTED KIND TEXT FACT INCOMPLETE".split(" "),
    },
    ({ log }): Answer => {
      const { records } = parseLog(log);
      const [first] = records;
      const { siginfo, threads, registers, disassembly, libraries, mappings, explanation, incomplete } =
        first?.evidence ?? {};
      const thread = crashedThread(threads ?? []);
      const stack = thread?.frames.slice(0, 8) ?? [];
      return {
        CRASH: records.map(({ signature, source }) => `${source} ${signature.id} ${signature.title}`),
        LINES: records.map(({ lines }) => `${lines.first}-${lines.last}`),
        SIGINFO: siginfo ? [`${siginfo.signal} ${siginfo.code} ${siginfo.codeName} ${siginfo.address}`] : [],
        STACK: stack.map((f) => `${f.function} (${f.args}) ${f.module} ${f.file}:${f.line} ${f.address}`),
        THREADS: (threads ?? []).map(
          (t) =>
            `${t.number} LWP ${t.lwp} ${t.name}${t.crashed ? ", crashed" : ""}: ${t.frames.length} frames`,
        ),
        LISTED: [
          `${Object.keys(registers ?? {}).length} registers, ${disassembly?.length} instructions, ${libraries?.length} libraries, ${mappings?.length} mappings`,
        ],
        KIND: explanation ? [explanation.kind] : [],
        TEXT: explanation ? [explanation.text] : [],
        FACT: explanation?.facts ?? [],
        INCOMPLETE: incomplete ?? [],
      };
    },
  );
}
