import { json } from "./json.js";
import { DIALECTS } from "./markdown/dialect.js";
import { markdown } from "./markdown.js";
import type { Result } from "../result/result.js";

/** One way to write a result for others. A new one is a file of its own and a line here. */
export interface Format {
  /** What it is for, in a few words: `report --format` lists them. */
  readonly title: string;
  /** File name in a campaign's folder or a bundle. */
  readonly file: string;
  /** A promise where the renderer's libraries take a moment to load: then they are loaded when they are asked for. */
  render(result: Result): string | Promise<string>;
}

export const formats = {
  github: {
    title: "Markdown for a GitHub issue or comment",
    file: "report.md",
    render: (result) => markdown(result, DIALECTS.github),
  },
  gitlab: {
    title: "Markdown for a GitLab issue or note",
    file: "report.gitlab.md",
    render: (result) => markdown(result, DIALECTS.gitlab),
  },
  bugzilla: {
    title: "text for a Bugzilla comment",
    file: "report.bugzilla.txt",
    render: (result) => markdown(result, DIALECTS.bugzilla),
  },
  plain: {
    title: "Markdown without HTML, of any length",
    file: "report.plain.md",
    render: (result) => markdown(result, DIALECTS.plain),
  },
  html: {
    title: "one self-contained page",
    file: "report.html",
    render: async (result: Result) => (await import("./html.js")).html(result),
  },
  json: {
    title: "the result itself, as schemas/result.schema.json has it",
    file: "result.json",
    render: json,
  },
  junit: {
    title: "JUnit XML, a case per environment",
    file: "junit.xml",
    render: async (result: Result) => (await import("./junit.js")).junit(result),
  },
  sarif: {
    title: "SARIF 2.1.0, a result per signature",
    file: "result.sarif",
    render: async (result: Result) => (await import("./sarif.js")).sarif(result),
  },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;
export const FORMAT_NAMES = Object.keys(formats) as readonly FormatName[];

/** What every campaign's folder holds beside its journal. */
export const WRITTEN: readonly FormatName[] = ["json", "github", "html"];
