package main

import "testing"

func TestBoom(t *testing.T) {
	t.Run("inner", func(t *testing.T) {
		var m map[string]int
		m["beetle"] = 1
	})
}
