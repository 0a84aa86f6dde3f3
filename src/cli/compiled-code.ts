import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";
import { userCache } from "../user-cache.js";

/** Bytes of the SHA-256 that each file begins with: V8 does not look whether what it is given is whole. */
const DIGEST = 32;
/** Code that was written before is removed: it is of another version, or is written again. */
const KEPT_MS = 30 * 24 * 3600 * 1000;

interface Modules {
  readonly enableCompileCache?: () => unknown;
  readonly wrap: (content: string) => string;
  readonly prototype: { _compile: (this: NodeJS.Module, content: string, filename: string) => unknown };
}

/**
 * Keeps what V8 made of the files in `folder` for the next start, which then takes a third less of a processor. Node 22 and later do that
 * themselves. For Node 20 it is done here, for CommonJS alone: v8-compile-cache keeps only what was compiled at once, not what was compiled as
 * it was called, and what it writes may be half written. No file may have an `import()`: code that was kept cannot carry it out. Set
 * NODE_DISABLE_COMPILE_CACHE to do without.
 */
export function keepCompiled(folder: string): void {
  const modules = module as unknown as Modules;
  if (modules.enableCompileCache !== undefined) {
    modules.enableCompileCache();
    return;
  }
  if (process.env["NODE_DISABLE_COMPILE_CACHE"] !== undefined) return;
  const kept = ownFolder(userCache("compiled", `${process.version}-${process.arch}`));
  if (kept === null) return;
  const compiled = new Map<string, Script>();
  const compile = modules.prototype._compile;
  modules.prototype._compile = function (content, filename) {
    if (dirname(filename) !== folder) return compile.call(this, content, filename);
    const file = join(kept, `${basename(filename)}-${keyOf(filename)}`);
    const cachedData = read(file);
    const script = new Script(modules.wrap(content), {
      filename,
      ...(cachedData === null ? {} : { cachedData }),
    });
    if (cachedData === null || script.cachedDataRejected === true) compiled.set(file, script);
    const run = script.runInThisContext() as (...args: unknown[]) => unknown;
    return run.call(this.exports, this.exports, createRequire(filename), this, filename, folder);
  };
  // Only at the end is compiled what a command calls.
  process.once("exit", () => write(kept, compiled));
}

/** The folder, made where it was not there; null where others could write into it what then runs here. */
function ownFolder(path: string): string | null {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(path);
    return uid === process.getuid?.() && (mode & 0o022) === 0 ? path : null;
  } catch {
    return null;
  }
}

/** What tells a file from one of the same name that was there before. */
function keyOf(filename: string): string {
  const { size, mtimeMs } = statSync(filename);
  return `${size}-${Math.round(mtimeMs)}`;
}

function read(file: string): Buffer | null {
  try {
    const content = readFileSync(file);
    const code = content.subarray(DIGEST);
    return digestOf(code).equals(content.subarray(0, DIGEST)) ? code : null;
  } catch {
    return null;
  }
}

/** A start that cannot keep anything is only slower. */
function write(folder: string, compiled: ReadonlyMap<string, Script>): void {
  if (compiled.size === 0) return;
  try {
    for (const [file, script] of compiled) {
      const code = script.createCachedData();
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, Buffer.concat([digestOf(code), code]), { mode: 0o600 });
      renameSync(draft, file);
    }
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      if (Date.now() - statSync(file).mtimeMs > KEPT_MS) rmSync(file);
    }
  } catch {
    // No room, or another process was first.
  }
}

function digestOf(code: Uint8Array): Buffer {
  return createHash("sha256").update(code).digest();
}
