/** Junk that a program in C is blown up with: a function, and a call of it. Each does something that shows, and none that matters. */
const C_JUNK: readonly ((n: number) => string)[] = [
  (n) => `static long sum_${n}(long limit)
{
    long total = 0;
    for (long i = 0; i < limit; i++) {
        if (i % 3 == 0)
            total += i * ${n + 2};
        else
            total -= i;
    }
    return total;
}`,
  (n) => `static int letters_${n}(void)
{
    char text[64];
    snprintf(text, sizeof text, "junk %d", ${n});
    size_t length = strlen(text);
    for (size_t i = 0; i < length / 2; i++) {
        char swapped = text[i];
        text[i] = text[length - 1 - i];
        text[length - 1 - i] = swapped;
    }
    return text[0] == '0' + ${n % 10} ? 0 : 1;
}`,
  (n) => `static int order_${n}(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static int sorted_${n}(void)
{
    int numbers[] = {${n}, 7, 3, 9, 1, 5};
    qsort(numbers, 6, sizeof numbers[0], order_${n});
    return numbers[0];
}`,
  (n) => `static int kept_${n}(void)
{
    char *block = malloc(${16 + n});
    if (block == NULL)
        return -1;
    memset(block, 'x', ${16 + n});
    int last = block[${15 + n}];
    free(block);
    return last;
}`,
];
const C_CALLS: readonly ((n: number) => string)[] = [
  (n) => `    junk += sum_${n}(${10 + n});`,
  (n) => `    junk += letters_${n}();`,
  (n) => `    if (sorted_${n}() > 100)\n        junk++;`,
  (n) => `    for (int round = 0; round < 2; round++)\n        junk += kept_${n}();`,
];

/** A program in C with at least so many lines, most of which do not matter. `oneIn`: it only goes on so often, by the clock. */
export function inflateC(text: string, lines: number, oneIn = 1): string {
  const functions: string[] = [];
  const calls: string[] = [];
  const size = (): number => [text, functions.join("\n\n"), ...calls].join("\n").split("\n").length;
  for (let n = 0; size() < lines; n++) {
    functions.push((C_JUNK[n % C_JUNK.length] as (n: number) => string)(n));
    calls.push((C_CALLS[n % C_CALLS.length] as (n: number) => string)(n));
  }
  const includes = ["stdio.h", "stdlib.h", "string.h", "time.h"]
    .filter((name) => !text.includes(`<${name}>`))
    .map((name) => `#include <${name}>\n`)
    .join("");
  const seldom =
    oneIn === 1
      ? ""
      : `    struct timespec started;\n    clock_gettime(CLOCK_MONOTONIC, &started);\n    if (started.tv_nsec / 1000 % ${oneIn} != 0)\n        return 0;\n`;
  const at = text.search(/^int main\(void\)\n\{\n/m);
  const body = text.indexOf("{\n", at) + 2;
  const firstInclude = text.search(/^#include/m);
  return (
    text.slice(0, firstInclude) +
    includes +
    text.slice(firstInclude, at) +
    `static volatile long junk;\n\n${functions.join("\n\n")}\n\n` +
    text.slice(at, body) +
    seldom +
    `${calls.join("\n")}\n` +
    text.slice(body)
  );
}

const GO_JUNK: readonly ((n: number) => string)[] = [
  (n) => `func sum${n}(limit int) int {
	total := 0
	for i := 0; i < limit; i++ {
		if i%3 == 0 {
			total += i * ${n + 2}
		} else {
			total -= i
		}
	}
	return total
}`,
  (n) => `type pair${n} struct {
	left, right int
}

func (p pair${n}) swapped() pair${n} {
	return pair${n}{left: p.right, right: p.left}
}`,
  (n) => `func told${n}() int {
	done := make(chan int)
	go func() {
		done <- ${n}
	}()
	return <-done
}`,
];
const GO_CALLS: readonly ((n: number) => string)[] = [
  (n) => `\tjunk += sum${n}(${10 + n})`,
  (n) => `\tjunk += pair${n}{1, ${n}}.swapped().left`,
  (n) => `\tif told${n}() > 1000 {\n\t\tjunk++\n\t}`,
];

/** The same in Go. */
export function inflateGo(text: string, lines: number, oneIn = 1): string {
  const functions: string[] = [];
  const calls: string[] = [];
  const size = (): number => [text, functions.join("\n\n"), ...calls].join("\n").split("\n").length;
  for (let n = 0; size() < lines; n++) {
    functions.push((GO_JUNK[n % GO_JUNK.length] as (n: number) => string)(n));
    calls.push((GO_CALLS[n % GO_CALLS.length] as (n: number) => string)(n));
  }
  const at = text.search(/^func main\(\) \{\n/m);
  const body = text.indexOf("{\n", at) + 2;
  const seldom = oneIn === 1 ? "" : `\tif time.Now().UnixNano()/1000%${oneIn} != 0 {\n\t\treturn\n\t}\n`;
  const inflated =
    text.slice(0, at) +
    `var junk int\n\n${functions.join("\n\n")}\n\n` +
    text.slice(at, body) +
    seldom +
    `${calls.join("\n")}\n` +
    text.slice(body);
  return oneIn === 1 ? inflated : inflated.replace(/^import "C".*$/m, (line) => `${line}\n\nimport "time"`);
}
