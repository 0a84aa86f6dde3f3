/* Becomes another program again and again, each time with a second thread beside it, by turns from the first and from another one. */
#include "beside.h"

static char name[] = "again, 0 times";
static char *const words[] = {name, NULL};

static void *become(void *unused)
{
	execv("/proc/self/exe", words);
	return unused;
}

static int harm(void)
{
	pthread_t thread;
	char last[64];
	own_name(last, sizeof last);
	int times = strncmp(last, "again, ", 7) == 0 ? last[7] - '0' : 0;
	if (times == 4)
		return 42;
	name[7] = (char)('1' + times);
	if (times % 2 == 0)
		become(NULL);
	pthread_create(&thread, NULL, become, NULL);
	for (;;)
		pause();
}
