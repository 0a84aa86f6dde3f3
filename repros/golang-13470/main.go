// Dials and asks for the current user, again and again: the program of golang/go#13470.
package main

import "C" // has the C compiler link, so that -static means something

import (
	"net"
	"os/user"
)

func main() {
	for i := 0; i < 1000; i++ {
		// The dial (nobody listens) parks the goroutine, which may then go on in another thread.
		_, _ = net.Dial("tcp", "localhost:1337")
		_, _ = user.Current()
	}
}
