/* Starts an attempt's process: a fresh session, default signals, no descriptor but its own three, its own limits. */
#ifndef SPAWN_H
#define SPAWN_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory.h"

struct program {
	char **argv, **envp;
	const char *standard_input;
	/* Where it runs; NULL: where the runner is. */
	const char *directory;
	struct rlimit files;
	/* It has a terminal: where its output goes, and where its input comes from. */
	int terminal;
	/* It is to stop at its first instruction, traced by the runner. */
	int traced;
	/* gdb, which may need a larger stack than attempts have, is given what the program still writes as descriptor 3. */
	int looks, more;
	/* It is to say that any process may trace it (Yama). */
	int open_to_tracers;
};

enum { LOOK_STACK = 8 << 20 };

struct launch {
	const struct program *program;
	/* The file that is run; NULL: the one that its first word names. */
	const char *path;
	int out, err;
	/* Set by the child, which shares the runner's memory until it is another program. */
	const char *volatile step, *volatile subject;
	volatile int error;
};

/* What gdb has and an attempt has not; open files it has as many as the runner. */
static int launch_for_look(const struct program *program)
{
	struct rlimit stack;
	getrlimit(RLIMIT_STACK, &stack);
	if (stack.rlim_cur < LOOK_STACK)
		stack.rlim_cur = stack.rlim_max < LOOK_STACK ? stack.rlim_max : LOOK_STACK;
	setrlimit(RLIMIT_STACK, &stack);
	if (program->more != 3)
		return dup2(program->more, 3);
	return fcntl(3, F_SETFD, 0);
}

static int launch_child(void *argument)
{
	struct launch *launch = argument;
	const struct program *program = launch->program;
	sigset_t none;

	memory_first(0);
	launch->step = "session";
	if (setsid() < 0)
		goto failed;
	launch->step = "terminal";
	if (program->terminal && (ioctl(launch->out, TIOCSCTTY, 0) < 0 || dup2(launch->out, 0) < 0))
		goto failed;
	launch->step = "output";
	if (dup2(launch->out, 1) < 0 || dup2(launch->err, 2) < 0)
		goto failed;
	/* Opened anew for each: what moves its offset or sets its flags is gone with it. Descriptor 0 is the lowest one free. */
	launch->step = "input";
	launch->subject = program->standard_input;
	if (!program->terminal) {
		close(0);
		if (open(program->standard_input, O_RDONLY | O_NOCTTY) != 0)
			goto failed;
	}
	launch->step = "directory";
	launch->subject = program->directory;
	if (program->directory != NULL && chdir(program->directory) < 0)
		goto failed;
	launch->step = "limits";
	launch->subject = program->argv[0];
	if (!program->looks && setrlimit(RLIMIT_NOFILE, &program->files) < 0)
		goto failed;
	if (program->looks && launch_for_look(program) < 0)
		goto failed;
	if (program->open_to_tracers)
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	launch->step = "trace";
	if (program->traced && ptrace(PTRACE_TRACEME, 0, 0, 0) < 0)
		goto failed;
	launch->step = "exec";
	execve(launch->path != NULL ? launch->path : program->argv[0], program->argv, program->envp);
failed:
	launch->error = errno;
	_exit(127);
}

/*
 * The new process's number, or -1 with launch->step and launch->error set. As vfork does, it shares the runner's memory and
 * holds the runner up until exec: nothing is copied, and a failure of exec is known at once. (posix_spawn would do the same with
 * a system call for every signal there is.)
 */
static pid_t launch_start(struct launch *launch)
{
	static _Alignas(64) unsigned char stack[65536];
	launch->step = "fork";
	launch->subject = launch->program->argv[0];
	launch->error = 0;
	memory_first(1);
	pid_t pid = clone(launch_child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, launch);
	if (pid < 0) {
		launch->error = errno;
		memory_first(0);
	} else if (launch->error == 0) {
		return pid;
	} else {
		waitpid(pid, NULL, 0);
	}
	return -1;
}

#endif
