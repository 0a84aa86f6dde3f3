/* An atomic counter. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int count;

static void *add(void *unused)
{
	for (int i = 0; i < 3; i++)
		atomic_fetch_add(&count, 1);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, add, NULL);
	pthread_create(&other, NULL, add, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(count == 6);
	return 0;
}
