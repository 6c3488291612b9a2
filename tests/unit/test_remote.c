/* remote: what a process that does not answer costs, and whom. */
#include "kernel/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "kernel/dynevent.h"
#include "kernel/proc.h"
#include "tap.h"

#define NOBODY 65534
#define EVENTS "p:execsnoop_2_7/exec0 /lib/ld.so:0x10\n"

static long
work_never(struct helper_job *j)
{
	while (j->fds == 0)
		pause();
	return 0;
}

static long
work_nothing(struct helper_job *j)
{
	return j->pid;
}

/* A process of a user, which waits. */
static pid_t
child_of(uid_t uid)
{
	int pair[2];
	pid_t pid;
	char byte;

	if (pipe(pair) != 0)
		exit(1);
	pid = fork();
	if (pid == 0) {
		if (getuid() == 0 && setuid(uid) != 0)
			_exit(1);
		close(pair[1]);
		byte = 0;
		for (;;)
			pause();
	}
	close(pair[1]);
	if (read(pair[0], &byte, 1) < 0)
		exit(1);
	close(pair[0]);
	return pid;
}

static long
ask(int pid)
{
	struct helper_job *j = remote_job(pid);

	return j ? remote_do(j, work_nothing) : -1;
}

/* A tracefs with a uprobe of a tool. */
static int
open_tracefs(void)
{
	char path[] = "/tmp/test_remote.XXXXXX";
	int dir = mkdtemp(path) ? open(path, O_RDONLY | O_DIRECTORY) : -1;
	int fd = openat(dir, "uprobe_events", O_WRONLY | O_CREAT, 0600);

	if (fd < 0 || write(fd, EVENTS, strlen(EVENTS)) < 0 || rmdir(path) == 0)
		exit(1);
	close(fd);
	return dir;
}

/* Its path is not needed any more. */
static void
close_tracefs(int dir)
{
	char self[64], path[256];
	ssize_t n;

	snprintf(self, sizeof self, "/proc/self/fd/%d", dir);
	n = readlink(self, path, sizeof path - 1);
	path[n > 0 ? n : 0] = '\0';
	unlinkat(dir, "uprobe_events", 0);
	rmdir(path);
	close(dir);
}

int
main(void)
{
	const char *bytes;
	char own[4096];
	pid_t bad = child_of(NOBODY), same = child_of(NOBODY),
	      other = child_of(1), root = child_of(0);
	/* qemu-user makes up that of the process itself. */
	long n = proc_cmdline(same, own, sizeof own);
	enum remote_trust ours = getuid() == 0 ? REMOTE_ROOT : REMOTE_USER;
	uint64_t begin;
	int dir = open_tracefs();
	bool late;

	tap_ok(n > 0 && remote_cmdline(same, &bytes, sizeof own) == n &&
		memcmp(bytes, own, (size_t)n) == 0,
	    "a command line");
	tap_is_int(remote_cmdline(same, &bytes, 3), 3, "a part of it");
	tap_is_int(remote_trust((int)getpid()), ours, "this process");
	tap_is_int(remote_trust(bad), REMOTE_USER, "of a user");
	tap_is_int(remote_trust(-1), REMOTE_GONE, "none");
	tap_is_int(remote_stuck(), 0, "all can be read");
	tap_ok(!dynevent_must_stay(dir, "execsnoop_2_7"), "a uprobe may go");

	late = remote_do(remote_job(bad), work_never) == -1 &&
	    errno == ETIMEDOUT;
	tap_ok(late, "one that does not answer");
	begin = clock_boot();
	tap_ok(ask(bad) == -1 && errno == EAGAIN, "it is not asked again");
	tap_ok(ask(same) == -1 && errno == EAGAIN,
	    "nor, for the moment, another one of that user");
	tap_ok(clock_boot() - begin < 100000000, "which takes no time");
	tap_is_int(remote_stuck(), bad, "it is named");
	tap_ok(dynevent_must_stay(dir, "execsnoop_2_7"), "a uprobe stays");
	tap_ok(!dynevent_must_stay(dir, "execsnoop_2_70"), "there is no other");
	close_tracefs(dir);
	if (getuid() == 0) {
		tap_is_int(ask(other), other, "another user's is asked");
		tap_is_int(ask(root), root, "root's");
		remote_do(remote_job(root), work_never);
		tap_is_int(ask((int)getpid()), (int)getpid(),
		    "root has others asked, too");
		tap_is_int(ask(root), -1, "but that one not again");
	}
	sleep(2);
	tap_is_int(ask(same), same, "that user's later");
	tap_is_int(ask(bad), -1, "but never that process");
	for (int i = 0; i < 4; i++) {
		pid_t child[] = { bad, same, other, root };

		kill(child[i], SIGKILL);
		waitpid(child[i], NULL, 0);
	}
	helper_end();
	return tap_done();
}
