// A message of several lines that imitates a trace.
package main

func main() {
	panic("first line\nfatal error: not really\n\ngoroutine 99 [running]:\nmain.fake(0x1)\n\t/fake.go:1 +0x1")
}
