#include <stdio.h>
int f(int *p) { return *p; }
int main(void) { printf("%zu\n", sizeof(void *)); return f((int *)4); }
