#include <stdio.h>
#include <string.h>
struct config { const char *name; };
static size_t __attribute__((noinline)) width(const struct config *config) {
  return strlen(config->name) + 2;
}
int main(int argc, char **argv) {
  printf("%zu\n", width(&(struct config){argc > 5 ? argv[1] : NULL}));
}
