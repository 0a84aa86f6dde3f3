import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { scratch } from "../../scratch.js";

/** A git repository of a test's own, made and changed by git itself. */
export class Repository {
  readonly path = scratch("repository");

  constructor() {
    this.git("init", "-q", "-b", "main");
  }

  git(...words: string[]): string {
    const identity = [
      "-c",
      "user.name=Test",
      "-c",
      "user.email=test@example.org",
      "-c",
      "commit.gpgsign=false",
    ];
    return execFileSync("git", ["-C", this.path, ...identity, ...words], { encoding: "utf8" }).trim();
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    writeFileSync(join(this.path, path), text, { mode });
  }

  /** Commits all that lies there; returns the commit's id. */
  commit(tag?: string): string {
    this.git("add", "-A");
    this.git("commit", "-q", "--allow-empty", "-m", tag ?? "a change");
    if (tag !== undefined) this.git("tag", tag);
    return this.git("rev-parse", "HEAD");
  }
}
