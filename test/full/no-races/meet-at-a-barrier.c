/* Two threads meet at a barrier, and read then what the other wrote before. */
#include <assert.h>
#include <pthread.h>

static pthread_barrier_t barrier;
static int wrote[2];

static void *meet(void *place)
{
	long at = (long)place;
	wrote[at] = 1;
	pthread_barrier_wait(&barrier);
	assert(wrote[1 - at] == 1);
	return NULL;
}

int main(void)
{
	pthread_t one, other;
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&one, NULL, meet, (void *)0);
	pthread_create(&other, NULL, meet, (void *)1);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
