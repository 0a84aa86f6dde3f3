import type { Follower } from "./follower.js";

/** As `git log` and `git show` begin a commit, and what they say of it before its message. */
const COMMIT = /^commit [0-9a-f]{7,64}(?: \(.{1,200}\))?$/;
const HEADER =
  /^(?:Author|AuthorDate|Commit|CommitDate|Date|Merge|Reflog|Reflog message|tree|parent|author|committer|gpgsig):? /;
/** A message is set in by four spaces in a log; what is not is the next commit, its changes, or what somebody wrote below. */
const MESSAGE = /^(?: {4}|\t|$)/;
/** As `git format-patch` begins a commit, and what stands behind its message. */
const PATCH = /^From [0-9a-f]{40} Mon Sep 17 00:00:00 2001$/;
const END_OF_MESSAGE = /^(?:---$|diff --git )/;

/**
 * The message of a commit tells of a crash that was, whatever it quotes: the commit is made since. A line `commit 1f2e3d4` alone, which says what was built,
 * begins none.
 */
export class CommitMessage implements Follower {
  private inside: "patch" | "begun" | "log" | null = null;

  shows(line: string): boolean {
    if (PATCH.test(line)) this.inside = "patch";
    else if (COMMIT.test(line)) this.inside = "begun";
    else if (this.inside === "patch") this.inside = END_OF_MESSAGE.test(line) ? null : "patch";
    else if (this.inside === "begun") this.inside = HEADER.test(line) ? "log" : null;
    else if (this.inside === "log") this.inside = HEADER.test(line) || MESSAGE.test(line) ? "log" : null;
    return this.inside !== null;
  }
}
