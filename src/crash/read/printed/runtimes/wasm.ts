import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** What a trap of WebAssembly is called by browsers and by runtimes of it. */
const TRAPS =
  "(?:unreachable(?: executed)?|(?:memory access |out of bounds memory access|memory fault at )\\S?.{0,80}|null function or function signature mismatch|table index is out of bounds|index out of bounds|indirect call .{1,60}|call_indirect to .{1,60}|undefined element|uninitialized element|(?:integer )?divide by zero|integer overflow|float unrepresentable in integer range|invalid conversion to integer|divide result unrepresentable|Aborted\\(.{0,300}\\))";

/** A program compiled to WebAssembly that trapped: in a browser, in Node, in wasmtime, Wasmer, wazero, wasm3, WasmEdge. */
export const wasm = printedStack({
  source: "wasm",
  title: "the WebAssembly runtime's report of a trap",
  trigger:
    /wasm trap|wasm backtrace|wasm error|RuntimeError: |\[trap\] |execution failed: .{1,100}, Code: 0x/,
  heads: [
    /^(?:\d{1,2}: )?error while executing at wasm backtrace:$/,
    new RegExp(
      String.raw`^(?:\S.{0,60}[ │] {1,6})?(?:\d{1,2}: )?(?:Uncaught (?:\(in promise\) )?)?(?<weak>RuntimeError: )(?<message>${TRAPS})$`,
    ),
    /^(?:\S.{0,100}: )?wasm error: (?<message>\S.{0,200})$/,
    /^(?:\[error\] {0,4})?execution failed: (?<message>\S.{0,100}), Code: 0x[0-9a-f]{1,4}$/,
    /^(?:Error: )?\[trap\] (?<message>\S.{0,200})$/,
  ],
  details: [
    /^(?:\[error\] {0,4})?When executing function name: "(?<name>[^"]{1,200})"$/,
    /^(?:\d{1,2}: )?memory fault at wasm address (?<address>0x[0-9a-f]{1,16})/,
    /^(?:\d{1,2}: )?wasm trap: (?<message>\S.{0,200})$/,
  ],
  frames: [
    // wasmtime
    form(
      /^\d{1,4}: {1,4}0x[0-9a-f]{1,16} - (?<module>[^\s!]{1,200})!<?(?<name>\S.{0,500}?)(?:::h[0-9a-f]{16}|>)?$/,
    ),
    // wazero
    form(
      /^(?<module>[\w-]{0,60})\.(?<name>[^\s($][^\s(]{0,200})\((?:[if]\d\d(?:,[if]\d\d){0,30})?\)(?: [if]\d\d)?$/,
    ),
    // V8, Wasmer; Firefox and Safari
    form(
      /^at (?<name>\S.{0,300}?) \((?:wasm:\/\/wasm\/)?(?<module>[\w./:-]{0,200}?\.wasm|[0-9a-f]{8})(?:\[\d{1,9}\]|\.\S{1,300}|:wasm-function\[\d{1,9}\])?:0x[0-9a-f]{1,16}\)$/,
    ),
    form(
      /^at (?:wasm:\/\/wasm\/)?(?<module>[\w./-]{0,200}?)[:.]?(?<name>wasm-function\[\d{1,9}\]):(?:0x)?[0-9a-f]{1,16}$/,
    ),
    form(/^(?<module>[\w./-]{0,100}?)\.?(?<name>wasm-function\[\d{1,9}\])(?:@| in )\S.{0,300}$/),
    form(
      /^[\w./-]{0,100}?\.?wasm-function\[(?<name>\D[^\]]{0,300}?)(?:::h[0-9a-f]{16})?\](?:@| in )\S.{0,300}$/,
    ),
  ],
  together: true,
  patience: 12,
  says: "the program trapped",
  note: "a runtime of WebAssembly ended the program: no signal is told",
});
