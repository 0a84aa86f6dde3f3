// Exit 2: a panic without a signal.
package main

import "os"

func main() {
	var empty []int
	println(empty[len(os.Args)+4])
}
