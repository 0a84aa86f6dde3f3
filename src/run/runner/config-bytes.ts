import type { RunnerConfig, RunnerService } from "./runner-config.js";

/** A configuration as runner.c reads it. */
export function encodeConfig(config: RunnerConfig): Buffer {
  const { looks } = config;
  return Buffer.concat([
    big(config.timeoutMs),
    big(config.silenceMs),
    config.stack === null ? Buffer.alloc(8, 0xff) : big(config.stack),
    big(config.files),
    u32(config.head),
    u32(config.tail),
    u32(config.load),
    u32(config.keep === "all" ? 2 : 1),
    u32(config.processes ?? 0),
    u32(config.tty ? 1 : 0),
    u32(config.cpus.length),
    ...config.cpus.map(u32),
    string(config.directory),
    string(config.stdin),
    strings(config.argv),
    strings(pairs(config.env)),
    u32(looks?.most ?? 0),
    big(looks?.timeoutMs ?? 0),
    strings(looks?.argv ?? []),
    strings(pairs(looks?.env ?? {})),
    u32(config.services.length),
    ...config.services.map(encodeService),
    u32(config.signals.length),
    ...config.signals.flatMap(({ number, atMs }) => [u32(number), big(atMs)]),
  ]);
}

/** Kinds of runner/service.h. */
function encodeService({ name, argv, env, directory, ready, withinMs }: RunnerService): Buffer {
  const kind = ready === null ? 0 : "port" in ready ? 1 : "line" in ready ? 2 : 3;
  const text = ready === null || "port" in ready ? "" : "line" in ready ? ready.line : ready.file;
  return Buffer.concat([
    string(name),
    strings(argv),
    strings(pairs(env)),
    string(directory),
    u32(kind),
    u32(ready !== null && "port" in ready ? ready.port : 0),
    string(text),
    big(withinMs),
  ]);
}

function pairs(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function big(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(Math.round(value)));
  return bytes;
}

/** Length, bytes, and a NUL that is not counted. */
export function string(text: string): Buffer {
  if (text.includes("\0")) throw new RangeError("no program can be given a NUL in a string");
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([u32(bytes.length), bytes, Buffer.alloc(1)]);
}

export function strings(list: readonly string[]): Buffer {
  return Buffer.concat([u32(list.length), ...list.map(string)]);
}
