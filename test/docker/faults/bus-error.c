/* SIGBUS: reads a mapped page that lies beyond the end of its file. */
#include <stdio.h>
#include <sys/mman.h>

__attribute__((noipa)) static int peek(const char *volatile page) { return page[5]; }

int main(void) {
  FILE *file = tmpfile();
  const char *page = mmap(0, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
  return peek(page);
}
