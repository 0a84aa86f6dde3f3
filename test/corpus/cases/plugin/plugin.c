#include <stdio.h>
static void bye(void) { puts("plugin says bye"); }
void plugin_init(int (*at_exit)(void (*)(void))) { at_exit(bye); }
