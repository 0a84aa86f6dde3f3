// Exit 2: a nil pointer is read in Go code. The kernel raises SIGSEGV, Go's runtime makes a panic of it.
package main

import "os"

type node struct {
	name [64]byte
	next *node
}

//go:noinline
func follow(n *node) *node { return n.next }

func main() {
	if follow(nil) != nil {
		os.Exit(1)
	}
}
