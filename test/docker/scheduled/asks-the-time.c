/* Says what time it is, by every clock, in two threads that wait for moments and for lengths of time; and what chance says. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;

static void tell(const char *what, clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	printf("%s %lld.%09ld\n", what, (long long)now.tv_sec, now.tv_nsec);
}

static void *other(void *unused)
{
	tell("beside", CLOCK_MONOTONIC);
	return unused;
}

static void later(struct timespec *moment, clockid_t clock, long ns)
{
	clock_gettime(clock, moment);
	moment->tv_nsec += ns;
	if (moment->tv_nsec >= 1000000000) {
		moment->tv_nsec -= 1000000000;
		moment->tv_sec++;
	}
}

int main(void)
{
	struct timespec moment, before, pause = {.tv_nsec = 3000000};
	struct timeval day, length = {.tv_usec = 4000};
	pthread_t thread;
	unsigned chance;
	getrandom(&chance, sizeof chance, 0);
	gettimeofday(&day, NULL);
	printf("time %lld, day %lld.%06ld, chance %u\n", (long long)time(NULL), (long long)day.tv_sec, (long)day.tv_usec, chance);
	tell("real", CLOCK_REALTIME);
	pthread_create(&thread, NULL, other, NULL);
	pthread_mutex_lock(&lock);
	later(&moment, CLOCK_REALTIME, 20000000);
	before = moment;
	if (pthread_cond_timedwait(&ready, &lock, &moment) != ETIMEDOUT)
		abort();
	/* What was changed for the kernel is as it was. */
	if (moment.tv_nsec != before.tv_nsec || moment.tv_sec != before.tv_sec)
		abort();
	pthread_mutex_unlock(&lock);
	struct timespec after;
	clock_gettime(CLOCK_REALTIME, &after);
	/* The moment has come. */
	if (after.tv_sec < moment.tv_sec || (after.tv_sec == moment.tv_sec && after.tv_nsec < moment.tv_nsec))
		abort();
	nanosleep(&pause, NULL);
	poll(NULL, 0, 2);
	select(0, NULL, NULL, NULL, &length);
	later(&moment, CLOCK_MONOTONIC, 1000000);
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL);
	tell("in the end", CLOCK_MONOTONIC);
	pthread_join(thread, NULL);
	return 0;
}
