// Exit 0: a nil pointer is read in Go code, and the panic recovered.
package main

import "os"

type node struct {
	name [64]byte
	next *node
}

//go:noinline
func follow(n *node) *node { return n.next }

func try() {
	defer func() { _ = recover() }()
	if follow(nil) != nil {
		os.Exit(1)
	}
}

func main() {
	for i := 0; i < 3; i++ {
		try()
	}
}
