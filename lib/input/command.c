/*
 * The command is forked before tracing is complete, so that its fork is seen,
 * and waits for a byte before it executes anything.
 */
#include "input/command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "input/signals.h"

/* As in execvp(3), a file that is no program is a script for the shell. */
static void
command_exec(const char *file, char *const *argv)
{
	char **script;
	size_t n = 0;

	execv(file, argv);
	if (errno != ENOEXEC)
		return;
	while (argv[n])
		n++;
	script = malloc((n + 2) * sizeof *script);
	if (!script)
		return;
	script[0] = "sh";
	script[1] = (char *)file;
	memcpy(script + 2, argv + 1, n * sizeof *argv);
	execv("/bin/sh", script);
}

/*
 * Find it in PATH and execute it.  Only what can be executed is tried: the
 * failures of a search must not appear in the trace.
 */
static void
command_search(char *const *argv)
{
	const char *path = getenv("PATH"), *end;
	char file[PATH_MAX];
	int found = ENOENT;

	if (strchr(argv[0], '/')) {
		command_exec(argv[0], argv);
		return;
	}
	for (path = path ? path : "/usr/bin:/bin";; path = end + 1) {
		end = path + strcspn(path, ":");
		if ((size_t)snprintf(file, sizeof file, "%.*s%s%s",
			(int)(end - path), path, end > path ? "/" : "",
			argv[0]) < sizeof file) {
			errno = 0;
			if (access(file, X_OK) == 0)
				command_exec(file, argv);
			if (errno && errno != ENOENT && errno != ENOTDIR)
				found = errno;
		}
		if (!*end)
			break;
	}
	errno = found;
}

/* The child: wait for the byte.  Its absence means that the tool has ended, or
 * does not run the command. */
static void
command_child(int go, int failed, char *const *argv)
{
	char byte;
	int e;

	if (read(go, &byte, 1) != 1)
		_exit(125);
	command_search(argv);
	e = errno;
	if (write(failed, &e, sizeof e) != sizeof e)
		_exit(125);
	_exit(e == ENOENT ? 127 : 126);
}

int
command_start(struct command *c, char *const *argv, void (*prepare)(void))
{
	int go[2], failed[2];

	*c = (struct command){ .go = -1, .failed = -1 };
	if (pipe2(go, O_CLOEXEC) != 0)
		return -1;
	if (pipe2(failed, O_CLOEXEC) != 0) {
		file_close(go[0]);
		file_close(go[1]);
		return -1;
	}
	c->pid = fork();
	if (c->pid == 0) {
		prepare();
		close(go[1]);
		command_child(go[0], failed[1], argv);
	}
	file_close(go[0]);
	file_close(failed[1]);
	c->go = go[1];
	c->failed = failed[0];
	if (c->pid > 0)
		return 0;
	c->pid = 0;
	file_close(c->go);
	file_close(c->failed);
	return -1;
}

/* The file may be one that does not answer: a signal ends the wait. */
static ssize_t
await_exec(struct command *c)
{
	struct pollfd p = { .fd = c->failed, .events = POLLIN };

	while (!signals_caught)
		if (ppoll(&p, 1, NULL, &signals_while_waiting) > 0)
			return read(c->failed, &c->error, sizeof c->error);
	return 0;
}

int
command_go(struct command *c)
{
	ssize_t n = write(c->go, "", 1);

	close(c->go);
	c->go = -1;
	/* The exec that succeeds closes the other end. */
	if (n == 1)
		n = await_exec(c);
	close(c->failed);
	if (n != sizeof c->error)
		return 0;
	command_wait(c);
	errno = c->error;
	return -1;
}

static void
command_set_status(struct command *c, int status)
{
	c->ended = true;
	c->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
					  WEXITSTATUS(status);
}

/* flags: of waitpid(2). */
static void
command_collect(struct command *c, int flags)
{
	int status;
	pid_t p;

	if (!c->pid || c->ended)
		return;
	while ((p = waitpid(c->pid, &status, flags)) < 0 && errno == EINTR)
		;
	if (p == c->pid)
		command_set_status(c, status);
}

bool
command_ended(struct command *c)
{
	command_collect(c, WNOHANG);
	return c->ended;
}

void
command_wait(struct command *c)
{
	command_collect(c, 0);
}

void
command_reap(struct command *c)
{
	int status;
	pid_t p;

	while (getpid() == 1 && (p = waitpid(-1, &status, WNOHANG)) > 0)
		if (p == c->pid && !c->ended)
			command_set_status(c, status);
}

void
command_signal(const struct command *c, int sig)
{
	if (c->pid && !c->ended)
		kill(c->pid, sig);
}

void
command_cancel(struct command *c)
{
	if (!c->pid || c->go < 0)
		return;
	close(c->go);
	close(c->failed);
	c->go = -1;
	command_wait(c);
}
