/* Waits for nothing, in every way that has a time limit: by its own clock none is shorter than it should be, and each says what it should. */
#include "beside.h"
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>

static int ends[2];
static struct timespec began;

static long since(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	long us = (now.tv_sec - began.tv_sec) * 1000000 + (now.tv_nsec - began.tv_nsec) / 1000;
	began = now;
	return us;
}

static void expect(int right, long us)
{
	if (!right || since() < us)
		abort();
}

static struct timespec later(clockid_t clock, long ms)
{
	struct timespec moment;
	clock_gettime(clock, &moment);
	moment.tv_nsec += ms * 1000000;
	moment.tv_sec += moment.tv_nsec / 1000000000;
	moment.tv_nsec %= 1000000000;
	return moment;
}

static void wait_for_descriptors(void)
{
	struct pollfd polled = {.fd = ends[0], .events = POLLIN, .revents = 77};
	struct timespec length = {.tv_nsec = 30000000};
	struct timeval shorter = {.tv_usec = 20000};
	struct epoll_event event = {.events = EPOLLIN};
	int many = epoll_create1(0);
	fd_set set;
	expect(poll(&polled, 1, 20) == 0 && polled.revents == 0, 20000);
	expect(ppoll(&polled, 1, &length, NULL) == 0, 30000);
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	expect(select(ends[0] + 1, &set, NULL, NULL, &shorter) == 0 && !FD_ISSET(ends[0], &set) && shorter.tv_usec == 0, 20000);
	epoll_ctl(many, EPOLL_CTL_ADD, ends[0], &event);
	expect(epoll_wait(many, &event, 1, 20) == 0, 20000);
	/* What has come is told, and its limit is left alone. */
	if (write(ends[1], "x", 1) != 1 || poll(&polled, 1, 100000) != 1 || polled.revents != POLLIN)
		abort();
}

static int harm(void)
{
	struct timespec length = {.tv_nsec = 300000000}, moment;
	sigset_t none;
	sem_t never;
	if (pipe(ends) < 0)
		abort();
	since();
	expect(nanosleep(&length, NULL) == 0, 300000);
	moment = later(CLOCK_MONOTONIC, 700);
	expect(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL) == 0, 700000);
	wait_for_descriptors();
	since();
	sem_init(&never, 0, 0);
	moment = later(CLOCK_REALTIME, 400);
	expect(sem_timedwait(&never, &moment) == -1 && errno == ETIMEDOUT, 400000);
	sigemptyset(&none);
	sigaddset(&none, SIGUSR2);
	expect(sigtimedwait(&none, NULL, &length) == -1 && errno == EAGAIN, 300000);
	moment = later(CLOCK_REALTIME, 900);
	pthread_mutex_lock(&lock);
	pthread_cond_t nobody = PTHREAD_COND_INITIALIZER;
	expect(pthread_cond_timedwait(&nobody, &lock, &moment) == ETIMEDOUT, 900000);
	pthread_mutex_unlock(&lock);
	return 5;
}
