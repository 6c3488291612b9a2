/*
 * dirs [-n N] FILE: programs that are executed by a relative path, in random
 * directories below the present one, between chdir(2) and fchdir(2); by forks,
 * by forks of a thread while another one changes the directory, in another
 * root, in another mount namespace, where the directory is removed, and one
 * after the other in one process.  Each writes a line of JSON into FILE: its
 * number, its working directory and its file, as they are when it begins.
 *
 * (as "run", executed by itself: NUMBER MORE PREFIX)
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DIRS  24
#define TRUTH 200 /* descriptors */
#define PROC  201

static char base[PATH_MAX];
static unsigned seed = 1;

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static int
rnd(int n)
{
	return (int)(rand_r(&seed) >> 8) % n;
}

static void
nap(int most_us)
{
	struct timespec t = { .tv_nsec = 1000L * (most_us ? rnd(most_us) : 0) };

	nanosleep(&t, NULL);
}

static void
name_of(char *path, size_t size, int i)
{
	static const char *const names[] = { "plain", "a b", "new\nline",
		"x (deleted)", "quo\"te\\", "\033[31m" };

	snprintf(path, size, "%s/%s %d", base, names[i % 6], i);
}

/* ---- a program that was executed ---- */

static FILE *out;

static void
put_json(const char *s)
{
	for (; *s; s++)
		fprintf(out,
		    strchr("\"\\", *s) || (unsigned char)*s < ' ' ? "\\u%04x" :
								    "%c",
		    *s);
}

/* What a link of /proc/self has, which is seen from another root. */
static void
put_link(const char *link, const char *prefix)
{
	char path[PATH_MAX] = "?";
	ssize_t n = readlinkat(PROC, link, path, sizeof path - 1);

	path[n > 0 ? n : 0] = '\0';
	put_json(prefix);
	put_json(path);
}

static int
run(char **argv)
{
	int more = (int)strtol(argv[2], NULL, 10);
	char number[16];

	out = fdopen(TRUTH, "a"); /* a line is one write */
	if (!out)
		return 1;
	fprintf(out, "{\"n\":\"%s\",\"cwd\":\"", argv[1]);
	put_link("self/cwd", argv[3]);
	fputs("\",\"exe\":\"", out);
	put_link("self/exe", argv[3]);
	fputs("\"}\n", out);
	if (fflush(out) != 0)
		return 1;
	seed = (unsigned)getpid();
	if (more && chdir("..") == 0) {
		snprintf(number, sizeof number, "%s+", argv[1]);
		execl("./link/run", "run", number, "0", argv[3], NULL);
	}
	nap(seed % 3 ? 100 : 20000);
	return 0;
}

/* ---- what executes it ---- */

static void
go(int i)
{
	char path[PATH_MAX];
	int fd;

	name_of(path, sizeof path, i);
	if (rnd(2)) {
		if (chdir(path) != 0)
			die("chdir");
		return;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY);
	if (fd < 0 || fchdir(fd) != 0)
		die("fchdir");
	close(fd);
}

static void
leave(int i)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/gone %d", base, i);
	if (mkdir(path, 0755) != 0 || chdir(path) != 0 || rmdir(path) != 0)
		die("rmdir");
}

static void
child(int number, const char *more)
{
	const char *file = "./run", *prefix = "";
	char text[16], path[PATH_MAX];
	int kind = number % 10;

	seed = (unsigned)number * 7919 + 1;
	snprintf(text, sizeof text, "%d", number);
	if (kind < 6)
		go(rnd(DIRS));
	if (kind == 5) {
		leave(number);
		snprintf(path, sizeof path, "%s/plain 0/run", base);
		file = path;
	}
	if (kind == 4) {
		prefix = base;
		if (chroot(base) != 0)
			die("chroot");
	}
	if (kind == 3 && unshare(CLONE_NEWNS) != 0)
		die("unshare");
	nap(rnd(2) ? 3000 : 0);
	execl(file, "run", text, more, prefix, NULL);
	die(file);
}

static void
fork_one(int number)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0)
		child(number, number % 10 < 3 && rnd(4) == 0 ? "1" : "0");
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static volatile int over;

/* Another thread of the process, with the same directory. */
static void *
wander(void *arg)
{
	(void)arg;
	while (!over) {
		char path[PATH_MAX];

		name_of(path, sizeof path, (int)(random() % DIRS));
		if (chdir(path) != 0)
			die("chdir");
		usleep((unsigned)(random() % 3000));
	}
	return NULL;
}

/* A thread with a directory of its own. */
static void *
apart(void *arg)
{
	int *numbers = arg;

	if (unshare(CLONE_FS) != 0)
		die("unshare");
	for (int i = numbers[0]; i < numbers[1]; i++) {
		go(rnd(DIRS));
		fork_one(i * 10 + 9);
	}
	return NULL;
}

static void
make_dirs(void)
{
	char path[PATH_MAX], copy[2 * PATH_MAX];

	for (int i = 0; i < DIRS; i++) {
		name_of(path, sizeof path, i);
		if (mkdir(path, 0755) != 0)
			die(path);
		snprintf(copy, sizeof copy, "%s/run", path);
		if (link("run", copy) != 0)
			die(copy);
	}
	if (symlink("plain 0", "link") != 0)
		die("link");
}

int
main(int argc, char **argv)
{
	int n = 1000, numbers[2], fd;
	pthread_t t[2];

	if (strcmp(argv[0], "run") == 0)
		return run(argv);
	if (argc == 4 && strcmp(argv[1], "-n") == 0)
		n = (int)strtol(argv[2], NULL, 10);
	fd = open(argv[argc - 1], O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0 || dup2(fd, TRUTH) < 0 || !getcwd(base, sizeof base))
		die(argv[argc - 1]);
	fd = open("/proc", O_RDONLY | O_DIRECTORY);
	if (fd < 0 || dup2(fd, PROC) < 0)
		die("/proc");
	make_dirs();
	go(0);
	for (int i = 0; i < n * 7 / 10; i++) {
		if (rnd(3) == 0)
			go(rnd(DIRS));
		fork_one(i % 7 + i / 7 * 10);
	}
	numbers[0] = 0;
	numbers[1] = n / 10;
	if (pthread_create(&t[0], NULL, wander, NULL) != 0)
		die("thread");
	for (int i = 0; i < n * 2 / 10; i++)
		fork_one(i % 2 + 7 + i / 2 * 10);
	over = 1;
	pthread_join(t[0], NULL);
	if (pthread_create(&t[1], NULL, apart, numbers) != 0)
		die("thread");
	pthread_join(t[1], NULL);
	return 0;
}
