import { create } from "xmlbuilder2";
import { visible } from "../text/printable.js";
import { clipLine, tailLines } from "../text/clip.js";
import { counted, rateWithInterval } from "../text/numbers.js";
import type { EnvironmentRecord, Result } from "../result/result.js";
import { sentenceText } from "./sentence.js";

/** XML 1.0 has no escape for these: what is left after `visible` is only what is no character at all. */
function text(value: string, max = 4000): string {
  return visible(value.slice(0, max)).replace(
    /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu,
    "\ufffd",
  );
}

function attribute(value: string): string {
  return text(clipLine(value, 500));
}

/** Seconds that the attempts of an environment took, by its throughput. */
function seconds({ attempts, throughput }: EnvironmentRecord): string {
  return (throughput.attemptsPerSecond > 0 ? attempts / throughput.attemptsPerSecond : 0).toFixed(3);
}

function account(environment: EnvironmentRecord): string {
  const { attempts, outcomes, rate, signatures } = environment;
  const lines = [
    `${counted(attempts, "attempt")}: ${outcomes.crash} crash, ${outcomes.exit} exit, ${outcomes.timeout} timeout, ${outcomes.clean} clean`,
    `rate of ${rate?.of ?? "what is counted"}: ${rateWithInterval(rate)}`,
    ...signatures.flatMap((signature) => [
      `${signature.title}: ${counted(signature.count, "attempt")}`,
      ...(signature.evidence.explanation ? [signature.evidence.explanation.text] : []),
      ...tailLines(signature.evidence.output?.stderr ?? "", 20),
    ]),
  ];
  return text(lines.join("\n"), 20_000);
}

/** What kept an environment from a verdict: its build, or the engine. */
function noVerdict({ id, notBuilt }: EnvironmentRecord, { infra }: Result): { type: string; why: string[] } {
  return notBuilt === undefined
    ? { type: "infrastructure", why: infra.filter(({ where }) => where === id).map(({ message }) => message) }
    : { type: "build", why: [notBuilt.why] };
}

/**
 * JUnit XML: one case per environment. As with the exit codes of `run`, a case fails where an expectation was missed and
 * is an error where nothing could be found out, skipped where it was known that there is no program; a crash that nobody excluded is no failure.
 */
export function junit(result: Result): string {
  const failed = result.environments.filter(({ expectation }) => expectation?.met === false);
  const skipped = result.environments.filter(({ notBuilt }) => notBuilt?.foreseen === true);
  const errors = result.environments.filter(
    ({ attempts, expectation, notBuilt }) =>
      attempts === 0 && expectation?.met !== false && notBuilt?.foreseen !== true,
  );
  const root = create({ version: "1.0", encoding: "UTF-8" });
  const suites = root.ele("testsuites");
  const suite = suites.ele("testsuite", {
    name: attribute(`vivarium.${result.plan.repro.name}`),
    tests: result.environments.length,
    failures: failed.length,
    errors: errors.length,
    ...(skipped.length === 0 ? {} : { skipped: skipped.length }),
    time: ((Date.parse(result.finishedAt) - Date.parse(result.startedAt)) / 1000).toFixed(3),
    timestamp: result.startedAt.replace(/(\.\d+)?Z$/, ""),
  });
  const properties = suite.ele("properties");
  const facts = {
    id: result.id,
    command: result.plan.command,
    plan: result.plan.hash,
    complete: String(result.complete),
  };
  for (const [name, value] of Object.entries(facts))
    properties.ele("property", { name, value: attribute(value) });
  for (const environment of result.environments) {
    const { id, expectation } = environment;
    const testcase = suite.ele("testcase", {
      classname: attribute(`vivarium.${result.plan.repro.name}`),
      name: attribute(id),
      time: seconds(environment),
    });
    if (failed.includes(environment)) {
      testcase
        .ele("failure", { type: "expectation", message: attribute(expectation?.why ?? "") })
        .txt(account(environment));
    } else if (errors.includes(environment)) {
      const { type, why } = noVerdict(environment, result);
      testcase
        .ele("error", { type, message: attribute(why[0] ?? "no attempt counted") })
        .txt(text(why.join("\n")));
    } else if (skipped.includes(environment)) {
      testcase.ele("skipped", { message: attribute(environment.notBuilt?.why ?? "") });
    }
    testcase.ele("system-out").txt(account(environment));
  }
  suite.ele("system-out").txt(text(sentenceText(result)));
  return `${root.end({ prettyPrint: true })}\n`;
}
