const MAX_LINE = 1000;
/** Of so many lines is no document that somebody pasted. */
const MAX_LINES = 2000;

/** The lines (from 0) of a text that show a crash for an example, as a document does; none of a long one. Linear. */
export function shownIn(text: Iterable<string>): number[] {
  const kind = new Kind();
  const document = new Document();
  const shown: number[] = [];
  let at = 0;
  for (const whole of text) {
    if (at === MAX_LINES) return [];
    const line = whole.length < MAX_LINE ? whole : "";
    kind.read(line.trim());
    if (document.shows(line)) shown.push(at);
    at++;
  }
  return kind.isDocument ? Array.from({ length: at }, (_, line) => line) : shown;
}

/** A statement of C, Go, Rust, JavaScript and their like ends so, which no line of a shell session does; JSON's lines begin with a quote. */
const STATEMENT = /[\w)\]"'] ?(?:=> ?)?[{;]$/;
const NO_STATEMENT = /^["{[$#%>+]|^\S{1,60}@/;
/** Python's. */
const BLOCK =
  /^(?:(?:async )?(?:def|class|for|if|elif|while|with) [\w(].{0,200}|else|try|except(?: \w.{0,60})?|finally):$|^(?:from \w[\w.]{0,60} )?import \w|^assert \w.{0,200} (?:[=!]=|in|is) /;
/** One of many in a list, or an arm of a match. */
const ARGUMENT = /^\w[\w.]{0,80}!?\(.*\),$|^\S.{0,100}? => .*,$/;
const REST_OF_CODE = /^[\])}]+[,;)]*$|^\w[\w.:]{0,80}!?\(.*\)$|^(?:\/\/|\/\*|\*)|^(?:return|break|default:)/;
/** A server's line may end so, too. */
const LEAST_LINES = 3;

const MANUAL = /(?:^|\s)([\w.:-]{1,40}\(\d\w{0,4}\)) .{0,100} \1$/;

/**
 * A manual's page, which shows what a shell says, by its headline (`CORE(5)      Linux Programmer's Manual      CORE(5)`), or the source of a
 * program that speaks of signals: nobody waited for a process there.
 */
class Kind {
  private lines = 0;
  private manual = false;
  private statements = 0;
  private rest = 0;

  read(line: string): void {
    if (line === "") return;
    if (this.lines === 0) this.manual = MANUAL.test(line);
    this.lines++;
    if ((STATEMENT.test(line) && !NO_STATEMENT.test(line)) || ARGUMENT.test(line) || BLOCK.test(line))
      this.statements++;
    else if (REST_OF_CODE.test(line)) this.rest++;
  }

  get isDocument(): boolean {
    const code = this.statements + this.rest;
    const isSource = this.statements > 0 && code >= LEAST_LINES && 2 * code > this.lines;
    return this.manual || isSource;
  }
}

/** Tells of each line of a log, from the first, whether a document shows it for an example. */
interface Follower {
  shows: (line: string) => boolean;
}

/**
 * Follows the lines of a log, and tells which a document shows for an example: rows of tables of what signals mean, what it announces, its
 * list of what was changed, what a test expects.
 */
class Document implements Follower {
  private readonly parts: readonly Follower[] = [
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

const HEADER_OF_MEANINGS =
  /\b(?:expect(?:ed|ation)?|mean(?:s|ing)|cases?|descriptions?|default|actions?|explanation|cause|what to do)\b/i;

/** A table of what signals and statuses mean. */
class Meanings implements Follower {
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

/** Whose words follow is said before them: a document shows what it speaks of. */
const WILL_BE_SEEN =
  /\b(?:(?:will|may|might|can) (?:see|look like|print|show|say)|(?:looks?|something|reads?) like|[Ff]or example|[Ee]xamples?|e\.g\.|such as|of (?:this|the(?: following)?) (?:form|kind)|like (?:this|so|the following|these)|as follows)\b.{0,60}:$|\b(?:may|might|will|can) (?:see|get|print|show|say)$/;
/** Which shell would say it. */
const IN_A_SHELL =
  /^(?!.*\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b).*\b[Ii]n (?:bash|dash|zsh|fish|ksh|sh)\b.{0,80}(?:[:,]|\breads)$/;
/** Nobody says of what happened to him that a shell writes it. */
const TOOL_SAYS =
  /^(?!.*\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b).*\b(?:bash|zsh|the shell|shells|GNU make|the kernel|ctest|gdb) (?:(?:then|also|itself) )?(?:writes?|prints?|says?|reports?|shows?)\b.{0,80}:$/;
const LONGEST = 300;

/** The line that a sentence announces. */
class Announcement implements Follower {
  private announced = false;

  shows(line: string): boolean {
    const text = line.trim();
    if (text === "" || text.startsWith("```")) return false;
    const was = this.announced;
    this.announced =
      text.length < LONGEST && [WILL_BE_SEEN, TOOL_SAYS, IN_A_SHELL].some((words) => words.test(text));
    return was;
  }
}

const HEADLINE = /^#{1,6} (.{1,80})$/;
const OF_CHANGES =
  /^(?:\W{0,4}(?:bug ?)?fix(?:e[sd]|es)?\b|(?:added|changed|removed|deprecated|security)$|bug fixes|change ?log|(?:common )?(?:exit|return) (?:codes?|status)|(?:known|open) (?:issues|problems|bugs)|release notes|what'?s (?:new|changed)|trouble ?shooting|faq\b|error messages)/i;

/** The list below a headline of what was changed, or of what is known to go wrong. */
class Changes implements Follower {
  private listed = false;

  shows(line: string): boolean {
    const headline = HEADLINE.exec(line)?.[1];
    if (headline !== undefined) this.listed = OF_CHANGES.test(headline);
    return this.listed && /^\s{0,8}(?:[*+•-]|\d{1,3}[.)]) /.test(line);
  }
}

const EXPECTS =
  /^\s*(?:- )?["']?(?:expect(?:s|ed|ations?)?|want|should)(?:[_-]\w{1,20})?["']?\s*[:=]\s*[{|>]?$/;

/** What is indented below a key that says what is expected. */
class Expectation implements Follower {
  private indent = Infinity;

  shows(line: string): boolean {
    const own = line.search(/\S/);
    if (own === -1) return false;
    if (own <= this.indent) this.indent = Infinity;
    const below = this.indent !== Infinity;
    if (!below && EXPECTS.test(line)) this.indent = own;
    return below;
  }
}

/** The answer of an interpreter is a word in quotes. */
class Session implements Follower {
  private asked = false;

  shows(line: string): boolean {
    const text = line.trim();
    const answers = this.asked && /^(?:'.*'|".*")$/.test(text);
    this.asked = /^(?:>>>|>|In \[\d{1,5}\]:) \S/.test(text);
    return answers;
  }
}

/** A list of tests that passed, with those between them that did not run. */
class Passed implements Follower {
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
  /^\s{0,12}(?:(?:[*+-] )?\[[ xX]\] |[|\\/ ]{0,16}\* {1,3}[|\\/ ]{0,8}[0-9a-f]{7,12} (?=[A-Za-z(])|#\d{3,7} (?=[A-Za-z])|msg(?:id|id_plural|str(?:\[\d\])?|ctxt) "|OK(?: - |: )\S|(?:#|\/\/|;|--)? {0,8}["'`][\w-]{2,40}["'`]: (?:after|when|if|unless)\b)/;

/** Lists, each line of which tells by itself what it is. */
class Entries implements Follower {
  shows(line: string): boolean {
    return ENTRY.test(line);
  }
}

const OPENS = /(?:[=(,] ?|=> ?)`(?:[^`]{0,200})$/;
const CLOSES = /`[;,)]{0,3}$/;
const LONGEST_TEMPLATE = 200;

/** A string of several lines in JavaScript: what a test has kept of an output. */
class Template implements Follower {
  private left = 0;

  shows(line: string): boolean {
    const text = line.trim();
    const inside = this.left > 0;
    if (inside) this.left = CLOSES.test(text) ? 0 : this.left - 1;
    else if (/^(?:exports\[|(?:const|let|var|return|expect)\b)/.test(text) && OPENS.test(text))
      this.left = LONGEST_TEMPLATE;
    return inside;
  }
}
