// Prints its own stack and goes on: not a crash.
package main

import "runtime/debug"

func main() { debug.PrintStack() }
