/**
 * What tells a word about signals from the word of one who waited for a process: tests, sources, tables, sentences. Prose quotes what a shell
 * says, so a line that looks like a shell's own is not all that counts.
 */

/** What names signals and says of no death: a test that passed, a line of a program or of its configuration, */
const SAYS_NOTHING =
  /^(?:(?:\d{1,2}\. )?(?:Look|Check|See|Use|Run|If) |PASS(?:ED)?\b|--- PASS|\[ +OK +\]|test .{1,200} \.\.\. ok$|(?:else|return|case|when|const|let|var|expect\(|it\(|describe\()\b[ (.])|\.{3} ?(?:ok|OK|passed|PASSED|expected)$|\bEXPECTEDFAIL\b|\bXFAIL\b|\\\\?[(.]|\|(?:Aborted|Segmentation fault|exited with)|(?:fault|Aborted|\d)\|\w|: 0 \|| {2,}0(?:\.0{1,3})? ?%?$|\b(?:println|eprintln|print|printf|puts|format|panic|assert\w{0,20})!?\(["'`]|\b\w{0,40}(?:description|summary|help|title|label|comment|legend)["']? {0,20}[:=] ?["']?\w|^(?:[#-] |\/\/ )?exit (?:code|status) \d{1,3} (?:on|in|for|when|if|is|as)\b|\bas (?:expected|wanted|intended|it should)\b|\b(?:signal|code|status) \d{1,3} (?:->|=>|→) |\b0 (?:killed|terminated|exited|crashed|died)\b/;
/** and such as say nothing behind the prefix of a log that nobody knows, either. */
const NOR_BEHIND_A_PREFIX =
  /^trap ['"]|(?:\|\||&&|;) ?exit \d|^(?:(?:\S{1,60}[\]:|>]|[A-Z]{4,8} \S{1,60}:|\d{1,6}) {1,12})?(?:[+-](?:exit|terminated|killed) |(?:SELECT|INSERT|UPDATE|DELETE) |exit \d{1,3};?$|(?:it|should|reports?|shows?|maps?|handles?|keeps?|detects?|treats?|converts?) |(?:not )?ok \d|[✓✔√] |(?:if|elif|echo|printf?|puts|raise|assert|throw|def|fmt\.|console\.|log(?:ger|ging)?\.)\b[ (.])/;
/** Whom a sentence is about: a tool that waited for a process does not speak so before it names the signal. */
const PROSE =
  /\b(?:I|we|you|he|she|they|my|our|your|his|her|means?|indicates?|[Ii]f|[Ww]hen|[Ww]hether|would|should|could|because|usually|typically|often|sometimes|probably|maybe|may|might|mapped|maps|yesterday|please|example|convention)\b/;
/** Who explains what a status stands for. */
const EXPLAINS =
  /\b(?:SIG[A-Z]{3,5}|\d{3})\)?(?:,| or| and|\/)+ (?:exit code )?\d{3} \(|\b\d{3}(?: \([^()]{1,40}\))?(?:,? or|,? and|\/) (?:exit code )?\d{3}\b|\b(?:ignor(?:e|es|ed|ing)|handl(?:e|es|ed|ing)|treat(?:s|ed|ing)?|map(?:s|ped|ping)?|accept(?:s|ed|ing)?|support(?:s|ed)?|document(?:s|ed)?|expect(?:s|ed|ing)?|(?:[Ff]ix(?:es|ed)?) .{0,60}) (?:the )?exit (?:code|status) \d|\b[Ee]xit (?:code|status) \d{1,3} is (?:now|no longer|not|also)\b|\b(?:exit (?:code|status) \d{1,3}|SIG[A-Z]{3,5}\)?),? (?:it |which |usually |that )?(?:means?|indicates?|stands for|is mapped)\b|\b(?:gives|means|returns|becomes) (?:an? )?exit (?:code|status) \d/;
/** Behind the words of who speaks of what another says. */
const TELLS_OF =
  /\b(?:which|(?:[Ll]ook|[Cc]heck|[Ss]earch|[Ww]atch|[Gg]rep) for|[Ii]nstead of|[Ww]hy|[Hh]ow to|[Ww]hat|[Rr]erun|prints?|says?|will (?:tell|show|end)|shows? it|called|(?:reported|said|saw|found|noticed|showed|reports|means|so) that|MUST|SHOULD|SHALL)\b/;
/** In a sentence of a text, and in none of a tool's before it names the signal. */
const IN_A_SENTENCE =
  /\b(?:MUST|SHOULD|SHALL|which|(?<!noticed )that|why|how|we|you|they|[Ii]f|whether|[Ww]hen|because|whenever)\b/;
/** Whatever is quoted behind these. */
const EXAMPLE = /\be\.g\.|\b[Ff]or (?:example|instance)\b|\bsuch as\b/;

/** A commit in a list of them, by itself or by the kind of its title. */
const COMMIT =
  /^(?:[*+-] )?(?:[0-9a-f]{7,10} (?=[A-Za-z(])(?!.* {2})|(?:fix|feat|docs|chore|refactor|revert|style|perf)(?:\([\w ./-]{1,60}\))?!?: )/;
/** A note of what changed, with its number. */
const CHANGE =
  /^(?:[*+-] |\d{1,3}\. ).{0,400}(?:\((?:[Ff]ixes |[Cc]loses |[Gg]H-?|PR ?)?#\d{1,7}\)|\bby @\S{1,40} in )/;
/** A line of a list of changes, of things to do, of a tracker's issues, of a forum's threads; a template that has holes. */
const ENTRY =
  /^(?:[*+•-] |\d{1,3}[.)] ).{0,300}\b(?:no longer|not any more)\b|^(?:[*+•-] )?(?:(?:[Bb]ug ?)?[Ff]ix(?:e[sd]|es|ing)?|[Bb]ug ?fix(?:es)?|[Cc]hanged|[Aa]dded|[Rr]emoved|[Ii]mproved|[Hh]andle|[Pp]revent|[Aa]void)\b[: ]|^(?:[*+•-] )?(?:\[[ xX]\] |["'`“].{3,60}["'`”]: (?:[Tt]he|[Aa]n?|[Yy]our|[Aa]fter|[Ww]hen|[Ii]f)\b)|^[A-Z][A-Z0-9]{1,9}-\d{1,7}\s| \d{1,6} (?:repl(?:y|ies)|comments?|views?|votes?|answers?)(?:$| {2,}\S)|\{\{ ?[$.\w]|%[sdu](?![\w%])/;
/** Whether a line says nothing of a death by what it is, whatever signals it names. */
export function saysNothing(line: string): boolean {
  return (
    SAYS_NOTHING.test(line) ||
    NOR_BEHIND_A_PREFIX.test(line) ||
    EXPLAINS.test(line) ||
    CHANGE.test(line) ||
    ENTRY.test(line)
  );
}

/** Whether a sentence leads up to what is told, as no tool writes it; what a tool quotes is the program's. */
export function isInSentence(line: string, told: string): boolean {
  const before = line.slice(0, Math.max(0, line.indexOf(told)));
  return EXAMPLE.test(before) || (!/['"`]/.test(before) && IN_A_SENTENCE.test(before));
}

/** Of these a tool's line has one or two, and a sentence of a person's many. */
const SMALL_WORDS =
  /\b(?:it|is|was|are|were|this|these|those|there|but|so|again|still|also|has|have|had|been|not|no|just|only|now|then|every|same|some|any|old|of|yes|well|ok|hi|hello|thanks)\b/gi;
const MANY_SMALL_WORDS = 3;

/** Whether a sentence tells of what signals are, not of one that came. What stands in the next sentence is a tool's advice. */
export function isProse(line: string, told: string): boolean {
  const at = Math.max(0, line.indexOf(told));
  const end = line.indexOf(". ", at);
  return (
    PROSE.test(end === -1 ? line : line.slice(0, end)) ||
    TELLS_OF.test(line.slice(0, at)) ||
    COMMIT.test(line) ||
    (line.match(SMALL_WORDS)?.length ?? 0) >= MANY_SMALL_WORDS ||
    /\. (?:We|I|Our|My)\b/.test(line.slice(at))
  );
}

const QUOTES: readonly (readonly [string, string])[] = [
  ["`", "`"],
  ["\u201c", "\u201d"],
];
/** A word of a sentence before a quote; a tool names what it quotes. */
const QUOTED_BY_A_SENTENCE =
  /(?:^|\s)(?!(?:with|error|reason|status|by|message|output|stderr|signal)\b)[a-z]{2,20} "$|^Fixing "$|^(?:How|Why|What) .{0,60} "$/;

/** Whether what is told stands in a quote within a sentence: `In bash you get \`Segmentation fault\`.` */
export function isQuoted(line: string, told: string): boolean {
  const at = line.indexOf(told);
  if (told === "" || at === -1) return false;
  const [before, after] = [line.slice(0, at), line.slice(at + told.length)];
  for (const [opening, closing] of QUOTES) {
    const from = before.lastIndexOf(opening);
    const open =
      opening === closing ? before.split(opening).length % 2 === 0 : from > before.lastIndexOf(closing);
    const to = after.indexOf(closing);
    if (from === -1 || !open || to === -1) continue;
    const around = `${before.slice(0, from)} ${after.slice(to + 1)}`;
    if ((around.match(/[A-Za-z]{2,}/g) ?? []).length >= 2) return true;
  }
  const from = before.lastIndexOf('"');
  return (
    before.split('"').length % 2 === 0 &&
    after.includes('"') &&
    QUOTED_BY_A_SENTENCE.test(before.slice(0, from + 1))
  );
}
