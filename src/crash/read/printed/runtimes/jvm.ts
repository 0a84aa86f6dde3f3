import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** The JVM's hs_err file, and what it prints of it (HotSpot's vmError.cpp). */
export const jvm = printedStack({
  source: "jvm",
  title: "the JVM's error report",
  trigger:
    /Problematic frame|hs_err_pid|Java Runtime Environment|siginfo: si_signo|^.{0,80}# {1,4}(?:Internal Error|Out of Memory Error) \(/m,
  heads: [
    /^# {1,4}(?<signal>SIG[A-Z]{2,6}|EXCEPTION_[A-Z_]{3,40}) \(0x[0-9a-f]{1,8}\) at pc=0x[0-9a-f]{1,16}, pid=(?<pid>\d{1,10})/,
    /^# {1,4}(?<message>Internal Error \(.{1,200}\)), pid=(?<pid>\d{1,10})/,
    /^# {1,4}(?<message>Out of Memory Error \(.{1,200}\)), pid=(?<pid>\d{1,10})/,
    /^# (?<message>There is insufficient memory for the Java Runtime Environment to continue)\.$/,
    // GraalVM's native images
    /^\[ \[ SegfaultHandler caught (?:a )?(?<signal>segfault|SIG[A-Z]{2,6}) in thread \S{1,60}(?: \S{1,60})? \] \]$/,
    /^siginfo: ?si_signo[:=] ?\d{1,2} \((?<signal>SIG[A-Z]{2,6})\), ?si_code[:=] ?-?\d{1,6} \((?<code>\w{1,20})\)(?:, ?si_addr[:=] ?(?<address>0x[0-9a-f]{1,16}))?/,
  ],
  signal: "SIGABRT",
  details: [
    /^# {1,4}(?<message>(?:guarantee|assert|fatal error|Error: )\b.{1,300})$/,
    /^siginfo: si_signo: (?<signal>\d{1,2}), si_code: (?<code>-?\d{1,6}), si_addr: (?<address>0x[0-9a-f]{1,16})/,
    /^siginfo: .{0,200}(?:address|si_addr)[:=] ?(?<address>0x[0-9a-f]{1,16})/,
  ],
  frames: [
    form(
      /^(?:[AP] {1,3})?SP 0x[0-9a-f]{1,16} IP (?<address>0x[0-9a-f]{1,16}) {1,3}size=\S{1,12} {1,8}(?:\[image code\] )?(?<name>[\w.$<>/]{1,300})\((?<file>[^():]{1,200}):(?<line>\d{1,9})\)$/,
    ),
    form(/^(?:# {1,4})?[CV] {1,3}\[(?<module>[^\]+]{1,200})\+(?<offset>0x[0-9a-f]{1,16})\]$/),
    // Compiled code: `J 4521 C2 org.example.Codec.next()I (42 bytes) @ 0x… [0x…+0xbe]`
    form(
      /^(?:# {1,4})?J {1,3}\d{1,7}(?:%|!| [bsn](?= ))? {0,2}(?:[Cc][12] |jvmci )?(?<name>[^\s(]{1,300})\([^)]{0,300}\)\S{0,200}(?: [\w.]{1,80}@\S{1,40})? \(\d{1,7} bytes\) @ 0x[0-9a-f]{1,16}/,
    ),
    form(/^(?:# {1,4})?j {1,3}(?<name>[^\s(]{1,300})\([^)]{0,500}\)\S{0,200}\+\d{1,9}/),
    form(
      /^(?:# {1,4})?(?:[CVJAv]|j|Vv) {1,3}(?:\[(?<module>[^\]+]{1,200})(?:\+(?<offset>0x[0-9a-f]{1,16}))?\] {1,3})?(?<name>\S.{0,300}?)(?:\+0x[0-9a-f]{1,16}|\+\d{1,9})?$/,
    ),
  ],
  stackFirst: /^Native frames: \(/,
  stackStarts: /^# Problematic frame:|^Native frames:|^Stack: \[/,
  stackEnds:
    /^-{3,} {2}(?:T H R E A D|P R O C E S S)|^Java frames:|^Register to memory|^Registers:|^Instructions:/,
  together: true,
  patience: 400,
});
