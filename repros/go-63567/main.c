/* golang/go#63567: getenv() in one thread, setenv() in another. setenv() grows the array of pointers that getenv() is
   walking, and frees the old one. POSIX allows that; it kills Go programs whose os.Setenv meets getaddrinfo, Rust programs
   (rust-lang/rust#27970) and many C libraries that read their settings from the environment. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { VARIABLES = 5000 };

static void *read_environment(void *unused)
{
    (void)unused;
    for (;;)
        /* Not there, so that the whole array is walked. */
        if (getenv("LOCALDOMAIN") != NULL)
            abort();
}

int main(void)
{
    pthread_t reader;
    if (pthread_create(&reader, NULL, read_environment, NULL) != 0)
        return 2;

    for (int i = 0; i < VARIABLES; i++) {
        char name[16];
        snprintf(name, sizeof name, "V%d", i);
        if (setenv(name, "a value", 1) != 0)
            return 2;
    }
    puts("environment set");
    fflush(stdout);
    _exit(0);
}
