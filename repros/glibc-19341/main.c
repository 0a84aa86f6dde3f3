/* glibc bug 19341: in a static program, NSS loads a second libc, whose ctype tables are set up only in the thread that
   loaded it. A second thread that asks NSS reads them through a null pointer. */
#include <pthread.h>
#include <pwd.h>
#include <stdio.h>

static void *look_up(void *name)
{
    struct passwd entry, *found = NULL;
    char buffer[4096];
    int error = getpwuid_r(0, &entry, buffer, sizeof buffer, &found);

    printf("%s: error %d, %s\n", (const char *)name, error, found ? found->pw_name : "not found");
    fflush(stdout);
    return NULL;
}

int main(void)
{
    static char *names[] = {"first thread", "second thread"};

    /* One after the other: this is no race. */
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, look_up, names[i]) != 0)
            return 2;
        pthread_join(thread, NULL);
    }
    return 0;
}
