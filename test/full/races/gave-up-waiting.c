/* A caller that has waited long enough for an answer takes the room for it back, which the other still fills. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sem_t answered;
static char *volatile answer;

static void *reply(void *unused)
{
	strcpy(answer, "an answer");
	sem_post(&answered);
	return unused;
}

int main(void)
{
	struct timespec until;
	pthread_t thread;
	answer = malloc(100);
	sem_init(&answered, 0, 0);
	pthread_create(&thread, NULL, reply, NULL);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	if (sem_timedwait(&answered, &until) != 0) {
		free(answer);
		answer = NULL;
	}
	pthread_join(thread, NULL);
	return 0;
}
