/* Who sent the signal that killed a process. */
#include "events/killer.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "events/exit_status.h"

#define REALTIME   32	      /* the kernel's SIGRTMIN: such are queued */
#define OOM_NS	   100000000u /* from the SIGKILL to the event after it */

#define BIT(sig)   (UINT64_C(1) << ((sig)-1))

/* si_code, include/uapi/asm-generic/siginfo.h.  From there to there: the kernel
 * uses them, and any process may (rt_sigqueueinfo(2)). */
#define CODE_USER  0
#define CODE_TIMER (-2)
#define CODE_SIGIO (-5)

struct sent_signal {
	struct sent_signal *next;
	int sig;
	int queue;	/* the thread, 0: the process */
	int sender;	/* the task that ran */
	int times;	/* REALTIME: how many */
	bool taken;	/* as the end */
	bool kernel;	/* it has a code of the kernel */
	unsigned epoch; /* losses before it */
	uint64_t ts;
	struct event_by by;
};

static bool
is_signal(int sig)
{
	return sig > 0 && sig <= CODE_SIGNALS;
}

static bool
same_sender(const struct event_by *a, const struct event_by *b)
{
	return a->why == b->why && a->pid == b->pid &&
	    strcmp(a->comm, b->comm) == 0;
}

/* The link to what is pending of a signal in a queue, or to NULL. */
static struct sent_signal **
find(struct killer *k, int sig, int queue)
{
	struct sent_signal **p = &k->first;

	while (*p && ((*p)->sig != sig || (*p)->queue != queue))
		p = &(*p)->next;
	return p;
}

static void
forget(struct killer *k, struct sent_signal **p)
{
	struct sent_signal *gone = *p;

	*p = gone->next;
	free(gone);
	k->count--;
}

/*
 * TP_STORE_SIGINFO, include/trace/events/signal.h.  What a task does sends some
 * signals with the code of kill(2), as to itself alone, which kill(2) never
 * does: send_sig(SIGPIPE, current, 0).  On kernels before 3.4 these two cannot
 * be distinguished.
 */
enum sent_by
killer_kind(const struct event *e)
{
	const struct event_status *s = &e->status;

	if (s->interrupt || s->si_code > 0)
		return BY_KERNEL;
	if (s->si_code == CODE_USER && s->sender == e->tid && s->group <= 0) {
		if (s->group == 0)
			return BY_KERNEL;
		return s->code == SIGPIPE || s->code == SIGXFSZ ? BY_UNKNOWN :
								  BY_USER;
	}
	if (s->si_code <= CODE_TIMER && s->si_code >= CODE_SIGIO)
		return BY_UNKNOWN;
	return BY_USER;
}

static void
add(struct killer *k, const struct event *e, int queue,
    const struct event_by *by, unsigned epoch)
{
	struct sent_signal *s = NULL;

	if (k->count < KILLER_SIGNALS)
		s = malloc(sizeof *s);
	if (!s) {
		k->unsure |= BIT(e->status.code);
		return;
	}
	*s = (struct sent_signal){ .next = k->first,
		.sig = e->status.code,
		.queue = queue,
		.sender = e->status.sender,
		.times = 1,
		.kernel = e->status.si_code > 0,
		.epoch = epoch,
		.ts = e->ts,
		.by = *by };
	k->first = s;
	k->count++;
}

void
killer_sent(struct killer *k, const struct event *e, const struct event_by *by,
    unsigned epoch)
{
	const struct event_status *st = &e->status;
	int queue = st->group == 0 ? e->tid : 0;
	struct sent_signal *s;

	if (!is_signal(st->code) || status_is_harmless(st->code))
		return;
	s = *find(k, st->code, queue);
	if (!s) {
		add(k, e, queue, by, epoch);
		return;
	}
	s->times++;
	if (same_sender(&s->by, by) && s->epoch == epoch)
		return;
	if (s->taken || !st->queued || st->code >= REALTIME)
		k->unsure |= BIT(st->code);
	s->by = *by;
	s->sender = st->sender;
	s->kernel = st->si_code > 0;
	s->epoch = epoch;
	s->ts = e->ts;
}

/* __oom_kill_process(), mm/oom_kill.c: the same task has just sent the signal.
 * The event also comes for what is dying already, which that task may have
 * killed itself. */
void
killer_oom(struct killer *k, const struct event *e, bool as_kill)
{
	for (struct sent_signal *s = k->first; s; s = s->next)
		if (s->sig == SIGKILL && s->sender == e->status.sender &&
		    s->by.why != BY_OOM && e->ts - s->ts < OOM_NS) {
			if (s->kernel)
				s->by = (struct event_by){ .why = BY_OOM };
			else if (as_kill)
				s->by = (struct event_by){ .why = BY_UNKNOWN };
		}
}

/* A thread takes first what is pending for it alone (dequeue_signal()). */
static struct sent_signal **
find_taken(struct killer *k, const struct event *e)
{
	struct sent_signal **p = find(k, e->status.code, e->tid);

	return *p ? p : find(k, e->status.code, 0);
}

/* With the default action.  SIGKILL may stand for another signal. */
void
killer_delivered(struct killer *k, const struct event *e)
{
	int sig = e->status.code;
	struct sent_signal *taken;

	if (!is_signal(sig) || sig == SIGKILL || status_is_harmless(sig))
		return;
	taken = *find_taken(k, e);
	if (!taken)
		return;
	taken->taken = true;
	for (struct sent_signal **p = &k->first; *p;)
		if ((*p)->sig == sig && *p != taken)
			forget(k, p);
		else
			p = &(*p)->next;
}

void
killer_handled(struct killer *k, const struct event *e)
{
	struct sent_signal **p = find_taken(k, e);

	if (*p && (e->status.code < REALTIME || --(*p)->times == 0))
		forget(k, p);
}

void
killer_left(struct killer *k, int tid, int code)
{
	for (struct sent_signal **p = &k->first; *p;)
		if ((*p)->queue == tid && code != CODE_UNKNOWN &&
		    (code & 0x7f) != (*p)->sig)
			forget(k, p);
		else
			p = &(*p)->next;
}

void
killer_exec(struct killer *k, int old_tid, int tid)
{
	for (struct sent_signal **p = &k->first; *p;) {
		struct sent_signal *s = *p;

		if (s->queue && old_tid && s->queue != old_tid)
			forget(k, p);
		else {
			if (s->queue)
				s->queue = tid;
			p = &s->next;
		}
	}
}

struct event_by
killer_of(const struct killer *k, int code, unsigned epoch)
{
	int sig = code == CODE_UNKNOWN ? 0 : code & 0x7f;
	struct event_by by = { .why = BY_UNKNOWN };
	bool found = false;

	if (!is_signal(sig) || k->unsure & BIT(sig))
		return by;
	for (const struct sent_signal *s = k->first; s; s = s->next) {
		if (s->sig != sig)
			continue;
		if (s->epoch != epoch || (found && !same_sender(&by, &s->by)))
			return (struct event_by){ .why = BY_UNKNOWN };
		by = s->by;
		found = true;
	}
	return by;
}

void
killer_free(struct killer *k)
{
	while (k->first)
		forget(k, &k->first);
	k->unsure = 0;
}
