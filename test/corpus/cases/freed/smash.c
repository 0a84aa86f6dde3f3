#include <string.h>
#include <stdio.h>
static void greet(const char *who) { char b[8]; strcpy(b, who); puts(b); }
int main(int c, char **v) { greet(c > 1 ? v[1] : "a name that is much too long for it"); return 0; }
