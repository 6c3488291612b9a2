/*
 * proclist: the snapshot of all processes has what /proc says of them, and of our
 * children what we know: by taskstats, and where that is not to be had.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "kernel/genl.h"
#include "kernel/proclist.h"
#include "kernel/proc.h"
#include "kernel/start_time.h"
#include "kernel/proc_task.h"
#include "tap.h"

#define LIST_MAX 100000
#define STEP	 20000000u
#define MANY	 100 /* some batches of requests */

static struct event *list;
static int listed, twice;
static const char *how = "";

/* ---- the list ---- */

static int
see(void *arg, const struct event *e)
{
	(void)arg;
	if (listed == LIST_MAX)
		return -1;
	list[listed++] = *e;
	return 0;
}

static const struct event *
find(int pid)
{
	const struct event *found = NULL;

	for (int i = 0; i < listed; i++)
		if (list[i].tid == pid && list[i].found.pid == pid) {
			twice += found != NULL;
			found = &list[i];
		}
	return found;
}

static void
snapshot(void)
{
	listed = twice = 0;
	tap_is_int(list_processes(see, NULL, &how), 0, "list");
	printf("# %d processes by %s\n", listed, how);
}

static uint64_t
apart(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* Listed once, as /proc has it. */
static bool
is_right(int pid)
{
	const struct event *e = find(pid);
	struct proc_stat s;

	if (!e || proc_stat_read(&s, pid) != 0)
		return false;
	if (e->type == EVENT_TASK && e->tid == pid && e->found.ppid == s.ppid &&
	    strcmp(e->comm, s.comm) == 0 && (int)e->found.state == s.dead &&
	    apart(e->found.start, proc_start_ns(s.start)) <= STEP)
		return true;
	printf("# %d: ppid %d, comm %s, start %llu, dead %d\n", pid, e->found.ppid,
	    e->comm, (unsigned long long)e->found.start, e->found.state);
	return false;
}

/* ---- processes ---- */

static int to_child[2];

static void
wait_for_end(void)
{
	char c;

	while (read(to_child[0], &c, 1) < 0)
		;
}

/* A child that waits with that name. */
static int
child_named(const char *name)
{
	int ready[2], pid;
	char c;

	if (pipe(ready) != 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(to_child[1]);
		prctl(PR_SET_NAME, name);
		if (write(ready[1], "", 1) == 1)
			wait_for_end();
		_exit(0);
	}
	if (read(ready[0], &c, 1) != 1)
		pid = -1;
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void
end(int pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void *
stay(void *arg)
{
	(void)arg;
	wait_for_end();
	_exit(0);
}

/* A child whose first thread has ended, and another has not. */
static int
child_without_leader(void)
{
	struct proc_stat s = { 0 };
	int pid = fork();
	pthread_t t;

	if (pid == 0) {
		close(to_child[1]);
		pthread_create(&t, NULL, stay, NULL);
		pthread_exit(NULL);
	}
	for (int i = 0; i < 1000 && !s.zombie; i++) {
		usleep(1000);
		proc_stat_read(&s, pid);
	}
	return pid;
}

static int
child_zombie(int code)
{
	siginfo_t info;
	int pid = fork();

	if (pid == 0)
		_exit(code);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	return pid;
}

/* ---- tests ---- */

static void
test_names(void)
{
	static const char *const name[] = { "plain", "a\nb\n", ") S 1 (", "",
		"a b", "fifteen-letters", "\xff\\\t\x1b[m" };
	enum { COUNT = sizeof name / sizeof *name };
	int pid[COUNT];

	for (int i = 0; i < COUNT; i++)
		pid[i] = child_named(name[i]);
	snapshot();
	for (int i = 0; i < COUNT; i++) {
		const struct event *e = find(pid[i]);

		tap_ok(is_right(pid[i]) && e->found.ppid == getpid() &&
		    !e->found.state && strcmp(e->comm, name[i]) == 0,
		    "name %d", i);
	}
	for (int i = 0; i < COUNT; i++)
		end(pid[i]);
}

static void
test_ends(void)
{
	int zombie = child_zombie(0), failed = child_zombie(7);
	int gone = child_zombie(0), headless = child_without_leader();
	const struct event *e;

	waitpid(gone, NULL, 0);
	snapshot();
	tap_ok(is_right(zombie), "a zombie");
	e = find(zombie);
	tap_ok(e && e->found.state == 1 && e->found.ppid == getpid(), "is told");
	tap_ok(is_right(failed), "a zombie that failed");
	tap_ok(is_right(headless), "a process without its first thread");
	e = find(headless);
	tap_ok(e && e->found.state == 2, "is told");
	tap_ok(!find(gone), "a process that was waited for");
	waitpid(zombie, NULL, 0);
	waitpid(failed, NULL, 0);
	end(headless);
}

/* Many at once, with their start times in between. */
static void
test_many(void)
{
	uint64_t before[MANY], after[MANY], slack;
	int pid[MANY], bad = 0, early = 0;
	const struct event *e;

	for (int i = 0; i < MANY; i++) {
		before[i] = clock_boot();
		pid[i] = child_named("many");
		after[i] = clock_boot();
	}
	snapshot();
	for (int i = 0; i < MANY; i++) {
		bad += !is_right(pid[i]);
		e = find(pid[i]);
		slack = !e || e->found.start % 10000000 == 0 ? STEP : LIST_SLACK;
		early += !e || e->found.start + slack < before[i] ||
		    e->found.start > after[i] + slack;
	}
	tap_is_int(bad, 0, "many");
	tap_is_int(early, 0, "their starts");
	for (int i = 0; i < MANY; i++)
		end(pid[i]);
}

struct comparison {
	int missing, wrong;
};

/* What /proc lists and began before ours did. */
static int
compare(void *arg, const struct event *e)
{
	struct comparison *c = arg;
	const struct event *x;

	if (e->tid != e->found.pid)
		return 0;
	x = find(e->found.pid);
	if (!x)
		c->missing += e->found.start + STEP < list[0].ts;
	else if (x->found.ppid != e->found.ppid || apart(x->found.start, e->found.start) > STEP)
		c->wrong++;
	return 0;
}

/* Returns what is wrong.  Processes may come and go, so it is tried again. */
static int
test_all(void)
{
	struct comparison c = { 1, 1 };

	for (int i = 0; i < 5 && (c.missing || c.wrong); i++) {
		uint64_t began = clock_boot();

		c = (struct comparison){ 0, 0 };
		snapshot();
		list[0].ts = began;
		proc_list(compare, &c);
	}
	return c.missing + c.wrong + twice;
}

static int
stop(void *calls, const struct event *e)
{
	(void)e;
	++*(int *)calls;
	return 5;
}

static void
test_stop(void)
{
	int calls = 0;

	tap_ok(list_processes(stop, &calls, NULL) == 5 && calls == 1,
	    "stopped");
}

/* Answers that do not fit in the socket are missing, and nothing waits. */
static void
test_overrun(void)
{
	static struct genl_batch b;
	uint16_t family;
	int fd = genl_open("TASKSTATS", &family), small = 1, missing = 0;
	int wrong = 0;

	if (fd < 0)
		return;
	genl_connect(fd);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	for (int round = 0; round < 3; round++) {
		for (b.count = 0; b.count < GENL_BATCH; b.count++)
			b.number[b.count] = (uint32_t)getpid();
		if (genl_batch_send(fd, family, 1, 1, &b) == 0)
			genl_batch_receive(fd, family, &b);
		for (int i = 0; i < b.count; i++) {
			missing += b.error[i] == EAGAIN;
			wrong += b.error[i] && b.error[i] != EAGAIN &&
			    b.error[i] != EPERM;
		}
		wrong += b.error[0] == EAGAIN;
	}
	tap_ok(missing > 0 && missing < 3 * GENL_BATCH && !wrong,
	    "a small socket: %d missing", missing);
	close(fd);
}

static void
test_this(void)
{
	test_names();
	test_ends();
	test_many();
	tap_is_int(test_all(), 0, "all, as /proc has them");
	tap_ok(is_right(getpid()), "and us");
	test_stop();
}

/* ---- in other namespaces ---- */

static int
nothing(void)
{
	return 0;
}

static int
nobody(void)
{
	return setuid(65534);
}

static int
proc_of_ours(void)
{
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return -1;
	return mount("proc", "/proc", "proc", 0, NULL);
}

static void
test_outside(void)
{
	tap_ok(!test_all(), "all, as /proc of another namespace has them");
}

struct place {
	const char *name;
	int flags;	      /* namespaces to leave */
	int (*prepare)(void); /* in the new one */
	int stats;	      /* 1 to be had there, 0 not, -1 on some kernels */
	void (*test)(void);
};

static const struct place places[] = {
	{ "network", CLONE_NEWNET, nothing, -1, test_this },
	{ "pid", CLONE_NEWPID, nothing, 0, test_outside },
	{ "pid and mount", CLONE_NEWPID | CLONE_NEWNS, proc_of_ours, 1,
	    test_this },
	{ "no root", 0, nobody, 0, test_this },
};

/* The results of a child are counted as ours. */
static void
test_place(const struct place *p, bool stats, int *shared)
{
	int status, pid, code = 0;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		/* A pid namespace begins with the first child. */
		code = unshare(p->flags) != 0;
		pid = code ? 0 : fork();
		if (pid == 0) {
			if (code || p->prepare() != 0)
				tap_ok(0, "%s: %s", p->name, strerror(errno));
			else
				p->test();
			tap_ok(p->stats < 0 ||
			    (strcmp(how, "taskstats") == 0) ==
				(stats && p->stats), "%s: by %s", p->name, how);
			shared[0] = tap_count;
			shared[1] = tap_failed;
			exit(0);
		}
		waitpid(pid, &status, 0);
		_exit(status != 0);
	}
	waitpid(pid, &status, 0);
	tap_count = shared[0];
	tap_failed = shared[1];
	tap_ok(status == 0, "%s", p->name);
}

int
main(void)
{
	int *shared = mmap(NULL, 2 * sizeof *shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool stats;

	list = calloc(LIST_MAX, sizeof *list);
	if (!list || shared == MAP_FAILED || pipe(to_child) != 0)
		return 1;
	test_this();
	test_overrun();
	stats = strcmp(how, "taskstats") == 0;
	for (size_t i = 0; geteuid() == 0 && i < sizeof places / sizeof *places;
	     i++)
		test_place(&places[i], stats, shared);
	return tap_done();
}
