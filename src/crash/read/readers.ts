import { bareStack } from "./bare-stack.js";
import { coredump } from "./core-dump.js";
import type { Reader } from "./finding.js";
import { gdb } from "./gdb/session.js";
import { gdbMi } from "./gdb/machine-interface.js";
import { goRace } from "./go/race.js";
import { go } from "./go/reader.js";
import { ginkgo } from "./go/ginkgo.js";
import { oops } from "./kernel/oops.js";
import { otherPanic } from "./kernel/other-panic.js";
import { kernel } from "./kernel/reader.js";
import { libc } from "./libc-words.js";
import { lldb } from "./lldb/session.js";
import { android } from "./printed/android.js";
import { appleIps } from "./printed/apple-ips.js";
import { apport } from "./printed/apport.js";
import { dart } from "./printed/dart.js";
import { honggfuzz } from "./printed/honggfuzz.js";
import { minidumpJson } from "./printed/minidump-json.js";
import { drMemory } from "./dr-memory.js";
import { bun } from "./printed/bun.js";
import { compiler } from "./printed/compiler.js";
import { cuda } from "./printed/cuda.js";
import { embedded } from "./printed/embedded.js";
import { gecko } from "./printed/gecko.js";
import { php } from "./printed/php.js";
import { server } from "./printed/servers.js";
import { unity, unreal } from "./printed/engines.js";
import { wasm } from "./printed/wasm.js";
import { fortran } from "./printed/fortran.js";
import { gwpAsan } from "./printed/gwp-asan.js";
import { lua } from "./printed/lua.js";
import { miri } from "./printed/miri.js";
import { nim } from "./printed/nim.js";
import { openj9 } from "./printed/openj9.js";
import { windows } from "./printed/windows.js";
import { glog } from "./printed/glog.js";
import { handler } from "./printed/handler.js";
import { jvm } from "./printed/jvm.js";
import { dotnet, julia, node, rlang, swift, zig } from "./printed/languages.js";
import { macos } from "./printed/macos.js";
import { python } from "./printed/python.js";
import { ruby } from "./printed/ruby.js";
import { rust } from "./printed/rust.js";
import { minidump, pstack, strace, wine } from "./printed/tools.js";
import { sanitizer } from "./sanitizer/reader.js";
import { valgrind } from "./valgrind.js";
import { valgrindXml } from "./valgrind-xml.js";
import { exitStatus } from "./exit-status/reader.js";

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
  server,
  handler,
  strace,
  pstack,
  wine,
  bareStack,
  libc,
  exitStatus,
];
