// Runs the main of a C program (built as `fault`) on a goroutine: the same faults, under Go's runtime.
package main

// #cgo CFLAGS: -g -O1 -fno-omit-frame-pointer
// int fault(int argc, char **argv);
import "C"

import "os"

func crash() int { return int(C.fault(0, nil)) }

func main() {
	done := make(chan int)
	go func() { done <- crash() }()
	os.Exit(<-done)
}
