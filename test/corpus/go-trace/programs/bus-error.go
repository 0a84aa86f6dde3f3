// A page of a mapped file that is no longer there: "unexpected fault address".
package main

import (
	"os"
	"syscall"
)

func main() {
	f, err := os.OpenFile("/tmp/bus", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		panic(err)
	}
	f.Truncate(4096)
	m, err := syscall.Mmap(int(f.Fd()), 0, 4096, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		panic(err)
	}
	f.Truncate(0)
	println(m[7])
}
