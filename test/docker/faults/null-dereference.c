/* SIGSEGV: reads through a null pointer. */
#include <stddef.h>

struct node {
  int value;
};

__attribute__((noipa)) static int read_value(const struct node *volatile node) { return node->value; }

int main(void) { return read_value(NULL); }
