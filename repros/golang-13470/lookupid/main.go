// As main.go, with a lookup that Go does not cache: it needs no patch. The user must be another than the one that runs
// this, because Go answers for that one from its cache.
package main

import "C" // has the C compiler link, so that -static means something

import (
	"net"
	"os/user"
)

func main() {
	for i := 0; i < 1000; i++ {
		_, _ = net.Dial("tcp", "localhost:1337")
		_, _ = user.LookupId("0")
	}
}
