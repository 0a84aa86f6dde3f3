/* Two locks, taken in one order by all. */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;
static int moved;

static void *move(void *unused)
{
	pthread_mutex_lock(&left);
	pthread_mutex_lock(&right);
	moved++;
	pthread_mutex_unlock(&right);
	pthread_mutex_unlock(&left);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, move, NULL);
	pthread_create(&other, NULL, move, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(moved == 2);
	return 0;
}
