import { expect, it } from "vitest";
import { runOnce } from "../../src/run/runner/once.js";
import { captureProgram, readAll } from "./capture-program.js";
import { openEngine } from "./engines.js";
import { faultImage, SUITES } from "./fault-image.js";

it.each(SUITES)(
  "a frame's offset is what addr2line takes, wherever the code was loaded (%s)",
  async (suite) => {
    const engine = await openEngine();
    const image = await faultImage(engine, suite);
    for (const link of ["static", "dynamic"]) {
      const program = image.binary(`null-dereference.${link}`);
      const frames = [];
      for (let run = 1; run <= 2; run++) {
        const [found] = readAll(await captureProgram(image, `null-dereference.${link}`));
        frames.push(found?.threads[0]?.frames[0]);
      }
      const [frame, again] = frames;
      expect(again?.offset).toBe(frame?.offset);
      if (link === "dynamic") expect(again?.address).not.toBe(frame?.address);
      const attempt = await runOnce(
        engine,
        {
          image: program.image,
          argv: ["/usr/bin/addr2line", "-f", "-e", program.program, String(frame?.offset)],
          run: image.cell.run,
          condition: null,
          output: { head: 4096, tail: 0, keep: "all" },
          labels: { "vivarium.test": "capture" },
          instrument: null,
          what: "addr2line",
        },
        new AbortController().signal,
      );
      expect(attempt.output?.stdout.head.toString()).toBe(
        `read_value\n/faults/null-dereference.c:${frame?.line}\n`,
      );
    }
  },
);
