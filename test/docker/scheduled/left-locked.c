/* A thread ends while it holds a lock that the last one waits for. */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *leave(void *unused)
{
	pthread_mutex_lock(&lock);
	return unused;
}

int main(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, leave, NULL);
	pthread_join(thread, NULL);
	return pthread_mutex_lock(&lock);
}
