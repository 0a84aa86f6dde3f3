import type { Follower } from "./follower.js";

/** Whose words follow is said before them: a document shows what it speaks of. */
const WILL_BE_SEEN =
  /\b(?:(?:will|may|might|can) (?:see|look like|print|show|say)|(?:looks?|something|reads?) like|[Ff]or example|[Ee]xamples?|e\.g\.|such as|of (?:this|the(?: following)?) (?:form|kind)|like (?:this|so|the following|these)|as follows)\b.{0,60}:$|\b(?:may|might|will|can) (?:see|get|print|show|say)$|\b(?:shows? up|appears?) as:?$/;
/** Which shell would say it. */
const IN_A_SHELL =
  /^(?!.*\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b).*\b[Ii]n (?:bash|dash|zsh|fish|ksh|sh)\b.{0,80}(?:[:,]|\breads)$/;
/** Nobody says of what happened to him that a shell writes it. */
const TOOL_SAYS =
  /^(?!.*\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b).*\b(?:bash|zsh|the shell|shells|GNU make|the kernel|ctest|gdb) (?:(?:then|also|itself) )?(?:writes?|prints?|says?|reports?|shows?)\b.{0,80}:$/;
const LONGEST = 300;

/** The paragraph, or the lines between two fences, that a sentence announces. */
export class Announcement implements Follower {
  private state: "none" | "announced" | "shown" = "none";

  shows(line: string): boolean {
    const text = line.trim();
    if (text === "" || text.startsWith("```")) {
      if (this.state === "shown") this.state = "none";
      return false;
    }
    const announces =
      text.length < LONGEST && [WILL_BE_SEEN, TOOL_SAYS, IN_A_SHELL].some((words) => words.test(text));
    const shows = this.state !== "none";
    if (announces) this.state = "announced";
    else if (shows) this.state = "shown";
    return shows;
  }
}
