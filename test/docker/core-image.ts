import type { Engine } from "../../src/docker/engine.js";
import type { Binary } from "../../src/images/binary.js";
import type { FaultImage } from "./fault-image.js";
import { testImage } from "./test-image.js";

/** A fault image with the core that each of some programs leaves. */
export interface CoreImage {
  /** The program's binary in an image that has its core. */
  binary(program: string): Binary;
  /** Where the core lies in the image. */
  core(program: string): string;
}

/**
 * The kernel writes a core where core_pattern is a plain name and the builder sets no limit; elsewhere gdb does at the same signal. Go writes its
 * own trace first and then aborts, as GOTRACEBACK=crash says: gdb is to let the fault itself pass.
 */
const MAKE = `set -u
for name in $PROGRAMS; do
  mkdir -p /cores/$name && cd /cores/$name
  (ulimit -c unlimited; GOTRACEBACK=crash exec /faults/bin/$name) > /dev/null 2> words < /dev/null
  for made in core core.*; do [ ! -f "$made" ] || [ "$made" = core ] || mv "$made" core; done
  case $name in
    cgo-* | go-*) pass='handle all nostop noprint pass' stop='handle SIGABRT stop' ;;
    *) pass='handle SIGUSR1 pass' stop='handle SIGTERM stop' ;;
  esac
  [ -f core ] || GOTRACEBACK=crash gdb -nx -q -batch -ex "$pass" -ex "$stop" -ex run -ex 'generate-core-file core' /faults/bin/$name > gdb 2>&1
  [ -f core ] || { echo "no core of $name"; cat gdb; exit 1; }
done
chmod -R a+rX /cores
`;

export async function coreImage(
  engine: Engine,
  image: FaultImage,
  programs: readonly string[],
): Promise<CoreImage> {
  const [first = ""] = programs;
  const under = image.binary(first);
  const made = await testImage(engine, `cores of the programs with faults on ${image.cell.id}`, {
    Dockerfile: {
      content: `FROM ${under.image}\nCOPY make.sh /make.sh\nRUN PROGRAMS='${programs.join(" ")}' sh /make.sh\n`,
    },
    "make.sh": { content: MAKE },
  });
  return {
    binary: (program) => ({ ...image.binary(program), image: made }),
    core: (program) => `/cores/${program}/core`,
  };
}
