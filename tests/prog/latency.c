/*
 * latency - how long a line of a tool takes to be readable
 *
 * usage: latency COUNT PROGRAM TOOL [ARGUMENT...]
 *
 * TOOL writes into a pipe. When its first line (the header) is there, this
 * happens COUNT times: nothing for a third of a second, then PROGRAM, a path, is
 * started with the argument "latency-N", N from 0, and the line of the tool that
 * has it is waited for. The milliseconds from just before the fork to the line
 * are written to stdout, one number with two decimals a line, and at the end TOOL
 * gets a SIGINT. Ends with status 1 when a line does not come for 5 seconds, or
 * TOOL ends otherwise than with 0.
 */

#include <sys/wait.h>

#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 5000
#define START_MS    60000 /* an emulated machine is slow */
#define IDLE_US	    333333
#define BUFFER_MAX  65536

static char buffer[BUFFER_MAX]; /* what the tool has said since clear() */
static size_t length;

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
clear(void)
{
	length = 0;
	buffer[0] = '\0';
}

/* Read until a whole line with text is there. */
static void
wait_line(int fd, const char *text, double patience)
{
	double end = now_ms() + patience;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	const char *found;
	ssize_t n;

	for (;;) {
		found = strstr(buffer, text);
		if (found && strchr(found, '\n'))
			return;
		if (poll(&p, 1, (int)(end - now_ms())) <= 0)
			errx(1, "no line with %s", text);
		n = read(fd, buffer + length, BUFFER_MAX - 1 - length);
		if (n <= 0)
			errx(1, "the tool has ended, or says too much");
		length += (size_t)n;
		buffer[length] = '\0';
	}
}

static pid_t
start(char *const argv[], int out)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		if (out >= 0)
			dup2(out, 1);
		execv(argv[0], argv);
		_exit(127);
	}
	return pid;
}

static void
measure(int fd, char *program, int number)
{
	char text[32];
	char *argv[] = { program, text, NULL };
	double began;
	pid_t pid;

	snprintf(text, sizeof text, "latency-%d", number);
	usleep(IDLE_US);
	clear();
	began = now_ms();
	pid = start(argv, -1);
	wait_line(fd, text, PATIENCE_MS);
	printf("%.2f\n", now_ms() - began);
	waitpid(pid, NULL, 0);
}

int
main(int argc, char *argv[])
{
	int out[2], status, count;
	pid_t tool;

	if (argc < 4) {
		fprintf(stderr,
		    "usage: latency count program tool [argument ...]\n");
		return 2;
	}
	count = (int)strtol(argv[1], NULL, 10);
	if (pipe(out) != 0)
		err(1, "pipe");
	tool = start(argv + 3, out[1]);
	close(out[1]);
	wait_line(out[0], "\n", START_MS);
	for (int i = 0; i < count; i++)
		measure(out[0], argv[2], i);
	kill(tool, SIGINT);
	if (waitpid(tool, &status, 0) != tool || status != 0)
		errx(1, "%s: wait status %d", argv[3], status);
	return 0;
}
