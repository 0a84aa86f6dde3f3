package main

import (
	"sync"
	"time"
)

type account struct {
	mu sync.Mutex
	n  int
}

func transfer(a, b *account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	time.Sleep(10 * time.Millisecond)
	b.mu.Lock()
	defer b.mu.Unlock()
	a.n--
	b.n++
}

func main() {
	go func() {
		for range time.Tick(20 * time.Millisecond) {
		}
	}()
	a, b := &account{}, &account{}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() { defer wg.Done(); transfer(a, b) }()
	go func() { defer wg.Done(); transfer(b, a) }()
	wg.Wait()
}
