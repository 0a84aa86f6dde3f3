#include "hostile.h"

static void fill(const char *path)
{
	static char block[65536];
	int file = open(path, O_CREAT | O_WRONLY, 0);
	while (write(file, block, sizeof block) > 0)
		;
}

static int harm(void)
{
	fill("/tmp/full");
	fill("/dev/shm/full");
	/* Nothing else takes a file of this user. */
	static const char *const places[] = {"/", "/dev", "/run", "/var/tmp", "/dev/pts", "/sys/fs/cgroup", "/proc", "/opt/vivarium", "/etc"};
	for (unsigned i = 0; i < sizeof places / sizeof *places; i++) {
		char path[64];
		snprintf(path, sizeof path, "%s/filled", places[i]);
		if (open(path, O_CREAT | O_WRONLY, 0600) >= 0)
			return 9;
	}
	return 0;
}
