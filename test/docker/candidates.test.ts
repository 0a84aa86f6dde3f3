import { expect, test } from "vitest";
import type { Engine } from "../../src/docker/engine.js";
import { infrastructure } from "../../src/failure.js";
import { benchFor, wholeOf } from "../../src/search/candidate/whole.js";
import { removeBuildCaches } from "../../src/search/candidate/build-cache.js";
import { engine, preparedFor } from "./search-on-engine.js";

const MANIFEST =
  "name: NAME\ntitle: NAME\nlanguage: c\nsources: [main.c, data.txt]\nenvironments: [glibc-2.36]\n";
const MAIN = "int main(void) { return 0; }\n";

/** The bench for a repro of these files, and the whole program with one file changed. */
async function benched(name: string, files: Record<string, string>, on: Engine = engine) {
  const manifest = files["repro.yaml"] ?? MANIFEST.replaceAll("NAME", name);
  const prepared = await preparedFor("reduce", name, { ...files, "repro.yaml": manifest }, { parallel: 2 });
  const whole = await wholeOf(prepared);
  const { signal } = new AbortController();
  const limits = { leastSeconds: 1, times: 3 };
  const bench = benchFor(whole, prepared, `${name}-test`, { engine: on, limits, signal });
  const changed = (path: string, text: string) => ({
    ...whole.material,
    files: { ...whole.material.files, [path]: text },
  });
  return { bench, whole: whole.material, changed };
}

test("where the image of some candidates fails, that of the others goes, and so does their build cache", async () => {
  const made: { tag: string; image: Promise<unknown> }[] = [];
  let broken = false;
  const faulty: Engine = Object.create(engine, {
    build: {
      value: (options: Parameters<Engine["build"]>[0]) => {
        if (broken && made.length > 0) return Promise.reject(infrastructure("no space is left"));
        const image = engine.build(options);
        if (broken) made.push({ tag: options.tag, image });
        return image;
      },
    },
  }) as Engine;
  const { bench, whole, changed } = await benched("broken", { "main.c": MAIN, "data.txt": "1" }, faulty);
  await (await bench.build("glibc-2.36", [{ index: 0, material: whole }])).close();
  broken = true;
  // What they may read differs, so each has an image of its own.
  const asked = ["2", "3"].map((text, index) => ({ index, material: changed("data.txt", text) }));
  await expect(bench.build("glibc-2.36", asked)).rejects.toThrow("no space is left");
  expect(made).toHaveLength(1);
  await made[0]?.image;
  const left = await engine.listImages({});
  expect(left.flatMap(({ tags }) => tags).filter((tag) => tag === made[0]?.tag)).toEqual([]);
  await removeBuildCaches(engine, "broken-test");
});

test("a candidate that hangs does not hold up those beside it", async () => {
  const { bench, whole, changed } = await benched("hanging", { "main.c": MAIN, "data.txt": "1" });
  const asked = [changed("main.c", "int main(void) { for (;;); }\n"), whole].map((material, index) => ({
    index,
    material,
  }));
  const batch = await bench.build("glibc-2.36", asked, {
    quick: true,
    change: (cell) => ({ ...cell, run: { ...cell.run, timeoutMs: 20_000 } }),
  });
  try {
    const ended: string[] = [];
    await Promise.all([
      batch.run(0, ({ attempts }) => attempts >= 1).then(() => ended.push("hangs")),
      batch.run(1, ({ attempts }) => attempts >= 1).then(() => ended.push("ends")),
    ]);
    expect(ended).toEqual(["ends", "hangs"]);
  } finally {
    await batch.close();
  }
});

test("a build that stops the clock that is to end it takes too long, and the others are built", async () => {
  const builds = 'gcc -o "$OUT" main.c\n';
  const stops =
    'for each in /proc/[0-9]*; do\n  read -r name < "$each/comm" && [ "$name" != timeout ] || kill -STOP "${each#/proc/}"\ndone\nsleep 1000\n';
  const { bench, changed } = await benched("stopped", {
    "repro.yaml":
      "name: stopped\ntitle: stopped\nlanguage: c\nsources: [main.c, build.sh]\nbuild: sh build.sh\nenvironments: [glibc-2.36]\n",
    "main.c": MAIN,
    "build.sh": builds,
  });
  const asked = [`${builds}# 1\n`, stops, `${builds}# 2\n`].map((text, index) => ({
    index,
    material: changed("build.sh", text),
  }));
  const batch = await bench.build("glibc-2.36", asked);
  try {
    expect(batch.built(0)).toHaveProperty("program");
    expect(batch.built(1)).toMatchObject({ refused: "time" });
    expect(batch.built(2)).toHaveProperty("program");
  } finally {
    await batch.close();
  }
}, 120_000);
