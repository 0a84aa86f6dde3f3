/** A statement of C, Go, Rust, JavaScript and their like ends so, which no line of a shell session does; JSON's lines begin with a quote. */
const STATEMENT = /[\w)\]"'] ?(?:=> ?)?[{;]$/;
const NO_STATEMENT = /^["{[$#%>+]|^\S{1,60}@/;
/** Python's. */
const BLOCK =
  /^(?:(?:async )?(?:def|class|for|if|elif|while|with) [\w(].{0,200}|else|try|except(?: \w.{0,60})?|finally):$|^(?:from \w[\w.]{0,60} )?import \w|^assert \w.{0,200} (?:[=!]=|in|is) /;
/** One of many in a list, or an arm of a match. */
const ARGUMENT = /^\w[\w.]{0,80}!?\(.*\),$|^\S.{0,100}? => .*,$/;
const REST_OF_CODE = /^[\])}]+[,;)]*$|^(?:\/\/|\/\*|\*)|^(?:return|break|default:)/;
/** Code where it stands among code: what C++'s runtime says of an exception looks like it (`what():  stoi (bad)`). */
const CALL = /^\w[\w.:]{0,80}!?\(.*\)$/;
/** What was typed to a shell: below it stands what came of it, and no longer the source. */
const PROMPT = /^(?:[^\s=]{0,80})[$%] \S/;
/** A server's line may end as code does, too. */
const LEAST_LINES = 3;

/** Lines from 0, both included. */
export interface Region {
  readonly first: number;
  readonly last: number;
}

/**
 * Where a text is the source of a program, of which some speak of signals: most lines from its first statement to its last are code. What
 * stands before and behind it is a person's, and so is a session with a shell: there a death is one.
 */
export class SourceCode {
  private readonly found: Region[] = [];
  private part = new Part();

  /** `line`: without the space around it. */
  read(line: string, at: number): void {
    if (PROMPT.test(line)) this.end();
    else if (line !== "") this.part.read(line, at);
  }

  /** The regions of what was read so far. */
  regions(): readonly Region[] {
    this.end();
    return this.found;
  }

  private end(): void {
    const region = this.part.region();
    if (region !== null) this.found.push(region);
    this.part = new Part();
  }
}

/** What stands between two commands. */
class Part {
  private statements = 0;
  private code = 0;
  /** Not empty, since the first line of code, and how many of them stand before the last line of code. */
  private lines = 0;
  private inside = 0;
  private calls = 0;
  private first = 0;
  private last = 0;

  read(line: string, at: number): void {
    const statement =
      (STATEMENT.test(line) && !NO_STATEMENT.test(line)) || ARGUMENT.test(line) || BLOCK.test(line);
    const isCode = statement || REST_OF_CODE.test(line);
    if (isCode && this.code === 0) this.first = at;
    if (isCode || this.code > 0) this.lines++;
    if (!isCode) {
      if (this.code > 0 && CALL.test(line)) this.calls++;
      return;
    }
    this.code += 1 + this.calls;
    this.calls = 0;
    this.last = at;
    this.inside = this.lines;
    if (statement) this.statements++;
  }

  region(): Region | null {
    const isSource = this.statements > 0 && this.code >= LEAST_LINES && 2 * this.code > this.inside;
    return isSource ? { first: this.first, last: this.last } : null;
  }
}
