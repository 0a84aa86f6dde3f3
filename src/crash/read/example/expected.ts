import type { Follower } from "./follower.js";

const EXPECTS =
  /^\s*(?:- )?["']?(?:expect(?:s|ed|ations?)?|want|should)(?:[_-]\w{1,20})?["']?\s*[:=]\s*[{|>]?$/;

/** What is indented below a key that says what is expected. */
export class Expectation implements Follower {
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
export class Session implements Follower {
  private asked = false;

  shows(line: string): boolean {
    const text = line.trim();
    const answers = this.asked && /^(?:'.*'|".*")$/.test(text);
    this.asked = /^(?:>>>|>|In \[\d{1,5}\]:) \S/.test(text);
    return answers;
  }
}

const OPENS = /(?:[=(,] ?|=> ?)`(?:[^`]{0,200})$/;
const CLOSES = /`[;,)]{0,3}$/;
const LONGEST_TEMPLATE = 200;

/** A string of several lines in JavaScript: what a test has kept of an output. */
export class Template implements Follower {
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
