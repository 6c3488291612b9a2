/* Opening, reading and closing; arming is in arm.c. */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "arm.h"
#include "clock.h"
#include "cpus.h"
#include "find.h"
#include "fmt.h"
#include "number.h"
#include "probe_event.h"
#include "proc.h"
#include "proof.h"
#include "toplevel.h"

#define LARGE_KB    8192	/* of a CPU */
#define LARGE_TOTAL (128 << 10) /* KB of all CPUs */

#define NAP_NS	    4000000u	/* while much is going on */
#define PEEK_MAX    (256 << 10) /* of /proc/PID/cmdline */
#define PEEKS_MAX   (4 << 20)	/* of all that wait */
#define STEP_MAX    (5u * SESSION_STEP_NS)

/* set_event_pid forgets a pid when the kernel frees the task, which may be
 * seconds after its number was given out again: with 32768 numbers that
 * happens (some events of the new task are then missing, without a word). */
#define PIDS_SAFE   4194304 /* PID_MAX_LIMIT, include/linux/threads.h */

void
session_say(const struct session *s, const char *format, ...)
{
	char line[2 * WHY_LEN];
	va_list ap;

	if (!s->opt.say)
		return;
	va_start(ap, format);
	fmt_vprint(line, sizeof line, format, ap);
	va_end(ap);
	s->opt.say(line);
}

int
session_enable(struct session *s, enum kevent_kind kind, const char *name,
    const char *filter)
{
	if (tracepoint_arm(&s->instance, &s->events, kind, name, filter) == 0)
		return 0;
	session_say(s, "%s: %m", name);
	return why_set(s->why, "events/%s: %m", name);
}

/* A storm of a second should fit, but not at any price. */
static void
enlarge_buffer(struct session *s)
{
	long kb = LARGE_TOTAL / cpus_possible(), now;
	char text[32];

	kb = kb > LARGE_KB ? LARGE_KB : kb;
	now = file_read(s->instance.dir, "buffer_size_kb", text, sizeof text);
	if (now < 0 || number_int(text) >= kb)
		return;
	fmt_print(text, sizeof text, "%ld", kb);
	instance_write(&s->instance, text, "buffer_size_kb");
}

static int
size_buffer(struct session *s, unsigned *kb)
{
	char text[64] = "", *expanded;

	if (!s->opt.kb && s->opt.large)
		enlarge_buffer(s);
	if (s->opt.kb) {
		fmt_print(text, sizeof text, "%u", s->opt.kb);
		if (instance_write(&s->instance, text, "buffer_size_kb") != 0)
			return why_set(
			    s->why, "buffer_size_kb: %u: %m", s->opt.kb);
	}
	if (file_read(s->instance.dir, "buffer_size_kb", text, sizeof text) < 0)
		return why_set(s->why, "buffer_size_kb: %m");
	/* "7 (expanded: 1408)": by the first event that is enabled. */
	expanded = find_text(text, "expanded: ");
	*kb = (unsigned)number_unsigned(
	    expanded ? expanded + strlen("expanded: ") : text, NULL, 10);
	/* Wake us for the first event, not when the buffer is half full
	 * (5.0+; before, the poller is always woken at once). */
	instance_write(&s->instance, "0", "buffer_percent");
	session_say(s, "buffer: %u KB per CPU", *kb);
	return 0;
}

static int
enable_tasks(struct session *s)
{
	if (session_enable(s, KEVENT_EXIT, "sched/sched_process_exit", NULL) !=
	    0)
		return -1;
	s->silent = session_enable(
			s, KEVENT_EXEC, "sched/sched_process_exec", NULL) != 0;
	if (session_enable(s, KEVENT_NEWTASK, "task/task_newtask", NULL) != 0) {
		if (session_enable(
			s, KEVENT_FORK, "sched/sched_process_fork", NULL) != 0)
			return -1;
		arm_clone(s);
	}
	if (s->opt.cgroups)
		s->cgroups = session_enable(s, KEVENT_CGROUP,
				 "cgroup/cgroup_attach_task", NULL) == 0;
	if (s->opt.execs)
		session_enable(s, KEVENT_RENAME, "task/task_rename", NULL);
	return 0;
}

/* exec_joiner's peek: /proc/PID/cmdline as it is now. */
static struct exec_peek *
peek(void *arg, int pid)
{
	static char bytes[PEEK_MAX];
	struct session *s = arg;
	struct exec_peek *p;
	long len;

	if (s->peeked > PEEKS_MAX)
		return NULL;
	len = proc_cmdline(pid, bytes, sizeof bytes);
	if (len < 0)
		len = 0;
	p = malloc(sizeof *p + (size_t)len);
	if (!p)
		return NULL;
	p->held = &s->peeked;
	s->peeked += (size_t)len;
	p->taken = clock_boot() + s->clock_slack;
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

	enum kevent_kind kind = kevent_peek(&s->events, r);

	if (!kind)
		clock_marked(s, r);
	if ((kind != KEVENT_EXEC && kind != KEVENT_STACK &&
		(kind != KEVENT_RETURN || !s->silent)) ||
	    !kevent_decode(&s->events, r, 0, &k) ||
	    !exec_wants_peek(&s->joiner, &k))
		return NULL;
	return peek(s, k.pid);
}

/* An instance, or the buffer of the top level. */
static int
open_buffer(struct session *s)
{
	const char *reason = NULL;

	/* Instances of 3.10 to 3.15 can never be removed again once their
	 * pipe was opened; 3.16 has saved_cmdlines_size. */
	if (s->opt.toplevel)
		reason = "asked for";
	else if (!file_exists(s->tracefs, "saved_cmdlines_size"))
		reason = "instances need Linux 3.16";
	if (!reason)
		return instance_create(
		    &s->instance, s->tracefs, s->opt.tool, s->why);
	if (instance_name(&s->instance, s->tracefs, s->opt.tool, s->why) != 0 ||
	    toplevel_take(&s->instance, s->opt.insist, s->why) != 0)
		return -1;
	session_say(s, "buffer: that of the top level (%s)", reason);
	return 0;
}

int
session_open(struct session *s, const struct session_options *opt)
{
	unsigned kb = 0;
	int swept;

	*s = (struct session){ .opt = *opt,
		.tracefs = -1,
		.instance = { .dir = -1 },
		.stats.fd = -1 };
	s->tracefs = tracefs_open(s->why);
	if (s->tracefs < 0)
		return -1;
	if ((swept = instance_sweep(s->tracefs)))
		session_say(
		    s, "removed %d left by tools that were killed", swept);
	if (open_buffer(s) != 0 || clock_choose(s) != 0 ||
	    size_buffer(s, &kb) != 0)
		return -1;
	if (reader_open(&s->reader, s->instance.dir, kb) != 0)
		return why_set(s->why, "per_cpu/cpu*/trace_pipe_raw: %m");
	s->reader.careful = s->instance.top;
	s->reader.hook = look_early;
	s->reader.hook_arg = s;
	if (clock_calibrate(s) != 0)
		return -1;
	s->joiner.order = EXEC_PATH_ONLY;
	s->joiner.want = opt->args < PROOF_ARGS ? PROOF_ARGS : opt->args;
	s->joiner.peek = opt->execs ? peek : NULL;
	s->joiner.arg = s;
	s->joiner.blank = probe_reads_blank();
	s->fetch = opt->args < PROOF_ARGS + 1 ? PROOF_ARGS + 1 : opt->args;
	if (s->fetch > PROBE_ARGS_MAX)
		s->fetch = PROBE_ARGS_MAX;
	s->joiner.fetch = s->fetch;
	if (enable_tasks(s) != 0)
		return -1;
	return exec_init(&s->joiner, opt->execs) == 0 ? 0 : why_memory(s->why);
}

void
session_armed(struct session *s)
{
	s->armed = clock_session(s);
	s->missed = probe_returns_missed(&s->instance);
	if (s->clock_drifts && s->fed < s->armed)
		s->fed = s->armed; /* though the offset may change */
}

int
session_filter(struct session *s, const int *tids, size_t count)
{
	struct buf b = { 0 };
	int r = -1, max = proc_sysctl("pid_max");

	/* An exit that is dropped would leave its record behind, and signals
	 * come from anybody. */
	if (s->stats.fd >= 0 || s->calls || s->instance.top) {
		session_say(s, "set_event_pid: not used with %s",
		    s->instance.top ? "the top level" :
			s->calls    ? "signals" :
				      "taskstats");
		return -1;
	}
	if (max < PIDS_SAFE) {
		session_say(s, "set_event_pid: not used, pid_max is %d", max);
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
		session_say(
		    s, "set_event_pid: the kernel drops all other events");
	else if (r != 0)
		session_say(s, "set_event_pid: %m");
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
		struct ring_record rec = { .ts = r->ts,
			.len = r->len,
			.data = s->reader.data.data + r->offset };
		struct exec_peek *note = reader_take_note(&s->reader);

		if (r->len == 0)
			k = (struct kevent){ .kind = KEVENT_LOST,
				.ts = r->ts,
				.cpu = r->cpu,
				.lost = r->lost,
				.until = r->until +
				    (uint64_t)s->clock_offset };
		else if (!kevent_decode(&s->events, &rec, r->cpu, &k)) {
			exec_peek_free(note); /* an event that was given up */
			continue;
		}
		k.ts += (uint64_t)s->clock_offset;
		if (k.ts < s->fed) /* the offset has changed, or it is late */
			k.ts = s->fed;
		if (r->ts < r->until && k.until <= k.ts) /* not the end */
			k.until = k.ts + 1;
		s->fed = k.ts;
		if (exec_feed(&s->joiner, &k, note) != 0)
			return why_memory(s->why);
	}
	return 0;
}

long
session_sweep(struct session *s)
{
	uint64_t begin = clock_session(s), most;
	long n = reader_sweep(&s->reader);

	if (n < 0)
		return why_set(s->why, "trace_pipe_raw: %m");
	if (feed(s, n == 0) != 0)
		return -1;
	/* What waits is not given up only because all of us stood still. */
	most = (s->until > s->fed ? s->until : s->fed) + STEP_MAX;
	if (exec_pending(&s->joiner) && begin > most)
		begin = most;
	if (n == 0)
		s->until = s->stopped ? UINT64_MAX : begin;
	else if (s->reader.before)
		s->until = s->reader.before + (uint64_t)s->clock_offset;
	return n;
}

int
session_next(struct session *s, struct event *e)
{
	int r = exec_next(&s->joiner, s->until, e);

	if (r && e->type == EVENT_LOST) {
		s->lost += e->lost;
		taskstats_doubt(&s->stats);
	} else if (r && e->type == EVENT_EXIT)
		taskstats_join(&s->stats, e);
	return r;
}

void
session_wait(struct session *s, bool busy, uint64_t ns, const sigset_t *mask)
{
	struct timespec t = { 0, 0 };

	if (exec_pending(&s->joiner) && ns > SESSION_STEP_NS)
		ns = SESSION_STEP_NS;
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
	instance_write(&s->instance, "0", "tracing_on");
	s->stopped = true;
}

uint64_t
session_untold(struct session *s)
{
	uint64_t sum = reader_untold(&s->reader);

	sum = sum > s->lost ? sum - s->lost : 0;
	return sum + probe_returns_missed(&s->instance) - s->missed;
}

int
session_close(struct session *s)
{
	int r = 0;

	reader_free(&s->reader);
	exec_free(&s->joiner);
	taskstats_close(&s->stats);
	if (instance_destroy(&s->instance) != 0)
		r = why_set(s->why,
		    "%s: could not be removed: %m (the next start tries again)",
		    s->instance.name);
	if (s->tracefs >= 0)
		close(s->tracefs);
	s->tracefs = -1;
	return r;
}
