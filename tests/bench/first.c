/*
 * first - how long after the start of a tracer its first line can be read
 *
 * usage: first tag tool ...
 *
 * The tool's stdout is a pipe. While `true TAG` is executed every 2 ms, the
 * pipe is read as soon as it has something. Prints the milliseconds from the
 * fork of the tool until the first line with the tag was read, and ends the
 * tool with SIGINT. The status is 1 when there was none for 10 s.
 */

#include <sys/prctl.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PERIOD_NS 2000000
#define LIMIT_MS  10000
#define TEXT_SIZE (1 << 20) /* all that is read of a tool */

static double
ms_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static pid_t
child(char *argv[], int out)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == -1)
		err(1, "fork");
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	signal(SIGINT, SIG_DFL);
	if (out != -1)
		dup2(out, STDOUT_FILENO);
	execvp(argv[0], argv);
	err(127, "%s", argv[0]);
}

/* The life of the process that executes. */
static _Noreturn void
trigger(char *tag, pid_t parent)
{
	struct timespec period = { 0, PERIOD_NS };
	char *argv[] = { "true", tag, NULL };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent) {
		waitpid(child(argv, -1), NULL, 0);
		nanosleep(&period, NULL);
	}
	_exit(0);
}

/* Is there a whole line with the tag? */
static int
has_line(const char *text, const char *tag)
{
	const char *hit = strstr(text, tag);

	return hit != NULL && strchr(hit, '\n') != NULL;
}

/* The time of the first line with the tag; 0 for none. */
static double
line_wait(int fd, const char *tag)
{
	static char text[TEXT_SIZE];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	double begin = ms_now();
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(text) - 1 && ms_now() - begin < LIMIT_MS) {
		if (poll(&p, 1, LIMIT_MS) <= 0)
			break;
		n = read(fd, text + len, sizeof(text) - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		if (has_line(text, tag))
			return ms_now();
	}
	return 0;
}

int
main(int argc, char *argv[])
{
	pid_t self = getpid(), tool, trigger_pid;
	double begin, end;
	int out[2];

	if (argc < 3) {
		fputs("usage: first tag tool ...\n", stderr);
		return 2;
	}
	if (pipe2(out, O_CLOEXEC) == -1)
		err(1, "pipe");
	trigger_pid = fork();
	if (trigger_pid == -1)
		err(1, "fork");
	if (trigger_pid == 0)
		trigger(argv[1], self);
	begin = ms_now();
	tool = child(argv + 2, out[1]);
	close(out[1]);
	end = line_wait(out[0], argv[1]);
	kill(trigger_pid, SIGKILL);
	kill(tool, SIGINT);
	close(out[0]);
	waitpid(tool, NULL, 0);
	waitpid(trigger_pid, NULL, 0);
	if (end == 0)
		errx(1, "%s: no line with %s", argv[2], argv[1]);
	printf("%.1f\n", end - begin);
	return 0;
}
