/* A live trace: what happens, and the end. */
#include "input/live.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/arm_method.h"
#include "kernel/machine.h"
#include "input/cgroup_lookup.h"
#include "input/existing.h"
#include "input/signals.h"
#include "input/record.h"

#define NS_PER_S   1000000000u
/* After a signal: for all that waits to be written, and for a reader that reads
 * nothing of it. */
#define GIVE_UP_NS (NS_PER_S / 2)
#define STALL_NS   (NS_PER_S / 10)
#define SIGNALS_NS 10000000u /* how often to let signals in, at least */
#define SWEEPS_MAX 2	     /* without a look at anything else */

static int
pass_on(struct source *s)
{
	s->error = s->session.error;
	return -1;
}

/* Is it recorded, or shown?  What happens above the subtree is recorded for the
 * names of ancestors. */
static bool
is_told(const struct source *s, const struct event *e)
{
	return !s->root || e->task.inside ||
	    tasks_is_above(&s->tasks, e->task.pid, s->root);
}

/*
 * An exec names the task first, and then is reported with that name: most often
 * next, and then its own record is enough.  Returns 0, or -1 with an error.
 */
static int
record_rename(struct source *s, const struct event *e)
{
	struct event last = s->renamed;
	bool exec = e->type == EVENT_EXEC && e->tid == last.tid &&
	    memcmp(e->comm, last.comm, COMM_LEN) == 0;

	s->renamed = (struct event){ 0 };
	if (e->type == EVENT_RENAME && s->writing && is_told(s, e))
		s->renamed = *e;
	return last.type && !exec ? writer_record(s, &last) : 0;
}

/* A move between cgroups is only recorded. */
static int
take_cgroup(struct source *s, const struct event *e)
{
	if (!s->request->cgroups || e->cgroup.how == CGROUP_ELSEWHERE)
		return 0;
	if (e->cgroup.how == CGROUP_RENAMED || !s->root || e->task.inside)
		writer_task(s, e);
	if (e->cgroup.how == CGROUP_RENAMED)
		existing_list(s);
	else
		s->request->cgroups->after(s, e);
	return writer_report(s);
}

/* Complete a record.  Returns 1 if it is to be shown, 0 if not, or -1 with an
 * error. */
static int
live_take(struct source *s, struct event *e)
{
	struct event raw;
	bool outside;

	if (s->deadline && e->ts > s->deadline && e->type != EVENT_LOST)
		return 0;
	if (s->losses.gap && e->type != EVENT_LOST)
		existing_repair(s);
	if (s->request->cgroups)
		s->request->cgroups->before(s, e);
	raw = *e;
	if (tasks_apply(&s->tasks, e) != 0)
		return error_memory(&s->error);
	if (e->type == EVENT_STATUS || e->type == EVENT_USER ||
	    e->type == EVENT_TRAIT)
		return 0;
	if (record_rename(s, e) != 0)
		return -1;
	if (e->type == EVENT_RENAME)
		return 0;
	if (e->type == EVENT_CGROUP)
		return take_cgroup(s, e);
	if (e->type == EVENT_WAIT)
		return !s->root || e->task.inside ? writer_record(s, &raw) : 0;
	if (e->type == EVENT_LOST && e->ts < s->session.armed)
		losses_count(&s->losses, e); /* else source_next does */
	if (e->type == EVENT_LOST)
		return writer_record(s, &raw) != 0 ? -1 :
						     e->ts >= s->session.armed;
	arm_program(&s->session, e);
	outside = s->root && !e->task.inside;
	if (outside && (e->type != EVENT_EXEC || !is_told(s, e)))
		return 0;
	if (e->type == EVENT_EXIT)
		tasks_conclude(&s->tasks, e, &raw);
	writer_traits(s, e);
	if (writer_record(s, &raw) != 0)
		return -1;
	return !outside && e->ts >= s->session.armed;
}

void
live_stop(struct source *s)
{
	if (!s->over) {
		session_stop(&s->session);
		s->ended = clock_boot();
		machine_read(&s->machine[1]);
	}
	s->over = true;
}

/* Does a signal, the deadline or the command end the trace? */
static void
look_around(struct source *s)
{
	uint64_t now = clock_boot();

	/* A poll that finds something to read lets no signal in: do_poll(),
	 * fs/select.c. */
	if (now >= s->looked + SIGNALS_NS) {
		signals_poll();
		s->looked = now;
	}
	command_reap(&s->command);
	/* A terminal sends its signals to the command, too. */
	if (signals_caught && signals_from_user && !s->over)
		command_signal(&s->command, signals_caught);
	/* The command may handle the first one; the second ends the tool, too.
	 */
	if (signals_caught && s->command.pid && !s->signalled &&
	    !command_ended(&s->command)) {
		s->signalled = true;
		signals_caught = 0;
	}
	if (signals_caught || command_ended(&s->command) ||
	    (s->deadline && clock_boot() >= s->deadline))
		live_stop(s);
}

static uint64_t
patience(const struct source *s)
{
	uint64_t now = s->deadline ? clock_boot() : 0;
	uint64_t ns = s->tick ? s->tick : UINT64_MAX;

	if (s->soon && s->soon < ns)
		ns = s->soon;
	if (!s->deadline)
		return ns;
	now = now < s->deadline ? s->deadline - now : 0;
	return now < ns ? now : ns;
}

/* Signals are blocked except in a wait, so that a full pipe or a stopped
 * terminal does not keep the tool from ending. */
bool
live_writable(struct source *s, int fd)
{
	uint64_t ns, now;
	bool ready;

	do {
		ns = s->deadline ? patience(s) : UINT64_MAX;
		now = clock_boot();
		if (!signals_caught)
			s->give_up = 0;
		else if (!s->give_up)
			s->give_up = now + GIVE_UP_NS;
		if (signals_caught) {
			ns = s->give_up > now ? s->give_up - now : 0;
			ns = ns < STALL_NS ? ns : STALL_NS;
		} else if (ns == 0) {
			live_stop(s); /* -d: only the rest is written */
			ns = UINT64_MAX;
		}
		ready = signals_writable(fd, ns);
	} while (!ready && !s->give_up);
	return ready;
}

/* Sweep once more, after a wait if it is time for one.  Returns SOURCE_EVENT
 * to go on. */
static enum source_result
advance(struct source *s)
{
	bool rest = s->session.reader.quiet || s->sweeps >= SWEEPS_MAX;

	if (s->swept == 0 && s->over)
		return SOURCE_END;
	if (rest && !s->idle) {
		s->idle = true;
		return writer_idle(s) == 0 ? SOURCE_IDLE : SOURCE_ERROR;
	}
	if (rest && !s->over) {
		session_wait(&s->session, patience(s), &signals_while_waiting);
		s->sweeps = 0;
		s->idle = false;
	}
	look_around(s);
	s->swept = session_sweep(&s->session);
	if (s->swept < 0) {
		pass_on(s);
		return SOURCE_ERROR;
	}
	s->sweeps++;
	return SOURCE_EVENT;
}

/* A loss at the end has no later page that would report it. */
static bool
last_loss(struct source *s, struct event *e)
{
	uint64_t untold = s->counted ? 0 : session_untold(&s->session);

	s->counted = true;
	if (s->session.reader.corrupt > 0)
		s->losses.uncounted = true;
	*e = (struct event){ .type = EVENT_LOST,
		.ts = clock_boot(),
		.cpu = -1,
		.lost.count = untold };
	return untold > 0;
}

enum source_result
live_next(struct source *s, struct event *e)
{
	enum source_result r;
	int shown;

	for (;;) {
		while (session_next(&s->session, e)) {
			shown = live_take(s, e);
			if (shown)
				return shown < 0 ? SOURCE_ERROR : SOURCE_EVENT;
		}
		r = advance(s);
		if (r == SOURCE_END && last_loss(s, e))
			return live_take(s, e) < 0 ? SOURCE_ERROR :
						     SOURCE_EVENT;
		if (r != SOURCE_EVENT)
			return r;
	}
}

int
live_close(struct source *s)
{
	int r = writer_close(s, s->over), closed;

	command_cancel(&s->command);
	closed = session_close(&s->session);
	if (closed < 0 || (closed > 0 && r == 0)) {
		pass_on(s);
		r = closed;
	}
	/* One that came meanwhile asked for the end, too. */
	signals_poll();
	signals_end();
	writer_end(s);
	command_wait(&s->command);
	tasks_free(&s->tasks);
	buf_free(&s->line);
	return r;
}
