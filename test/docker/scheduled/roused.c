/* Signals that come while it sleeps or waits: one with a handler ends that, one without does not, and so does a timer. */
#include "beside.h"
#include <poll.h>
#include <sys/time.h>
#include <time.h>

static pthread_t self;
static volatile int handled, awake;
static int ends[2];

static void handler(int signal)
{
	handled += signal == SIGUSR1 || signal == SIGALRM;
}

/* One that comes before the other sleeps does not end that: so again and again. */
static void *rouse(void *signal)
{
	do {
		pthread_kill(self, (int)(long)signal);
		usleep(3000);
	} while (!awake);
	return NULL;
}

static pthread_t send(int signal)
{
	pthread_t thread;
	awake = 0;
	pthread_create(&thread, NULL, rouse, (void *)(long)signal);
	return thread;
}

static void join(pthread_t thread)
{
	awake = 1;
	pthread_join(thread, NULL);
}

static int harm(void)
{
	struct timespec length = {.tv_sec = 500}, shorter = {.tv_nsec = 20000000};
	struct pollfd polled = {.events = POLLIN};
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	self = pthread_self();
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	if (pipe(ends) < 0)
		return 1;
	polled.fd = ends[0];
	pthread_t thread = send(SIGUSR1);
	if (nanosleep(&length, NULL) != -1 || errno != EINTR || !handled)
		return 2;
	join(thread);
	thread = send(SIGURG);
	if (nanosleep(&shorter, NULL) != 0)
		return 3;
	join(thread);
	thread = send(SIGUSR1);
	if (poll(&polled, 1, 500000) != -1 || errno != EINTR)
		return 4;
	join(thread);
	handled = 0;
	alarm(1);
	return nanosleep(&length, NULL) == -1 && errno == EINTR && handled == 1 ? 5 : 6;
}
