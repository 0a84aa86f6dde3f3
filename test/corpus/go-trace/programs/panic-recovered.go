// A panic that is recovered and raised again.
package main

func guard() {
	if r := recover(); r != nil {
		panic(r)
	}
}

func main() {
	defer guard()
	panic("first words")
}
