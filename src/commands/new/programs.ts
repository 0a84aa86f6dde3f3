import { compiledLanguage } from "../../manifest/compiled-languages.js";
import type { Language } from "../../manifest/repro.js";

/** A small program that crashes, in each language that vivarium builds by itself: something to replace. */
export const PROGRAMS: Readonly<Record<"c" | "c++" | "go", string>> = {
  c: `/* Replace this with your crash, as small as it can be. */
#include <stdio.h>

int main(void) {
  volatile int *nowhere = NULL;
  puts("about to crash");
  return *nowhere;
}
`,
  "c++": `// Replace this with your crash, as small as it can be.
#include <iostream>

int main() {
  volatile int *nowhere = nullptr;
  std::cout << "about to crash" << std::endl;
  return *nowhere;
}
`,
  go: `// Replace this with your crash, as small as it can be.
package main

/*
static int crash(volatile int *nowhere) { return *nowhere; }
*/
import "C"

func main() {
	println("about to crash")
	C.crash(nil)
}
`,
};

/** Name of a language's one source file. */
export function sourceName(language: Language, test = false): string {
  const compiled = compiledLanguage(language);
  if (compiled !== null) return `main${compiled.endings[0] ?? ""}`;
  const names: Readonly<Partial<Record<Language, string>>> = {
    c: "main.c",
    "c++": "main.cc",
    go: test ? "main_test.go" : "main.go",
    prebuilt: "program",
    command: "",
  };
  return names[language] ?? "";
}
