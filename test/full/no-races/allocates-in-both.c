/* Two threads use the allocator, and hand blocks to each other through an atomic exchange. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic(long *) slot;

static void *exchange(void *value)
{
	for (int i = 0; i < 4; i++) {
		long *mine = malloc(sizeof *mine);
		*mine = (long)value;
		long *got = atomic_exchange(&slot, mine);
		if (got != NULL)
			assert(*got == 1 || *got == 2);
		free(got);
	}
	return NULL;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, exchange, (void *)1);
	pthread_create(&other, NULL, exchange, (void *)2);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	free(atomic_load(&slot));
	return 0;
}
