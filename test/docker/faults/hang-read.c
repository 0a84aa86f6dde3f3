/* Waits for the end of a pipe whose other end it holds itself. */
#include <unistd.h>

int main(void) {
  int ends[2];
  char byte;
  if (pipe(ends) != 0) return 2;
  return (int)read(ends[0], &byte, 1);
}
