// A loop that does not end, half of its time in a function that does.
package main

import "os"

var sum int

//go:noinline
func add(to int) {
	for i := 0; i < to; i++ {
		sum += i
	}
}

//go:noinline
func rounds(to int) {
	for {
		for i := 0; i < to; i++ {
			sum ^= i
		}
		add(to)
	}
}

func main() { rounds(1000 * len(os.Args)) }
