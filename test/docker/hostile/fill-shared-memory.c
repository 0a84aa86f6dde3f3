#include "hostile.h"

static int harm(void)
{
	int made = 0;
	for (int i = 0; i < 16; i++) {
		int id = shmget(IPC_PRIVATE, 1 << 20, IPC_CREAT | 0);
		made += id >= 0;
		made += msgget(IPC_PRIVATE, IPC_CREAT | 0) >= 0;
		made += semget(IPC_PRIVATE, 4, IPC_CREAT | 0) >= 0;
	}
	char path[64];
	for (int i = 0; i < 16; i++) {
		snprintf(path, sizeof path, "/dev/shm/segment-%d", i);
		int file = open(path, O_CREAT | O_RDWR, 0600);
		made += file >= 0 && ftruncate(file, 1 << 20) == 0;
		snprintf(path, sizeof path, "/dev/mqueue/queue-%d", i);
		close(open(path, O_CREAT | O_RDWR, 0));
	}
	return made >= 48 ? 0 : 9;
}
