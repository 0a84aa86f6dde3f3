/** What stands before a line, and whose line it is where the prefix tells. */
export interface Prefix {
  readonly length: number;
  /** `web-1`, `host app[1234]`: the service that wrote the line; empty where the prefix names none. */
  readonly service: string;
  /** What takes its place: the lines that follow a list's mark or a test's log line are indented as it is wide. */
  readonly indent: string;
}

const CLOCK = String.raw`\d\d:\d\d:\d\d(?:[.,]\d{1,9})?`;
const ZONE = String.raw`(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)(?![\w.]))?`;
const DATE = String.raw`\d{4}-\d\d-\d\d[T ]${CLOCK}${ZONE}`;
const DAY = String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)`;
/** As journalctl writes it in other languages: `juin`, `févr.`, `6月`. */
const ANY_MONTH = String.raw`(?:\d{1,2}月|[A-Za-zÀ-ÿа-я]{3,5}\.?)`;
const MONTH = String.raw`(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)`;
const LEVEL = String.raw`(?:[Ee]merg|[Aa]lert|[Cc]rit(?:ical)?|[Ee]rr(?:or)?|[Ww]arn(?:ing)?|[Nn]otice|[Ii]nfo|[Dd]ebug|[Ff]atal|[Ss]evere|[Tt]race|EMERG|ALERT|CRIT(?:ICAL)?|ERR(?:OR)?|WARN(?:ING)?|NOTICE|INFO|DEBUG|FATAL|SEVERE|TRACE|LOG|PANIC)`;

/** Times and marks that name no service. Sticky; each alternative is linear. */
const ANONYMOUS = new RegExp(
  [
    // Android Studio's: process and thread, tag, package, level
    String.raw`\d{4}-\d\d-\d\d ${CLOCK} +\d{1,7}-\d{1,7} +[\w.:-]{1,40} +[\w.:-]{1,100} +[VDIWEFA] {1,2}`,
    // GitHub's, GitLab's with its stream's mark, CRI's with its own
    String.raw`\ufeff?${DATE}(?: \d\d[OE]\+?)?(?: std(?:out|err) [FP](?= |$))?:?(?:[ \t]|$)`,
    String.raw`\[${DATE}\]:? ?`,
    // ClickHouse, Unreal Engine
    String.raw`\d{4}\.\d\d\.\d\d ${CLOCK} \[ \d{1,10} \] \{[^{}]{0,80}\} <[A-Z][a-z]{3,12}> (?:[\w():]{1,60}: )?`,
    String.raw`\[\d{4}\.\d\d\.\d\d-\d\d\.\d\d\.\d\d:\d{3}\]\[ {0,3}\d{1,6}\]`,
    String.raw`${DAY} ${DATE} `,
    String.raw`\[(?:${DAY} )?${MONTH} [ \d]\d ${CLOCK}(?: \d{4})?\] ?`,
    String.raw`\[\d\d-${MONTH}-\d{4} ${CLOCK}(?: [\w/+:-]{1,40})?\] `,
    String.raw`\d\d-${MONTH}-\d{4} ${CLOCK} `,
    String.raw`\[\d\d\/${MONTH}\/\d{4}:${CLOCK} [+-]\d{4}\] `,
    String.raw`\[?${CLOCK}\]?(?:(?: ?[A-Z]?: ?\t?)? |\t)`,
    // ts(1) before a record
    String.raw`${MONTH} [ \d]\d ${CLOCK} (?=\{")`,
    // Go's log, with a file where it was asked for
    String.raw`\d{4}\/\d\d\/\d\d ${CLOCK}(?: |$)(?:[\w.\/-]{1,100}\.go:\d{1,7}: )?`,
    // Zephyr's
    String.raw`\[\d\d:\d\d:\d\d\.\d{3},\d{3}\] (?:<(?:err|wrn|inf|dbg)> [\w.]{1,40}: )?`,
    // milliseconds or seconds since 1970
    String.raw`\d{13}(?:[\t ]|$)|\d{10}(?:\.\d{1,9})?[\t ]`,
    // klog and glog; a fatal line says more than its prefix
    String.raw`[IWE](?:\d{4})?\d{4} ${CLOCK} +\d{1,10} [\w.\/-]{1,100}:\d{1,6}\] `,
    // Chromium's
    String.raw`\[\d{1,10}:\d{1,10}:\d{4}\/\d{6}(?:\.\d{3,6})?:(?!FATAL)[A-Z]{3,8}\d?(?::[\w.\/-]{1,100}(?:\(\d{1,6}\))?)?\] ?`,
    // the kernel's clock, Xorg's with its mark
    String.raw`\[ {0,8}\d{1,8}\.\d{1,6}\](?:\[ {0,6}[TC]\d{1,9}\])?(?: \((?:EE|II|WW|NI|--|\*\*|==|\+\+|!!|\?\?)\))? ?`,
    String.raw`<\d{1,3}>(?:1 )?`,
    // buildkit
    String.raw`#\d{1,5} \d{1,7}\.\d{1,4} `,
    String.raw`##\[[a-z]{1,16}\]|::(?:error|warning|notice|debug)(?: [^:]{0,300})?::`,
    String.raw`(?:Error|ERROR): (?=panic: |fatal error: |SIG|\[signal )`,
    // logcat, in three of its formats
    String.raw`(?:\d{4}-)?\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,6}(?: +[+-]\d{4})? +(?:\d{1,7} +\d{1,7} +)?[VDIWEFA][ \/][\w.:-]{1,40} *(?:\( *\d{1,7}\))?: ?`,
    String.raw`[VDIWEFA]\/[\w.:-]{1,40} *\( *\d{1,7}\): ?`,
    // MariaDB's
    String.raw`\d{6} {1,2}\d{1,2}:\d\d:\d\d (?:\[[A-Z][A-Za-z]{2,8}\] )?`,
    // Zabbix
    String.raw`\d{1,9}:\d{8}:\d{6}\.\d{3} `,
    // Redis
    String.raw`\d{1,9}:[A-Z] \d\d ${MONTH} \d{4} ${CLOCK} [#*.-] `,
    String.raw`\[(?:${LEVEL}|\w{1,20}:${LEVEL})\] (?! )`,
    String.raw`\[Step \d{1,3}\/\d{1,3}\] `,
    // A row of a document's table ends as it begins.
    String.raw`> ?(?!=)|\| ?(?!=)(?!.*\|$)`,
  ].join("|"),
  "y",
);

/** What follows a time in a server's log; without one these words are the program's. */
const AFTER_TIME = new RegExp(
  [
    String.raw`\[pid \d{1,9}(?::tid \d{1,20})?\] (?:AH\d{5}: )?`,
    String.raw`\[\d{1,9}\] (?:${LEVEL}: {1,2}|(?! ))`,
    String.raw`\d{1,9} \[${LEVEL}\] (?:\[[\w-]{1,40}\] ){0,2}`,
    String.raw`\[${LEVEL}\] (?:\d{1,9}#\d{1,9}: )?`,
    String.raw`(?:${LEVEL}(?::|\t)|(?:ERR|ERROR|WARN|WARNING|INFO|FATAL|DEBUG|NOTICE|LOG|SEVERE|TRACE|CRITICAL)(?: \t?|\t))(?! ?(?:unprotected error|\w{1,24}Sanitizer: |DATA RACE|ERROR\b|error:)) *`,
    String.raw`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\t(?:${LEVEL}\t)?`,
    String.raw`std(?:err|out)(?:: |\t)`,
    // Loki's labels
    String.raw`\{(?:[\w.-]{1,60}="[^"]{0,200}",? ?){1,20}\} `,
    // fly.io
    String.raw`app\[[0-9a-f]{4,16}\] [a-z]{3} \[[a-z]{4,7}\] ?`,
  ].join("|"),
  "y",
);

const HOST = String.raw`[A-Za-z0-9][\w.-]{0,63}`;
const PROCESS = String.raw`[\w.@\/()+-]{1,64}(?:\[[\w.-]{1,30}\])`;
/** Prefixes that name a service: in their one group. */
const SERVICE: readonly RegExp[] = [
  // syslog and journalctl, with or without a host
  String.raw`(?:<\d{1,3}>)?${ANY_MONTH} [ \d]\d ${CLOCK} (${HOST} [^\s:[\]]{1,64}(?:\[\d{1,9}\])?): ?`,
  // compose, swarm, foreman, pm2
  String.raw`((?=[\w.@\/-]*[A-Za-z])[A-Za-z0-9][\w.@\/-]{0,127}|\d{1,3}\|[\w.-]{1,60}) {0,40}\| ?`,
  String.raw`\[(pod\/[\w.\/-]{1,200})\] `,
  // a journal's line without its time
  String.raw`((?!(?:g?make|remake|\w{0,4}sh)\[)[A-Za-z][\w.@\/-]{0,63}\[\d{2,9}\]):(?! ?(?:segfault |unhandled |general protection|trap |bad frame|potentially |invalid opcode|divide |undefined instruction|code: )) `,
  // Tekton
  String.raw`\[([a-z0-9][\w.-]{0,60} : [a-z0-9][\w.-]{0,60})\] `,
  // Ray
  String.raw`\((raylet|(?:[\w.:-]{1,60} )?pid=\d{1,10}[^()]{0,60})\) `,
  // Open MPI
  String.raw`\[(\d{1,6},\d{1,6})\]<std(?:err|out)>: ?`,
  String.raw`\[((?=[\w.-]*[a-z])[\w.-]{1,64}:\d{2,9})\] `,
  // gh run view --log
  String.raw`([^\t]{1,100}\t[^\t]{1,100})\t(?=\ufeff?\d{4}-\d\d-\d\dT)`,
  // stern
  String.raw`([a-z0-9][a-z0-9-]{0,60}-[a-z0-9]{7,10}-[a-z0-9]{5} (?:› )?[a-z0-9][a-z0-9-]{0,60}) `,
  String.raw`([a-z0-9][\w.-]{0,60} › [a-z0-9][\w.-]{0,60}) `,
  // concurrently
  String.raw`\[(\d{1,3})\] (?! )(?=\S)(?!\S{1,200}: \[\[?\d)(?!.{0,500}(?:\[0x[0-9a-f]{4,16}\]|\(\S{1,300}:\d{1,9}\)$))`,
].map((source) => new RegExp(source, "y"));
/** After a time: journalctl's with an ISO time or a monotonic one, rsyslog's, Heroku's, RFC 5424's. */
const SERVICE_AFTER_TIME: readonly RegExp[] = [
  // But the kernel's own lines begin with the process that it speaks of.
  String.raw`(?:${HOST} )?((?!g?make\[\d{1,3}\]: \*{3})${PROCESS}):(?! ?(?:segfault |unhandled |general protection|trap |bad frame|potentially |invalid opcode|divide |undefined instruction)) ?`,
  String.raw`${HOST} (kernel): ?`,
  String.raw`(${HOST} [\w.@\/-]{1,64}) (?:\d{1,9}|-) \S{1,64} (?:-|\[[^\]]{0,300}\]) `,
].map((source) => new RegExp(source, "y"));

/** abrt's several programs tell of one crash. */
const ABRT = / abrt-[a-z-]{1,40}\[\d{1,9}\]$/;

const MAX_PREFIXES = 8;
const MAY =
  /^(?:[\d[>|#{<(A-Z\ufeff•+-]|\s{0,12}(?:[-+•]|\d{1,2}[.)]|(?:[\w.-]{1,80}_test|testing)\.go:)|::|[a-zà-ÿа-я]{3,5}\.? [ \d]\d \d\d:)/;

/** A list's mark. */
const MARK =
  /^\s{0,12}(?:[-+•]|\d{1,2}[.)]) (?=panic: |fatal error: |SIG[A-Z]|={2}|Program |Process |Thread |\*{3} |\[|[A-Za-z_./])/;
/** A test's own log, whose further lines are indented by four more. */
const TEST_LOG = /^(\s{0,12})(?:[\w.-]{1,80}_test\.go:\d{1,6}: |testing\.go:\d{1,6}: (?=panic: ))/;

/** What stands at the head of a block whose other lines are indented: it is made indentation too. */
function blockMark(line: string): { length: number; indent: string } {
  const mark = MARK.exec(line);
  if (mark !== null) return { length: mark[0].length, indent: " ".repeat(mark[0].length) };
  const log = TEST_LOG.exec(line);
  return log === null ? { length: 0, indent: "" } : { length: log[0].length, indent: `${log[1] ?? ""}    ` };
}

/** A log's line that a text shows is indented: by nobody who wrote the log. */
const INDENTED =
  /^ {1,12}(?=[A-Z][a-z]{2} [ \d]\d \d\d:|\d{4}-\d\d-\d\d[T ]\d\d:|\[ {0,8}\d{1,8}\.\d{6}\]|\d{1,9}:\d{8}:\d{6}\.\d{3} )/;

/** The prefixes that logs put before a line, by forms that are known: times, marks of CI systems, services, quotes. */
export function knownPrefix(line: string): Prefix {
  const own = line.startsWith(" ") ? (INDENTED.exec(line)?.[0].length ?? 0) : 0;
  if (own === 0) return prefixAtStart(line);
  const { length, service, indent } = prefixAtStart(line.slice(own));
  return {
    length: length === 0 ? 0 : own + length,
    service,
    indent: length === 0 ? "" : " ".repeat(own) + indent,
  };
}

function prefixAtStart(line: string): Prefix {
  let at = 0;
  let service = "";
  if (!mayHavePrefix(line)) return { length: 0, service, indent: "" };
  for (let i = 0; i < MAX_PREFIXES; i++) {
    const anonymous = end(ANONYMOUS, line, at) ?? (at === 0 ? null : end(AFTER_TIME, line, at));
    if (anonymous !== null) {
      at = anonymous;
      continue;
    }
    const named = serviceAt(line, at);
    if (named === null) break;
    at = named.end;
    // What is within another's line is its part.
    if (service === "") service = named.name.replace(ABRT, " abrt");
  }
  const mark = blockMark(at === 0 ? line : line.slice(at));
  return { length: at + mark.length, service, indent: mark.indent };
}

function mayHavePrefix(line: string): boolean {
  return (
    MAY.test(line) ||
    line.includes("|") ||
    line.includes("\t") ||
    /^(?:[a-z0-9][\w.-]{3,80} \S|[A-Za-z][\w.@/-]{0,63}\[\d{2,9}\]: )/.test(line)
  );
}

function end(pattern: RegExp, line: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(line) && pattern.lastIndex > at ? pattern.lastIndex : null;
}

function serviceAt(line: string, at: number): { end: number; name: string } | null {
  for (const pattern of at === 0 ? SERVICE : [...SERVICE, ...SERVICE_AFTER_TIME]) {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (match !== null) return { end: pattern.lastIndex, name: match[1] ?? "" };
  }
  return null;
}
