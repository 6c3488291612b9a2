#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fmt.h"

/* As execvp(3): a file that is no program is a script for the shell. */
static void
run(const char *file, char *const *argv)
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
 * Find it in PATH and run it.  Only what can be executed is tried: a search
 * that fails is not for the trace.
 */
static void
search(char *const *argv)
{
	const char *path = getenv("PATH"), *end;
	char file[PATH_MAX];
	int found = ENOENT;

	if (strchr(argv[0], '/')) {
		run(argv[0], argv);
		return;
	}
	for (path = path ? path : "/usr/bin:/bin";; path = end + 1) {
		end = path + strcspn(path, ":");
		if ((size_t)fmt_print(file, sizeof file, "%.*s%s%s",
			(int)(end - path), path, end > path ? "/" : "",
			argv[0]) < sizeof file) {
			errno = 0;
			if (access(file, X_OK) == 0)
				run(file, argv);
			if (errno && errno != ENOENT && errno != ENOTDIR)
				found = errno;
		}
		if (!*end)
			break;
	}
	errno = found;
}

/* The child: wait for the byte.  None means that the tool is gone or gave
 * up. */
static void
child(int go, int failed, char *const *argv)
{
	char byte;
	int e;

	if (read(go, &byte, 1) != 1)
		_exit(125);
	search(argv);
	e = errno;
	if (write(failed, &e, sizeof e) != sizeof e)
		_exit(125);
	_exit(e == ENOENT ? 127 : 126);
}

int
command_start(struct command *c, char *const *argv, void (*prepare)(void))
{
	int go[2], failed[2], e;

	*c = (struct command){ .go = -1, .failed = -1 };
	if (pipe2(go, O_CLOEXEC) != 0)
		return -1;
	if (pipe2(failed, O_CLOEXEC) != 0) {
		e = errno;
		close(go[0]);
		close(go[1]);
		errno = e;
		return -1;
	}
	c->pid = fork();
	if (c->pid == 0) {
		prepare();
		close(go[1]);
		child(go[0], failed[1], argv);
	}
	e = errno;
	close(go[0]);
	close(failed[1]);
	c->go = go[1];
	c->failed = failed[0];
	if (c->pid > 0)
		return 0;
	c->pid = 0;
	close(c->go);
	close(c->failed);
	errno = e;
	return -1;
}

int
command_go(struct command *c)
{
	ssize_t n = write(c->go, "", 1);

	close(c->go);
	c->go = -1;
	/* The exec that succeeds closes the other end. */
	if (n == 1)
		while ((n = read(c->failed, &c->error, sizeof c->error)) < 0 &&
		    errno == EINTR)
			;
	close(c->failed);
	if (n != sizeof c->error)
		return 0;
	command_wait(c);
	errno = c->error;
	return -1;
}

static void
ended(struct command *c, int status)
{
	c->ended = true;
	c->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
					  WEXITSTATUS(status);
}

bool
command_ended(struct command *c)
{
	int status;

	if (c->pid && !c->ended && waitpid(c->pid, &status, WNOHANG) == c->pid)
		ended(c, status);
	return c->ended;
}

void
command_wait(struct command *c)
{
	int status;
	pid_t p;

	if (!c->pid || c->ended)
		return;
	while ((p = waitpid(c->pid, &status, 0)) < 0 && errno == EINTR)
		;
	if (p == c->pid)
		ended(c, status);
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
