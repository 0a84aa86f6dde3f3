import { visible } from "../../text/printable.js";

/**
 * A fenced code block that nothing inside can end: the fence is longer than any run of backticks in it. A line that
 * starts with a backtick, a tilde or a slash is indented by one space, because GitLab looks for quick actions
 * (`/close`) with a pattern that takes any bare ``` for the end of a block.
 */
export function fence(lines: readonly string[], language = "text"): string {
  const body = lines
    .flatMap((line) => visible(line).split("\n"))
    .map((line) => line.replace(/^(?=[`~/])/, " ").trimEnd());
  const longest = Math.max(
    2,
    ...body.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)),
  );
  const ticks = "`".repeat(longest + 1);
  return [`${ticks}${language}`, ...body, ticks].join("\n");
}
