import type { Follower } from "./follower.js";

const HEADER_OF_MEANINGS =
  /\b(?:expect(?:ed|ation)?|mean(?:s|ing)|cases?|descriptions?|default|actions?|explanation|cause|what(?: to do| happened)?|events?|incidents?|notes?)\b/i;

/** A table of what signals and statuses mean. */
export class Meanings implements Follower {
  private last = "";
  private explains = false;

  shows(line: string): boolean {
    const row = line.includes("|");
    // Two looks, for each takes time that is linear in the length of the line.
    const cells = row ? line.slice(line.indexOf("|")) : "";
    if (cells.includes("---") && /^[\s:|-]*$/.test(cells)) this.explains = HEADER_OF_MEANINGS.test(this.last);
    else if (!row) this.explains = false;
    this.last = line;
    return row && this.explains;
  }
}

const HEADLINE = /^#{1,6} (.{1,80})$/;
const OF_CHANGES =
  /^(?:\W{0,4}(?:bug ?)?fix(?:e[sd]|es)?\b|(?:added|changed|removed|deprecated|security)$|bug fixes|change ?log|(?:common )?(?:exit|return) (?:codes?|status)|(?:known|open) (?:issues|problems|bugs)|release notes|what'?s (?:new|changed)|trouble ?shooting|faq\b|error messages)/i;

/** The list below a headline of what was changed, or of what is known to go wrong. */
export class Changes implements Follower {
  private listed = false;

  shows(line: string): boolean {
    const headline = HEADLINE.exec(line)?.[1];
    if (headline !== undefined) this.listed = OF_CHANGES.test(headline);
    return this.listed && /^\s{0,8}(?:[*+•-]|\d{1,3}[.)]) /.test(line);
  }
}

/** A list of tests that passed, with those between them that did not run. */
export class Passed implements Follower {
  private indent = -1;

  shows(line: string): boolean {
    const own = line.search(/\S/);
    const passed = /^\s*[✓✔√] \S/.test(line);
    const pending = own === this.indent && /^\s*- \S/.test(line);
    this.indent = passed || pending ? own : -1;
    return passed || pending;
  }
}

/** Things to do, commits of `git log --graph` and `--oneline`, a tracker's issues, texts and their translations, what a monitor finds in order, values that a comment explains. */
const ENTRY =
  /^\s{0,12}(?:(?:[*+-] )?\[[ xX]\] |[|\\/ ]{0,16}\* {1,3}[|\\/ ]{0,8}[0-9a-f]{7,12} (?=[A-Za-z(])|#\d{3,7} (?=[A-Za-z])|(?:[Bb]ug|[Ii]ssue|[Tt]icket) ?#?\d{3,9}: (?=[A-Za-z])|msg(?:id|id_plural|str(?:\[\d\])?|ctxt) "|OK(?: - |: )\S|ok \d{1,6}\b|(?:#|\/\/|;|--)? {0,8}["'`][\w-]{2,40}["'`]: (?:after|when|if|unless)\b)/;

/** Lists, each line of which tells by itself what it is. */
export class Entries implements Follower {
  shows(line: string): boolean {
    return ENTRY.test(line);
  }
}
