// golang/go#53653: the compiler proves that a variable of a loop that counts down never wraps around, where it does, and
// leaves out the test that would end the loop.
package main

import (
	"fmt"
	"math"
)

// countDown counts from near the least int64 down until the variable has wrapped around.
//
//go:noinline
func countDown() int {
	rounds := 0
	for i := int64(math.MinInt64) + 2; i >= math.MinInt64; i-- {
		if i == math.MaxInt64 {
			break
		}
		rounds++
	}
	return rounds
}

func main() {
	fmt.Println("rounds:", countDown())
}
