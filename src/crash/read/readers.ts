import { bareStack } from "./bare-stack.js";
import { coredump } from "./core-dump.js";
import { drMemory } from "./dr-memory.js";
import { exitStatus } from "./exit-status/reader.js";
import type { Reader } from "./finding.js";
import { gdbMi } from "./gdb/machine-interface.js";
import { gdb } from "./gdb/session.js";
import { ginkgo } from "./go/ginkgo.js";
import { goRace } from "./go/race.js";
import { go } from "./go/reader.js";
import { oops } from "./kernel/oops.js";
import { otherPanic } from "./kernel/other-panic.js";
import { kernel } from "./kernel/reader.js";
import { libc } from "./libc-words.js";
import { lldb } from "./lldb/session.js";
import { cuda } from "./printed/checkers/cuda.js";
import { gwpAsan } from "./printed/checkers/gwp-asan.js";
import { honggfuzz } from "./printed/checkers/honggfuzz.js";
import { miri } from "./printed/checkers/miri.js";
import { compiler } from "./printed/programs/compiler.js";
import { gecko } from "./printed/programs/gecko.js";
import { glog } from "./printed/programs/glog.js";
import { handler } from "./printed/programs/handler.js";
import { science } from "./printed/programs/science.js";
import { server } from "./printed/programs/servers.js";
import { unity } from "./printed/programs/unity.js";
import { unreal } from "./printed/programs/unreal.js";
import { bun } from "./printed/runtimes/bun.js";
import { dart } from "./printed/runtimes/dart.js";
import { dotnet } from "./printed/runtimes/dotnet.js";
import { fortran } from "./printed/runtimes/fortran.js";
import { julia } from "./printed/runtimes/julia.js";
import { jvm } from "./printed/runtimes/jvm.js";
import { lisp } from "./printed/runtimes/lisp.js";
import { lua } from "./printed/runtimes/lua.js";
import { nim } from "./printed/runtimes/nim.js";
import { node } from "./printed/runtimes/node.js";
import { openj9 } from "./printed/runtimes/openj9.js";
import { pascal } from "./printed/runtimes/pascal.js";
import { php } from "./printed/runtimes/php.js";
import { python } from "./printed/runtimes/python.js";
import { rlang } from "./printed/runtimes/r.js";
import { ruby } from "./printed/runtimes/ruby.js";
import { rust } from "./printed/runtimes/rust.js";
import { swift } from "./printed/runtimes/swift.js";
import { vlang } from "./printed/runtimes/vlang.js";
import { wasm } from "./printed/runtimes/wasm.js";
import { zig } from "./printed/runtimes/zig.js";
import { android } from "./printed/systems/android.js";
import { appleIps } from "./printed/systems/apple-ips.js";
import { apport } from "./printed/systems/apport.js";
import { embedded } from "./printed/systems/embedded.js";
import { macos } from "./printed/systems/macos.js";
import { windows } from "./printed/systems/windows.js";
import { wine } from "./printed/systems/wine.js";
import { dbx } from "./printed/tools/dbx.js";
import { delve } from "./printed/tools/delve.js";
import { minidumpJson } from "./printed/tools/minidump-json.js";
import { minidump } from "./printed/tools/minidump.js";
import { pstack } from "./printed/tools/pstack.js";
import { strace } from "./printed/tools/strace.js";
import { sanitizer } from "./sanitizer/reader.js";
import { valgrindXml } from "./valgrind-xml.js";
import { valgrind } from "./valgrind.js";

/**
 * Every kind of log that is read. CONTRIBUTING.md says how to add one. Of two that find a crash in the same lines the first here has it.
 */
export const READERS: readonly Reader[] = [
  go,
  ginkgo,
  goRace,
  sanitizer,
  valgrind,
  valgrindXml,
  drMemory,
  gdb,
  gdbMi,
  lldb,
  oops,
  otherPanic,
  kernel,
  coredump,
  jvm,
  openj9,
  gwpAsan,
  windows,
  android,
  appleIps,
  macos,
  python,
  ruby,
  rust,
  miri,
  fortran,
  lua,
  glog,
  bun,
  dart,
  julia,
  nim,
  zig,
  swift,
  dotnet,
  rlang,
  node,
  minidump,
  minidumpJson,
  compiler,
  apport,
  honggfuzz,
  cuda,
  embedded,
  gecko,
  unreal,
  unity,
  wasm,
  php,
  pascal,
  lisp,
  vlang,
  science,
  server,
  handler,
  dbx,
  delve,
  strace,
  pstack,
  wine,
  bareStack,
  libc,
  exitStatus,
];
