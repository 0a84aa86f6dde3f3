import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse as parseYaml } from "yaml";
import { parseLog } from "../../../src/crash/parse-log.js";
import { parseHost } from "../../../src/docker/connection/address.js";
import { parseReference } from "../../../src/docker/image/reference.js";
import { Catalogue } from "../../../src/manifest/catalogue.js";
import { parseDocumentAs } from "../../../src/manifest/document.js";
import { outputPattern } from "../../../src/manifest/output-pattern.js";
import { matchesPattern } from "../../../src/manifest/pattern.js";
import { Manifest } from "../../../src/manifest/repro.js";
import { durationMs, sizeBytes } from "../../../src/manifest/units.js";
import { parseExpectation } from "../../../src/plan/expectation.js";
import { below, mutateText, pick, type Random } from "./mutate.js";
import type { Target } from "./target.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (path: string): string => readFileSync(root + path, "utf8");

const MANIFESTS = readdirSync(`${root}repros`).map((name) => read(`repros/${name}/repro.yaml`));
const CATALOGUE = read("dockerfiles/catalogue.yaml");
const KINDS = [
  "go-trace",
  "gdb-session",
  "lldb-session",
  "sanitizer",
  "valgrind",
  "kernel",
  "exit-status",
  // of every reader
  "logs",
];
const LOGS = KINDS.flatMap((kind) =>
  readdirSync(`${root}test/corpus/${kind}`)
    .filter((file) => file.endsWith(".txt"))
    .map((file) => read(`test/corpus/${kind}/${file}`)),
);

/** A few entries of the catalogue: all of it is long, and its entries are alike. */
function someOfTheCatalogue(random: Random): string {
  const blocks = CATALOGUE.split(/\n(?=\S)/);
  return blocks.map((block) => someLines(random, block)).join("\n");
}

function someLines(random: Random, block: string): string {
  const [head = "", ...entries] = block.split(/\n(?= {2}\S)/);
  return [head, ...entries.filter(() => random() < 0.3)].join("\n");
}

const EXPECTATIONS = [
  "signal=SIGSEGV,frame=strlen",
  "exit=1",
  "timeout",
  "musl-*:clean",
  "fault-address=0xe5,output=^fatal error: .*",
];

/** Texts that a person, a manifest or a log gives. */
export const TEXTS: readonly Target[] = [
  {
    name: "expectation flags",
    cases: 300_000,
    try(random) {
      const expectation = parseExpectation(mutateText(random, pick(random, EXPECTATIONS)));
      if (expectation.output !== undefined)
        outputPattern(expectation.output).test("fatal error: x\n".repeat(20));
      return null;
    },
  },
  {
    name: "units",
    cases: 150_000,
    try(random) {
      const time = random() < 0.5;
      const text = mutateText(random, pick(random, time ? ["10s", "500ms", "1.5h"] : ["8MiB", "65536B"]), 3);
      const read = time ? durationMs(text, "--timeout") : sizeBytes(text, "--memory");
      return read === null || (Number.isFinite(read) && read > 0) ? null : `${text}: ${read}`;
    },
  },
  {
    name: "engine addresses",
    cases: 100_000,
    try(random) {
      const text = pick(random, [
        "unix:///var/run/docker.sock",
        "tcp://a:2375",
        "ssh://me@host:22/x",
        "npipe://x",
      ]);
      parseHost(mutateText(random, text), "--host", null);
      return null;
    },
  },
  {
    name: "image references",
    cases: 100_000,
    try(random) {
      const text = pick(random, ["debian:bookworm", "a.b:5000/c/d@sha256:00ff", "vivarium/env:0123"]);
      const { name } = parseReference(mutateText(random, text));
      return /(^|\/)\.{0,2}(\/|$)/.test(name) ? `a name that leads elsewhere: ${name}` : null;
    },
  },
  {
    name: "environment patterns",
    cases: 100_000,
    try(random) {
      const pattern = mutateText(random, pick(random, ["glibc-*", "*-2.3?/go-*", "***********a"]));
      const hit = matchesPattern(pattern, "glibc-2.36/go-1.19".repeat(1 + below(random, 4)));
      return hit && /[^\w.*?/-]/.test(pattern) ? `${JSON.stringify(pattern)} matches` : null;
    },
  },
  {
    name: "output patterns on hostile output",
    cases: 20_000,
    try(random) {
      const pattern = outputPattern(
        mutateText(random, pick(random, ["(a+)+$", "^(x+x+)+y", "(.*)*b", "[ab]{1,9}c"]), 3),
      );
      pattern.test(pick(random, ["a", "x", "ab", "\n", "xy"]).repeat(below(random, 4000)));
      return null;
    },
  },
  {
    name: "manifests",
    cases: 30_000,
    try(random) {
      const manifest = parseDocumentAs(Manifest, mutateText(random, pick(random, MANIFESTS)), "repro.yaml");
      return manifest.name.includes("/") ? `a name with a slash: ${manifest.name}` : null;
    },
  },
  {
    name: "catalogues",
    cases: 10_000,
    try(random) {
      parseDocumentAs(Catalogue, mutateText(random, someOfTheCatalogue(random)), "catalogue.yaml");
      return null;
    },
  },
  {
    name: "crash logs",
    cases: 30_000,
    try(random) {
      const log = pick(random, LOGS);
      const from = below(random, log.length);
      const { records } = parseLog(mutateText(random, log.slice(from, from + 6000)));
      for (const { lines, signature } of records) {
        if (!(lines.first >= 1 && lines.last >= lines.first)) return `lines ${lines.first} to ${lines.last}`;
        if (!/^[0-9a-f]{12}$/.test(signature.id)) return `signature ${signature.id}`;
        if (/[\0-\x1f\x7f\u202a-\u202e]/.test(signature.title))
          return `title ${JSON.stringify(signature.title)}`;
      }
      return null;
    },
  },
];

// A corpus that had become empty would make its target say nothing.
if (MANIFESTS.some((text) => parseYaml(text) === null) || LOGS.length < 10) throw new Error("no corpus");
