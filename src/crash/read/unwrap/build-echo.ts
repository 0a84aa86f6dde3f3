const KEPT = 4000;
const STEP_LINE = /^#\d{1,5} (\d{1,7}\.\d{1,4} .*)$/;
const RULE = /^-{6}$/;
const HEAD = /^ > \[?.{1,400}:$/;

/**
 * BuildKit shows the last lines of a step that failed once more at the end, between two rules: `------`, ` > [2/3] RUN make test:`. They tell of
 * the crash a second time. Follows the lines of a log from the first.
 */
export class BuildEcho {
  private readonly said = new Set<string>();
  private last = "";
  private inside = false;

  /** Whether the line stands in such a block and was said before. */
  has(line: string): boolean {
    const own = line.startsWith("#") ? STEP_LINE.exec(line)?.[1] : undefined;
    if (own !== undefined) {
      if (this.said.size >= KEPT) this.said.clear();
      this.said.add(own);
      return false;
    }
    if (this.said.size === 0) return false;
    if (RULE.test(this.last) && HEAD.test(line)) this.inside = true;
    else if (RULE.test(line)) this.inside = false;
    this.last = line;
    return this.inside && this.said.has(line);
  }
}
