// Exit 2 by a panic of its own, after a nil pointer's panic that was recovered: the SIGSEGV is not what it died of.
package main

import "os"

//go:noinline
func read(p *int) int { return *p }

func try() {
	defer func() { _ = recover() }()
	os.Exit(read(nil))
}

func main() {
	try()
	panic("something else")
}
