/* A process is forked off while another thread holds a lock: its copy of that lock is held for ever by a thread that it does not have. */
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static char line[64];

static void log_line(const char *text)
{
	pthread_mutex_lock(&log_lock);
	strncpy(line, text, sizeof line - 1);
	pthread_mutex_unlock(&log_lock);
}

static void *work(void *argument)
{
	log_line("working");
	return argument;
}

int main(void)
{
	pthread_t worker;
	int status = 0;
	pthread_create(&worker, NULL, work, NULL);
	pid_t child = fork();
	if (child == 0) {
		log_line("child");
		_exit(0);
	}
	waitpid(child, &status, 0);
	pthread_join(worker, NULL);
	return WEXITSTATUS(status);
}
