package main

import (
	"fmt"
	"runtime"
	"sync"

	"example.com/thumb"
)

// The main thread, whose stack is large, is main's alone.
func init() { runtime.LockOSThread() }

func main() {
	var all sync.WaitGroup
	for i := 0; i < 4; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			fmt.Println(thumb.Mean(i))
		}(i)
	}
	all.Wait()
}
