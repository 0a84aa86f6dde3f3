import { expect, test } from "vitest";
import { parseLog } from "../../../../src/crash/parse-log.js";

/** As they are pasted. Behind a prefix that no form knows, some of what tells them from a log is taken for that prefix. */
const DOCUMENTS: readonly (readonly [string, readonly string[]])[] = [
  [
    "a list of what was fixed",
    [
      "## [2.4.1] - 2025-11-02",
      "### Fixed",
      "- Segmentation fault when `settings.toml` is empty",
      "- Process exited with code 139 on shutdown if a worker was still busy",
      "- `free(): double free detected in tcache 2` at exit",
      "- Abort trap: 6 on macOS 15",
      "### Changed",
      '- The watchdog now reports "killed by signal 9" instead of "failed"',
    ],
  ],
  [
    "tests that passed, with one that did not run",
    [
      "  supervisor",
      "    ✔ restarts a child that was killed by signal SIGSEGV (103ms)",
      "    ✔ gives up after 5 crashes with exit code 134",
      '    ✔ writes "Segmentation fault (core dumped)" to the log',
      "    - exit code 139 on Windows",
      "",
      "  3 passing (412ms)",
      "  1 pending",
    ],
  ],
  [
    "a comment of a Dockerfile",
    [
      "FROM debian:12",
      '# Without this the JVM dies with "SIGSEGV (0xb) at pc=..." on arm64',
      "ENV MALLOC_ARENA_MAX=2",
      "# exit code 139 on old kernels: see #88",
      "RUN apt-get install -y --no-install-recommends libgomp1",
      "HEALTHCHECK CMD curl -f http://localhost/ || exit 1",
    ],
  ],
  [
    "what no longer happens",
    [
      "Version 0.14.2 (2025-10-30)",
      "===========================",
      "",
      "Bug fixes",
      "---------",
      "- Fixed `thread 'main' panicked at 'index out of bounds'` when the list is empty (#211)",
      "- Fixed a SIGSEGV in `Drop` of `Pool` on musl",
      '- `cargo test` no longer aborts with "process didn\'t exit successfully (signal: 6, SIGABRT: process abort signal)"',
    ],
  ],
  [
    "a comment of a test",
    [
      "def test_crash():",
      '    p = subprocess.run([sys.executable, "-c", CRASH])',
      "    assert p.returncode == -signal.SIGSEGV",
      "    # prints: Fatal Python error: Segmentation fault",
      "",
      'if __name__ == "__main__":',
      "    test_crash()",
    ],
  ],
  [
    "what a guide says of a failed test",
    [
      "Run the tests with `make check`. A test that crashes shows up as",
      "",
      "    FAIL: test_parser (exit status: 139)",
      "",
      "in the log; rerun it under gdb with `make gdb TEST=test_parser`.",
    ],
  ],
  [
    "a paragraph that is announced",
    [
      "On Ubuntu 22.04 you may see:",
      "",
      "    *** stack smashing detected ***: terminated",
      "    Aborted (core dumped)",
      "",
      "It is harmless.",
    ],
  ],
];

/** As people write to a tracker: a program, and what became of it. */
const REPORTS: readonly (readonly [string, string, string])[] = [
  [
    "a C program, then a session",
    "SIGSEGV",
    `The following program crashes on Debian 12:

#include <string.h>
#include <stdio.h>

int main(void) {
  char *name = NULL;
  printf("%zu\\n", strlen(name));
  return 0;
}

$ gcc -g a.c && ./a.out
Segmentation fault (core dumped)
`,
  ],
  [
    "a C++ program, then what its runtime said",
    "SIGABRT: uncaught std::out_of_range",
    `#include <vector>
#include <iostream>
int main() {
  std::vector<int> v;
  std::cout << v.at(3);
}

Actual results:

terminate called after throwing an instance of 'std::out_of_range'
  what():  vector::_M_range_check: __n (which is 3) >= this->size() (which is 0)
Aborted (core dumped)
`,
  ],
  [
    "a C program, then zsh",
    "SIGABRT",
    `static void *th(void *a) {
    (void)a;
    abort();
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, th, 0);
    pthread_join(t, 0);
}

I see:
zsh: IOT instruction (core dumped)  ./a.out
`,
  ],
  [
    "fenced blocks",
    "SIGSEGV",
    "```python\nimport ctypes\n\ndef boom():\n    ctypes.string_at(0)\n\nboom()\n```\n\n```\n$ python3 boom.py\nSegmentation fault\n```\n",
  ],
  [
    "a crate, then cargo",
    "SIGSEGV",
    `fn main() {
    let p: *const u8 = std::ptr::null();
    unsafe {
        println!("{}", *p);
    }
}

     Running \`target/debug/x\`
error: process didn't exit successfully: \`target/debug/x\` (signal: 11, SIGSEGV: invalid memory reference)
`,
  ],
];

test.each(REPORTS)("%s: the death is read", (_, title, report) => {
  expect(parseLog(report).records.map(({ signature }) => signature.title)).toEqual([title]);
});

test.each(DOCUMENTS)("no crash is in %s", (_, lines) => {
  expect(parseLog(`${lines.join("\n")}\n`).records).toEqual([]);
});

test("a death that follows a list of what was fixed is one", () => {
  const log = "### Fixed\n- Segmentation fault at exit\n\n$ ./tile\nSegmentation fault (core dumped)\n";
  expect(parseLog(log).records.map(({ outcome }) => outcome.signal)).toEqual(["SIGSEGV"]);
});

test.each([
  ["a commit that was built", "commit 5f3a2b1\n$ ./tile\nSegmentation fault (core dumped)\n"],
  [
    "a commit and, below its message, what it does",
    "commit 5f3a2b1c\nAuthor: A <a@example.org>\nDate:   Thu Jun 12 18:20:44 2025 +0200\n\n    tile: draw faster\n\n$ ./tile\nSegmentation fault (core dumped)\n",
  ],
])("a death that follows %s is one", (_, log) => {
  expect(parseLog(log).records.map(({ outcome }) => outcome.signal)).toEqual(["SIGSEGV"]);
});
