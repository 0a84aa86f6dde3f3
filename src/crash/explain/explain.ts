import { explainAbort } from "./abort.js";
import { explainMemory } from "./memory.js";
import { explainTrap } from "./trap.js";
import type { Explanation } from "../evidence.js";
import { loadStory, threadLocalFacts } from "../frames/thread-story.js";
import type { Explained } from "./explained.js";

/**
 * The fault in words, from the kernel's siginfo, the registers and the faulting instruction (x86-64). It claims only
 * what these show: an operand that does not evaluate to the address that the kernel reports is said not to.
 */
export function explain(capture: Explained): Explanation {
  const explanation = explainAbort(capture) ?? explainTrap(capture) ?? explainMemory(capture);
  const facts = [...explanation.facts, ...threadLocalFacts(capture, explanation.text), ...loadStory(capture)];
  return { ...explanation, facts };
}
