/*
 * movers - processes that begin in cgroups and are moved, in all ways
 *
 * usage: movers N FILE GROUP...
 *	  movers FILE WAY ID
 *
 * In three processes, each in any of the cgroups (directories of cgroup v2),
 * makes N processes one after the other, which move themselves, are moved, or
 * begin elsewhere (CLONE_INTO_CGROUP), or are forked by a thread; meanwhile
 * another process moves the three. Each executes this program, which appends
 * "WAY ID CGROUP" to the file: nothing moves it from then on.
 */
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define INTO_CGROUP 0x200000000u /* CLONE_INTO_CGROUP, linux/sched.h, 5.7+ */
#define WORKERS	    3
#define GROUPS	    8

/* linux/sched.h, 5.7+ */
struct arguments {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack,
	    stack_size, tls, set_tid, set_tid_size, cgroup;
};

static const char *self, *file;
static int groups, procs[GROUPS], dirs[GROUPS];
static unsigned seed;

static unsigned
rnd(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* Move a process to any of the groups; it may have ended. */
static void
move(pid_t pid)
{
	char number[16];
	int n = snprintf(number, sizeof(number), "%d", (int)pid);

	if (write(procs[rnd((unsigned)groups)], number, (size_t)n) == -1)
		return;
}

static void
run(const char *way, int id)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", id);
	execl(self, self, file, way, number, (char *)NULL);
	_exit(127);
}

static void *
thread(void *id)
{
	pid_t pid = fork();

	if (pid == 0)
		run("thread", *(int *)id);
	waitpid(pid, NULL, 0);
	return NULL;
}

static void
by_thread(int id)
{
	pthread_t t;

	if (pthread_create(&t, NULL, thread, &id) == 0)
		pthread_join(t, NULL);
}

static pid_t
into(int id)
{
	struct arguments a = { .flags = INTO_CGROUP, .exit_signal = SIGCHLD,
		.cgroup = (uint64_t)dirs[rnd((unsigned)groups)] };
	pid_t pid = (pid_t)syscall(SYS_clone3, &a, sizeof(a));

	if (pid == 0)
		run("into", id);
	return pid;
}

/* A child that waits until it was moved. */
static pid_t
put(int id)
{
	int end[2];
	pid_t pid;
	char byte;

	if (pipe(end) == -1)
		err(1, "pipe");
	pid = fork();
	if (pid == 0) {
		close(end[1]);
		if (read(end[0], &byte, 1) >= 0)
			run("put", id);
		_exit(127);
	}
	move(pid);
	close(end[0]);
	close(end[1]);
	return pid;
}

static pid_t
plain(int id, int itself)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (itself)
			move(getpid());
		run(itself ? "self" : "plain", id);
	}
	return pid;
}

static void
work(int n, int first)
{
	seed = (unsigned)first;
	for (int id = first; id < first + n; id++) {
		pid_t pid = 0;

		switch (rnd(6)) {
		case 0:
			pid = into(id);
			break;
		case 1:
			pid = put(id);
			break;
		case 2:
			by_thread(id);
			break;
		case 3:
			pid = plain(id, 1);
			break;
		default:
			pid = plain(id, 0);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
	_exit(0);
}

static void
tell(const char *way, const char *id)
{
	char text[8192], line[8300], *path;
	int fd = open("/proc/self/cgroup", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	if (n <= 0)
		err(1, "/proc/self/cgroup");
	text[n] = '\0';
	path = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::") + 1;
	path[strcspn(path, "\n")] = '\0';
	n = snprintf(line, sizeof(line), "%s %s %s\n", way, id, path + 3);
	fd = open(file, O_WRONLY | O_APPEND | O_CREAT, 0600);
	if (write(fd, line, (size_t)n) != n)
		err(1, "%s", file);
}

static void
open_group(const char *dir)
{
	char name[4096];

	snprintf(name, sizeof(name), "%s/cgroup.procs", dir);
	procs[groups] = open(name, O_WRONLY | O_CLOEXEC);
	dirs[groups] = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (procs[groups] == -1 || dirs[groups] == -1)
		err(1, "%s", dir);
	groups++;
}

int
main(int argc, char *argv[])
{
	pid_t worker[WORKERS], mover;
	char *end;
	long n = argc > 3 ? strtol(argv[1], &end, 10) : 0;

	self = argv[0];
	if (argc == 4 && (n <= 0 || *end)) {
		file = argv[1];
		tell(argv[2], argv[3]);
		return 0;
	}
	if (argc < 4 || argc - 3 > GROUPS)
		errx(2, "usage: movers n file group...");
	file = argv[2];
	for (int i = 3; i < argc; i++)
		open_group(argv[i]);
	for (int i = 0; i < WORKERS; i++) {
		worker[i] = fork();
		if (worker[i] == 0)
			work((int)n, (i + 1) * 1000000);
	}
	mover = fork();
	while (mover == 0) {
		move(worker[rnd(WORKERS)]);
		usleep(rnd(3000));
	}
	for (int i = 0; i < WORKERS; i++)
		waitpid(worker[i], NULL, 0);
	kill(mover, SIGKILL);
	waitpid(mover, NULL, 0);
	return 0;
}
