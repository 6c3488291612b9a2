/*
 * crowd - have many processes on the machine while a command runs
 *
 * usage: crowd N [COMMAND ...]
 *
 * N children that wait for nothing share the memory of this one, so each takes
 * little more than its task_struct. When all are there, "ready" is on stdout
 * and the command runs; without one it waits for a signal. Then all of them
 * end, also when this process is killed. Ends as the command did.
 *
 * Wants root. /proc/sys/kernel/pid_max is raised if need be; a process of its
 * own puts it back when the last child is gone. Until then another crowd waits.
 */

#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNT_MAX  1000000
#define STACK_SIZE 1024
#define PID_SPARE  8192 /* numbers for everybody else */
#define PID_MAX	   "/proc/sys/kernel/pid_max"

static pid_t self;
static volatile sig_atomic_t stopped;

static void
stop(int signal)
{
	stopped = signal;
}

static long
pid_max(long set)
{
	char text[32] = "";
	int fd = open(PID_MAX, (set ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		err(1, PID_MAX);
	n = set ? snprintf(text, sizeof text, "%ld", set) : 0;
	n = set ? write(fd, text, (size_t)n) : read(fd, text, sizeof text - 1);
	if (n <= 0)
		err(1, PID_MAX);
	close(fd);
	return set ? set : strtol(text, NULL, 10);
}

/* Its end of the pipe is closed once neither we nor a child has the other. */
static pid_t
guard(long before, int *held)
{
	int fd[2];
	pid_t pid;
	char c;

	if (pipe2(fd, O_CLOEXEC) != 0)
		err(1, "pipe");
	*held = fd[1];
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		close(fd[1]);
		setsid();
		for (int s = 1; s < NSIG; s++)
			signal(s, SIG_IGN);
		while (read(fd[0], &c, 1) < 0 && errno == EINTR)
			;
		pid_max(before);
		_exit(0);
	}
	close(fd[0]);
	return pid;
}

/* A child.  Its stack is too small for the dynamic linker, so it may only call
 * what has been called before; and for signal handlers. */
static int
wait_for_ever(void *arg)
{
	(void)arg;
	syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
	while (syscall(SYS_getppid) == self)
		syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0);
	return 0;
}

static long
fill(pid_t *child, long count)
{
	size_t size = (size_t)count * STACK_SIZE;
	char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	long n;

	if (stack == MAP_FAILED)
		err(1, "memory");
	for (n = 0; n < count; n++) {
		child[n] = clone(wait_for_ever, stack + (n + 1) * STACK_SIZE,
		    CLONE_VM | CLONE_FS | CLONE_FILES | SIGCHLD, NULL);
		if (child[n] < 0) {
			warn("process %ld", n + 1);
			break;
		}
	}
	return n;
}

/* Returns what the shell would say of the command. */
static int
run(char **argv)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(*argv, argv);
		err(127, "%s", *argv);
	}
	if (pid < 0) {
		warn("fork");
		return 1;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (stopped)
			kill(pid, SIGTERM);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void
prepare(long count, pid_t *keeper, int *held)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
	int lock = open(PID_MAX, O_RDONLY | O_CLOEXEC);
	long before;

	/* Held until all that have this descriptor are gone. */
	if (lock < 0 || flock(lock, LOCK_EX) != 0)
		err(1, PID_MAX);
	before = pid_max(0);
	setrlimit(RLIMIT_NPROC, &limit);
	if (before < count + PID_SPARE) {
		*keeper = guard(before, held);
		pid_max(count + PID_SPARE);
	}
	self = (pid_t)syscall(SYS_getpid);
}

/* Wait for the command, or for a signal.  Returns the status to end with. */
static int
use(char **command)
{
	struct sigaction a = { .sa_handler = stop };

	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGHUP, &a, NULL);
	puts("ready");
	fflush(stdout);
	if (*command)
		return run(command);
	while (!stopped)
		pause();
	return 0;
}

int
main(int argc, char **argv)
{
	long count = argc > 1 ? strtol(argv[1], NULL, 10) : 0, made;
	pid_t keeper = 0, *child;
	int held = -1, status = 1;

	if (count <= 0 || count > COUNT_MAX) {
		fprintf(stderr, "usage: crowd N [COMMAND ...]\n");
		return 2;
	}
	child = calloc((size_t)count, sizeof *child);
	if (!child)
		err(1, "memory");
	prepare(count, &keeper, &held);
	made = fill(child, count);
	if (made == count)
		status = use(argv + 2);
	for (long i = 0; i < made; i++)
		kill(child[i], SIGKILL);
	for (long i = 0; i < made; i++)
		waitpid(child[i], NULL, 0);
	if (keeper) {
		close(held);
		waitpid(keeper, NULL, 0);
	}
	return status;
}
