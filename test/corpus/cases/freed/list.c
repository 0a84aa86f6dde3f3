/* A list whose last block is read after it was given back. */
#include <stdio.h>
#include <stdlib.h>

struct block {
	struct block *next;
	int length;
};

static int last(struct block *head)
{
	while (head->next)
		head = head->next;
	return head->length;
}

int main(void)
{
	struct block *head = calloc(1, sizeof *head);
	head->next = calloc(1, sizeof *head);
	free(head->next);
	printf("%d\n", last(head));
	return 0;
}
