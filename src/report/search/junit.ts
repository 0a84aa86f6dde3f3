import { create } from "xmlbuilder2";
import { visible } from "../../text/printable.js";
import { clipLine } from "../../text/clip.js";
import type { SearchResult } from "../../result/search/search-result.js";

/** JUnit XML: one case, the search. It fails where there was nothing to find, and is an error where it could not be told. */
export function searchJunit(result: SearchResult): string {
  const { verdict, complete, answer, repro, details, id, startedAt, finishedAt } = result;
  const seconds = ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(3);
  const failed = complete && verdict === "none";
  const error = !failed && verdict !== "found";
  const suite = create({ version: "1.0", encoding: "UTF-8" })
    .ele("testsuites")
    .ele("testsuite", {
      name: line(`vivarium.${repro.name}`),
      tests: 1,
      failures: failed ? 1 : 0,
      errors: error ? 1 : 0,
      time: seconds,
      timestamp: startedAt.replace(/(\.\d+)?Z$/, ""),
    });
  suite.ele("properties").ele("property", { name: "id", value: line(id) });
  const test = suite.ele("testcase", {
    classname: line(`vivarium.${repro.name}`),
    name: details.kind,
    time: seconds,
  });
  const [message = ""] = answer;
  if (failed) test.ele("failure", { type: "nothing to find", message: line(message) });
  if (error) test.ele("error", { type: "undecided", message: line(message) });
  test.ele("system-out").txt(text(answer.join("\n")));
  return `${suite.end({ prettyPrint: true })}\n`;
}

/** XML 1.0 has no escape for these: what is left after `visible` is only what is no character at all. */
function text(value: string): string {
  return visible(value).replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}

function line(value: string): string {
  return text(clipLine(value, 500));
}
