/*
 * lengths - execs with arguments and paths of about a page
 *
 * usage: lengths PROGRAM FOLDER
 *
 * PROGRAM is run with one argument of 3,900 to 5,000 bytes, in steps of 4 and,
 * around a page, of 1; then by a path of 3,900 to 4,095 bytes below FOLDER,
 * which is writable. Text of such events hangs kernels before 6.2. A line for
 * each exec: "argument LENGTH PID" or "path LENGTH PID". Ends with status 1
 * when one could not be run.
 */

#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failed;

static void
run(const char *kind, int len, const char *program, char *const *argv)
{
	int status;
	pid_t pid = fork();

	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		execv(program, argv);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || status != 0)
		failed = 1;
	printf("%s %d %d\n", kind, len, (int)pid);
}

/* A path of len bytes to the program: "//" and "/./" are the same folder. */
static void
run_path(const char *folder, const char *name, int len)
{
	char path[PATH_MAX + 1];
	int n = snprintf(path, sizeof(path), "%s", folder);
	char word[] = "long-path";
	char *argv[] = { word, NULL };

	memset(path + n, '/', (size_t)(len - n - (int)strlen(name)));
	memcpy(path + len - strlen(name), name, strlen(name) + 1);
	run("path", len, path, argv);
}

int
main(int argc, char **argv)
{
	char program[PATH_MAX], link[PATH_MAX], text[5001];
	char word[] = "nop", end[] = "end";
	char *args[] = { word, text, end, NULL };
	int len;

	if (argc != 3 || realpath(argv[1], program) == NULL)
		errx(2, "usage: lengths program folder");
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (len = 3900; len <= 5000; len += len > 3990 && len < 4110 ? 1 : 10) {
		memset(text, 'L', (size_t)len);
		text[len] = '\0';
		run("argument", len, program, args);
	}
	snprintf(link, sizeof(link), "%s/lengths-program", argv[2]);
	unlink(link);
	if (symlink(program, link) == -1)
		err(1, "%s", link);
	for (len = 3900; len < PATH_MAX; len += len > 3990 ? 1 : 10)
		run_path(argv[2], "/lengths-program", len);
	unlink(link);
	return failed;
}
