import type { Frame } from "../../../evidence.js";
import { form, frameOf } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** The registers' line of where it stopped. */
const STOPPED =
  /^(?:<err> os: |E: )?(?:Faulting instruction address \(r15\/pc\): |.{0,60}\bPC {0,4}[:=] {0,3}|.{0,60}\bMEPC {1,4}: |mepc: |pc : \[<|elr: |RIP {1,3}- )(?<address>(?:0x)?[0-9a-f]{7,16})(?:[\s,>].{0,200})?$/i;

/** There is one image of all code, which lies at the addresses that it was linked for. */
function stopped(line: string): Frame | null {
  const address = STOPPED.exec(line)?.groups?.["address"];
  return address === undefined ? null : frameOf({ module: "firmware", address, offset: address });
}

/**
 * Systems without processes say what the processor found on a serial line: Zephyr, ESP-IDF and Arduino, Mbed, NuttX, RIOT, and the handlers that
 * people write for a Cortex-M. No signal is told there.
 */
export const embedded = printedStack({
  source: "embedded",
  title: "the system's report of a fault",
  trigger:
    /ZEPHYR FATAL ERROR|\*{5} [A-Z-]+ FAULT \*{5}|Guru Meditation Error|^.{0,60}assert failed: .* \S+:\d|\*\*ERROR\*\* A stack overflow|MbedOS Fault Handler|MbedOS Error Info|abort\(\) was called at PC|[Hh]ard ?[Ff]ault|HARDFAULT|Exception \(\d{1,2}\):|\*\*\* RIOT kernel panic|up_assert: |dump_assert_info|^(?:data|prefetch) abort$|^undefined instruction$|"Synchronous Abort" handler|^!{4} \S+ Exception Type - /m,
  heads: [
    // Zephyr, also where the first line of its report was cut off
    /^(?:<err> os: |E: )?\*{5} (?<message>[A-Z]{3,6} FAULT) \*{5}$/,
    /^(?:<err> os: |E: )?(?:>>> )?ZEPHYR FATAL ERROR \d{1,3}: (?<message>\S.{0,80}?) on CPU \d{1,3}$/,
    /^(?:<err> os: |E: )? {0,2}mcause: \d{1,2}, (?<message>\S.{0,60})$/,
    // ESP-IDF
    /^Guru Meditation Error: Core {1,3}\d panic'ed \((?<message>[^()]{1,80})\)/,
    /^(?<message>assert failed: \S.{0,300}? \S{1,200}:\d{1,7} .{0,300})$/,
    /^(?<message>abort\(\) was called at PC 0x[0-9a-f]{8}) on core \d$/,
    /^\*\*\*ERROR\*\*\* (?<message>A stack overflow in task \S.{0,40} has been detected)\.$/,
    // ESP8266
    /^(?<message>Exception \(\d{1,2}\)):$/,
    // Mbed, RIOT, NuttX
    /^\+\+ MbedOS (?:Fault Handler|Error Info) \+\+$/,
    /^\*\*\* RIOT kernel panic:?$/,
    /^(?:up_assert|dump_assert_info): (?<message>Assertion failed .{1,200})$/,
    // U-Boot, EDK II
    /^(?<weak>)(?<message>(?:data|prefetch) abort|undefined instruction)$/,
    /^"(?<message>Synchronous Abort)" handler, esr 0x[0-9a-f]{8}/,
    /^!{4} (?:X64|IA32|AARCH64|RISCV64) Exception Type - (?<message>[0-9A-F]{2}\([^()]{1,40}(?:\([^()]{1,20}\))?[^()]{0,40}\)) .{0,100}!{4}$/,
    // everybody's own
    /^(?<weak>\W{0,6})(?<message>(?:[Hh]ard ?[Ff]ault|HARD ?FAULT|HardFault_Handler)(?: (?:detected|occurred|exception))?)\W{0,6}$/,
  ],
  details: [
    /^(?:<err> os: |E: )? {0,4}(?:BFAR|MMFAR)(?: Address)?:? ?=? ?(?<address>0x[0-9a-f]{1,16})/,
    /^CR2 {1,3}- (?<address>[0-9A-F]{16})\b/,
    /^EXCVADDR: (?<address>0x[0-9a-f]{8})/,
    /^.{0,120}\bMTVAL {1,4}: (?<address>0x[0-9a-f]{8})/,
    /^Error Message: (?<message>\S.{0,200})$/,
  ],
  frames: [
    form(
      /^(?<address>0x[0-9a-f]{8}): (?<name>[A-Za-z_~].{0,300}?) (?:at|@) (?<file>\S.{0,300}?):(?<line>\d{1,7}|\?)(?: \(discriminator \d{1,4}\))?$/,
    ),
    form(
      /^#\d{1,3} {1,3}(?<address>0x[0-9a-f]{8}) in (?<name>\S.{0,300}?) at (?<file>\S.{0,300}?):(?<line>\d{1,7})$/,
    ),
    stopped,
  ],
  stackStarts: /^Backtrace: ?0x|^-{4,} Backtrace|^Stack trace:$/,
  stackEnds: /^(?:ELF file SHA256|Rebooting\.\.\.|Halting system)/,
  together: true,
  patience: 40,
  says: "the system says",
  note: "the log is of a system without processes: no signal is told",
});
