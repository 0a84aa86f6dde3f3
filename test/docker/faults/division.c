/* SIGFPE: an integer is divided by zero. */
__attribute__((noipa)) static int share(volatile int all, volatile int parts) { return all / parts; }

int main(void) { return share(12, 0); }
