/* Has its own handlers for what the scheduler uses and for what a crash is: each is called as often as without a scheduler. */
#include "beside.h"

static sigjmp_buf back;
static volatile int traps, faults;

static void trapped(int number)
{
	traps += number == SIGTRAP;
}

static void faulted(int number)
{
	faults += number == SIGSEGV;
	siglongjmp(back, 1);
}

static int harm(void)
{
	signal(SIGTRAP, trapped);
	signal(SIGSEGV, faulted);
	for (int i = 0; i < 3; i++) {
		raise(SIGTRAP);
		__asm__ volatile("int3");
		if (sigsetjmp(back, 1) == 0)
			*(volatile int *)8 = 1;
	}
	return traps == 6 && faults == 3 ? 0 : 7;
}
