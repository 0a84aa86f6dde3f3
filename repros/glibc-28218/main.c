/* glibc bug 28218: an IFUNC resolver that calls a function of a library. The address of the IFUNC stands in a table, so its
   IRELATIVE relocation lies in .rela.dyn, and the loader runs the resolver before it has relocated .rela.plt: the call to
   getenv() jumps through a PLT slot that still holds a file offset. */
#include <stdio.h>
#include <stdlib.h>

static int plain(void)
{
    return 1;
}

static int fast(void)
{
    return 2;
}

static int (*choose(void))(void)
{
    return getenv("WANT_FAST") != NULL ? fast : plain;
}

int answer(void) __attribute__((ifunc("choose")));

int (*table[])(void) = {answer};

int main(void)
{
    printf("answer %d\n", table[0]());
    return 0;
}
