/*
 * global_buffer: the kernel's own buffer is borrowed and given back as it was, or
 * not taken at all.
 */
#include "trace/probe_event.h"
#include "top.h"

static const struct {
	const char *name, *shown, *written, *back;
} settings[] = { { "tracing_on", "0\n", NULL, "0" },
	{ "trace_clock", "local [global] counter x86-tsc\n", "boot", "global" },
	{ "buffer_size_kb", "7 (expanded: 1408)\n", "4096", "1408" },
	{ "buffer_percent", "50\n", "0", "50" },
	{ "events/sched/sched_process_fork/enable", "0\n", "1", "0" },
	{ "events/sched/sched_process_exec/filter", "none\n", "pid > 0", "0" },
	{ "events/sched/sched_process_exit/filter",
	    "prio < 100 && comm != \"a b\"\n", "0",
	    "prio < 100 && comm != \"a b\"" },
	{ "events/refuses/it/filter", "nonsense\n^\nparse_error\n", "0",
	    "0" } };

#define SETTINGS (sizeof settings / sizeof *settings)

/* As it is when nobody traces. */
static void
reset(void)
{
	unlink(LOCK);
	for (size_t i = 0; i < SETTINGS; i++)
		put(top, settings[i].name, settings[i].shown);
	put(top, "current_tracer", "nop\n");
	put(top, "events/enable", "0\n");
	put(top, "set_event_pid", "");
	put(top, "per_cpu/cpu0/stats", "entries: 0\noverrun: 7\n");
	put(top, "trace", "old\n");
	put(top, "kprobe_events", "p:other/x do_exit\n");
	put(top, "uprobe_events", "");
}

static int
change(void)
{
	int bad = 0;

	for (size_t i = 0; i < SETTINGS; i++)
		if (settings[i].written)
			bad += global_buffer_write(&in, settings[i].name,
				   settings[i].written) != 0;
	return bad;
}

static void
are_back(const char *name)
{
	for (size_t i = 0; i < SETTINGS; i++)
		is_says(settings[i].name, settings[i].back, "%s: %s", name,
		    settings[i].name);
	tap_is_str(says(AT_FDCWD, LOCK), "(none)", "%s: no lock", name);
	is_says("trace", "", "%s: the buffer is empty", name);
}

/* Nothing was changed. */
static void
are_same(const char *name)
{
	int bad = 0;

	for (size_t i = 0; i < SETTINGS; i++)
		bad += strcmp(says(top, settings[i].name), settings[i].shown);
	tap_ok(bad == 0 && strcmp(says(top, "trace"), "old\n") == 0,
	    "%s: nothing changed", name);
}

static void
test_borrowed(void)
{
	char head[256];
	struct stat st;

	reset();
	tap_is_int(global_buffer_acquire(&in, false, &error), 0, "take");
	tap_ok(in.top && in.dir >= 0 && in.lock >= 0, "it is ours");
	snprintf(head, sizeof head, "%d\n%s %s\ntracing_on 0\n", (int)getpid(),
	    in.name, boot);
	tap_is_str(says(AT_FDCWD, LOCK), head, "the lock says whose");
	tap_ok(stat(LOCK, &st) == 0 && (st.st_mode & 07777) == 0600,
	    "and is for nobody else to read");
	is_says("tracing_on", "1", "on");
	is_says("trace", "", "what was in it is discarded");
	tap_is_int(change(), 0, "write");
	for (size_t i = 1; i < SETTINGS; i++)
		is_says(settings[i].name, settings[i].written, "written: %s",
		    settings[i].name);
	tap_is_int(
	    global_buffer_write(&in, "trace_clock", "mono"), 0, "one of them again");
	put(top, "trace", "new\n");
	tap_is_int(global_buffer_release(&in), 0, "give");
	tap_ok(!in.top && in.dir < 0 && in.lock < 0, "it is not ours");
	are_back("given");
	is_says("kprobe_events", "p:other/x do_exit\n",
	    "somebody else's probes are left");
}

static void
test_write(void)
{
	char own[160], lock[1024], text[400];

	reset();
	global_buffer_acquire(&in, false, &error);
	snprintf(lock, sizeof lock, "%s", says(AT_FDCWD, LOCK));
	put(top, "buffer_size_kb", "X\n");
	tap_ok(global_buffer_write(&in, "buffer_size_kb", "4096") == -1 &&
		errno == EBUSY,
	    "X: it differs between CPUs");
	tap_ok(
	    global_buffer_write(&in, "set_event_pid", "1") == -1 && errno == EBUSY,
	    "nothing that could not be put back");
	is_says("set_event_pid", "", "is written");
	tap_ok(global_buffer_write(&in, "events/none/enable", "1") == -1 &&
		errno == ENOENT,
	    "no such setting");
	put(top, "buffer_size_kb", "1408\n");
	global_buffer_write(&in, "buffer_size_kb", "1408");
	is_says("buffer_size_kb", "1408\n", "what it is already: untouched");
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	put(top, "events/sched/sched_process_exec/filter", text);
	tap_is_int(
	    global_buffer_write(&in, "events/sched/sched_process_exec/filter", "0"),
	    -1, "a filter too long to be remembered");
	is_says("events/sched/sched_process_exec/filter", text, "stays");
	snprintf(own, sizeof own, "events/%s/exec0/enable", in.group);
	put(top, own, "0\n");
	tap_is_int(global_buffer_write(&in, own, "1"), 0, "of a probe of ours");
	is_says(own, "1", "it is written");
	tap_is_str(says(AT_FDCWD, LOCK), lock, "none of these is remembered");
	snprintf(own, sizeof own, "events/%s/enable", in.group);
	put(top, own, "1\n");
	global_buffer_release(&in);
	is_says(own, "0", "probes of ours are disabled at the end");
	/* Their folder goes with them. */
	unlinkat(top, own, 0);
	snprintf(own, sizeof own, "events/%s/exec0/enable", in.group);
	for (char *p; unlinkat(top, own, 0) == 0 ||
	     unlinkat(top, own, AT_REMOVEDIR) == 0;
	     *p = '\0')
		if ((p = strrchr(own, '/')) == own + strlen("events"))
			break;
}

/* One that cannot be put back does not keep the others from it. */
static void
test_failure(void)
{
	reset();
	global_buffer_acquire(&in, false, &error);
	change();
	unlinkat(top, "buffer_percent", 0);
	tap_is_int(symlinkat("/dev/full", top, "buffer_percent"), 0,
	    "one that refuses");
	unlinkat(top, "events/sched/sched_process_fork/enable", 0);
	tap_ok(global_buffer_release(&in) == -1 && errno == ENOSPC, "is told");
	unlinkat(top, "buffer_percent", 0);
	put(top, "buffer_percent", "50");
	put(top, "events/sched/sched_process_fork/enable", "0");
	tap_is_int(unlink(LOCK), 0, "the lock stays");
	are_back("all but one");
}

/* Somebody's filter, on an event that is not enabled, would hide from us. */
static void
test_filter(void)
{
	static const char format[] =
	    "name: sched_process_exit\nID: 300\nformat:\n"
	    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\n"
	    "\tfield:int common_pid;\toffset:4;\tsize:4;\n\n"
	    "\tfield:char comm[16];\toffset:8;\tsize:16;\n"
	    "\tfield:pid_t pid;\toffset:24;\tsize:4;\n";
	static const char filter[] = "events/sched/sched_process_exit/filter";
	struct raw_event_table table = { 0 };

	reset();
	put(top, "events/sched/sched_process_exit/format", format);
	put(top, "events/sched/sched_process_exit/enable", "0\n");
	global_buffer_acquire(&in, false, &error);
	tap_is_int(tracepoint_arm(&in, &table, RAW_EXIT,
		       "sched/sched_process_exit", NULL),
	    0, "an event");
	is_says("events/sched/sched_process_exit/enable", "1", "it is enabled");
	is_says(filter, "0", "without the filter of somebody else");
	global_buffer_release(&in);
	is_says(filter, settings[6].back, "who has it back then");
	reset();
	put(top, filter, "none\n");
	global_buffer_acquire(&in, false, &error);
	tracepoint_arm(
	    &in, &table, RAW_EXIT, "sched/sched_process_exit", NULL);
	is_says(filter, "none\n", "where there is none, none is written");
	unlinkat(top, "buffer_percent", 0);
	tap_is_int(global_buffer_release(&in), 0, "give");
	reset();
	global_buffer_acquire(&in, false, &error);
	global_buffer_write(&in, "buffer_percent", "0");
	unlinkat(top, "buffer_percent", 0);
	tap_is_int(global_buffer_release(&in), 0, "what is gone needs no undoing");
}

static void
is_refused(const char *name, const char *part)
{
	*error.text = '\0';
	tap_is_int(global_buffer_acquire(&in, false, &error), -1, "%s: refused", name);
	tap_ok(strstr(error.text, part), "%s: says so: %s", name, error.text);
	tap_is_str(says(AT_FDCWD, LOCK), "(none)", "%s: no lock", name);
	are_same(name);
	tap_is_int(global_buffer_acquire(&in, true, &error), 0, "%s: -F overrides", name);
	tap_is_int(global_buffer_release(&in), 0, "%s: and gives", name);
	reset();
}

static void
test_refused(void)
{
	int pid, ready[2];
	char c, pipe_path[] = "/tmp/top/trace_pipe";

	reset();
	put(top, "current_tracer", "function\n");
	is_refused("a tracer", "a tracer is active");
	put(top, "set_event_pid", "17\n");
	is_refused("a choice of pids", "set_event_pid");
	put(top, "events/enable", "X\n");
	is_refused("some events", "events are enabled");
	put(top, "events/enable", "1\n");
	is_refused("all events", "events are enabled");
	put(top, "per_cpu/cpu0/stats", "entries: 3\noverrun: 0\n");
	is_refused("a full buffer", "holds 3 events");
	put(top, "trace_pipe", "");
	if (pipe(ready) != 0 || (pid = fork()) < 0)
		return;
	if (pid == 0) {
		c = open(pipe_path, O_RDONLY) < 0;
		if (write(ready[1], &c, 1) == 1)
			pause();
		_exit(0);
	}
	tap_ok(read(ready[0], &c, 1) == 1 && c == 0, "somebody reads");
	is_refused("a reader", "reads it");
	die(pid);
	tap_is_int(global_buffer_acquire(&in, false, &error), 0, "it ended");
	global_buffer_release(&in);
	tap_ok(*says(AT_FDCWD, LOCK) == '(', "no lock is left");
}

/* A tool of ours, killed while it traces. */
static void
test_killed(void)
{
	int pid, other, ready[2];
	char c = 'x', path[128], event[160];

	reset();
	if (pipe(ready) != 0 || (pid = fork()) < 0)
		return;
	if (pid == 0) {
		instance_name(&in, top, "forksnoop", &error);
		c = global_buffer_acquire(&in, false, &error) != 0 || change() != 0;
		snprintf(event, sizeof event, "p:%s/fork do_fork\n", in.group);
		put(top, "kprobe_events", event);
		if (write(ready[1], &c, 1) == 1)
			pause();
		_exit(0);
	}
	tap_ok(read(ready[0], &c, 1) == 1 && c == 0, "another one traces");
	tap_is_int(global_buffer_sweep(top), 0, "it lives: no sweep");
	is_says("buffer_percent", "0", "nor is anything put back");
	tap_is_int(global_buffer_acquire(&in, true, &error), -1, "nor taken, with -F");
	tap_ok(strstr(error.text, "forksnoop-") && strstr(error.text, LOCK), "%s", error.text);
	is_says("buffer_percent", "0", "and nothing is put back");
	put(top, "trace", "of the dead\n");
	die(pid);
	other = open(LOCK, O_RDONLY);
	tap_is_int(flock(other, LOCK_EX), 0, "another one is about to sweep");
	tap_is_int(global_buffer_sweep(top), 0, "it is left to that one");
	is_says("buffer_percent", "0", "with all that is to be put back");
	close(other);
	tap_is_int(global_buffer_sweep(top), 1, "killed: it is swept");
	are_back("swept");
	snprintf(path, sizeof path, "-:forksnoop_");
	tap_ok(strncmp(says(top, "kprobe_events"), path, strlen(path)) == 0,
	    "its probes are deleted: %s", says(top, "kprobe_events"));
	tap_is_int(global_buffer_sweep(top), 0, "once");
}

static int
tests(void)
{
	test_borrowed();
	test_write();
	test_failure();
	test_filter();
	test_refused();
	test_killed();
	return tap_done();
}

int
main(void)
{
	in_own_world(tests);
}
