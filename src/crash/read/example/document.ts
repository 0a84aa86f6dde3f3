import { Announcement } from "./announcement.js";
import { Expectation, Session, Template } from "./expected.js";
import type { Follower } from "./follower.js";
import { CommitMessage } from "./history.js";
import { Changes, Entries, Meanings, Passed } from "./lists.js";
import { Narrative } from "./narrative.js";
import { SourceCode } from "./source-code.js";

const MAX_LINE = 1000;
/** Of so many lines is no document that somebody pasted. */
export const MAX_LINES = 2000;

/** Lines (from 0) of a text that show a crash, as a document does, and tell of none. */
export interface Shown {
  /** Sentences: a status in them is nobody's word of one. */
  readonly told: readonly number[];
  /** Examples, on which nothing counts but a whole report, as a person shows one, too. */
  readonly examples: readonly number[];
  /** What was once: no report there counts, either. */
  readonly past: readonly number[];
}

/** What a text shows; nothing of a long one. Linear. */
export function shownIn(text: Iterable<string>): Shown {
  const source = new SourceCode();
  const narrative = new Narrative();
  const document = new Document();
  const commit = new CommitMessage();
  const examples: number[] = [];
  const past: number[] = [];
  let at = 0;
  for (const whole of text) {
    if (at === MAX_LINES) return { told: [], examples: [], past: [] };
    const line = whole.length < MAX_LINE ? whole : "";
    const bare = line.trim();
    source.read(bare, at);
    narrative.read(bare, at);
    if (document.shows(line)) examples.push(at);
    if (commit.shows(line.trimEnd())) past.push(at);
    at++;
  }
  for (const { first, last } of source.regions())
    for (let line = first; line <= last; line++) examples.push(line);
  return { told: narrative.lines(), examples, past };
}

/**
 * Follows the lines of a log, and tells which a document shows for an example: a manual's page, rows of tables of what signals mean, what it
 * announces, its list of what was changed, what a test expects.
 */
class Document implements Follower {
  private readonly parts: readonly Follower[] = [
    new ManualPage(),
    new Meanings(),
    new Announcement(),
    new Changes(),
    new Expectation(),
    new Session(),
    new Passed(),
    new Entries(),
    new Template(),
  ];

  shows(line: string): boolean {
    return this.parts.map((part) => part.shows(line)).includes(true);
  }
}

/** As `CORE(5)      Linux Programmer's Manual      CORE(5)`. */
const HEADLINE = /(?:^|\s)([\w.:-]{1,40}\(\d\w{0,4}\)) .{0,100} \1$/;

/** A manual's page shows what a shell says: nobody waited for a process there. */
class ManualPage implements Follower {
  /** Null before its first line. */
  private isPage: boolean | null = null;

  shows(line: string): boolean {
    const text = line.trim();
    if (text !== "") this.isPage ??= HEADLINE.test(text);
    return this.isPage ?? false;
  }
}
