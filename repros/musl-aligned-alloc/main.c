/* musl 1.2.2's aligned_alloc() does not look whether the malloc() below it succeeded: where there is no memory it looks
   for its bookkeeping in front of a null pointer in place of returning one. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    /* More than any address space; volatile, so that no compiler answers for the library. */
    volatile size_t size = PTRDIFF_MAX / 2 + 1;
    void *memory = aligned_alloc(64, size);

    puts(memory == NULL ? "no memory" : "memory");
    return memory != NULL;
}
