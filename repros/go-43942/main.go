// golang/go#43942: deferred calls panic while an earlier panic is still on its way, and only some of the panics are
// recovered. Go 1.15 loses track of which deferred call belongs to which frame, and ends with a stack that its
// runtime cannot read.
package main

import "fmt"

func report(recovered interface{}) {
	fmt.Println("recovered:", recovered)
}

// raise recovers a first and a third panic, and drops a second, in calls that were deferred by deferred calls.
func raise() {
	report(recover()) // There is nothing to recover yet, but raise counts as a frame that may recover.
	defer func() {
		defer func() {
			defer func() {
				defer func() { report(recover()) }()
				defer panic("third")
				panic("second")
			}()
			defer func() { report(recover()) }()
			panic("first")
		}()
	}()
}

// rethrow leaves by a panic of a call that was deferred in a loop: its record is on the heap, not in the frame.
func rethrow() {
	for {
		defer func() {
			defer panic("fifth")
		}()
		break
	}
	panic("fourth")
}

func main() {
	defer func() { report(recover()) }()
	raise()
	rethrow()
}
