/* A stack without locks: between reading the top's next and the exchange, the top is taken and put back (ABA). */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

struct node {
	struct node *next;
	int taken;
};
static _Atomic(struct node *) top;
static struct node nodes[3];

static struct node *pop(void)
{
	struct node *node = atomic_load(&top);
	while (node != NULL && !atomic_compare_exchange_strong(&top, &node, node->next))
		;
	return node;
}

static void push(struct node *node)
{
	struct node *below = atomic_load(&top);
	do
		node->next = below;
	while (!atomic_compare_exchange_strong(&top, &below, node));
}

static void *take_one(void *unused)
{
	struct node *node = pop();
	if (node != NULL)
		assert(node->taken++ == 0);
	return unused;
}

static void *take_and_return(void *unused)
{
	struct node *first = pop(), *second = pop();
	if (second != NULL)
		assert(second->taken++ == 0);
	if (first != NULL)
		push(first);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	for (int i = 0; i < 3; i++)
		push(&nodes[i]);
	pthread_create(&one, NULL, take_one, NULL);
	pthread_create(&other, NULL, take_and_return, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	for (struct node *node = pop(); node != NULL; node = pop())
		assert(node->taken++ == 0);
	return 0;
}
