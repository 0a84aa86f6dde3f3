import type { SanitizerReport } from "../../evidence.js";
import { oneLine } from "../../../text/printable.js";
import { trimmedHex } from "../hex.js";
import { partialReport } from "../partial-capture.js";
import { baseName } from "../../source-place.js";

/** The sanitizers that exist (compiler-rt, libsanitizer, libFuzzer): any other word with this ending is a program's own. */
const TOOL =
  "(?:Address|HWAddress|Leak|Thread|Memory|UndefinedBehavior|Realtime|RealTime|Type|DataFlow|NumericalStability|KernelAddress)Sanitizer|MemProfiler";
const HEAD = new RegExp(
  String.raw`^(?:={2}\d{0,10}(?:={2})?\s{0,2})?(?:(?:ERROR|WARNING): )?(${TOOL}):? (\S.{0,1000})$`,
);
const FUZZER = /^={2}\s?\d{1,10}\s?={2} ?ERROR: libFuzzer: (\S.{0,300})$/;
/** A sanitizer that could not begin or go on: the program did nothing wrong. */
const OWN_TROUBLE =
  /encountered a fatal error|unexpected memory mapping|CHECK failed|does not work|failed to (?:allocate|map|deallocate|munmap|intercept)|can ?not (?:provide|proceed)|DEADLYSIGNAL|reported \d+ warnings|nested bug in|runtime does not come first|Your application is linked|Shadow memory|libFuzzer disabled|suppressions|^ABORTING|is incompatible|bad shadow|failed to read|Options|Usage|exceeded the|flags|setting/i;

/** A document has dots where a report has an address. */
const PLACEHOLDER = / on (?:unknown )?address (?:0x)?(?:\.{3}|…|<|\[|X{2})/;

/** Messages of UndefinedBehaviorSanitizer (compiler-rt's ubsan_handlers.cpp, _cxx.cpp): the program's own `runtime error` is none of them. */
const UNDEFINED_MESSAGE =
  /^(?:(?:un)?signed integer overflow|negation of |division (?:of |by zero)|left shift of |right shift of |shift exponent |load of |store to |null pointer (?:passed|returned|use)|null (?:passed|returned)|member (?:access|call) |reference binding |upcast of |downcast of |cast to |constructor call |index .{1,60} out of bounds|variable length array bound|execution reached |implicit conversion |applying |pointer index expression |addition of unsigned offset|subtraction of unsigned offset|assumption |call to function |control flow integrity |passing zero to |_Nonnull |alignment |incrementing |dynamic (?:type|cast)|.{1,120} is outside the range of representable values|.{1,120}, which is not a valid value for type|value .{1,120} (?:is outside|cannot be represented)|invalid |type mismatch|object .{1,60}(?:size|type)|use of )/;
const UNDEFINED =
  /^((?![#/]{1,2} |\/\/|\*|["'`])(?!\[[^\]]{1,40}\] |\d{1,9}[: ] )(?![^:]{0,500} (?:#|\/\/|\*) )(?:[A-Za-z]:)?[^\s:][^:]{0,500}?):(\d{1,9}):\d{1,9}: runtime error: (\S.{0,1000})$/;
const SUMMARY = new RegExp(String.raw`^SUMMARY: (${TOOL}|libFuzzer): (\S.{0,1000})$`);

/** The report that a first line opens; null for any other line. */
export function reportHead(line: string): SanitizerReport | null {
  const fuzzer = FUZZER.exec(line);
  if (fuzzer !== null) return report("libFuzzer", fuzzer[1] ?? "");
  const head = HEAD.exec(line);
  if (head !== null) {
    const [, tool = "", text = ""] = head;
    return /^(?:ERROR|WARNING|={2})|^\w+Sanitizer:/.test(line) &&
      !OWN_TROUBLE.test(text) &&
      !PLACEHOLDER.test(text) &&
      isKind(line, text)
      ? report(tool, text)
      : null;
  }
  return undefinedBehaviour(line);
}

/** A line without `ERROR` and without a process may be prose. */
function isKind(line: string, text: string): boolean {
  return (
    /^(?:={2}|ERROR: |WARNING: )/.test(line) ||
    /^(?:[a-z]{2,12}(?:-[a-z]{2,12}){1,5}|data race|SEGV|ABRT|BUS|FPE|ILL|TRAP)(?: on | \(|$)/.test(text)
  );
}

function report(tool: string, text: string): SanitizerReport {
  const address = /\b(?:on|address|malloc\(\)-ed:) (0x[0-9a-f]{1,16})\b/.exec(text)?.[1];
  return partialReport({
    tool,
    kind: kindOf(text),
    message: oneLine(text, 500),
    address: address === undefined ? null : trimmedHex(address),
  });
}

/** The runtime that is built in where nothing may be linked (-fsanitize-minimal-runtime). */
const MINIMAL = /^ubsan: ([a-z][a-z-]{3,40}) by (0x[0-9a-f]{1,16})$/;

function undefinedBehaviour(line: string): SanitizerReport | null {
  const minimal = MINIMAL.exec(line)?.[1];
  if (minimal !== undefined) return report("UndefinedBehaviorSanitizer", minimal);
  const match = line.includes("runtime error: ") ? UNDEFINED.exec(line) : null;
  if (match === null || !UNDEFINED_MESSAGE.test(match[3] ?? "")) return null;
  const [, file = "", number, text = ""] = match;
  return {
    ...report("UndefinedBehaviorSanitizer", text),
    address: null,
    kind: oneLine(undefinedKind(text), 120),
    // Its stack is shown only where UBSAN_OPTIONS asks for it: the place alone is always there.
    place: { file, line: Number(number) },
  };
}

/** Without operands, of which the first colon that is not a part of a quoted type's `::` is the end. */
function undefinedKind(text: string): string {
  return text.replace(/(?<!:):(?!:)\s.*$/, "").replace(/ 0x[0-9a-f]{1,16}/g, "");
}

/** Words of a first line that another word stands for in the sanitizer's SUMMARY. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^attempting free on address which was not malloc/, "bad-free"],
  [/^requested allocation size/, "allocation-size-too-big"],
  [/^(?:calloc parameters overflow)/, "calloc-overflow"],
  [/^out of memory: |^allocator is out of memory/, "out-of-memory"],
  [/^invalid alignment requested in/, "invalid-aligned-alloc-alignment"],
];

/** `heap-use-after-free on address 0x…` -> `heap-use-after-free`: what does not differ from run to run. */
function kindOf(text: string): string {
  const known = KINDS.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  const kind = text.split(/ on (?:unknown )?address| on 0x| \(|: | 0x| which /)[0] ?? text;
  return oneLine(
    kind
      .replace(/^attempting /, "")
      .replace(/:$/, "")
      .replace(/ after \d{1,9} seconds?$/, ""),
    120,
  );
}

/** What a SUMMARY line says: `SUMMARY: AddressSanitizer: bad-free /src/a.c:7:10 in use`. Null where it is none, and of leaks, whose line is another. */
export function summaryOf(
  line: string,
): { tool: string; kind: string; frame: SanitizerReport["frames"][number] | null } | null {
  const match = SUMMARY.exec(line);
  if (match === null) return null;
  const [, tool = "", text = ""] = match;
  if (/byte\(s\) leaked/.test(text)) return null;
  const kind =
    /^(?:undefined-behavior|[a-z][A-Za-z-]{1,60}|SEGV|BUS|FPE|ILL|ABRT|[a-z]+(?: [a-z]+){0,4}?)(?= [(/.<A-Z]|$)/.exec(
      text,
    )?.[0];
  if (kind === undefined) return null;
  return { tool, kind, frame: summaryFrame(text.slice(kind.length).trim()) };
}

function summaryFrame(text: string): SanitizerReport["frames"][number] | null {
  const match =
    /^(?:\((?<module>[^()+]{1,300})\+(?<offset>0x[0-9a-f]{1,16})\)(?: \(BuildId: [0-9a-f]{1,80}\))?|(?<file>\S.{0,500}?):(?<line>\d{1,9})(?::\d{1,9})?) in(?: (?<name>\S.{0,500}))?$/.exec(
      text,
    )?.groups;
  if (match === undefined) return null;
  const { module, offset, file, line, name } = match;
  return {
    function: name ?? null,
    file: file ?? null,
    line: line === undefined ? null : Number(line),
    module: module === undefined ? null : baseName(module),
    offset: offset ?? null,
  };
}
