/* A destructor calls atexit(), as the initialiser of a C++ function's static object does. In a program with threads, musl's
   exit() keeps the lock of the handlers' list when it is through with them, and destructors come after that: atexit() waits
   for a lock that its own thread holds. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void handler(void)
{
}

static void *do_nothing(void *unused)
{
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

    /* Without a second thread musl takes no locks. */
    return pthread_create(&thread, NULL, do_nothing, NULL) == 0 ? 0 : 2;
}
