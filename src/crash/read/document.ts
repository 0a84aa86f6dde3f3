/** Whose words follow is said before them: a document shows what it speaks of. */
const WILL_BE_SEEN =
  /\b(?:(?:will|may|might|can) (?:see|look like|print|show|say)|(?:looks?|something|reads?) like|[Ff]or example|[Ee]xamples?|e\.g\.|such as|of (?:this|the(?: following)?) (?:form|kind)|like (?:this|so|the following|these)|as follows)\b.{0,60}:$|\b(?:may|might|will|can) (?:see|get|print|show|say)$/;
/** Which shell would say it. */
const IN_A_SHELL =
  /^(?!.*\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b).*\b[Ii]n (?:bash|dash|zsh|fish|ksh|sh)\b.{0,80}(?:[:,]|\breads)$/;
/** Nobody says of what happened to him that a shell writes it. */
const TOOL_SAYS =
  /^(?!.*\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b).*\b(?:bash|zsh|the shell|shells|GNU make|the kernel|ctest|gdb) (?:(?:then|also|itself) )?(?:writes?|prints?|says?|reports?|shows?)\b.{0,80}:$/;

const HEADER_OF_MEANINGS =
  /\b(?:expect(?:ed|ation)?|mean(?:s|ing)|cases?|descriptions?|default|actions?|explanation|cause|what to do)\b/i;

/** Follows the lines of a log, and tells which a document shows for an example: rows of tables of what signals mean, and what it announces. */
export class Document {
  private last = "";
  private explains = false;
  private announced = false;

  shows(line: string): boolean {
    const announced = this.isAnnounced(line);
    return this.isRowOfMeanings(line) || announced;
  }

  private isRowOfMeanings(line: string): boolean {
    const row = line.includes("|");
    // Two looks, for each takes time that is linear in the length of the line.
    const cells = row ? line.slice(line.indexOf("|")) : "";
    if (cells.includes("---") && /^[\s:|-]*$/.test(cells)) this.explains = HEADER_OF_MEANINGS.test(this.last);
    else if (!row) this.explains = false;
    this.last = line.length < 1000 ? line : "";
    return row && this.explains;
  }

  private isAnnounced(line: string): boolean {
    const text = line.trim();
    if (text === "" || text.startsWith("```")) return false;
    const was = this.announced;
    this.announced =
      text.length < 300 && [WILL_BE_SEEN, TOOL_SAYS, IN_A_SHELL].some((words) => words.test(text));
    return was;
  }
}
