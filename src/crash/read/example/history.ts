import type { Follower } from "./follower.js";

/** As `git log`, `git show` and `git format-patch` begin a commit. */
const COMMIT = /^(?:commit [0-9a-f]{7,64}(?: \(.{1,200}\))?|From [0-9a-f]{40} Mon Sep 17 00:00:00 2001)$/;
/** Behind a patch's message; in a log the message is indented, and what is not is the next commit or its changes. */
const END_OF_MESSAGE = /^(?:---$|diff --git )/;

/** The message of a commit tells of a crash that was, whatever it quotes: the commit is made since. */
export class CommitMessage implements Follower {
  private inside = false;

  shows(line: string): boolean {
    if (COMMIT.test(line)) this.inside = true;
    else if (END_OF_MESSAGE.test(line)) this.inside = false;
    return this.inside;
  }
}
