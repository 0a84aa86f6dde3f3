#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <libgen.h>
#include <string.h>
#include <unistd.h>
/* plugin registers an atexit handler through the host's callback and is unloaded */
int main(void) {
  char path[4096];
  long n = readlink("/proc/self/exe", path, sizeof path - 20);
  path[n] = 0;
  strcpy(strrchr(path, '/'), "/plugin.so");
  void *plugin = dlopen(path, RTLD_NOW);
  if (!plugin) { fprintf(stderr, "%s\n", dlerror()); return 2; }
  void (*init)(int (*)(void (*)(void))) = (void (*)(int (*)(void (*)(void))))dlsym(plugin, "plugin_init");
  init(atexit);
  dlclose(plugin);
  return 0;
}
