import type { SanitizerFrame } from "../../evidence.js";
import { trimmedHex } from "../hex.js";
import { baseName } from "../../source-place.js";

const MAX_NAME = 512;
/** What a sanitizer puts in place of libc's functions, and its own insides. */
const OWN_SOURCE = /(?:^|\/)(?:libsanitizer|compiler-rt)\/|(?:^|\/)sanitizer_common/;
const OWN_MODULE = /^lib(?:clang_rt\.)?(?:asan|ubsan|tsan|lsan|hwasan|msan|rtsan)/;
const OWN_NAME =
  /^(?:_{0,3}interceptor_|wrap_|__asan_|__ubsan_|__tsan_|__lsan_|__hwasan_|__msan_|__rtsan_|__sanitizer|fuzzer::)/;

/**
 * A frame of a sanitizer's report: `#1 0x55d1 in use /src/a.c:7:3`, `#2 0x7f (/lib/libc.so.6+0x29d8f) (BuildId: 0a1b)`,
 * ThreadSanitizer's `#0 inc /src/a.c:6 (a.out+0x1234)`, macOS's `#0 0x104 in use+0x80 (a.out:arm64+0x100003e80)`. Its indentation does not
 * matter. Null for any other line.
 */
export function sanitizerFrame(line: string): (SanitizerFrame & { readonly number: number }) | null {
  const head = /^\s{0,12}#(\d{1,4}) {1,2}(0x[0-9a-f]{1,16} )?( ?)(in )?/.exec(line);
  if (head === null) return null;
  const { rest, module, offset } = inModule(
    line.slice(head[0].length).replace(/ \(BuildId: [0-9a-f]{0,80}\)$/, ""),
  );
  const text = rest.trim().replace(/ <null>$/, "");
  // `#0 0x7f1122334455  /build/…/memmove.S:345`: two spaces, and no name.
  const nameless = head[2] !== undefined && head[4] === undefined;
  const { name, file, line: number } = nameless ? { ...sourceOf(text, -1), name: "" } : nameAndSource(text);
  const plain = name.replace(/\+0x[0-9a-f]{1,16}$/, "").replace(/::h[0-9a-f]{16}$/, "");
  // `#4 0x7f11 in libc.so.6`: the symbolizer knows its file alone.
  const library = /^(?:\/\S{1,300}\/)?(lib[^\s/()]{1,200}\.so(?:\.\d{1,6}){0,4})$/.exec(plain)?.[1];
  if (library !== undefined) {
    return { number: Number(head[1]), function: null, file: null, line: null, module: library, offset };
  }
  return {
    number: Number(head[1]),
    function:
      plain === "" || plain === "??" || /^(?:\(<unknown|0x[0-9a-f]{1,16}$)/.test(plain)
        ? null
        : plain.slice(0, MAX_NAME),
    file,
    line: number,
    module,
    offset,
  };
}

/** ` (a.out+0x1234)` at the end, with or without the processor. */
function inModule(text: string): { rest: string; module: string | null; offset: string | null } {
  const at = text.lastIndexOf("(");
  const place =
    at === -1
      ? null
      : /^\(([^()+]{1,500}?)(?::(?:arm64e?|x86_64h?|i386|armv7\w?))?\+(0x[0-9a-f]{1,16})\)$/.exec(
          text.slice(at),
        );
  if (place === null) return { rest: text, module: null, offset: null };
  const path = place[1] ?? "";
  return {
    rest: text.slice(0, at),
    module: baseName(path),
    offset: trimmedHex(place[2] ?? "0x0"),
  };
}

const SOURCE = /^(.{1,1000}?)(?::(\d{1,9}))?(?::\d{1,9})?$/;

function sourceOf(text: string, at: number): { file: string | null; line: number | null } {
  const source = SOURCE.exec(text.slice(at + 1));
  const named = source !== null && (source[2] !== undefined || /^(?:\/|[A-Za-z]:\\)/.test(source[1] ?? ""));
  if (!named) return { file: null, line: null };
  return { file: source[1] ?? null, line: source[2] === undefined ? null : Number(source[2]) };
}

/** `use /src/my project/a.c:7:3`: a path from the root begins where its slash does, another behind the last space. */
function nameAndSource(text: string): { name: string; file: string | null; line: number | null } {
  const rooted = rootedPathAt(text);
  const space = rooted === -1 ? text.lastIndexOf(" ") : rooted;
  const source = space === -1 ? { file: null, line: null } : sourceOf(text, space);
  return source.file === null
    ? { name: text, file: null, line: null }
    : { name: text.slice(0, space), ...source };
}

/** The space before the first path from the root that stands outside of brackets; -1 where there is none. */
function rootedPathAt(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if ("(<[{".includes(character)) depth++;
    else if (")>]}".includes(character) && depth > 0) depth--;
    else if (depth === 0 && character === " " && /^ (?:\/(?!\/)|[A-Za-z]:\\)/.test(text.slice(i, i + 4)))
      return i;
  }
  return -1;
}

/** Whether a frame is the sanitizer's own, which stands for the libc function of that name. */
export function isSanitizersOwn({ function: name, file, module }: SanitizerFrame): boolean {
  return (
    (name !== null && OWN_NAME.test(name)) ||
    (file !== null && OWN_SOURCE.test(file)) ||
    (module !== null && OWN_MODULE.test(module))
  );
}
