/* SIGSEGV: calls a function pointer that was never set. */
#include <stddef.h>

__attribute__((noipa)) static int invoke(int (*volatile handler)(int)) { return handler(7) + 1; }

int main(void) { return invoke(NULL); }
