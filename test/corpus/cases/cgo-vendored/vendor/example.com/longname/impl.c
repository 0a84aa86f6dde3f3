#include <stdlib.h>
#include "impl.h"
int width(void) { int w = MB_CUR_MAX; int *p = w == 1 ? (int *)0 : &w; return *p; }
