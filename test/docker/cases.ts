import { fileURLToPath } from "node:url";

const CASES = fileURLToPath(new URL("../corpus/cases/", import.meta.url));

/** One public bug report, rewritten small: what its reporter types, and what is right to say of it. */
export interface Case {
  readonly name: string;
  /** After `vivarium`; `@` stands for the folder of the cases. */
  readonly argv: readonly string[];
  /** What the console says, its white space made single spaces. */
  readonly says: readonly RegExp[];
  /** What would be wrong to say. */
  readonly never?: readonly RegExp[];
  /** Exit code; default 0. */
  readonly code?: number;
  /** It is among the few that CI runs. */
  readonly small?: true;
}

const BOTH = ["--env", "glibc-2.36,musl-1.2.3"];
const GLIBC = ["--env", "glibc-2.36"];

/** The table: `test/docker/cases.test.ts` runs the small ones, `test/full/cases.test.ts` all. */
export const cases: readonly Case[] = [
  {
    name: "a child is waited for: the hang is the child's",
    argv: ["run", "@rawfork/min/minfork.c", ...GLIBC, "--runs", "2", "--timeout", "2s", "--captures", "1"],
    says: [
      /hangs, since a child process hangs in pause, called from main, in 2 of 2 attempts/,
      /2 processes: 1 is program; 2 is program, a child of 1/,
      /thread 1 waits in the system call wait4, for process 2/,
    ],
    small: true,
  },
  {
    name: "who called a function of musl's, which has no unwind tables, is found on the stack",
    argv: ["run", "@musl/width.c", "--env", "musl-1.2.3", "--runs", "2", "--captures", "1"],
    says: [/SIGSEGV in strlen, called from width/, /#1 width at width\.c:5/, /#2 main at width\.c:8/],
    never: [/weak/, /made up/],
    small: true,
  },
  {
    name: "a plugin that the build makes goes along, and what it registered outlives it",
    argv: [
      "run",
      "@plugin",
      "--target",
      "host",
      "--env",
      "glibc-2.36,musl-1.2.3",
      "--runs",
      "2",
      "--captures",
      "1",
    ],
    says: [
      /every crash is on glibc 2\.36/,
      /it was registered by atexit; its code is gone, as after dlclose\(\) of the library/,
    ],
  },
  {
    name: "an exception that leaves a destructor",
    argv: ["run", "@throws/destructor.cpp", ...GLIBC, "--runs", "2", "--captures", "1"],
    says: [
      /SIGABRT: uncaught std::runtime_error in Transaction::commit, called from Transaction::~Transaction/,
      /it left a destructor, or another function that is noexcept/,
    ],
  },
  {
    name: "a hang that comes once in many attempts is seen where it came",
    argv: ["run", "@hangs/rare.c", ...GLIBC, "--runs", "100", "--timeout", "1s"],
    says: [
      /hang in pthread_mutex_lock, called from (?:main|writer)/,
      /a deadlock: thread 1 waits for thread 2, thread 2 waits for thread 1/,
    ],
    small: true,
  },
  {
    name: "a hang has one title on both libcs, the function that the program called",
    argv: ["run", "@hangs/sem.c", ...BOTH, "--runs", "1", "--timeout", "1s", "--captures", "1"],
    says: [
      /hangs in sem_wait, called from main, in 2 of 2 attempts on glibc-2\.36 and musl-1\.2\.3/,
      /thread 1 for the semaphore `empty`; thread 2 for the semaphore `full`\. No thread is left/,
    ],
    never: [/sem_timedwait, called|slow64.*, called/],
  },
  {
    name: "goroutines that hold each other's lock tell the hang, not the main one that waits for all",
    argv: ["run", "@hangs/transfer.go", ...BOTH, "--runs", "1", "--timeout", "2s", "--captures", "1"],
    says: [/hangs in sync\.\(\*Mutex\)\.Lock, called from main\.transfer, in 2 of 2/],
    never: [/called from main\.main/],
  },
  {
    name: "the first panic is the cause, not that of the thread which waited for it",
    argv: ["run", "@languages/joined.rs", ...GLIBC, "--runs", "2", "--captures", "0"],
    says: [/exit status 101: thread '<unnamed>' panicked at 'called `Option::unwrap\(\)` on a `None` value'/],
  },
  {
    name: "Fortran's own message is the title, not the last line of its backtrace",
    argv: [
      "run",
      "@languages/bounds.f90",
      ...GLIBC,
      "--runs",
      "2",
      "--captures",
      "0",
      "--cflags",
      "-fcheck=bounds",
    ],
    says: [
      /exit status 2: Fortran runtime error: Index '11' of dimension 1 of array 'a' above upper bound of 10/,
    ],
  },
  {
    name: "two processes that write to each other wait for each other",
    argv: ["run", "@hangs/pipes.c", ...GLIBC, "--runs", "1", "--timeout", "1s", "--captures", "1"],
    says: [
      /into the pipe of descriptor \d+, whose reading end process 2 and it itself hold open/,
      /a deadlock: thread 1 waits for thread 2 of process 2, thread 2 of process 2 waits for thread 1/,
    ],
  },
  {
    name: "a test of Go's that can never go on",
    argv: ["run", "@gotestdead", ...GLIBC, "--runs", "2"],
    says: [/all goroutines are asleep - deadlock! in pool\.\(\*Pool\)\.Get in 2 of 2/],
  },
  {
    name: "a signal handler's frame that is larger than its stack",
    argv: ["run", "@bigframe/handler.c", ...BOTH, "--runs", "2", "--captures", "1"],
    says: [/SIGSEGV: stack overflow in on_alarm in 4 of 4/, /the alternate stack of thread 1/],
  },
  {
    name: "a stack that was smashed, on both libcs",
    argv: [
      "run",
      "@freed/smash.c",
      ...BOTH,
      "--runs",
      "2",
      "--captures",
      "1",
      "--cflags",
      "-fstack-protector-all",
    ],
    says: [
      /SIGABRT: stack smashing detected in greet in 2 attempts on glibc-2\.36/,
      /SIGSEGV: stack smashing detected \(musl's __stack_chk_fail\) in greet in 2 on musl-1\.2\.3/,
    ],
  },
  {
    name: "a child of a bare clone waits for a lock that another thread held",
    argv: ["run", "@rawfork/fork.c", ...BOTH, "--runs", "8", "--timeout", "4s", "--captures", "1"],
    says: [
      /hangs, since a child process hangs in exit, called from main/,
      /process 2 was made while another thread of its parent held a lock/,
    ],
    never: [/not a struct/],
  },
  {
    name: "an end with status 0 is counted where it is asked for",
    argv: ["run", "@wrong/w.c", ...BOTH, "--runs", "4", "--expect", "exit=0,output=MB_CUR_MAX 1"],
    says: [
      /comes to exit 0 with output \/MB_CUR_MAX 1\/ in 4 of 4 attempts on glibc-2\.36, and in none of 4 attempts on musl-1\.2\.3/,
      /clean attempts print different text: "MB_CUR_MAX 1," on glibc-2\.36; "MB_CUR_MAX 4, été\|" on musl-1\.2\.3/,
    ],
    never: [/is below 100 %/],
    code: 1,
    small: true,
  },
  {
    name: "a child's crash behind its parent's exit status is told",
    argv: ["run", "@child/supervisor.c", ...GLIBC, "--runs", "2"],
    says: [
      /exits with status 1 \(supervisor: worker failed\) after a child's SIGSEGV in sum_jobs, called from main, in 2 of 2/,
      /read of 0x8 = 0x8 \+ rax \(0\)/,
    ],
    never: [/Not known/],
    small: true,
  },
  {
    name: "two errors with one status are two findings",
    argv: ["run", "@exitmsg/two.c", ...GLIBC, "--runs", "20"],
    says: [/exit status 1: error: the table is locked/, /exit status 1: error: the disk is full/],
    small: true,
  },
  {
    name: "a frame that is larger than the stack",
    argv: ["run", "@bigframe/big.c", ...GLIBC, "--runs", "2", "--captures", "1"],
    says: [
      /crashes with SIGSEGV: stack overflow in trace in 2 of 2 attempts/,
      /in a frame that does not fit/,
    ],
    never: [/nothing is mapped/, /mapped rw-p/],
    small: true,
  },
  {
    name: "a frame that jumps over the guard of a thread's stack",
    argv: ["run", "@guard/jump.c", ...BOTH, "--runs", "4"],
    says: [
      /crashes with SIGSEGV: stack overflow in deep in 4 of 4 attempts on musl-1\.2\.3, and in none of 4/,
    ],
    never: [/mapped rw-p/],
  },
  {
    name: "a deadlock of Go is Go's own",
    argv: ["run", "@godead/main.go", ...BOTH, "--runs", "4"],
    says: [
      /fatal error: all goroutines are asleep - deadlock! in sync\.\(\*WaitGroup\)\.Wait, called from main\.main, in 8 of 8/,
    ],
    never: [/\bhang/],
  },
  {
    name: "two crashes of one signal are two",
    argv: ["run", "@collide/merged/merged.c", ...BOTH, "--runs", "20"],
    says: [/SIGSEGV in smash/, /outside of any code, called from __nptl_deallocate_tsd/, /weak/],
  },
  {
    name: "Go's own abort tells what it found",
    argv: ["run", "@gosig/main.go", ...BOTH, "--runs", "4"],
    says: [/fatal: morestack on g0\) in runtime\.exitsyscall, called from runtime\.cgocallbackg, in 8 of 8/],
    never: [/SIGTRAP in program/],
  },
  {
    name: "a data race of Go has two stacks",
    argv: ["run", "@gorace3/main.go", ...GLIBC, "--runs", "4", "--goflags=-race"],
    says: [
      /DATA RACE: (?:read|write) in main\.\(\*counter\)\.bump, previous write in main\.\(\*counter\)\.bump/,
    ],
  },
  {
    name: "a bad pointer in Go's heap",
    argv: ["run", "@badptr/main.go", "--env", "glibc-2.36", "--runs", "4", "--env-var", "GODEBUG=cgocheck=0"],
    says: [/found bad pointer in Go heap .* in runtime\.badPointer, called from runtime\.findObject/],
    never: [/in runtime\.systemstack_switch/],
  },
  {
    name: "a log of a bad pointer in Go's heap",
    argv: ["parse", "@badptr/log.txt"],
    says: [/in runtime\.badPointer, called from runtime\.findObject/],
    never: [/in runtime\.systemstack_switch/],
  },
  {
    name: "a log of a data race",
    argv: ["parse", "@gorace/log.txt"],
    says: [/DATA RACE: write in main\.\(\*counter\)\.bump, previous write in main\.\(\*counter\)\.bump/],
  },
  {
    name: "libc's own words are said for what they are, once",
    argv: ["run", "@ljmp/coro.c", ...BOTH, "--runs", "4", "--cflags", "-O2 -D_FORTIFY_SOURCE=2"],
    says: [
      /longjmp causes uninitialized stack frame in longjmp, called from main, in 4 of 4 attempts on glibc-2\.36/,
      /longjmp \(fortified\) found that the frame to jump to is not further out on this stack/,
    ],
    never: [/buffer overflow/, /longjmp\): longjmp causes/],
  },
  {
    name: "threads need no flag on a libc that has them apart",
    argv: [
      "run",
      "@threadpool/pool.cpp",
      "--env",
      "glibc-2.31,glibc-2.36",
      "--link",
      "dynamic",
      "--runs",
      "4",
    ],
    says: [/ended clean in all 8 attempts/],
  },
  {
    name: "an exception that nobody catches, in a thread",
    argv: ["run", "@thrown/main.cpp", "--env", "glibc-2.31,glibc-2.36", "--link", "dynamic", "--runs", "4"],
    says: [/SIGABRT: uncaught std::out_of_range in std::map<…>::at, called from find, in 8 of 8/],
  },
  {
    name: "an environment that cannot build it is told in its row, and costs the others nothing",
    argv: ["run", "@thrown/main.cpp", ...BOTH, "--link", "dynamic", "--runs", "2", "--captures", "1"],
    says: [
      /uncaught std::out_of_range in std::map<…>::at, called from find, in 2 of 2 attempts on glibc-2\.36\. It could not be built on musl-1\.2\.3/,
      /Could not be built musl-1\.2\.3: there is no C\+\+ library for musl/,
    ],
    never: [/Infrastructure|incomplete/],
    small: true,
  },
  {
    name: "what a build makes is a folder, and goes whole where it runs",
    argv: ["run", "@keydtor", "--runs", "4", "--run-on", "glibc-2.36"],
    says: [
      /SIGSEGV outside of any code, called from __nptl_deallocate_tsd \(libc\.so\.6\), in 4 of 4 attempts on glibc-2\.36:glibc-2\.36/,
    ],
    never: [/ended clean in all/],
  },
  {
    name: "a Go library in a C program",
    argv: ["run", "@cshared/linked", "--runs", "4"],
    says: [
      /SIGSEGV in runtime\.argv_index .* in 4 of 4 attempts on musl-1\.2\.3, and in none of 4 attempts on glibc-2\.36/,
      /signature [0-9a-f]{12} read of/,
    ],
    never: [/weak/],
  },
  {
    name: "Rust by the distribution's compiler",
    argv: ["run", "@languages/a.rs", "--runs", "3"],
    says: [/dynamically linked\), crashes with SIGSEGV at address 0x0 in a::main \(a\.rs:4\) in 3 of 3/],
  },
  {
    name: "Fortran, which Debian's musl cannot have",
    argv: ["run", "@languages/a.f90", ...BOTH, "--runs", "3", "--captures", "1"],
    says: [
      /SIGSEGV at address 0x0 in crash \(a\.f90:5\) in 3 of 3 attempts on glibc-2\.36\. It could not be built on musl-1\.2\.3/,
      /libgfortran is built for glibc/,
    ],
  },
  {
    name: "NASM's assembler on both libcs",
    argv: ["run", "@languages/n.asm", "--runs", "2", "--captures", "1"],
    says: [/SIGSEGV at address 0x8 in main \(n\.asm:5\) in 4 of 4 attempts on glibc-2\.36 and musl-1\.2\.3/],
  },
  {
    name: "a program of 32 bits, with the libraries that it needs",
    argv: ["run", "@languages/m32.c", "--cflags=-m32", "--runs", "2", "--captures", "1"],
    says: [
      /SIGSEGV at address 0x4 in f \(m32\.c:2\) in 2 of 2 attempts on glibc-2\.36\. It could not be built on musl/,
      /read of 0x4 = eax \(0x4\); eax came from the function's argument 1: 0x4, near null/,
    ],
  },
  {
    name: "a project of autoconf's, whose check differs from libc to libc",
    argv: ["run", "@autotools", "--runs", "2", "--captures", "1"],
    says: [
      /SIGSEGV at address 0x0 in main \(src\/deep\.c:8\) in 2 of 2 attempts on glibc-2\.36, and in none of 2 attempts on musl/,
    ],
  },
  {
    name: "a project of meson's, with a library beside its program",
    argv: ["run", "@meson", "--runs", "2", "--captures", "1"],
    says: [
      /SIGSEGV in wide \(libwide\.so\), called from main/,
      /in 4 of 4 attempts on glibc-2\.36 and musl-1\.2\.3/,
    ],
  },
  {
    name: "a Go module with cgo in what it vendors",
    argv: ["run", "@cgo-vendored", "--runs", "3"],
    says: [
      /SIGSEGV at address 0x0 in width \(impl\.c:3\) in 6 of 6/,
      /longname\._Cfunc_width < example\.com\/longname\.Width < main\.main/,
    ],
  },
  {
    name: "a crate, by cargo, whose panic is told in its own words",
    argv: ["run", "@crate", ...GLIBC, "--runs", "3"],
    says: [
      /exit status 101: thread 'main' panicked at 'index out of bounds: the len is 36 but the index is 36', src\/who\.rs:10:19/,
    ],
  },
  {
    name: "a C project with a Makefile and zlib, which crashes from glibc 2.32 on",
    argv: [
      "run",
      "@makefile-zlib",
      "--package",
      "zlib1g-dev",
      "--env",
      "glibc-2.31,glibc-2.36",
      "--runs",
      "3",
      "--captures",
      "1",
    ],
    says: [
      /in 3 of 3 attempts on glibc-2\.36, and in none of 3 attempts on glibc-2\.31/,
      /SIGSEGV in free \(libc\.so\.6\), called from drop/,
    ],
  },
  {
    name: "a C++ project with CMake, which lacks threads before glibc 2.34",
    argv: ["run", "@cmake-once", "--env", "glibc-2.31,glibc-2.36", "--runs", "3", "--captures", "1"],
    says: [
      /SIGABRT: uncaught std::system_error .*in 3 of 3 attempts on glibc-2\.31, and in none of 3 attempts on glibc-2\.36/,
    ],
  },
  {
    name: "a Go module with cgo in what it vendors, too large for a thread's stack on musl",
    argv: ["run", "@cgo-stack", "--runs", "3", "--captures", "1"],
    says: [
      /stack overflow in halve .*in 3 of 3 attempts on musl-1\.2\.3, and in none of 3 attempts on glibc-2\.36/,
    ],
  },
  {
    name: "a crate that reads a hook of glibc before 2.34",
    argv: ["run", "@crate-hook", "--env", "glibc-2.31,glibc-2.36", "--runs", "3", "--captures", "1"],
    says: [
      /SIGSEGV at address 0x0 in allocwatch::hook::current .*in 3 of 3 attempts on glibc-2\.36, and in none of 3 attempts on glibc-2\.31/,
    ],
  },
  {
    name: "clang's sanitizer names functions and lines",
    argv: ["run", "@freed/list.c", ...GLIBC, "--cc", "clang", "--sanitize", "address", "--runs", "2"],
    says: [/AddressSanitizer: heap-use-after-free in last(?: \(list\.c:\d+\))?, called from main/],
  },
  {
    name: "a program without a terminal says so, and does not hang",
    argv: ["run", "@tty/prompt.c", ...GLIBC, "--runs", "2"],
    says: [/SIGSEGV at address 0x0 in fwrite, called from main|SIGSEGV at address 0x0 in fwrite/],
  },
];

/** What is given to `vivarium`, with the cases' own paths. */
export function argvOf({ argv }: Case): string[] {
  return argv.map((word) => word.replace(/^@/, CASES));
}
