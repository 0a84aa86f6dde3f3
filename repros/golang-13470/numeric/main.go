// The program of golang/go#13470 with an address for the name: no look-up, so the dial's own wait is left.
package main

import "C" // has the C compiler link, so that -static means something

import (
	"net"
	"os/user"
)

func main() {
	for i := 0; i < 1000; i++ {
		_, _ = net.Dial("tcp", "127.0.0.1:1337")
		_, _ = user.Current()
	}
}
