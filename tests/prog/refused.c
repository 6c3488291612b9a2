/*
 * refused - make calls of execve that fail, in every way there is
 *
 * usage: refused DIR
 *
 * Each call is made by a child of its own, over before the next begins, and
 * writes a line to stdout:
 *
 *	KIND PID TID ERROR PATH ARGC ARG...
 *
 * ERROR is the name of the errno; the strings are in hexadecimal, "-" when
 * empty. DIR is an absolute path; files are made there. The last kind,
 * "search", fails twice before it finds DIR/nop, which must be there.
 */

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static const char *dir, *kind;
static char path[PATH_MAX];

static char *simple[] = { "refused", "a", "b c", "", "4", NULL };

/* ---- the truth ---- */

static void
say_string(const char *s)
{
	if (*s == '\0')
		fputs(" -", stdout);
	else
		putchar(' ');
	for (; *s; s++)
		printf("%02x", (unsigned char)*s);
}

static void
say(const char *name, char *const argv[])
{
	int error = errno, argc = 0;

	while (argv != NULL && argv[argc] != NULL)
		argc++;
	printf("%s %ld %ld %s", kind, (long)getpid(), syscall(SYS_gettid),
	    strerrorname_np(error));
	say_string(name);
	printf(" %d", argc);
	for (int i = 0; i < argc; i++)
		say_string(argv[i]);
	putchar('\n');
	if (fflush(stdout) == EOF)
		_exit(1);
}

/* ---- what is executed ---- */

/* DIR/name with that text. */
static void
make(const char *name, const char *text, mode_t mode)
{
	size_t len = strlen(text);
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd == -1 || write(fd, text, len) != (ssize_t)len)
		err(1, "%s", path);
	close(fd);
}

static void
call(const char *name, char *const argv[])
{
	execve(name, argv, environ);
	say(name, argv);
}

static void
missing(void)
{
	snprintf(path, sizeof(path), "%s/missing", dir);
	call(path, simple);
}

static void
no_interpreter(void)
{
	make("script", "#!/nonexistent/interpreter\n", 0755);
	call(path, simple);
}

static void
no_permission(void)
{
	make("plain", "#!/bin/sh\n", 0644);
	call(path, simple);
}

static void
directory(void)
{
	call("/tmp", simple);
}

static void
no_format(void)
{
	make("text", "neither ELF nor #!\n", 0755);
	call(path, simple);
}

static void
not_a_directory(void)
{
	make("plain", "", 0644);
	snprintf(path, sizeof(path), "%s/plain/x", dir);
	call(path, simple);
}

static void
loop(void)
{
	snprintf(path, sizeof(path), "%s/loop", dir);
	if (symlink("loop", path) == -1)
		err(1, "%s", path);
	call(path, simple);
}

static char *
long_string(size_t n)
{
	char *s = malloc(n + 1);

	if (s == NULL)
		err(1, NULL);
	memset(s, 'l', n);
	s[n] = '\0';
	return s;
}

static void
name_too_long(void)
{
	call(long_string(5000), simple);
}

static void
too_big(void)
{
	char *argv[] = { "refused", long_string(200000), "end", NULL };

	missing();
	make("text", "#!/bin/sh\n", 0755);
	call(path, argv);
}

static void
many(void)
{
	static char *argv[101], text[100][8];

	for (int i = 0; i < 100; i++) {
		snprintf(text[i], sizeof(text[i]), "n%d", i);
		argv[i] = text[i];
	}
	snprintf(path, sizeof(path), "%s/missing", dir);
	call(path, argv);
}

static void
hostile(void)
{
	char *argv[] = { "\n     1      1      0 forged", "\033[2J", "\xff\"\\",
		"[...]", "[?]", NULL };

	snprintf(path, sizeof(path), "%s/\033[m\n  1 \xff\"", dir);
	call(path, argv);
}

static void
no_arguments(void)
{
	char *argv[] = { NULL };

	snprintf(path, sizeof(path), "%s/missing", dir);
	call(path, argv);
}

/* ---- and how ---- */

static void
without_library(void)
{
	snprintf(path, sizeof(path), "%s/missing", dir);
	syscall(SYS_execve, path, simple, environ);
	say(path, simple);
}

static void
at(void)
{
	snprintf(path, sizeof(path), "%s/missing", dir);
	syscall(SYS_execveat, AT_FDCWD, path, simple, environ, 0);
	say(path, simple);
}

static void
bad_address(void)
{
	syscall(SYS_execve, (char *)8, simple, environ);
	say("", simple);
}

static void *
thread_main(void *unused)
{
	missing();
	return unused;
}

static void
thread(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, thread_main, NULL) == 0)
		pthread_join(t, NULL);
}

static void
vforked(void)
{
	pid_t pid = vfork();
	int status;

	if (pid == 0) {
		missing();
		_exit(0);
	}
	waitpid(pid, &status, 0);
}

static void
search(void)
{
	char *argv[] = { "nop", "searched", NULL };
	char where[3 * PATH_MAX];

	errno = ENOENT;
	snprintf(path, sizeof(path), "/nonexistent/1/nop");
	say(path, argv);
	snprintf(path, sizeof(path), "/nonexistent/2/nop");
	say(path, argv);
	snprintf(where, sizeof(where), "/nonexistent/1:/nonexistent/2:%s", dir);
	setenv("PATH", where, 1);
	execvp("nop", argv);
	err(1, "nop");
}

static const struct {
	const char *name;
	void (*make)(void);
} kinds[] = {
	{ "missing", missing },
	{ "no-interpreter", no_interpreter },
	{ "no-permission", no_permission },
	{ "directory", directory },
	{ "no-format", no_format },
	{ "not-a-directory", not_a_directory },
	{ "loop", loop },
	{ "name-too-long", name_too_long },
	{ "too-big", too_big },
	{ "many", many },
	{ "hostile", hostile },
	{ "no-arguments", no_arguments },
	{ "without-library", without_library },
	{ "at", at },
	{ "bad-address", bad_address },
	{ "thread", thread },
	{ "vfork", vforked },
	{ "search", search },
};

int
main(int argc, char *argv[])
{
	int status, failed = 0;
	pid_t pid;

	if (argc != 2 || argv[1][0] != '/')
		errx(2, "usage: refused DIR");
	dir = argv[1];
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		kind = kinds[i].name;
		pid = fork();
		if (pid == 0) {
			kinds[i].make();
			_exit(0);
		}
		if (pid == -1 || waitpid(pid, &status, 0) != pid ||
		    status != 0) {
			warnx("%s: failed", kind);
			failed = 1;
		}
	}
	return failed;
}
