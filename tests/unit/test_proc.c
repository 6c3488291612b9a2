/*
 * proc: /proc/PID/stat of processes with hostile names, and what /proc says
 * of this one.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "kernel/proc.h"
#include "kernel/start_time.h"
#include "kernel/proc_task.h"
#include "base/error.h"
#include "tap.h"

#define REST " S 100 152 152 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 7 0 12345 0 0 " \
	"18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 " \
	"0 0 0 0\n"

static struct proc_stat s;

static int
parse(const char *text)
{
	size_t len = strlen(text);
	char *block = malloc(len + 1);	/* reading behind it is seen */
	int r;

	memcpy(block, text, len + 1);
	memset(&s, 0x5a, sizeof s);
	r = proc_stat_parse(&s, block, len);
	free(block);
	return r;
}

static void
is_comm(const char *text, const char *comm)
{
	tap_ok(parse(text) == 0 && s.pid == 4242 && s.ppid == 100 &&
	    s.threads == 7 && s.start == 12345 && strcmp(s.comm, comm) == 0,
	    "comm: %s", text);
}

static void
test_comm(void)
{
	is_comm("4242 (bash)" REST, "bash");
	is_comm("4242 ()" REST, "");
	is_comm("4242 ())" REST, ")");
	is_comm("4242 (()" REST, "(");
	is_comm("4242 (a b)" REST, "a b");
	is_comm("4242 () S 1 1 1)" REST, ") S 1 1 1");
	is_comm("4242 (x) R 1\n99 (y)" REST, "x) R 1\n99 (y");
	is_comm("4242 (a\nb\n)" REST, "a\nb\n");
	is_comm("4242 (fifteen-letters)" REST, "fifteen-letters");
	is_comm("4242 (kworker/u8:3-events_unbound)" REST, "kworker/u8:3-ev");
	is_comm("4242 (\xff\xfe)" REST, "\xff\xfe");
}

static void
is_refused(const char *text, const char *name)
{
	errno = 0;
	tap_ok(parse(text) == -1 && errno == EINVAL, "refused: %s", name);
}

static void
test_refused(void)
{
	char text[512] = "4242 (bash)" REST;
	int parsed = 0;

	is_refused("4242 (true) X 0 -1 -1 0 -1 4228108 0 0 0 0 0 0 0 0 20 0 1 0 "
	    "12345 0 0\n", "one that was waited for while it was read");
	is_refused("", "nothing");
	is_refused("4242", "only a pid");
	is_refused("4242 (bash", "no end of the comm");
	is_refused("4242 bash)" REST, "no begin of the comm");
	is_refused("4242 )bash(" REST, "the wrong way round");
	is_refused("4242 )" REST "(", "begins at the end");
	is_refused("4242 (bash)", "nothing behind it");
	is_refused("4242 (bash)x" REST, "no space behind it");
	is_refused("x (bash)" REST, "no pid");
	is_refused("0 (bash)" REST, "pid 0");
	is_refused("-3 (bash)" REST, "a negative pid");
	is_refused("4242 (bash) S 100 152", "too few fields");
	for (size_t n = strlen("4242 (bash) S 100 152 152 0 -1 4194304 1 0 0 "
		"0 0 0 0 0 20 0 7 0"); n-- > 0;) {
		text[n] = '\0';
		parsed += parse(text) == 0;
	}
	tap_is_int(parsed, 0, "refused: cut before the start time");
}

/* ---- live ---- */

static struct {
	int self, child, bad;
} list;

static int
see(void *arg, const struct event *e)
{
	int child = *(int *)arg;

	list.self += e->tid == getpid() && e->found.pid == getpid() &&
	    e->found.ppid == getppid() && e->found.start > 0;
	list.child += e->tid == child && e->found.ppid == getpid() &&
	    strcmp(e->comm, ") S 1 (\n") == 0;
	list.bad += e->type != EVENT_TASK || e->tid <= 0 || e->found.pid <= 0 ||
	    e->ts > clock_boot() || e->ts + 10000000000u < clock_boot();
	return 0;
}

static int
stop(void *arg, const struct event *e)
{
	(void)e;
	++*(int *)arg;
	return 5;
}

static void
test_child(int child)
{
	char cmdline[4096];
	struct event e;
	long n;
	int calls = 0;

	tap_ok(proc_stat_read(&s, child) == 0 && s.pid == child &&
	    s.ppid == getpid() && strcmp(s.comm, ") S 1 (\n") == 0,
	    "stat of a child with a hostile name");
	tap_ok(proc_look(child, &e) == 0 && e.type == EVENT_TASK &&
	    e.tid == child && e.found.pid == child && e.found.ppid == getpid() &&
	    e.found.start == proc_start_ns(s.start), "look at it");
	tap_is_int(proc_list(see, &child), 0, "list");
	tap_ok(list.self == 1 && list.child == 1 && list.bad == 0,
	    "list: it and its parent, once each");
	tap_ok(proc_list(stop, &calls) == 5 && calls == 1, "list: stopped");
	n = proc_cmdline(child, cmdline, sizeof cmdline);
	tap_ok(n > 0 && cmdline[n - 1] == '\0', "its command line");
	tap_is_int(proc_cmdline(child, cmdline, 3), 3, "a part of it");
}

static void
test_live(void)
{
	int to_child[2], child;
	char c;

	if (pipe(to_child) != 0)
		return;
	child = fork();
	if (child == 0) {
		prctl(PR_SET_NAME, ") S 1 (\n");
		kill(getpid(), SIGSTOP);
		_exit(read(to_child[0], &c, 1) == 1);
	}
	waitpid(child, NULL, WUNTRACED);
	test_child(child);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	errno = 0;
	tap_ok(proc_stat_read(&s, child) == -1 &&
	    (errno == ENOENT || errno == ESRCH), "it is gone");
	tap_is_int(proc_cmdline(child, &c, 1), -1, "its command line, too");
	close(to_child[0]);
	close(to_child[1]);
}

/* ---- whose PIDs ---- */

enum { KERNELS = 1, OURS = 2, FIRST = 4, SELF = 8, USED = 16 };

static int
numbers(const char *dir)
{
	struct error error;
	int r = proc_use(dir, &error) == 0 ? USED : 0;

	if (proc_has_kernel_pids())
		r |= KERNELS;
	if (proc_has_our_pids())
		r |= OURS;
	if (proc_is_first())
		r |= FIRST;
	if (proc_self() == getpid())
		r |= SELF;
	return r;
}

static int
mount_proc(const char *options)
{
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("proc", "/proc", "proc", 0, options) != 0;
}

static int
as_nobody(void)
{
	return setuid(65534) != 0;
}

/* Where a child is, and what it finds there: with /proc as it is, with a new
 * one, and with the old one again, at dir. */
static int
see_inside(const char *dir, int how)
{
	if (how == 0)
		return numbers(NULL);
	if (how == 1)
		return mount_proc("") ? -1 : numbers(NULL);
	if (how == 2)
		return mount_proc("") ? -1 : numbers("/proc");
	if (how == 3)
		return mount("/proc", dir, NULL, MS_BIND, NULL) != 0 ||
			mount_proc("") ? -1 : numbers(dir);
	return mount_proc("hidepid=2") || as_nobody() ? -1 : numbers(NULL);
}

static void
test_inside(const char *dir, int flags, int how, int want, const char *name)
{
	int status, pid = fork();

	if (pid == 0) {
		if (unshare(flags | CLONE_NEWNS) != 0)
			_exit(255);
		pid = fork();
		if (pid == 0)
			_exit(see_inside(dir, how) & 255);
		waitpid(pid, &status, 0);
		_exit(WEXITSTATUS(status));
	}
	waitpid(pid, &status, 0);
	tap_is_int(WEXITSTATUS(status), want, "%s", name);
}

static void
test_numbers(void)
{
	static char dir[] = "/tmp/test_proc.XXXXXX";
	int first = proc_namespace("pid") == PROC_FIRST_PIDS ?
	    KERNELS | FIRST : 0;
	struct error error;

	tap_is_int(numbers(NULL), USED | OURS | SELF | first, "here");
	tap_ok(proc_use("/none", &error) == -1 && strstr(error.text, "/none"), "%s", error.text);
	tap_ok(proc_use("/tmp", &error) == -1 && strstr(error.text, "no proc"), "%s",
	    error.text);
	tap_ok(proc_use("/proc/self", &error) == -1 && strstr(error.text, "not in it"),
	    "%s", error.text);
	tap_is_int(numbers(NULL), USED | OURS | SELF | first, "/proc again");
	if (geteuid() != 0 || !mkdtemp(dir))
		return;
	first &= KERNELS; /* of the other /proc; we are not there */
	test_inside(dir, CLONE_NEWPID, 0, USED | first, "the one outside");
	test_inside(dir, CLONE_NEWPID, 1, USED | OURS | SELF, "its own");
	test_inside(dir, CLONE_NEWPID, 2, OURS | SELF, "its own is refused");
	test_inside(dir, CLONE_NEWPID, 3, first ? USED | first : OURS | SELF,
	    "that at another place");
	test_inside(dir, CLONE_NEWPID, 4, USED | OURS | SELF,
	    "its own, which hides others");
	test_inside(dir, 0, 4, USED | OURS | SELF |
	    (first ? KERNELS | FIRST : 0), "one that hides others");
	rmdir(dir);
}

int
main(void)
{
	long hz = sysconf(_SC_CLK_TCK);

	test_comm();
	test_refused();
	tap_is_int(proc_start_ns(3 * (uint64_t)hz), 3000000000, "ticks");
	tap_is_int(proc_start_ns(1000000000000 * (uint64_t)hz / 1000),
	    1000000000000000000, "ticks of 31 years");
	test_live();
	test_numbers();
	return tap_done();
}
