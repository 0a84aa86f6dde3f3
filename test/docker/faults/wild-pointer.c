/* SIGSEGV: reads an element far beyond anything that is mapped. */
__attribute__((noipa)) static int pick(const int *volatile table, long index) { return table[index]; }

int main(void) { return pick((const int *)0x123450000000, 0x10); }
