/*
 * ns - a process in pid namespaces, each in another
 *
 * usage: ns [-g CGROUP] DEPTH
 *
 * A line on stdout for this process, and for each of DEPTH more, each the
 * child of the one before and the first of a pid namespace: its pid, as /proc
 * shows it that is mounted here. With -g, the last one begins its life in that
 * cgroup (a directory of the second hierarchy; CLONE_INTO_CGROUP). Then "thread
 * TID", a thread of the last one. All end with standard input.
 */

#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define INTO_CGROUP 0x200000000u /* CLONE_INTO_CGROUP, linux/sched.h, 5.7+ */

/* linux/sched.h, 5.7+ */
struct arguments {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack,
	    stack_size, tls, set_tid, set_tid_size, cgroup;
};

static void
say(const char *what, const char *link)
{
	char number[64] = "";

	if (readlink(link, number, sizeof(number) - 1) == -1)
		err(1, "%s", link);
	printf("%s%s\n", what, number);
	fflush(stdout);
}

static void *
thread(void *unused)
{
	char number[64] = "", *p = number;

	(void)unused;
	if (readlink("/proc/thread-self", number, sizeof(number) - 1) == -1)
		err(1, "/proc/thread-self");
	for (char *q = number; *q; q++)
		if (*q == '/')
			p = q + 1;
	printf("thread %s\n", p);
	fflush(stdout);
	for (;;)
		pause();
}

static pid_t
make(int cgroup)
{
	struct arguments a = { .flags = CLONE_NEWPID, .exit_signal = SIGCHLD };

	if (cgroup != -1) {
		a.flags |= INTO_CGROUP;
		a.cgroup = (uint64_t)cgroup;
	}
	return (pid_t)syscall(SYS_clone3, &a, sizeof(a));
}

int
main(int argc, char *argv[])
{
	int cgroup = -1, c, last;
	pthread_t t;
	pid_t pid = 0;
	long depth;
	char byte;

	while ((c = getopt(argc, argv, "g:")) != -1)
		if (c != 'g' ||
		    (cgroup = open(optarg, O_RDONLY | O_DIRECTORY)) == -1)
			err(1, "-g");
	if (argc - optind != 1)
		errx(2, "usage: ns [-g cgroup] depth");
	depth = strtol(argv[optind], NULL, 10);
	say("", "/proc/self");
	while (depth-- > 0) {
		pid = make(depth == 0 ? cgroup : -1);
		if (pid == -1)
			err(1, "clone3");
		if (pid != 0)
			break;
		say("", "/proc/self");
	}
	last = pid == 0;
	if (last && pthread_create(&t, NULL, thread, NULL) != 0)
		errx(1, "thread");
	if (!last)
		waitpid(pid, NULL, 0);
	while (last && read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
