/*
 * pty - run a command in a terminal of its own, and type at it
 *
 * usage: pty WAIT TYPE COMMAND [ARGUMENT...]
 *
 * What COMMAND writes is copied to stdout. When it has written WAIT, TYPE is
 * typed, in which "^C" stands for that key; a TYPE of "-" means that nothing is
 * read any more. Ends with COMMAND's status, as a shell has it.
 */

#include <sys/ioctl.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX	65536

static void
command_run(const char *terminal, char *argv[])
{
	int fd;

	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	setsid();
	fd = open(terminal, O_RDWR);
	if (fd == -1 || ioctl(fd, TIOCSCTTY, 0) == -1)
		err(125, "%s", terminal);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	execvp(argv[0], argv);
	err(127, "%s", argv[0]);
}

static void
type(int master, const char *keys)
{
	char c;

	for (; *keys; keys++) {
		c = *keys;
		if (c == '^' && keys[1] != '\0')
			c = (char)(*++keys & 0x1f);
		if (write(master, &c, 1) != 1)
			err(125, "type");
	}
}

/* Until the last descriptor of the other side is closed: EIO. */
static void
copy(int master, const char *wait, const char *keys)
{
	static char text[TEXT_MAX + 1];
	size_t len = 0;
	ssize_t n;

	while (len < TEXT_MAX) {
		n = read(master, text + len, TEXT_MAX - len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		if (write(STDOUT_FILENO, text + len, (size_t)n) != n)
			err(125, "stdout");
		len += (size_t)n;
		text[len] = '\0';
		if (keys != NULL && strstr(text, wait) != NULL) {
			if (strcmp(keys, "-") == 0)
				return;
			type(master, keys);
			keys = NULL;
		}
	}
}

int
main(int argc, char *argv[])
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), status;
	const char *terminal;
	pid_t pid;

	if (argc < 4)
		errx(2, "usage: pty WAIT TYPE COMMAND [ARGUMENT...]");
	if (master == -1 || grantpt(master) == -1 || unlockpt(master) == -1 ||
	    (terminal = ptsname(master)) == NULL)
		err(125, "posix_openpt");
	pid = fork();
	if (pid == -1)
		err(125, "fork");
	if (pid == 0)
		command_run(terminal, argv + 3);
	copy(master, argv[1], argv[2]);
	if (waitpid(pid, &status, 0) != pid)
		err(125, "wait");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}
