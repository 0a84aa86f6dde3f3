/* A barrier that counts without an atomic: a thread waits for one that has come already. */
#include <pthread.h>
#include <semaphore.h>

static volatile int arrived;
static sem_t gate;

static void *meet(void *unused)
{
	int mine = arrived + 1;
	arrived = mine;
	if (mine == 2)
		sem_post(&gate);
	else
		sem_wait(&gate);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	sem_init(&gate, 0, 0);
	pthread_create(&one, NULL, meet, NULL);
	pthread_create(&other, NULL, meet, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
