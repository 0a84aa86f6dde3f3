import type { SanitizerFrame } from "../../evidence.js";
import { trimmedHex } from "../gdb/line.js";

const MAX_NAME = 512;
/** What a sanitizer puts in place of libc's functions, and its own insides. */
const OWN_SOURCE = /(?:^|\/)(?:libsanitizer|compiler-rt)\/|(?:^|\/)sanitizer_common/;
const OWN_MODULE = /^lib(?:clang_rt\.)?(?:asan|ubsan|tsan|lsan|hwasan)/;

/**
 * A frame of a sanitizer's report: `    #1 0x55d1 in use /src/a.c:7:3`, `#2 0x7f (/lib/libc.so.6+0x29d8f) (BuildId: 0a1b)`,
 * or ThreadSanitizer's `#0 inc /src/a.c:6 (a.out+0x1234)`. Null for any other line.
 */
export function sanitizerFrame(line: string): (SanitizerFrame & { readonly number: number }) | null {
  const head = /^ {2,8}#(\d{1,4}) (?:(0x[0-9a-f]{1,16}) )? ?(?:in )?/.exec(line);
  if (head === null) return null;
  let rest = line.slice(head[0].length).replace(/ \(BuildId: [0-9a-f]{0,80}\)$/, "");
  let module: string | null = null;
  let offset: string | null = null;
  const at = rest.lastIndexOf("(");
  const place = at === -1 ? null : /^\(([^()+]{1,500})\+(0x[0-9a-f]{1,16})\)$/.exec(rest.slice(at));
  if (place !== null) {
    module = (place[1] ?? "").slice((place[1] ?? "").lastIndexOf("/") + 1);
    offset = trimmedHex(place[2] ?? "0x0");
    rest = rest.slice(0, at);
  }
  rest = rest.trim().replace(/ <null>$/, "");
  const space = rest.lastIndexOf(" ");
  const source = /^(.{1,1000}?)(?::(\d{1,9}))?(?::\d{1,9})?$/.exec(rest.slice(space + 1));
  const named = source !== null && space !== -1 && (source[2] !== undefined || source[1]?.startsWith("/"));
  const name = named ? rest.slice(0, space) : rest;
  return {
    number: Number(head[1]),
    function: name === "" || name.startsWith("(<unknown") ? null : name.slice(0, MAX_NAME),
    file: named ? (source[1] ?? null) : null,
    line: named && source[2] !== undefined ? Number(source[2]) : null,
    module,
    offset,
  };
}

/** Whether a frame is the sanitizer's own, which stands for the libc function of that name. */
export function isSanitizersOwn({ function: name, file, module }: SanitizerFrame): boolean {
  return (
    (name !== null &&
      /^(?:__interceptor_|___interceptor_|__asan_|__ubsan_|__tsan_|__lsan_|__sanitizer)/.test(name)) ||
    (file !== null && OWN_SOURCE.test(file)) ||
    (module !== null && OWN_MODULE.test(module))
  );
}
