/** Lines that the builder itself prints between those of the tools that it runs. */
const BUILDERS = /^(Step \d+\/\d+ : | ---> |Removing intermediate container |Successfully (built|tagged) )/;

/** What the tools of a build said, without the builder's own lines. */
export function toolOutput(lines: readonly string[]): string[] {
  return lines.filter((line) => !BUILDERS.test(line));
}
