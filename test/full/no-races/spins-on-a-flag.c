/* One thread spins until another has set a flag. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int ready;
static int value;

static void *wait_for_it(void *unused)
{
	while (!atomic_load_explicit(&ready, memory_order_acquire))
		;
	assert(value == 7);
	return unused;
}

int main(void)
{
	pthread_t waiter;
	pthread_create(&waiter, NULL, wait_for_it, NULL);
	value = 7;
	atomic_store_explicit(&ready, 1, memory_order_release);
	pthread_join(waiter, NULL);
	return 0;
}
