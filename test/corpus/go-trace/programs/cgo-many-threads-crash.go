// Eight threads die at once: their messages may interleave.
package main

/*
static void boom(int *p) { *(volatile int *)p = 1; }
*/
import "C"

import "runtime"

func main() {
	runtime.GOMAXPROCS(8)
	start := make(chan int)
	for i := 0; i < 8; i++ {
		go func() {
			runtime.LockOSThread()
			<-start
			C.boom(nil)
		}()
	}
	close(start)
	select {}
}
