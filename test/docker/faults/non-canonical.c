/* SIGSEGV (SI_KERNEL): an address that no x86-64 page can have, as a trampled pointer is; the kernel knows no si_addr. */
__attribute__((noipa)) static int pick(const int *volatile table, long index) { return table[index]; }

int main(void) { return pick((const int *)0x4141414141414141, 1); }
