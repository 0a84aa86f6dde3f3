import { createInterface } from "node:readline/promises";
import type { CliContext } from "./command.js";

/** Asks a yes-or-no question on the terminal; no without one, and then `otherwise` says what to type instead. */
export async function confirmed(
  question: string,
  otherwise: string,
  { stdin, stderr, signal }: CliContext,
): Promise<boolean> {
  if ((stdin as NodeJS.ReadStream).isTTY !== true) {
    stderr.write(`there is no terminal to ask on: ${otherwise}\n`);
    return false;
  }
  const prompt = createInterface({ input: stdin, output: stderr as NodeJS.WritableStream });
  const answer = await prompt.question(`${question} [y/N] `, { signal }).finally(() => prompt.close());
  return /^y(es)?$/i.test(answer.trim());
}
