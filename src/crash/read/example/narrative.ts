const WORD = /[A-Za-z][A-Za-z']*/g;
/** The words that hold a sentence together, of which a tool's line has few. */
const SMALL =
  /^(?:a|an|the|it|its|is|was|were|are|be|been|we|i|you|they|he|she|my|our|your|their|this|that|these|those|there|but|so|and|or|of|to|in|on|for|with|at|by|from|as|if|when|where|while|then|than|not|no|had|has|have|do|did|does|since|because|after|before|until|which|who|what|how|only|just|also|still|now|all|some|one|once|twice|each|every|would|could|should|will|can|may|might)$/i;
/** Who tells. */
const PERSON = /\b(?:[Ww]e|I|[Mm]y|[Oo]ur|us|me)\b/;
const LEAST_WORDS = 6;
/** One word in four. */
const SHARE = 4;
const FULL = 60;
/** Who waited for a process knows its number. */
const OF_A_TOOL = / {2,}\S|\t|^[$#%>[{]|\bpid[ :=]{0,2}\d/i;
const QUOTE = /^(?:> ?){1,8}/;
/** What parts paragraphs as an empty line does. */
const RULE = /^(?:|[-=*_~#]{3,}|`{3}\w{0,20})$/;

interface Sentence {
  readonly at: number;
  readonly text: string;
}

/**
 * Paragraphs in which a person tells of something, or that go from line to line as a document does: each of their lines that is a piece of a
 * sentence speaks of a death and is nobody's word of one. A line of a tool's that stands among them is another kind of line.
 */
export class Narrative {
  private readonly found: number[] = [];
  private sentences: Sentence[] = [];
  private length = 0;

  /** `line`: without the space around it. */
  read(quoted: string, at: number): void {
    const line = quoted.replace(QUOTE, "");
    if (RULE.test(line)) return this.end();
    this.length++;
    if (isSentence(line)) this.sentences.push({ at, text: line });
  }

  /** Of what was read so far. */
  lines(): readonly number[] {
    this.end();
    return this.found;
  }

  private end(): void {
    const { sentences } = this;
    const told = this.length > 1 && sentences.some(({ text }) => PERSON.test(text));
    sentences.forEach((one, i) => {
      const before = sentences[i - 1];
      const after = sentences[i + 1];
      const isWrapped =
        (before !== undefined && goesOn(before, one)) || (after !== undefined && goesOn(one, after));
      if (told || isWrapped) this.found.push(one.at);
    });
    this.sentences = [];
    this.length = 0;
  }
}

/** Whether a sentence goes on in the next line: a line is full then, which tells it from a server's words of which each has a line. */
function goesOn(one: Sentence, next: Sentence): boolean {
  if (next.at !== one.at + 1 || one.text.length < FULL) return false;
  return !/[.:!?]["')]?$/.test(one.text) && /^[a-z(]/.test(next.text);
}

function isSentence(line: string): boolean {
  if (OF_A_TOOL.test(line)) return false;
  const words = line.match(WORD) ?? [];
  const small = words.filter((word) => SMALL.test(word)).length;
  return words.length >= LEAST_WORDS && small * SHARE >= words.length;
}
