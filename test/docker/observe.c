/* Prints what an attempt can see of its surroundings, as JSON, and ends with status 3 so that its output is kept. */
#define _GNU_SOURCE
#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Threads of process 1, the runner, that run or wait for a processor. */
static int running(void)
{
	int count = 0;
	DIR *tasks = opendir("/proc/1/task");
	struct dirent *entry;
	while (tasks != NULL && (entry = readdir(tasks)) != NULL) {
		char path[300], state = 0;
		FILE *file;
		snprintf(path, sizeof path, "/proc/1/task/%s/stat", entry->d_name);
		if (entry->d_name[0] == '.' || (file = fopen(path, "r")) == NULL)
			continue;
		if (fscanf(file, "%*d (%*[^)]) %c", &state) == 1 && state == 'R')
			count++;
		fclose(file);
	}
	return count;
}

static void text(const char *name, const char *value)
{
	if (value == NULL)
		printf("\"%s\":null,", name);
	else
		printf("\"%s\":\"%s\",", name, value);
}

int main(void)
{
	/* Of a size that fast bins do not take: freed, the thread cache leaves a key in it, the other bins equal links. */
	volatile unsigned long *freed = malloc(600);
	void *guard = malloc(600);
	unsigned char fresh = ((volatile unsigned char *)freed)[100];
	char line[256], passwd[256] = "";
	cpu_set_t cpus;
	struct rlimit stack;
	FILE *file = fopen("/etc/nsswitch.conf", "r");
	const char *padding = getenv("VIVARIUM_PADDING");
	free((void *)freed);
	printf("{\"fresh\":%d,\"threadCache\":%s,", fresh, freed[0] == freed[1] ? "false" : "true");
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		sscanf(line, "passwd: %255s", passwd);
	sched_getaffinity(0, sizeof cpus, &cpus);
	getrlimit(RLIMIT_STACK, &stack);
	text("passwd", passwd);
	text("gomaxprocs", getenv("GOMAXPROCS"));
	text("gogc", getenv("GOGC"));
	printf("\"cpus\":%d,\"stack\":%lld,\"padding\":%zu,\"running\":%d}\n", CPU_COUNT(&cpus), (long long)stack.rlim_cur,
	       padding == NULL ? 0 : strlen(padding), running());
	free(guard);
	return 3;
}
