import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** OpenJ9's report of a signal (omr's port library). */
export const openj9 = printedStack({
  source: "openj9",
  title: "OpenJ9's report",
  trigger: /J9Generic_Signal/,
  heads: [
    /^Type=(?<signal>Segmentation error|Bus error|Illegal instruction|Floating point error|Abort) vmState=0x[0-9a-f]{1,16}$/,
  ],
  details: [
    /^Handler1=\S{1,20} Handler2=\S{1,20}(?: InaccessibleAddress=(?<address>[0-9A-Fa-f]{1,16}))?/,
    /^Module_base_address=\S{1,20} Symbol=(?<name>\S{1,300})$/,
  ],
  frames: [
    form(
      /^(?<name>\S[^+]{0,300}?)\+0x[0-9a-f]{1,16} \((?:0x)?[0-9A-Fa-f]{1,16} \[(?<module>[^+\]]{1,200})\+(?<offset>0x[0-9a-f]{1,16})\]\)$/,
    ),
    form(
      /^\((?<address>(?:0x)?[0-9A-Fa-f]{1,16}) \[(?<module>[^+\]]{1,200})\+(?<offset>0x[0-9a-f]{1,16})\]\)$/,
    ),
  ],
  stackStarts: /^-+ Stack Backtrace -+$/,
  stackEnds: /^(?:-{30,}|JVMDUMP\w{1,10} )/,
  patience: 60,
});
