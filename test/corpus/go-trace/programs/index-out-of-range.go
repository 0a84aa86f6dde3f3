// A runtime error in a generic function, in a goroutine.
package main

func at[T any](s []T, i int) T { return s[i] }

func main() {
	done := make(chan int)
	go func() { done <- at([]int{1, 2, 3}, 5) }()
	<-done
}
