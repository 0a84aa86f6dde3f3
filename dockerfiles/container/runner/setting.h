/* What the kernel of this machine is set to. */
#ifndef SETTING_H
#define SETTING_H

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* The first character of a setting, by its path below /proc/sys; 0 where there is none. */
static char kernel_setting(const char *name)
{
	char path[64], first = 0;
	snprintf(path, sizeof path, "/proc/sys/%s", name);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	if (read(file, &first, 1) < 1)
		first = 0;
	close(file);
	return first;
}

#endif
