/* SIGSEGV: reads a member at a small offset from null: 0x48. */
#include <stddef.h>

struct node {
  char name[0x48];
  struct node *next;
};

__attribute__((noipa)) static struct node *follow(struct node *volatile node) { return node->next; }

int main(void) { return follow(NULL) != NULL; }
