package main

/*
#include <assert.h>
#include <stdlib.h>
void check(int legs) { assert(legs == 6); }
*/
import "C"

func main() { C.check(8) }
