/* Two processes that each write more than a pipe holds before either reads. */
#include <sys/wait.h>
#include <unistd.h>

static char text[200000];

int main(void)
{
	int there[2], back[2];
	if (pipe(there) < 0 || pipe(back) < 0)
		return 1;
	if (fork() == 0) {
		if (write(back[1], text, sizeof text) < 0 || read(there[0], text, sizeof text) < 0)
			_exit(1);
		_exit(0);
	}
	if (write(there[1], text, sizeof text) < 0 || read(back[0], text, sizeof text) < 0)
		return 1;
	wait(0);
	return 0;
}
