/*
 * inside - run a program in namespaces of its own, as a container does
 *
 * usage: inside [-mp] [-T seconds] program [argument ...]
 *
 * -p	in a new pid namespace, as its first process
 * -m	with a /proc of that namespace, in a new mount namespace
 * -T	in a new time namespace, whose boot clock is ahead by so much
 *
 * Waits for it, passes INT and TERM on, and ends with its status, as a shell has
 * it; 99 when there are no such namespaces. clone(2) makes pid namespaces since
 * Linux 2.6.24, unshare(2) since 3.8.
 */

#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME	0x80	/* linux/sched.h, 5.6 */
#endif

#define NONE	99

static volatile pid_t child;

static void
pass_on(int sig)
{
	if (child > 0)
		kill(child, sig);
}

static void
shift_time(const char *seconds)
{
	char text[64];
	int fd, len;

	if (unshare(CLONE_NEWTIME) != 0)
		err(NONE, "time namespace");
	len = snprintf(text, sizeof text, "boottime %s 0", seconds);
	fd = open("/proc/self/timens_offsets", O_WRONLY);
	if (fd < 0 || write(fd, text, (size_t)len) != len)
		err(NONE, "timens_offsets: %s", text);
	close(fd);
}

static void
own_proc(void)
{
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 &&
	    errno != EINVAL)	/* an initramfs is no mount point */
		err(NONE, "mount");
	if (mount("proc", "/proc", "proc", 0, NULL) != 0)
		err(NONE, "/proc");
}

int
main(int argc, char *argv[])
{
	unsigned long flags = SIGCHLD;
	bool proc = false;
	int c, status;

	while ((c = getopt(argc, argv, "+mpT:")) != -1)
		switch (c) {
		case 'm':
			proc = true;
			flags |= CLONE_NEWNS;
			break;
		case 'p':
			flags |= CLONE_NEWPID;
			break;
		case 'T':
			shift_time(optarg);
			break;
		default:
			errx(2, "usage: inside [-mp] [-T seconds] program ...");
		}
	if (optind == argc)
		errx(2, "no program");
	signal(SIGINT, pass_on);
	signal(SIGTERM, pass_on);
	child = (pid_t)syscall(SYS_clone, flags, 0, 0, 0, 0);
	if (child < 0)
		err(NONE, "clone");
	if (child == 0) {
		signal(SIGINT, SIG_DFL);
		signal(SIGTERM, SIG_DFL);
		if (proc)
			own_proc();
		execvp(argv[optind], &argv[optind]);
		err(127, "%s", argv[optind]);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			err(1, "wait");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
