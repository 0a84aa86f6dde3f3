/* SIGSEGV in a program that is stripped of every symbol after its build. */
#include <stddef.h>

__attribute__((noipa)) static int read_value(const int *volatile at) {
  int sum = 0, i;
  for (i = 0; i < 8; i++) sum += at[i] * i + (sum >> 3);
  return sum;
}

int main(void) { return read_value(NULL); }
