#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
static void on_alarm(int s) { char big[96 << 10]; memset(big, s, sizeof big); write(1, big, 1); }
int main(void) {
	char *m = mmap(0, 4096 * 9, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(m, 4096, PROT_NONE);
	stack_t ss = {.ss_sp = m + 4096, .ss_size = 4096 * 8};
	sigaltstack(&ss, 0);
	struct sigaction sa = {.sa_handler = on_alarm, .sa_flags = SA_ONSTACK};
	sigaction(SIGUSR1, &sa, 0);
	raise(SIGUSR1);
	return 0;
}
