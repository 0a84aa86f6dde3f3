/* Order violation: a worker says that it is done before its last use of what it was given. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static long *shared_page;
static volatile int done;

static void *first(void *unused)
{
	shared_page[0] = 1;
	done = 1;
	shared_page[1] = 2;
	return unused;
}

static void *second(void *unused)
{
	if (done)
		munmap(shared_page, 4096);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	shared_page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&other, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
