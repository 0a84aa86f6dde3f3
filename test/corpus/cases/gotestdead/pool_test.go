package pool

import "testing"

func TestGetPut(t *testing.T) {
	p := New(1)
	p.Put(1)
	if p.Get() != 1 {
		t.Fatal("other")
	}
	p.Get()
}
