/* glibc bug 31997: two threads call exit() at the same time. Both walk the list of exit handlers without a lock, one frees
   what the other goes on to read. More than 32 handlers, so that the list has a second, allocated block. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { HANDLERS = 64, THREADS = 4 };

static void sleep_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2 * 1000 * 1000}, NULL);
}

static void *leave(void *start)
{
    pthread_barrier_wait(start);
    exit(0);
}

int main(void)
{
    static pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, THREADS + 1);

    for (int i = 0; i < HANDLERS; i++)
        if (atexit(sleep_a_little) != 0)
            return 2;
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, leave, &start) != 0)
            return 2;
    }
    leave(&start);
}
