/*
 * ftrace_lock: whose the kernel's own buffer is, and what a file that anybody may
 * have put there makes us do.
 */
#include "base/units.h"
#include "kernel/clock.h"
#include "kernel/proc.h"
#include "top.h"

static struct lock l;

/* lock_find, once more. */
static bool
find(void)
{
	static bool open;

	if (open)
		lock_close(&l);
	open = lock_find(&l);
	return open;
}

/* Settings that are there, and one that must never be written. */
static void
reset(void)
{
	unlink(LOCK);
	put(top, "tracing_on", "1");
	put(top, "trace_clock", "boot");
	put(top, "current_tracer", "nop");
	put(top, "events/enable", "0");
	put(top, "kprobe_events", "");
	put(top, "uprobe_events", "");
	put(top, "trace", "old");
}

static void
lock_says(const char *text)
{
	unlink(LOCK);
	put(AT_FDCWD, LOCK, text);
}

/* The name of a tool of ours that runs as pid. */
static const char *
owner(int pid)
{
	static char name[INSTANCE_NAME];
	const char *ns = strrchr(in.name, '-');
	struct proc_stat s = { 0 };
	int minus = 0;

	for (const char *p = in.name; *p; p++)
		minus += *p == '-';
	proc_stat_read(&s, pid);
	snprintf(name, sizeof name, "forksnoop-%d-%llu%s", pid,
	    (unsigned long long)s.start, minus == 3 ? ns : "");
	return name;
}

/* No process ever has it: above PID_MAX_LIMIT (include/linux/threads.h). */
#define NEVER 2000000000

/* A lock of a tool of ours that is dead, with these changes. */
static void
ours_says(const char *changes)
{
	char text[4096], name[INSTANCE_NAME];

	snprintf(name, sizeof name, "%s", owner(NEVER));
	snprintf(text, sizeof text, "%d\n%s %s\n%s", NEVER, name, boot, changes);
	lock_says(text);
}

static void
is_taken(const char *name)
{
	if (!tap_ok(global_buffer_acquire(&in, false, &error) == 0, "%s: taken", name))
		return;
	tap_is_int(strtol(says(AT_FDCWD, LOCK), NULL, 10), getpid(),
	    "%s: the lock is ours", name);
	global_buffer_release(&in);
}

static void
is_kept(const char *name, const char *part)
{
	char before[1024];

	snprintf(before, sizeof before, "%s", says(AT_FDCWD, LOCK));
	*error.text = '\0';
	put(top, "trace", "old");
	tap_is_int(global_buffer_acquire(&in, false, &error), -1, "%s: refused", name);
	tap_ok(strstr(error.text, part), "%s: says so: %s", name, error.text);
	tap_is_str(says(AT_FDCWD, LOCK), before, "%s: it stays", name);
	tap_is_str(says(top, "trace"), "old", "%s: nothing changed", name);
}

static void
is_taken_if(bool known, const char *name)
{
	if (known)
		is_taken(name);
	else
		is_kept(name, "locked it");
}

/* Locks of perf-tools: a pid, nothing more. */
static void
test_foreign(void)
{
	char text[64], part[64];
	int pid = live();
	/* In a pid namespace the number may be of another one. */
	bool known = proc_is_first();
	bool early = clock_boot() / NS_PER_S < 3600; /* two hours ago: before */

	reset();
	tap_ok(!find(), "no lock");
	snprintf(text, sizeof text, "%d\n", pid);
	snprintf(part, sizeof part, "process %d has locked it", pid);
	lock_says(text);
	tap_ok(
	    find() && l.pid == pid && !l.dead && !l.ours && *l.changes == '\0',
	    "somebody's");
	is_kept("it lives", part);
	tap_is_int(global_buffer_sweep(top), 0, "it is not swept");
	tap_is_int(global_buffer_acquire(&in, true, &error), 0, "-F overrides");
	global_buffer_release(&in);
	lock_says(text);
	age(LOCK, 7200);
	tap_ok(find() && l.dead == (known || early),
	    "the number was used again since");
	is_taken_if(known || early, "of an earlier one");
	die(pid);
	snprintf(text, sizeof text, "%d\n", NEVER);
	lock_says(text);
	tap_is_int(global_buffer_sweep(top), 0, "dead, but not ours to sweep");
	is_taken_if(known, "dead");
	lock_says(text);
	age(LOCK, 20 * 365 * 86400);
	is_taken("written before the machine was started");
	lock_says("");
	is_kept("empty: it is being written", "locked it");
	age(LOCK, 10);
	is_taken("empty for long");
	lock_says("not a number\n");
	age(LOCK, 10);
	is_taken("nonsense");
}

/* Seen from a pid namespace below, of which nobody is the owner. */
static void
test_below(void)
{
	char text[64];
	int status, pid = live();

	reset();
	snprintf(text, sizeof text, "%d\n", pid);
	lock_says(text);
	die(pid);
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWPID) != 0)
			_exit(2);
		pid = fork();
		if (pid == 0)
			_exit(!find() || l.dead);
		waitpid(pid, &status, 0);
		_exit(WEXITSTATUS(status));
	}
	waitpid(pid, &status, 0);
	tap_ok(status == 0 || WEXITSTATUS(status) == 2,
	    "from a pid namespace: not known to be dead");
	reset();
}

static void
test_ours(void)
{
	char text[512], name[INSTANCE_NAME];
	int pid = live();

	reset();
	snprintf(name, sizeof name, "%s", owner(pid));
	snprintf(
	    text, sizeof text, "%d\n%s %s\ntracing_on 0\n", pid, name, boot);
	lock_says(text);
	tap_ok(find() && l.ours && !l.dead && strcmp(l.name, name) == 0 &&
		strcmp(l.changes, "tracing_on 0\n") == 0,
	    "ours");
	is_kept("it lives", name);
	tap_is_int(global_buffer_acquire(&in, true, &error), -1, "not even with -F");
	tap_is_int(global_buffer_sweep(top), 0, "it is not swept");
	snprintf(text, sizeof text, "%d\n%s another-boot\ntracing_on 0\n", pid,
	    name);
	lock_says(text);
	tap_ok(find() && !l.ours && l.dead, "of an earlier boot");
	tap_is_int(global_buffer_sweep(top), 0, "its changes are gone");
	is_taken("of an earlier boot");
	tap_is_str(says(top, "tracing_on"), "1", "and not undone");
	die(pid);
	ours_says("tracing_on 0\n");
	tap_ok(find() && l.ours && l.dead, "ours, dead");
	tap_is_int(global_buffer_sweep(top), 1, "it is swept");
	tap_is_str(says(top, "tracing_on"), "0", "its changes are undone");
	tap_ok(access(LOCK, F_OK) != 0, "the lock is gone");
	ours_says("");
	tap_is_int(global_buffer_sweep(top), 1, "without changes");
	snprintf(text, sizeof text, "%d\nmytool-%d-1 %s\ntracing_on 0\n", NEVER,
	    NEVER, boot);
	lock_says(text);
	tap_ok(find() && !l.ours && l.dead == proc_is_first(),
	    "of no tool of ours");
	/* One line is missing, or half of it. */
	snprintf(text, sizeof text, "%d\n%s %s", NEVER, owner(NEVER), boot);
	lock_says(text);
	tap_ok(find() && !l.ours && l.dead == proc_is_first(),
	    "cut while it was written");
	is_taken_if(proc_is_first(), "cut");
}

/* While we trace, another tool overrides. */
static void
test_replaced(void)
{
	reset();
	global_buffer_acquire(&in, false, &error);
	global_buffer_write(&in, "trace_clock", "mono");
	lock_says("1\n");
	tap_is_int(global_buffer_release(&in), 0, "give");
	tap_is_str(says(AT_FDCWD, LOCK), "1\n", "their lock stays");
	tap_is_str(says(top, "trace_clock"), "boot",
	    "what we changed is undone all the same");
	reset();
	global_buffer_acquire(&in, false, &error);
	ours_says("tracing_on 0\n");
	global_buffer_release(&in);
	tap_ok(access(LOCK, F_OK) == 0 &&
		strcmp(says(top, "tracing_on"), "1") == 0,
	    "nor is that of another tool of ours undone");
	reset();
	lock_says("1\n");
	find();
	lock_says("2\n");
	tap_ok(lock_remove(&l) == -1 && errno == EAGAIN,
	    "who removes a dead one leaves that of who was faster");
	find();
	tap_is_int(lock_remove(&l), 0, "removed");
	tap_is_int(lock_remove(&l), 0, "gone already");
	tap_ok(!find(), "no lock is left");
}

/* Names that are no settings, in a lock that seems to be ours. */
static void
test_hostile(void)
{
	static const char *const never[] = { "../victim.txt",
		"events/../x/enable", "events/../../victim/enable",
		"current_tracer", "kprobe_events", "events/a/b/trigger",
		"set_event", "/tmp/victim/enable", "events/enablex",
		"xevents/enable", "instances/a/tracing_on" };
	char changes[2048] = "\n \nnovalue\ntracing_on\n x\n";
	size_t n = strlen(changes);
	int bad = 0;

	reset();
	for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
		put(top, never[i], "untouched");
		n += (size_t)snprintf(
		    changes + n, sizeof changes - n, "%s evil\n", never[i]);
	}
	put(top, "events/a/b/enable", "1");
	n += (size_t)snprintf(changes + n, sizeof changes - n, "%0500d 1\n", 0);
	n += (size_t)snprintf(changes + n, sizeof changes - n,
	    "events/a/b/enable 0\ntrace_clock first\ntrace_clock last\n");
	snprintf(changes + n, sizeof changes - n, "tracing_on 0");
	ours_says(changes);
	tap_is_int(global_buffer_sweep(top), 1, "hostile lines");
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		bad += !tap_ok(strcmp(says(top, never[i]), "untouched") == 0,
		    "not written: %s", never[i]);
	tap_is_int(bad, 0, "none of them");
	tap_is_str(says(top, "events/a/b/enable"), "0", "what is one is");
	tap_is_str(
	    says(top, "trace_clock"), "first", "from the last to the first");
	tap_is_str(
	    says(top, "tracing_on"), "1", "but not what was being written");
}

/* Is what this lock says believed? */
static void
is_stranger(const char *name)
{
	tap_is_int(global_buffer_sweep(top), 0, "%s: not swept", name);
	tap_is_str(says(top, "tracing_on"), "1", "%s: nothing written", name);
}

static void
test_strangers(void)
{
	int mine = 0;

	reset();
	put(AT_FDCWD, "/var/tmp/victim", "untouched");
	tap_is_int(symlink("/var/tmp/victim", LOCK), 0, "a symbolic link");
	is_taken("a symbolic link, which is nobody's lock");
	tap_is_str(says(AT_FDCWD, "/var/tmp/victim"), "untouched",
	    "it is not followed");
	symlink("/var/tmp/made", LOCK);
	is_taken("one that dangles");
	tap_ok(access("/var/tmp/made", F_OK) != 0, "nor is that");
	unlink(LOCK);
	mkfifo(LOCK, 0600);
	age(LOCK, 10);
	is_taken("a FIFO, which is not waited for");
	ours_says("tracing_on 0\n");
	chmod(LOCK, 0620);
	is_stranger("the group may write it");
	chmod(LOCK, 0602);
	is_stranger("anybody may write it");
	chmod(LOCK, 0600);
	link(LOCK, "/var/tmp/second");
	is_stranger("it has another name");
	unlink("/var/tmp/second");
	if (chown(LOCK, 1, 1) == 0)
		is_stranger("somebody else's");
	else
		tap_ok(1, "# SKIP chown: %s", strerror(errno));
	mine = chown(LOCK, 0, 0);
	tap_ok(mine == 0 && global_buffer_sweep(top) == 1,
	    "and as it was it is believed");
}

/* A machine whose /var/tmp cannot be written. */
static void
test_places(void)
{
	reset();
	tap_is_int(
	    mount("none", "/var/tmp", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0,
	    "a /var/tmp for reading only");
	tap_is_int(global_buffer_acquire(&in, false, &error), 0, "take");
	tap_ok(access("/tmp/.ftrace-lock", F_OK) == 0, "the lock is in /tmp");
	tap_is_int(global_buffer_release(&in), 0, "give");
	tap_ok(access("/tmp/.ftrace-lock", F_OK) != 0, "it is gone");
}

static int
tests(void)
{
	test_foreign();
	test_below();
	test_ours();
	test_replaced();
	test_hostile();
	test_strangers();
	test_places();
	return tap_done();
}

int
main(void)
{
	in_own_world(tests);
}
