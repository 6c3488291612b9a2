/* helper: work that is done, work that never ends, and what a helper holds. */
#include "kernel/helper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "tap.h"

static long
work_reverse(struct helper_job *j)
{
	for (size_t i = 0; i < j->size; i++)
		j->bytes[i] = (char)('a' + j->size - i);
	j->pid = (int)getpid();
	return (long)j->size;
}

static long
work_fail(struct helper_job *j)
{
	(void)j;
	errno = ENXIO;
	return -1;
}

static long
work_open(struct helper_job *j)
{
	j->fd[0] = open("/dev/null", O_RDONLY);
	j->fd[1] = open("/dev/zero", O_RDONLY);
	j->fds = 2;
	return 0;
}

static long
work_never(struct helper_job *j)
{
	while (j->fds == 0)
		pause();
	return 0;
}

static long
work_spin(struct helper_job *j)
{
	uint64_t end = clock_boot() + 500000000;

	while (clock_boot() < end)
		;
	return j->pid;
}

/* It gets on, a process at a time. */
static long
work_on(struct helper_job *j)
{
	struct timespec nap = { 0, 150000000 };

	for (j->pid = 1; j->pid < 4; j->pid++)
		nanosleep(&nap, NULL);
	return j->pid;
}

static long
work_sleep(struct helper_job *j)
{
	struct timespec nap = { 0, 20000000 };

	(void)j;
	return nanosleep(&nap, NULL);
}

/* How many descriptors. */
static long
work_count(struct helper_job *j)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *d;
	long n = 0;

	while (dir && (d = readdir(dir)))
		if (d->d_name[0] != '.')
			n++;
	if (dir)
		closedir(dir);
	j->size = 0;
	return n - 1; /* that of the list */
}

static void
test_done(void)
{
	struct helper_job *j = helper_job();
	char byte;

	tap_ok(j != NULL, "a helper");
	j->size = 3;
	tap_is_int(helper_do(j, work_reverse), 3, "its work is done");
	tap_ok(memcmp(j->bytes, "dcb", 3) == 0, "what it wrote is here");
	tap_ok(j->pid != (int)getpid() && helper_is(j->pid),
	    "by another process, which is known");
	tap_ok(!helper_is((int)getpid()), "this one is no helper");
	errno = 0;
	tap_ok(helper_do(helper_job(), work_fail) == -1 && errno == ENXIO,
	    "a failure, with errno");
	tap_is_int(helper_do(helper_job(), work_open), 0, "files");
	tap_ok(j->fds == 2 && read(j->fd[0], &byte, 1) == 0 &&
		read(j->fd[1], &byte, 1) == 1 && byte == 0,
	    "which can be read here");
	tap_ok(fcntl(j->fd[0], F_GETFD) == FD_CLOEXEC, "and are not inherited");
	close(j->fd[0]);
	close(j->fd[1]);
	tap_is_int(
	    helper_do(helper_job(), work_count), 1, "it holds its socket only");
	tap_is_int((long)(helper_do(helper_job(), work_sleep) == 0 &&
		       j->waited > 15000000),
	    1, "a wait is reported");
	helper_do(helper_job(), work_reverse);
	tap_is_int((long)j->waited, 0, "no wait, too");
}

static void
test_late(void)
{
	uint64_t begin = clock_boot(), took;
	struct helper_job *j = helper_job();
	int before, e;
	long r;

	helper_do(j, work_reverse);
	before = j->pid;
	r = helper_do(helper_job(), work_never);
	e = errno;
	took = clock_boot() - begin;
	tap_ok(r == -1 && e == ETIMEDOUT, "work that never ends");
	tap_ok(took > 190000000 && took < 1500000000, "is given up: %llu ms",
	    (unsigned long long)took / 1000000);
	tap_ok(helper_is(before), "it is known still");
	j = helper_job();
	j->size = 1;
	tap_ok(helper_do(j, work_reverse) == 1 && j->pid != before,
	    "another helper goes on");
	helper_forget(before);
	tap_ok(!helper_is(before) && helper_is(j->pid), "it is forgotten");
	j->pid = 7;
	tap_is_int(
	    helper_do(helper_job(), work_spin), 7, "a CPU is waited for");
	tap_is_int(helper_do(helper_job(), work_on), 4, "and what gets on");
}

/* It ends with the tool, also with one that is killed. */
static void
test_ends(void)
{
	int pair[2], helper = 0, i;
	struct timespec nap = { 0, 10000000 };
	pid_t tool;

	if (pipe(pair) != 0)
		exit(1);
	helper_end();
	tap_ok(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
	    "the end: none is left");
	tool = fork();
	if (tool == 0) {
		helper_do(helper_job(), work_reverse);
		helper = helper_job()->pid;
		if (write(pair[1], &helper, sizeof helper) > 0)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	waitpid(tool, NULL, 0);
	tap_ok(read(pair[0], &helper, sizeof helper) == sizeof helper,
	    "a tool that is killed");
	/* Where no process waits for it, it remains as a zombie. */
	for (i = 0; i < 300; i++) {
		char path[64], text[256] = "";
		int fd;

		snprintf(path, sizeof path, "/proc/%d/stat", helper);
		fd = open(path, O_RDONLY);
		if (fd < 0 || read(fd, text, sizeof text - 1) <= 0 ||
		    strstr(text, ") Z "))
			i = 1000;
		if (fd >= 0)
			close(fd);
		nanosleep(&nap, NULL);
	}
	tap_ok(i > 1000, "takes its helper with it");
}

int
main(void)
{
	test_done();
	test_late();
	test_ends();
	helper_end();
	return tap_done();
}
