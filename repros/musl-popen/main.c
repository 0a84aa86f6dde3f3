/* musl 1.2.2's popen() hands the write end of an earlier popen()'s pipe on to the next child. So the first child never sees
   the end of its input, and pclose() waits for it for ever. POSIX: "The popen() function shall ensure that any streams from
   previous popen() calls that remain open in the parent process are closed in the new child process." */
#include <stdio.h>

int main(void)
{
    FILE *first = popen("cat", "w");
    FILE *second = popen("cat", "w");
    if (first == NULL || second == NULL)
        return 2;

    printf("first child: %d\n", pclose(first));
    printf("second child: %d\n", pclose(second));
    return 0;
}
