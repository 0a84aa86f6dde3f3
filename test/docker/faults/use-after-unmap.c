/* SIGSEGV: reads a page that was mapped and is no longer. */
#include <sys/mman.h>

__attribute__((noipa)) static int peek(const int *volatile page) { return page[3]; }

int main(void) {
  int *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  page[3] = 1;
  munmap(page, 4096);
  return peek(page);
}
