import { infrastructure } from "../../failure.js";
import { spawnGit } from "./run-git.js";

/** Reads objects of a clone, all by one git: `git cat-file --batch` says `ID blob SIZE`, a newline, the bytes, a newline. */
export class Blobs {
  private readonly child: ReturnType<typeof spawnGit>;
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  /** `what`: what is read, for errors. */
  constructor(
    folder: string,
    private readonly what: string,
  ) {
    const child = (this.child = spawnGit(folder, ["cat-file", "--batch"]));
    this.chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    child.stdin.on("error", () => undefined);
    child.stderr.resume();
    child.on("error", () => undefined);
  }

  /** Asks for objects. `next` is to follow at once: Node drops what nobody listens to when git ends. */
  ask(ids: readonly string[]): void {
    this.child.stdin.end(ids.map((id) => `${id}\n`).join(""));
  }

  /** The next object; `check` is told its size before its bytes are read. */
  async next(check: (size: number) => void = () => undefined): Promise<Buffer> {
    let end: number;
    while ((end = this.held.indexOf(10)) < 0) await this.more();
    const header = this.held.toString("latin1", 0, end);
    this.held = this.held.subarray(end + 1);
    const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(header)?.[1] ?? NaN);
    if (header.endsWith(" missing")) {
      const remedy = "it is a partial clone or a damaged one: fetch it whole (git fetch --refetch)";
      throw infrastructure(`${this.what}: the clone has no object ${header.split(" ")[0] ?? ""}`, remedy);
    }
    if (!Number.isSafeInteger(size)) throw infrastructure(`${this.what}: git said '${header}'`, "git fsck");
    check(size);
    const parts: Buffer[] = [];
    for (let missing = size + 1; missing > 0;) {
      if (this.held.length === 0) await this.more();
      const part = this.held.subarray(0, missing);
      parts.push(part);
      missing -= part.length;
      this.held = this.held.subarray(part.length);
    }
    return Buffer.concat(parts).subarray(0, size);
  }

  close(): void {
    this.child.stdout.destroy();
    this.child.kill();
  }

  private async more(): Promise<void> {
    const { value, done } = await this.chunks.next();
    if (done === true)
      throw infrastructure(`${this.what}: git ended early`, "git fsck tells whether the clone is whole");
    this.held = this.held.length === 0 ? value : Buffer.concat([this.held, value]);
  }
}
