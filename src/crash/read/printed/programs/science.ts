import type { Frame } from "../../../evidence.js";
import { form, frameOf } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";
import { SIGNAL_WORDS } from "../../stack/signal-words.js";

const WORDS = `(?<signal>${SIGNAL_WORDS})`;

const OPENFOAM =
  /^#\d{1,4} {1,3}(?<name>\S.{0,500}?)(?: in "(?<module>[^"]{1,300})"| (?:at|in) (?:\?\?:\?|(?<file>\S{1,300}):(?<line>\d{1,9})))$/;

function openFoam(line: string): Frame | null {
  const groups = OPENFOAM.exec(line)?.groups;
  if (groups === undefined) return null;
  const name = (groups["name"] ?? "").replace(/^(?:const )?[\w:<>]{1,200} (?=[A-Za-z_~])/, "");
  return frameOf({ ...groups, name });
}

/** Programs of science and engineering that catch the signal: MATLAB, PETSc, OpenFOAM, SWI-Prolog. */
export const science = printedStack({
  source: "science",
  title: "the program's own handler",
  trigger:
    /violation detected at |PETSC ERROR: Caught signal|Foam::sig(?:Fpe|Segv|Quit)::sigHandler|received fatal signal \d/,
  heads: [
    // MATLAB
    new RegExp(String.raw`^${WORDS} detected at (?:\w{3} \w{3} )?[\d-]{1,10} .{1,40}$`, "i"),
    // PETSc
    /^(?:\[\d{1,7}\])?(?:PETSC ERROR: )?Caught signal number (?<signal>\d{1,2}) [A-Z]{3,5}: .{1,100}$/,
    // OpenFOAM tells the signal by its handler's name
    /^#\d{1,2} {1,3}Foam::sig(?<signal>Fpe|Segv)::sigHandler\(int\).{0,200}$/,
    // SWI-Prolog
    /^SWI-Prolog \[thread \d{1,6} \(.{1,60}\) at .{1,60}\]: received fatal signal (?<signal>\d{1,2}) \([a-z]{3,5}\)$/,
  ],
  frames: [
    // MATLAB's
    form(
      /^\[ {0,3}\d{1,4}\] (?<address>0x[0-9a-f]{8,16}) {1,40}(?<module>\S.{0,300}?)\+\d{4,12}(?: (?<name>[A-Za-z_]\w{0,200}?)(?:_730)?\+\d{4,12})?$/,
    ),
    form(
      /^\[\d{1,4}\] (?<name>[A-Za-z_~]\S{0,300}?)\(\) at (?:\?\?|(?<file>[^\s:]{1,300})):(?:\?|(?<line>\d{1,9})) \[(?<address>0x[0-9a-f]{1,16})\]$/,
    ),
    openFoam,
  ],
  stackStarts: /^(?:Stack Trace \(from fault\):|C-stack trace labeled "crash":)$/,
  stackEnds: /^PROLOG STACK/,
  own: true,
  together: true,
  patience: 40,
});
