import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** The Dart VM's report of a signal (runtime/bin/thread…, runtime/vm/native_symbol…), which Flutter's engine prints, too. */
export const dart = printedStack({
  source: "dart",
  title: "Dart's report",
  trigger: /===== CRASH =====/,
  heads: [
    /^=+ CRASH =+$/,
    /^si_signo=[A-Za-z][A-Za-z ]{2,40}\((?<signal>\d{1,2})\), si_code=(?:(?<code>[A-Z]{2,5}_[A-Z]{3,12})\(-?\d{1,6}\)|-?\d{1,6})(?:, si_addr=(?<address>0x[0-9a-f]{1,16}))?/,
    /^ExceptionCode=-?\d{1,12}, ExceptionFlags=\d{1,6}, ExceptionAddress=/,
  ],
  details: [/^pid=(?<pid>\d{1,10}), thread=/],
  frames: [
    form(/^pc (?<address>0x[0-9a-f]{1,16}) fp 0x[0-9a-f]{1,16} (?:\[[A-Za-z]{3,20}\] )?(?<name>\S.{0,500})$/),
  ],
  stackEnds: /^-- End of DumpStackTrace/,
  signal: "SIGABRT",
  patience: 12,
});
