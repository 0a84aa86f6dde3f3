package main

import (
	"fmt"
	"sync"

	"example.com/thumb"
)

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
