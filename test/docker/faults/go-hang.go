// Waits for a connection that nobody makes, so that Go's runtime sees no deadlock.
package main

import (
	"fmt"
	"net"
)

func serve(listener net.Listener) {
	connection, err := listener.Accept()
	fmt.Println(connection, err)
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() { select {} }()
	serve(listener)
}
