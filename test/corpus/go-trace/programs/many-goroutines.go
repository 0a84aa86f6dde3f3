// Goroutines in several states, one locked to its thread; with GOTRACEBACK=all they are all shown.
package main

import (
	"runtime"
	"sync"
	"time"
)

func wait(c chan int) { <-c }

func main() {
	c, d := make(chan int), make(chan int)
	var mu sync.Mutex
	mu.Lock()
	go wait(c)
	go func() { runtime.LockOSThread(); d <- 1 }()
	go func() { mu.Lock() }()
	go func() { time.Sleep(time.Hour) }()
	go func() {
		select {
		case <-c:
		case <-time.After(time.Hour):
		}
	}()
	time.Sleep(50 * time.Millisecond)
	var p *int
	*p = 1
}
