/*
 * lengths - run a program with arguments and by paths of many lengths
 *
 * usage: lengths PROGRAM
 *
 * The arguments {"nop", A, "end"}, where A is 3,900 to 5,000 letters, and paths
 * of 3,900 to 4,095 bytes that lead to PROGRAM, with {"nop", "path"}: where the
 * kernel has no more room for one event, and where one page ends. A line
 * "arg LENGTH PID" or "path LENGTH PID" on stdout tells of each; status 1 if
 * one did not end with 0.
 */

#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARG_FIRST  3900
#define ARG_DENSE  4150 /* up to here each, then some */
#define ARG_LAST   5000
#define PATH_FIRST 3900
#define PATH_LAST  (PATH_MAX - 1)
#define TOP	   "/tmp"
#define DIR_LENGTH 203 /* with its slash */
#define DIRS	   19

static int failed;

/* Without stdio's buffer in the child. */
static void
run(const char *what, int length, const char *path, char *const argv[])
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		execv(path, argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			err(1, "waitpid");
	printf("%s %d %ld\n", what, length, (long)pid);
	if (status != 0) {
		warnx("%s %d: status %d", what, length, status);
		failed = 1;
	}
}

static void
args_run(const char *program)
{
	static char arg[ARG_LAST + 1];
	char *argv[] = { "nop", arg, "end", NULL };
	int i;

	for (i = ARG_FIRST; i <= ARG_LAST; i += i < ARG_DENSE ? 1 : 17) {
		memset(arg, 'A', (size_t)i);
		arg[i] = '\0';
		run("arg", i, program, argv);
	}
}

/* By names of the last component: a link to the program. */
static void
paths_run(const char *program)
{
	static char path[PATH_MAX];
	char dir[DIR_LENGTH], *argv[] = { "nop", "path", NULL };
	size_t base = strlen(TOP);
	int i;

	memset(dir, 'd', sizeof(dir) - 1);
	dir[sizeof(dir) - 1] = '\0';
	memcpy(path, TOP, base);
	if (chdir(TOP) == -1)
		err(1, TOP);
	for (i = 0; i < DIRS; i++) {
		if ((mkdir(dir, 0755) == -1 && errno != EEXIST) ||
		    chdir(dir) == -1)
			err(1, "directory %d", i);
		base += (size_t)snprintf(
		    path + base, sizeof(path) - base, "/%s", dir);
	}
	base++;
	path[base - 1] = '/';
	for (i = PATH_FIRST; i <= PATH_LAST; i++) {
		memset(path + base, 'p', (size_t)i - base);
		path[i] = '\0';
		if (symlink(program, path + base) == -1)
			err(1, "link %d", i);
		run("path", i, path, argv);
		unlink(path + base);
	}
}

int
main(int argc, char *argv[])
{
	if (argc != 2 || argv[1][0] != '/') {
		fprintf(stderr, "usage: lengths /program\n");
		return 2;
	}
	args_run(argv[1]);
	paths_run(argv[1]);
	return failed;
}
