/*
 * owner: who lives, by the lock that a tool holds in tracefs, which is a
 * temporary directory here, from another process and another pid namespace.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/owner.h"
#include "kernel/proc.h"
#include "tap.h"

static int dir;
static int from_child[2];

/* A tool begins, says its name, and waits to be killed, as its parent is. */
static _Noreturn void
child(void)
{
	char name[OWNER_NAME] = "";

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (owner_begin(name, dir, "exitsnoop") != 0 ||
	    write(from_child[1], name, sizeof name) != sizeof name)
		_exit(1);
	pause();
	_exit(0);
}

/* Fork it, in a pid namespace of its own if flags say so.  Returns the pid to be
 * killed. */
static int
begin(int flags, char *name)
{
	int pid = fork();

	*name = '\0';
	if (pid == 0) {
		if (!flags)
			child();
		if (unshare(flags) != 0)
			_exit(write(from_child[1], name, OWNER_NAME) < 0);
		pid = fork();
		if (pid == 0)
			child();
		waitpid(pid, NULL, 0);
		_exit(0);
	}
	if (read(from_child[0], name, OWNER_NAME) != OWNER_NAME)
		*name = '\0';
	return pid;
}

static bool
is_dead(const char *name)
{
	char group[OWNER_NAME];
	bool dead = owner_is_dead(name, '-');

	owner_group(group, name);
	tap_is_int(owner_is_dead(group, '_'), dead, "%s: its group", name);
	return dead;
}

static void
test_life(int flags, const char *where)
{
	char name[OWNER_NAME], other[2 * OWNER_NAME];
	int pid = begin(flags, name);

	if (!*name) {
		tap_ok(flags, "%s: # SKIP no namespace", where);
		waitpid(pid, NULL, 0);
		return;
	}
	tap_ok(owner_is_ours(name), "%s: %s", where, name);
	tap_is_str(name + strlen(name) - 2, "-L", "%s: it has a lock", where);
	tap_ok(!is_dead(name), "%s: it lives", where);
	snprintf(other, sizeof other, "%.*s", (int)strlen(name) - 2, name);
	/* qemu-user makes up its own PID/stat. */
	tap_ok(!owner_is_dead(other, '-') || tap_emulated(),
	    "%s: so it does without -L%s", where,
	    tap_emulated() ? " # SKIP emulated" : "");
	kill(pid, SIGKILL);
	for (int i = 0; i < 1000 && !owner_is_dead(name, '-'); i++)
		usleep(10000); /* also while it is a zombie */
	tap_ok(is_dead(name), "%s: it was killed", where);
	/* Of another namespace, without a lock, nothing is known. */
	tap_is_int(owner_is_dead(other, '-'), !flags, "%s: without -L", where);
	waitpid(pid, NULL, 0);
}

/* A pid of ours, with the lock of nobody. */
static void
test_self(void)
{
	char name[OWNER_NAME], later[2 * OWNER_NAME];
	struct proc_stat s;

	tap_is_int(owner_begin(name, dir, "proctree"), 0, "our own name");
	tap_ok(!is_dead(name), "%s: our own lock is no other's", name);
	proc_stat_read(&s, PROC_SELF);
	tap_ok(s.pid == getpid(), "our own stat");
	snprintf(later, sizeof later, "execsnoop-%d-%llu-123-L", getpid(),
	    (unsigned long long)s.start);
	tap_ok(is_dead(later), "%s: of another namespace, gone", later);
	later[strlen(later) - 2] = '\0';
	tap_ok(!is_dead(later), "%s: not known", later);
}

int
main(void)
{
	char tmp[] = "/tmp/test_owner.XXXXXX", path[64];
	int fd;

	if (!mkdtemp(tmp) || (dir = open(tmp, O_RDONLY | O_DIRECTORY)) < 0 ||
	    pipe(from_child) != 0)
		return 1;
	fd = openat(dir, "README", O_CREAT | O_WRONLY, 0444);
	close(fd);
	owner_open(dir);
	test_life(0, "here");
	test_life(CLONE_NEWPID, "in a pid namespace");
	test_self();
	snprintf(path, sizeof path, "%s/README", tmp);
	unlink(path);
	rmdir(tmp);
	return tap_done();
}
