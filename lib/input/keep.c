/*
 * -k: the last seconds are written when a line is shown, or a signal asks for
 * it.  A process of its own writes, so that tracing goes on; in a replay, and
 * when the trace is over, the tool itself.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/numbered.h"
#include "base/units.h"
#include "input/kept.h"
#include "input/record.h"
#include "input/recorder.h"
#include "input/signals.h"
#include "input/source.h"
#include "kernel/clock.h"
#include "kernel/helper.h"

#define SEND_AT	 65536	     /* bytes are written together */
#define SHARE	 10	     /* of the seconds: files are not closer */
#define MEMORY	 (64u << 20) /* without --keep-size */
#define FILES	 10	     /* without --keep-files */
#define ASKED_NS 10000000u
#define QUIET_NS NS_PER_S
#define LOOK_NS	 NS_PER_S /* how often to look at the machine */
#define TENTH_NS (NS_PER_S / 10)

struct keep {
	struct kept kept;
	struct task_users users; /* of kept.base */
	bool pending;		 /* a line was shown, and is in no file yet */
	uint64_t asked;	  /* when a signal asked for a file; 0: none did */
	uint64_t written; /* the end of the last file; 0: none yet */
	uint64_t looked;  /* when the machine was looked at */
	pid_t writer;	  /* the process that writes now, or 0 */
};

/* The second table, which is as that of a replay.  From now on lines are kept.
 */
static void
begin_base(struct source *s)
{
	struct keep *k = s->keep;
	struct tasks *base = &k->kept.base;

	base->keep = true;
	base->names = s->tasks.names;
	base->cgroup = s->tasks.cgroup;
	if (s->tasks.users) {
		k->users = (struct task_users){
			.before = s->tasks.users->before,
			.after = s->tasks.users->after,
			.complete = true
		};
		base->users = &k->users;
	}
	s->writing = true;
}

static int
keep_open(struct source *s)
{
	if (numbered_check(s->request->output, &s->error) != 0)
		return -1;
	s->keep = calloc(1, sizeof *s->keep);
	if (!s->keep)
		return error_memory(&s->error);
	s->keep->kept.ns = s->request->keep;
	s->keep->kept.most = s->request->keep_size ? s->request->keep_size :
						     MEMORY;
	s->soon = QUIET_NS;
	if (!s->live) {
		begin_base(s);
		signals_ask();
	}
	return 0;
}

static void
keep_begin(struct source *s)
{
	begin_base(s);
	s->from = s->armed;
	writer_known(s);
	writer_machine(s, s->armed, &s->machine[0]);
}

/* Of kept_each. */
static int
put_lines(void *arg, const char *bytes, size_t len)
{
	struct source *s = arg;

	buf_add(&s->line, bytes, len);
	return s->line.len >= SEND_AT || s->line.failed ? writer_flush(s) : 0;
}

/* A look at the machine at the end, or as soon as possible after it. */
static void
put_machine(struct source *s)
{
	struct event e;

	if (s->over)
		writer_machine(s, s->ended, &s->machine[1]);
	else if (s->live)
		source_machine(s, &e);
}

/* Write a whole recording into s->out. */
static int
put_file(struct source *s, struct keep *k, uint64_t from, uint64_t end)
{
	s->line.len = 0;
	if (writer_head(s, from) != 0)
		return -1;
	if (k->kept.gone > s->armed && from == k->kept.gone)
		buf_printf(&s->line, "# keeps %llu s of %llu (--keep-size)\n",
		    (unsigned long long)((end - from) / NS_PER_S),
		    (unsigned long long)(k->kept.ns / NS_PER_S));
	writer_machine(s, k->kept.looked, &k->kept.machine);
	if (kept_each(&k->kept, put_lines, s) != 0)
		return -1;
	put_machine(s);
	recording_end(&s->line, end);
	if (writer_flush(s) != 0)
		return -1;
	if (close(s->out) == 0)
		return 0;
	return error_set(&s->error, "%s: %m", s->request->output);
}

/* Write a file, and say so.  Of a process of its own, or of a replay: what it
 * changes of the source it puts back. */
static int
write_file(struct source *s, uint64_t from, uint64_t end)
{
	const struct request *q = s->request;
	bool (*writable)(struct source *, int) = s->writable;
	struct keep *k = s->keep;
	struct tasks tasks = s->tasks;
	struct error ignored;
	int r = -1, n = 0;

	s->out = numbered_begin(q->output, true, &s->error);
	if (s->out >= 0) {
		s->keep = NULL;
		s->writable = NULL;
		s->tasks = k->kept.base;
		r = put_file(s, k, from, end);
		s->tasks = tasks;
		s->writable = writable;
		s->keep = k;
		if (r == 0)
			r = numbered_next(q->output, true,
			    q->files ? q->files : FILES, &n, &s->error);
		if (r != 0)
			numbered_begin(q->output, false, &ignored);
	}
	s->out = -1;
	if (r != 0)
		q->warn("%s", s->error.text);
	else
		q->warn("%s.%d: written, the last %llu.%llu s%s", q->output, n,
		    (unsigned long long)((end - from) / NS_PER_S),
		    (unsigned long long)((end - from) % NS_PER_S / TENTH_NS),
		    from > s->armed && from == k->kept.gone ?
			" only: --keep-size" :
			"");
	return r;
}

static void
write_until(struct source *s, uint64_t end)
{
	struct keep *k = s->keep;
	uint64_t from;

	if (k->asked) {
		struct event e = {
			.type = EVENT_MARK, .ts = end, .path = "SIGUSR1"
		};

		k->asked = 0;
		recording_write(&s->line, &e);
		kept_add(&k->kept, &s->line, &e);
	}
	if (end < k->kept.last) /* the writer before it was late */
		end = k->kept.last;
	k->pending = false;
	k->written = end;
	s->soon = QUIET_NS;
	from = kept_since(&k->kept, end);
	if (from < s->armed)
		from = s->armed;
	k->writer = s->live && !s->over ? helper_split() : -1;
	if (k->writer == 0)
		_exit(write_file(s, from, end) != 0);
	if (k->writer > 0)
		return;
	k->writer = 0;
	write_file(s, from, end);
}

/* Is it time for the next file? */
static bool
is_due(const struct keep *k, uint64_t ts)
{
	return !k->writer &&
	    (!k->written || ts >= k->written + k->kept.ns / SHARE);
}

/* Write what was to be written before this event. */
static void
before(struct source *s, const struct event *e)
{
	struct keep *k = s->keep;

	/* A look may be later than events that were not read yet. */
	if (e->type == EVENT_TASK || e->type == EVENT_MACHINE)
		return;
	if (!s->live && signals_asked) {
		signals_asked = 0;
		k->asked = k->kept.last ? k->kept.last : 1;
	}
	if (k->asked && e->ts > k->asked && !k->writer)
		write_until(s, k->asked);
	else if (k->pending && is_due(k, e->ts))
		write_until(s, k->kept.last);
}

static void
keep_event(struct source *s, const struct event *e)
{
	struct keep *k = s->keep;

	before(s, e);
	recording_write(&s->line, e);
	kept_add(&k->kept, &s->line, e);
	if (e->type != EVENT_MARK)
		return;
	k->pending = true;
	s->soon = ASKED_NS;
	if (is_due(k, e->ts))
		write_until(s, e->ts);
}

/* Returns whether the writer has ended. */
static bool
reap(struct source *s, int flags)
{
	struct keep *k = s->keep;
	int status = 0;
	pid_t p;

	if (!k->writer)
		return true;
	while ((p = waitpid(k->writer, &status, flags)) < 0 && errno == EINTR)
		;
	if (p == 0)
		return false;
	k->writer = 0;
	if (p > 0 && WIFSIGNALED(status))
		s->request->warn("%s: not written: signal %d",
		    s->request->output, WTERMSIG(status));
	return true;
}

/* So that a window begins with what the machine had used by then. */
static void
look(struct source *s, uint64_t taken)
{
	struct keep *k = s->keep;
	struct event e;

	if (taken < k->looked + LOOK_NS)
		return;
	source_machine(s, &e);
	k->looked = e.ts;
	if (!k->asked && !k->pending)
		kept_since(&k->kept, taken);
}

static int
keep_idle(struct source *s)
{
	struct keep *k = s->keep;
	uint64_t taken = session_taken(&s->session);

	if (signals_asked) {
		signals_asked = 0;
		k->asked = clock_boot();
		s->soon = ASKED_NS;
	}
	if (s->over)
		return 0;
	look(s, taken);
	if (!reap(s, WNOHANG))
		return 0;
	if (k->asked && taken >= k->asked)
		write_until(s, k->asked);
	else if (k->pending && is_due(k, taken))
		write_until(s, k->kept.last);
	return 0;
}

static void
keep_close(struct source *s)
{
	struct keep *k = s->keep;

	if (!k)
		return;
	reap(s, 0);
	if (k->asked || k->pending || signals_asked)
		write_until(
		    s, s->ended > k->kept.last ? s->ended : k->kept.last);
	if (k->kept.failed)
		s->request->warn("%s", strerror(ENOMEM));
	kept_free(&k->kept);
	free(k);
	s->keep = NULL;
}

const struct recorder keep_recorder = { .open = keep_open,
	.begin = keep_begin,
	.event = keep_event,
	.idle = keep_idle,
	.close = keep_close };
