// A null dereference in C, two C calls deep.
package main

/*
struct beetle { long legs; long wings; };
static long __attribute__((noinline)) wings(struct beetle *b) { return b->wings; }
long count(struct beetle *b) { return wings(b) + 1; }
*/
import "C"

func inspect() C.long { return C.count(nil) }

func main() { println(inspect()) }
