// The thread that crashes was made by C: it has no goroutine.
package main

/*
#include <pthread.h>
#include <stddef.h>
#cgo LDFLAGS: -lpthread
static void *body(void *p) { *(volatile int *)p = 1; return NULL; }
static void start(void) { pthread_t t; pthread_create(&t, NULL, body, NULL); pthread_join(t, NULL); }
*/
import "C"

func main() { C.start() }
