/* A destructor calls atexit(), as the initialiser of a C++ function's static object does. In a program with threads, musl's
   exit() keeps the lock of the handlers' list when it is through with them, and destructors come after that: atexit() waits
   for a lock that its own thread holds. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void handler(void)
{
}

static void *wait_for_the_end(void *unused)
{
    pause();
    return unused;
}

__attribute__((destructor)) static void last_words(void)
{
    int error = atexit(handler);
    printf("atexit in a destructor: %s\n", error == 0 ? "registered" : "refused");
}

int main(void)
{
    pthread_t thread;

    /* Without a second thread, alive to the end, musl takes no locks. */
    return pthread_create(&thread, NULL, wait_for_the_end, NULL) == 0 ? 0 : 2;
}
