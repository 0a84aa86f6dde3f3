#include "config.h"
#include <stdio.h>
#ifndef HAVE_STRLCPY
int have = 0;
#else
int have = 1;
#endif
int main(void) { volatile int *p = have ? &have : 0; printf("strlcpy %d\n", have); return *p - 1; }
