// A panic with an error value, deferred work and a second panic on the way out.
package main

import "fmt"

func main() {
	defer func() { panic("while closing") }()
	panic(fmt.Errorf("no such beetle: %w", fmt.Errorf("shelf %d is empty", 3)))
}
