#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "proc.h"
#include "proof.h"

#define NS_PER_S      1000000000
#define PROOF_WAIT_NS 2000000000u	/* a proof that never comes */
#define STEP_NS	      2000000u		/* while a record waits */
#define NAP_NS	      4000000u		/* while much is going on */
#define TRIES_MAX     8			/* to probe a path, see tries */
#define PEEK_MAX      (256 << 10)	/* of /proc/PID/cmdline */

/* set_event_pid forgets a pid when the kernel frees the task, which may be
 * after its number was given out again; with so few numbers that happens. */
#define PIDS_SAFE 32768

static uint64_t
now_of(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) != 0)
		clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

uint64_t
clock_boot(void)
{
	return now_of(CLOCK_BOOTTIME);
}

int64_t
clock_wall_offset(void)
{
	uint64_t before = clock_boot(), wall = now_of(CLOCK_REALTIME);

	return (int64_t)(wall - before / 2 - clock_boot() / 2);
}

static void __attribute__((format(printf, 2, 3)))
say(const struct session *s, const char *format, ...)
{
	char line[2 * WHY_LEN];
	va_list ap;

	if (!s->opt.say)
		return;
	va_start(ap, format);
	vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	s->opt.say(line);
}

/* The trace clock now, in ns: "now ts:" of per_cpu/cpuN/stats. */
static int
trace_now(const struct session *s, uint64_t *ns)
{
	static const char key[] = "now ts:";
	char stats[1024], *p, *dot;

	if (file_read(s->instance.dir, "per_cpu/cpu0/stats", stats,
		sizeof stats) < 0 || !(p = strstr(stats, key)))
		return -1;
	*ns = strtoull(p + strlen(key), &dot, 10) * NS_PER_S;
	if (*dot != '.')
		return -1;
	*ns += strtoull(dot + 1, NULL, 10) * 1000;
	return 0;
}

/*
 * Never local: it may order a child's exec before its fork.  boot is the
 * clock of /proc and of recordings; mono lacks the time asleep; global has a
 * zero of its own (Documentation/trace/ftrace.rst, trace_clock).
 */
static int
choose_clock(struct session *s)
{
	uint64_t before, now, after;

	if (file_write(s->instance.dir, "trace_clock", "boot") == 0) {
		say(s, "clock: boot");
		return 0;
	}
	if (file_write(s->instance.dir, "trace_clock", "mono") == 0) {
		s->clock_offset = (int64_t)(clock_boot() -
		    now_of(CLOCK_MONOTONIC));
		s->clock_slack = 1000;
		say(s, "clock: mono (this kernel has no boot clock)");
		return 0;
	}
	if (file_write(s->instance.dir, "trace_clock", "global") != 0)
		return why_set(s->why, "trace_clock: %s", strerror(errno));
	before = clock_boot();
	if (trace_now(s, &now) != 0)
		return why_set(s->why, "per_cpu/cpu0/stats: cannot calibrate the "
		    "global clock");
	after = clock_boot();
	s->clock_offset = (int64_t)(before + (after - before) / 2 - now);
	s->clock_slack = after - before + 2000000;
	say(s, "clock: global (this kernel has neither boot nor mono)");
	return 0;
}

static int
size_buffer(struct session *s, unsigned *kb)
{
	char text[32] = "";

	if (s->opt.kb) {
		snprintf(text, sizeof text, "%u", s->opt.kb);
		if (file_write(s->instance.dir, "buffer_size_kb", text) != 0)
			return why_set(s->why, "buffer_size_kb: %u: %s", s->opt.kb,
			    strerror(errno));
	}
	if (file_read(s->instance.dir, "buffer_size_kb", text, sizeof text) < 0)
		return why_set(s->why, "buffer_size_kb: %s", strerror(errno));
	*kb = (unsigned)strtoul(text, NULL, 10);
	/* Wake us for the first event, not when the buffer is half full
	 * (5.0+; before, the poller is always woken at once). */
	file_write(s->instance.dir, "buffer_percent", "0");
	say(s, "buffer: %u KB per CPU", *kb);
	return 0;
}

static int
enable(struct session *s, enum kevent_kind kind, const char *name,
    const char *filter)
{
	if (tracepoint_arm(&s->instance, &s->events, kind, name, filter) == 0)
		return 0;
	say(s, "%s: %s", name, strerror(errno));
	return why_set(s->why, "events/%s: %s", name, strerror(errno));
}

static int
enable_tasks(struct session *s)
{
	if (enable(s, KEVENT_EXIT, "sched/sched_process_exit", NULL) != 0 ||
	    enable(s, KEVENT_EXEC, "sched/sched_process_exec", NULL) != 0)
		return -1;
	if (enable(s, KEVENT_NEWTASK, "task/task_newtask", NULL) != 0 &&
	    enable(s, KEVENT_FORK, "sched/sched_process_fork", NULL) != 0)
		return -1;
	if (s->opt.names)
		enable(s, KEVENT_RENAME, "task/task_rename", NULL);
	return 0;
}

/* exec_joiner's peek: /proc/PID/cmdline as it is now. */
static struct exec_peek *
peek(void *arg, int pid)
{
	static char bytes[PEEK_MAX];
	long len = proc_cmdline(pid, bytes, sizeof bytes);
	struct exec_peek *p;

	(void)arg;
	if (len < 0)
		len = 0;
	p = malloc(sizeof *p + (size_t)len);
	if (!p)
		return NULL;
	p->taken = clock_boot();
	p->whole = len < PEEK_MAX;
	p->len = (size_t)len;
	memcpy(p->bytes, bytes, p->len);
	return p;
}

/* The reader's hook: a short-lived program is gone when the sweep is. */
static void *
look_early(void *arg, const struct ring_record *r)
{
	struct session *s = arg;
	struct kevent k;

	if (kevent_peek(&s->events, r) != KEVENT_EXEC ||
	    !kevent_decode(&s->events, r, 0, &k) ||
	    !exec_wants_peek(&s->joiner, &k))
		return NULL;
	return peek(NULL, k.pid);
}

int
session_open(struct session *s, const struct session_options *opt)
{
	unsigned kb = 0;
	int swept;

	*s = (struct session){ .opt = *opt, .tracefs = -1,
		.instance = { .dir = -1 } };
	s->tracefs = tracefs_open(s->why);
	if (s->tracefs < 0)
		return -1;
	swept = instance_sweep(s->tracefs);
	if (swept)
		say(s, "removed %d left by tools that were killed", swept);
	/* Instances of 3.10 to 3.15 can never be removed again once their
	 * pipe was opened; 3.16 has saved_cmdlines_size. */
	if (!file_exists(s->tracefs, "saved_cmdlines_size"))
		return why_set(s->why, "instances: not usable on this kernel "
		    "(3.16 or newer is needed)");
	if (instance_create(&s->instance, s->tracefs, opt->tool, s->why) != 0)
		return -1;
	if (choose_clock(s) != 0 || size_buffer(s, &kb) != 0)
		return -1;
	if (reader_open(&s->reader, s->instance.dir, kb) != 0)
		return why_set(s->why, "per_cpu/cpu*/trace_pipe_raw: %s",
		    strerror(errno));
	s->reader.hook = look_early;
	s->reader.hook_arg = s;
	s->joiner.order = EXEC_PATH_ONLY;
	s->joiner.want = PROOF_ARGS;
	s->joiner.peek = opt->execs ? peek : NULL;
	s->joiner.arg = s;
	s->fetch = opt->args < PROOF_ARGS + 1 ? PROOF_ARGS + 1 : opt->args;
	if (s->fetch > PROBE_ARGS_MAX)
		s->fetch = PROBE_ARGS_MAX;
	if (enable_tasks(s) != 0)
		return -1;
	return exec_init(&s->joiner, true) == 0 ? 0 :
	    why_set(s->why, "%s", strerror(ENOMEM));
}

/* Run one program and wait for it to come back as a record. */
static int
prove(struct session *s, const char *path, int wanted,
    void (*seen)(void *, struct event *), void *arg)
{
	uint64_t end = clock_boot() + PROOF_WAIT_NS;
	struct proof proof = { .pid = 0 };
	bool ended = false;
	struct event e;
	int found = 0, quiet = 0;

	if (proof_run(&proof, path, s->opt.tool) != 0)
		return why_set(s->why, "fork: %s", strerror(errno));
	while (!found && clock_boot() < end && !(ended && quiet > 2)) {
		long n = session_sweep(s);

		if (n < 0) {
			proof_stop(&proof);
			return -1;
		}
		while (session_next(s, &e)) {
			if (!found)
				found = proof_check(&proof, &e);
			seen(arg, &e);
		}
		ended = proof_ended(&proof);
		quiet = ended && n == 0 && !exec_pending(&s->joiner) ?
		    quiet + 1 : 0;
		if (!found && n == 0)
			reader_wait(&s->reader, STEP_NS, NULL);
	}
	proof_stop(&proof);
	if (found == wanted)
		return 0;
	if (found == -2)
		return why_set(s->why, "the kernel's pids are not those of this pid "
		    "namespace (run it in the first one)");
	return why_set(s->why, found == 0 ? "its own exec did not come back" :
				    "its own arguments did not come back");
}

/* Arm each place of a row; those that fail or prove nothing are undone. */
static int
arm_row(struct session *s, enum probe_row row,
    void (*seen)(void *, struct event *), void *arg)
{
	int first = s->probes.count, armed = 0;
	int n = probe_find(&s->probes, row, s->tracefs, s->why);
	char text[LOADER_PATH + 64];

	if (n == 0) {
		say(s, "row %d: %s", row, s->why);
		return -1;
	}
	s->joiner.order = row == ROW_LOADER ? EXEC_PATH_FIRST : EXEC_PATH_LAST;
	for (int i = first; i < first + n; i++) {
		struct probe_place *p = &s->probes.place[i];
		int r = probe_arm(p, &s->instance, &s->events, s->fetch, s->why);

		probe_describe(p, text, sizeof text);
		if (r == 0 && !p->compat && row != ROW_ENTRY) {
			r = prove(s, p->user ? p->path : "/proc/self/exe", 1,
			    seen, arg);
			if (r != 0)
				probe_disarm(p, &s->instance);
		}
		say(s, "%s: %s", text, r == 0 ? p->compat || row == ROW_ENTRY ?
			"in use" : "in use, proved itself" : s->why);
		armed += r == 0 && !p->compat;
		if (r != 0 && row != ROW_LOADER && !p->compat &&
		    row != ROW_ENTRY)
			break;
	}
	if (!armed)
		s->probes.count = first;
	return armed ? 0 : -1;
}

/* The return values: always for failed execs; of successful ones where no
 * kprobe counts what sched_process_exec drops for its size. */
static void
arm_returns(struct session *s)
{
	const char *filter = s->row < ROW_LOADER ? "ret < 0" :
	    s->opt.failed ? NULL : "ret == 0";

	if (!s->opt.failed && s->row < ROW_LOADER)
		return;
	enable(s, KEVENT_RETURN, "syscalls/sys_exit_execve", filter);
	enable(s, KEVENT_RETURN, "syscalls/sys_exit_execveat", filter);
}

int
session_arm(struct session *s, void (*seen)(void *, struct event *), void *arg)
{
	static const enum probe_row rows[] = { ROW_START_THREAD,
		ROW_FINALIZE_EXEC, ROW_LOADER };

	s->row = ROW_PROC;
	for (size_t i = 0; s->opt.execs && i < sizeof rows / sizeof *rows; i++)
		if (arm_row(s, rows[i], seen, arg) == 0) {
			s->row = rows[i];
			break;
		}
	if (s->row == ROW_PROC) {
		s->joiner.order = EXEC_PATH_ONLY;
		if (prove(s, "/proc/self/exe", -1, seen, arg) != 0 &&
		    prove(s, "/proc/self/exe", -1, seen, arg) != 0)
			return -1;
		say(s, "row %d: arguments from /proc/PID/cmdline only",
		    ROW_PROC);
	}
	if (s->opt.failed) {
		enum exec_order order = s->joiner.order;

		arm_row(s, ROW_ENTRY, seen, arg);
		s->joiner.order = order;
	}
	arm_returns(s);
	s->joiner.want = s->opt.args;
	s->armed = clock_boot();
	return 0;
}

int
session_filter(struct session *s, const int *tids, size_t count)
{
	char text[32];
	struct buf b = { 0 };
	int r = -1, max = 0;

	if (file_read(AT_FDCWD, "/proc/sys/kernel/pid_max", text,
		sizeof text) > 0)
		max = (int)strtol(text, NULL, 10);
	if (max < PIDS_SAFE) {
		say(s, "set_event_pid: not used, pid_max is %d", max);
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		buf_printf(&b, "%d ", tids[i]);
	buf_putc(&b, '\0');
	if (!b.failed &&
	    file_write(s->instance.dir, "options/event-fork", "1") == 0)
		r = file_write(s->instance.dir, "set_event_pid", b.data);
	buf_free(&b);
	if (r == 0 && !s->filtered)
		say(s, "set_event_pid: the kernel drops all other events");
	else if (r != 0)
		say(s, "set_event_pid: %s", strerror(errno));
	s->filtered |= r == 0;
	return r;
}

/* Feed what is in order. */
static int
feed(struct session *s, bool all)
{
	const struct reader_record *r;
	struct kevent k;

	while (reader_next(&s->reader, all, &r)) {
		struct ring_record rec = { .ts = r->ts, .len = r->len,
			.data = s->reader.data.data + r->offset };
		struct reader_record *mine = (struct reader_record *)r;

		if (r->len == 0)
			k = (struct kevent){ .kind = KEVENT_LOST, .ts = r->ts,
				.cpu = r->cpu, .lost = r->lost };
		else if (!kevent_decode(&s->events, &rec, r->cpu, &k))
			continue;
		k.ts += (uint64_t)s->clock_offset;
		mine->note = NULL;
		if (exec_feed(&s->joiner, &k, r->note) != 0)
			return why_set(s->why, "%s", strerror(ENOMEM));
	}
	return 0;
}

long
session_sweep(struct session *s)
{
	uint64_t begin = clock_boot();
	long n = reader_sweep(&s->reader);

	if (n < 0)
		return why_set(s->why, "trace_pipe_raw: %s", strerror(errno));
	if (feed(s, n == 0) != 0)
		return -1;
	if (n == 0)
		s->until = s->stopped ? UINT64_MAX : begin - s->clock_slack;
	else if (s->reader.before)
		s->until = s->reader.before + (uint64_t)s->clock_offset;
	return n;
}

int
session_next(struct session *s, struct event *e)
{
	int r = exec_next(&s->joiner, s->until, e);

	if (r && e->type == EVENT_LOST)
		s->lost += e->lost;
	return r;
}

void
session_learn(struct session *s, const struct event *e)
{
	uint8_t *tries = e->path ? &s->tries[exec_path_hash(e->path,
					       strlen(e->path)) % TRIES] :
				   NULL;
	const struct probe_place *p;
	char text[LOADER_PATH + 64];
	int r;

	if (e->type != EVENT_EXEC || s->row != ROW_LOADER || s->stopped ||
	    !tries || *tries == TRIES_MAX || e->args.state == ARGS_ALL ||
	    s->learned == PROBE_LEARNED)
		return;
	++*tries;
	p = probe_find_program(&s->probes, e->pid, e->ppid, e->path);
	if (!p)
		return;
	s->learned++;
	r = probe_arm(p, &s->instance, &s->events, s->fetch, s->why);
	probe_describe(p, text, sizeof text);
	say(s, "%s: %s", text, r == 0 ? "in use from now on" : s->why);
}

void
session_wait(struct session *s, bool busy, uint64_t ns, const sigset_t *mask)
{
	struct timespec t = { 0, 0 };

	if (exec_pending(&s->joiner) && ns > STEP_NS)
		ns = STEP_NS;
	if (!busy) {
		reader_wait(&s->reader, ns, mask);
		return;
	}
	t.tv_nsec = (long)(ns < NAP_NS ? ns : NAP_NS);
	ppoll(NULL, 0, &t, mask);
}

void
session_stop(struct session *s)
{
	file_write(s->instance.dir, "tracing_on", "0");
	s->stopped = true;
}

/* The sum of "overrun:" and "dropped events:" of all CPUs: events that were
 * overwritten, or found no room. */
uint64_t
session_untold(struct session *s)
{
	static const char *const keys[] = { "\noverrun: ", "dropped events: " };
	uint64_t sum = 0;
	char path[64], stats[1024], *p;

	for (int i = 0; i < s->reader.cpus; i++) {
		snprintf(path, sizeof path, "per_cpu/cpu%d/stats",
		    s->reader.cpu[i]);
		if (file_read(s->instance.dir, path, stats, sizeof stats) < 0)
			continue;
		for (int k = 0; k < 2; k++)
			if ((p = strstr(stats, keys[k])))
				sum += strtoull(p + strlen(keys[k]), NULL, 10);
	}
	return sum > s->lost ? sum - s->lost : 0;
}

int
session_close(struct session *s)
{
	int r = 0;

	reader_free(&s->reader);
	exec_free(&s->joiner);
	if (instance_destroy(&s->instance) != 0)
		r = why_set(s->why, "%s: could not be removed: %s", s->instance.name,
		    strerror(errno));
	if (s->tracefs >= 0)
		close(s->tracefs);
	s->tracefs = -1;
	return r;
}
