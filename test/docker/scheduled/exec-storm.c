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
	char last[64] = "";
	FILE *file = fopen("/proc/self/cmdline", "r");
	size_t got = file != NULL ? fread(last, 1, sizeof last - 1, file) : 0;
	if (file != NULL)
		fclose(file);
	int times = got > 7 && strncmp(last, "again, ", 7) == 0 ? last[7] - '0' : 0;
	if (times == 4)
		return 42;
	name[7] = (char)('1' + times);
	if (times % 2 == 0)
		become(NULL);
	pthread_create(&thread, NULL, become, NULL);
	for (;;)
		pause();
}
