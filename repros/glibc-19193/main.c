/* glibc bug 19193: pthread_kill() on a thread that has ended and was not joined yet. Its ID is still valid, so POSIX gives
   no leave to fail; ESRCH is for IDs that are no thread's. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile pid_t child;

static void *end_at_once(void *unused)
{
    (void)unused;
    child = syscall(SYS_gettid);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, end_at_once, NULL) != 0)
        return 2;

    /* Until the kernel knows the thread no more. */
    while (child == 0 || syscall(SYS_tgkill, getpid(), child, 0) == 0)
        sched_yield();

    int error = pthread_kill(thread, 0);
    printf("pthread_kill of an ended thread: %s\n", error == 0 ? "no error" : error == ESRCH ? "ESRCH" : strerror(error));
    pthread_join(thread, NULL);
    return error == 0 ? 0 : 1;
}
