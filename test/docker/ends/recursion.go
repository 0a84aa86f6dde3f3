// A recursion without an end, which Go stops at a stack of 1 GB.
package main

//go:noinline
func descend(n int) int { return descend(n+1) + 1 }

func main() { println(descend(0)) }
