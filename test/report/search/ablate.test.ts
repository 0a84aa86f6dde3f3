import { expect, test } from "vitest";
import { searchTerminal } from "../../../src/report/search/terminal.js";
import { SEARCH_FORMATS } from "../../../src/report/search/formats.js";
import { SearchResult } from "../../../src/result/search/search-result.js";

const part = (id: string, title: string, more: object): object => ({
  id,
  kind: "call",
  title,
  place: null,
  verdict: "needed",
  attempts: 24,
  counted: 0,
  pValue: 0,
  excludedAbove: 0.12,
  others: [],
  note: null,
  ...more,
});
const FILE = "$GOROOT/src/net/fd_unix.go";

const RESULT = SearchResult.parse({
  schema: "vivarium/search/1",
  id: "20260101-0000-ablate-a-0000",
  vivarium: "0.1.0",
  startedAt: "2026-01-01T00:00:00Z",
  finishedAt: "2026-01-01T00:01:00Z",
  repro: { name: "a", title: "a", links: [], variant: null, sourceHash: "0" },
  command: "vivarium ablate a --into net.Dial",
  question: "What in net.Dial matters to the crash of a on glibc-2.36?",
  complete: true,
  verdict: "found",
  answer: [`The crash needs the call of fd.pfd.WaitWrite (${FILE}:141), through net.Dial.`],
  details: {
    kind: "ablate",
    environment: "glibc-2.36",
    whole: { attempts: 48, counted: 48 },
    parts: [
      part("1", "passwd: compat in /etc/nsswitch.conf", { kind: "setting" }),
      part("2", "fd.pfd.WaitWrite()", { place: { file: FILE, line: 141, lastLine: 141 } }),
      part("3", "fd.pfd.Init()", {
        place: { file: FILE, line: 140, lastLine: 140 },
        verdict: "no difference shown",
        counted: 24,
      }),
    ],
    needs: ["the call of fd.pfd.WaitWrite"],
    likelier: [],
    files: [
      {
        path: FILE,
        text: "func (fd *netFD) connect() error {\n\tfd.pfd.Init()\n\treturn fd.pfd.WaitWrite()\n}",
        line: 139,
      },
    ],
    elsewhere: [
      {
        environment: "glibc-2.31",
        whole: { attempts: 24, counted: 24 },
        parts: [
          { id: "1", title: "passwd: compat", verdict: "no difference shown", attempts: 24, counted: 24 },
        ],
      },
    ],
    into: [
      {
        function: "net.(*netFD).connect",
        place: { file: FILE, line: 139 },
        call: {
          part: "2",
          needs: "the call of fd.pfd.WaitWrite",
          line: 141,
          verdict: "needed",
          attempts: 24,
          counted: 0,
        },
      },
    ],
  },
  candidates: [],
  evidence: [],
  cost: { candidates: 3, attempts: 120, builds: 3, ms: 60_000 },
  warnings: [],
  redacted: [],
});

test("shows a function that was gone into with its own line numbers, and settings in other environments", () => {
  const text = searchTerminal(RESULT, { columns: 80, color: false });
  expect(text).toContain("| 139  func (fd *netFD) connect() error {");
  expect(text).toMatch(/\. +100 % \| 140 {6}fd\.pfd\.Init\(\)/);
  expect(text).toMatch(/NEEDED +0 % \| 141 {6}return fd\.pfd\.WaitWrite\(\)/);
  expect(text).toMatch(/nothing +glibc-2\.31 +24 of 24 +the whole program/);
  expect(text).toMatch(/passwd: compat +glibc-2\.31 +24 of 24 +no difference shown/);
});

test.each(["github", "html"] as const)("%s has both, too", async (format) => {
  const text = await SEARCH_FORMATS[format].render(RESULT);
  expect(text).toContain("141");
  expect(text).toContain("glibc-2.31");
});

test("where nothing was tried, there is no program without a mark, no legend and no empty table", () => {
  const { details } = RESULT;
  if (details.kind !== "ablate") throw new Error(details.kind);
  const answer = [
    "a did not crash in 1000 attempts on glibc-2.36: there is nothing that matters to a crash.",
  ];
  const nothing = { ...RESULT, answer, candidates: [], details: { ...details, parts: [], needs: [] } };
  const text = searchTerminal(SearchResult.parse(nothing), { columns: 80, color: false });
  expect(text).toContain("did not crash in 1000 attempts");
  expect(text).not.toMatch(/without each line|NEEDED|Everything that was tried/);
});
