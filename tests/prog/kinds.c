/*
 * kinds - execute a program in every way there is
 *
 * usage: kinds DIR
 *
 * DIR holds sayargs, and, as far as they could be built, sayargs-NAME for the
 * NAMEs in programs below. They say on descriptor 3 what they are and what
 * they got; $KIND names the way. DIR must be an absolute path; scripts, links
 * and folders are made there. Each way is over before the next begins. Ends
 * with status 1 when one of them failed.
 */

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMPONENT	200	/* of a long path */
#define ARGS_MAX	2000

extern char **environ;

static const char *dir;
static char program[PATH_MAX];

static char *simple[] = { "sayargs", "a", "b c", NULL };

/* ---- ways to execute; each ends only when it failed ---- */

static void
by_execve(long unused)
{
	(void)unused;
	execve(program, simple, environ);
}

static void
by_execveat(long unused)
{
	(void)unused;
	syscall(SYS_execveat, open(dir, O_PATH | O_DIRECTORY), "sayargs",
	    simple, environ, 0);
}

static void
by_execveat_empty(long unused)
{
	(void)unused;
	syscall(SYS_execveat, open(program, O_PATH), "", simple, environ,
	    AT_EMPTY_PATH);
}

static void
by_fexecve(long unused)
{
	(void)unused;
	fexecve(open(program, O_RDONLY), simple, environ);
}

static void
by_memfd(long unused)
{
	int in = open(program, O_RDONLY), out = memfd_create("sayargs", 0);
	struct stat st;

	(void)unused;
	if (fstat(in, &st) == -1 ||
	    sendfile(out, in, NULL, (size_t)st.st_size) != st.st_size)
		err(1, "memfd");
	fexecve(out, simple, environ);
}

static _Noreturn void
end_like(pid_t pid)
{
	int status;

	if (pid == -1 || waitpid(pid, &status, 0) != pid || status != 0)
		_exit(1);
	_exit(0);
}

static void
by_spawn(long unused)
{
	pid_t pid;

	(void)unused;
	if (posix_spawn(&pid, program, NULL, NULL, simple, environ) != 0)
		_exit(1);
	end_like(pid);
}

static void
by_vfork(long unused)
{
	pid_t pid = vfork();

	(void)unused;
	if (pid == 0) {
		execve(program, simple, environ);
		_exit(1);
	}
	end_like(pid);
}

static void *
thread_main(void *unused)
{
	(void)unused;
	execve(program, simple, environ);
	_exit(1);
}

static void
by_thread(long unused)
{
	pthread_t thread;

	(void)unused;
	if (pthread_create(&thread, NULL, thread_main, NULL) == 0)
		pause();
}

static void
by_chain(long n)
{
	char number[32];

	snprintf(number, sizeof(number), "%ld", n);
	setenv("CHAIN", number, 1);
	execve(program, simple, environ);
}

/* ---- what is executed ---- */

/* A script in DIR whose first line names another file of DIR. */
static void
by_script(long nested)
{
	char path[PATH_MAX], line[2 * PATH_MAX];
	char *argv[] = { "not seen", "s 1", "", NULL };
	int fd, len;

	snprintf(path, sizeof(path), "%s/script%ld", dir, nested);
	if (nested)
		len = snprintf(line, sizeof(line), "#!%s/script0\n", dir);
	else
		len = snprintf(line, sizeof(line), "#! %s  one two \n",
		    program);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	if (write(fd, line, (size_t)len) != len)
		err(1, "%s", path);
	close(fd);
	execve(path, argv, environ);
}

static void
by_name(const char *name)
{
	if (chdir(dir) == -1)
		err(1, "%s", dir);
	execve(name, simple, environ);
}

static void
by_relative(long how)
{
	static const char *const names[] = { "sayargs", "./sayargs",
		".//./sayargs" };

	by_name(names[how]);
}

/* One that no terminal should see. */
static void
by_hostile_path(long unused)
{
	static const char name[] = "ev\033[31mil\n    99      1 for\"ged\\\xff";

	(void)unused;
	if (chdir(dir) == -1 || (symlink("sayargs", name) == -1 &&
	    errno != EEXIST))
		err(1, "hostile path");
	by_name(name);
}

/* A relative path of so many bytes, made of folders. */
static void
by_long_path(long len)
{
	char path[PATH_MAX] = "", *p = path;
	size_t rest = (size_t)len - strlen("sayargs");

	if (chdir(dir) == -1)
		err(1, "%s", dir);
	while (rest > 0) {
		size_t n = rest > 2 * COMPONENT ? COMPONENT :
		    rest > COMPONENT ? rest / 2 : rest;

		memset(p, 'd', n - 1);
		p[n - 1] = '\0';
		if ((mkdir(p, 0755) == -1 && errno != EEXIST) || chdir(p) == -1)
			err(1, "long path");
		p[n - 1] = '/';
		p += n;
		rest -= n;
	}
	memcpy(p, "sayargs", sizeof("sayargs"));
	if (symlink(program, p) == -1 && errno != EEXIST)
		err(1, "long path");
	by_name(path);
}

/* ---- with which arguments ---- */

static void
with_none(long unused)
{
	char *argv[] = { NULL };

	(void)unused;
	execve(program, argv, environ);
}

static void
with_empty(long unused)
{
	char *argv[] = { "", "", "x", "", NULL };

	(void)unused;
	execve(program, argv, environ);
}

static void
with_count(long n)
{
	static char *argv[ARGS_MAX + 1], text[ARGS_MAX][8];
	long i;

	for (i = 0; i < n; i++) {
		snprintf(text[i], sizeof(text[i]), "n%ld", i);
		argv[i] = text[i];
	}
	argv[n] = NULL;
	execve(program, argv, environ);
}

/* A string of digits, so that a cut one is recognised. */
static char *
digits(long n)
{
	char *s = malloc((size_t)n + 1);
	long i;

	if (s == NULL)
		err(1, NULL);
	for (i = 0; i < n; i++)
		s[i] = (char)('0' + (i * 7 + i / 10) % 10);
	s[n] = '\0';
	return s;
}

static void
with_size(long n)
{
	char *argv[] = { "sayargs", digits(n), "end", NULL };

	execve(program, argv, environ);
}

/* The first argument is the long one. */
static void
with_size_first(long n)
{
	char *argv[] = { digits(n), "end", NULL };

	execve(program, argv, environ);
}

/* Each argument fits, all of them do not. */
static void
with_sizes(long n)
{
	char *argv[11], *s = digits(n);
	int i;

	for (i = 0; i < 10; i++)
		argv[i] = s + i;
	argv[i] = NULL;
	execve(program, argv, environ);
}

static void
with_hostile(long unused)
{
	char *argv[] = { "say\nargs", "\n     1      1 forged\n",
		"x\" a2=\"forged\" argc=1",
		"\n            bash-1     [000] .....     1.000000: "
		"sched_process_exec: filename=/forged pid=1 old_pid=1",
		"\033[31mred\033[0m\033]0;title\007", "\\ \\x41 \\n",
		"'\"`$HOME$(id)`!#~*?;&|<>{a,b}", "\xff\xc3(\x80\xed\xa0\x80",
		"\xe2\x80\xae\xef\xbb\xbf", "[...]", "[?]", "[]", " ", "\t",
		"-n", "=x", "\xc5\xbc\xc3\xb3\xc5\x82w", "[?]", NULL };

	(void)unused;
	execve(program, argv, environ);
}

static void
with_hostile_comm(long unused)
{
	(void)unused;
	prctl(PR_SET_NAME, ") \n\033[m\xff (\"\\");
	by_spawn(0);
}

/* ---- the programs of DIR ---- */

static const char *const programs[] = { "musl", "static", "m32",
	"m32-static", "ld" };

static void
by_program(long n)
{
	char *argv[] = { "sayargs", "by", "program", "", "x", "y", "z", "7",
		"8", "9", "10", NULL };

	execve(program, argv, environ);
	(void)n;
}

/* ---- all of it ---- */

static int failed;

static void
run(const char *kind, void (*way)(long), long n)
{
	pid_t pid = fork();
	char name[64];
	int status;

	snprintf(name, sizeof(name), n ? "%s-%ld" : "%s", kind, n);
	if (pid == 0) {
		setenv("KIND", name, 1);
		way(n);
		warn("%s", name);
		_exit(1);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid || status != 0) {
		warnx("%s: failed", name);
		failed = 1;
	}
}

static void
run_each(const char *kind, void (*way)(long), const long *n)
{
	for (; *n; n++)
		run(kind, way, *n);
}

/* Thrice: a tracer may learn from the first. */
static void
run_programs(void)
{
	char kind[64];
	size_t i;
	long n;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		snprintf(program, sizeof(program), "%s/sayargs-%s", dir,
		    programs[i]);
		if (access(program, X_OK) == -1)
			continue;
		snprintf(kind, sizeof(kind), "program-%s", programs[i]);
		for (n = 1; n <= 3; n++)
			run(kind, by_program, n);
	}
}

int
main(int argc, char *argv[])
{
	static const long counts[] = { 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 16, 25,
		31, 32, 33, 63, 64, 65, 127, 128, 129, 130, 500, ARGS_MAX, 0 };
	static const long sizes[] = { 100, 1000, 2000, 4000, 4030, 4060, 4094,
		4095, 4096, 5000, 20000, 100000, 0 };
	static const long paths[] = { 500, 4000, 4051, 4052, 4095, 0 };

	if (argc != 2 || argv[1][0] != '/')
		errx(2, "usage: kinds DIR");
	dir = argv[1];
	snprintf(program, sizeof(program), "%s/sayargs", dir);
	run("execve", by_execve, 0);
	run("execveat", by_execveat, 0);
	run("execveat-empty", by_execveat_empty, 0);
	run("fexecve", by_fexecve, 0);
	run("memfd", by_memfd, 0);
	run("spawn", by_spawn, 0);
	run("vfork", by_vfork, 0);
	run("thread", by_thread, 0);
	run("script", by_script, 0);
	run("script", by_script, 1);
	run("relative", by_relative, 0);
	run("relative", by_relative, 1);
	run("relative", by_relative, 2);
	run("none", with_none, 0);
	run("empty", with_empty, 0);
	run("hostile", with_hostile, 0);
	run("hostile-path", by_hostile_path, 0);
	run("hostile-comm", with_hostile_comm, 0);
	run("chain", by_chain, 5);
	run_each("count", with_count, counts);
	run_each("size", with_size, sizes);
	run_each("size-first", with_size_first, sizes);
	run_each("sizes", with_sizes, sizes);
	run_each("path", by_long_path, paths);
	run_programs();
	return failed;
}
