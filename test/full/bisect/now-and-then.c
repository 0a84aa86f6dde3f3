/* musl 1.2.2's aligned_alloc() does not look whether malloc() had memory. This asks for more than there is in one run of twenty. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    unsigned char drawn;
    volatile size_t size = 64;

    if (getentropy(&drawn, 1) != 0)
        return 2;
    if (drawn < 13)
        size = PTRDIFF_MAX / 2 + 1;
    puts(aligned_alloc(64, size) == NULL ? "no memory" : "memory");
    return 0;
}
