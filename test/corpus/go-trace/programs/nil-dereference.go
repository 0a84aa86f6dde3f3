// A method called through a nil pointer, three calls deep.
package main

type tree struct{ left, value *int }

//go:noinline
func (t *tree) sum(depth int) int { return *t.value + depth }

//go:noinline
func walk(t *tree) int { return t.sum(3) }

func main() { println(walk(&tree{})) }
