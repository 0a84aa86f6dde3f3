/* Directories that nobody may enter, thousands deep, and a wide tree of directories that hold something. */
#include "hostile.h"

static int harm(void)
{
	char path[64];
	for (int i = 0; i < 1000; i++) {
		snprintf(path, sizeof path, "/tmp/wide-%d", i);
		mkdir(path, 0700);
		strcat(path, "/in");
		mkdir(path, 0);
	}
	if (chdir("/tmp") < 0)
		return 9;
	for (int i = 0; i < 8000; i++) {
		close(open("file", O_CREAT | O_WRONLY, 0));
		if (symlink("/etc", "link") < 0 || mkdir("..deeper", 0700) < 0 || chdir("..deeper") < 0)
			break;
		chmod("..", i == 0 ? 01777 : 0);
	}
	return 0;
}
