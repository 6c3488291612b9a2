/* How a process ended is put together from hints, which may contradict. */
#include "events/exit_status.h"

#include <signal.h>

#define BIT(sig) (UINT64_C(1) << ((sig)-1))
#define REALTIME 32 /* the kernel's SIGRTMIN */

/* Default actions, signal(7): these dump core, and these do not end a
 * process; all others do. */
#define CORES                                                         \
	(BIT(SIGQUIT) | BIT(SIGILL) | BIT(SIGTRAP) | BIT(SIGABRT) |   \
	    BIT(SIGBUS) | BIT(SIGFPE) | BIT(SIGSEGV) | BIT(SIGXCPU) | \
	    BIT(SIGXFSZ) | BIT(SIGSYS))
#define HARMLESS                                                     \
	(BIT(SIGCHLD) | BIT(SIGCONT) | BIT(SIGSTOP) | BIT(SIGTSTP) | \
	    BIT(SIGTTIN) | BIT(SIGTTOU) | BIT(SIGURG) | BIT(SIGWINCH))

bool
status_is_harmless(int sig)
{
	return BIT(sig) & HARMLESS;
}

void
status_init(struct status *s)
{
	*s = (struct status){ .code = CODE_UNKNOWN,
		.grouped = -1,
		.group_code = CODE_UNKNOWN,
		.first_code = CODE_UNKNOWN,
		.first_grouped = -1 };
}

/* The one signal of a set, or CODE_UNKNOWN. */
static int
only_signal(uint64_t set)
{
	int sig = 1;

	if (!set || (set & (set - 1)))
		return CODE_UNKNOWN;
	while (!(set & BIT(sig)))
		sig++;
	return sig;
}

/* A group exit begins; the first thread sets its code, and which one that is
 * cannot be seen if two are under way. */
static void
begin_group(struct status *process, int code)
{
	if (!process->dying)
		process->group_code = code;
	else if (process->group_code != code)
		process->conflict = true;
	process->dying = true;
}

/*
 * A thread takes a signal with the default action, which is its end.  SIGKILL
 * stands for any signal that does not dump core, and for a group exit that
 * another thread has begun.
 */
static void
deliver(struct status *t, struct status *process, int sig)
{
	if (BIT(sig) & HARMLESS)
		return;
	t->grouped = 1;
	t->code = sig;
	t->killed_by_group = sig == SIGKILL;
	if (BIT(sig) & CORES) {
		if (process->sent)
			process->conflict = true;
		process->dumps = false; /* of two, it is not known which */
		t->dumps = !process->dying;
		t->code = sig | CODE_CORE_ANY;
		begin_group(process, t->code);
	} else if (sig == SIGKILL && process->dying)
		t->code = CODE_UNKNOWN;
	else {
		if (sig == SIGKILL)
			t->code = only_signal(process->sent);
		t->inferred = t->code != sig;
		begin_group(process, t->code);
	}
}

/* A fatal signal was sent.  After a call it is ignored, unless it came before
 * the call took effect. */
static void
note_sent(struct status *process, int sig)
{
	if (BIT(sig) & (HARMLESS | CORES))
		return;
	if (!process->dying)
		process->sent |= BIT(sig);
	else
		process->conflict = true;
	if (process->grouped == 0)
		process->exit_vs_signal = true;
}

void
exit_hint(struct status *t, struct status *process,
    const struct event_status *s, bool have_group_exit)
{
	bool is_signal = s->code > 0 && s->code <= CODE_SIGNALS;

	/* Threads that ended before the first one began to do not count. */
	if (t == process && (s->hint == HINT_CODE || s->hint == HINT_EXIT)) {
		process->began = true;
		process->other_code = process->ambiguous = false;
	}
	switch (s->hint) {
	case HINT_CODE:
		t->code = s->code;
		if (t->grouped < 0 && have_group_exit)
			t->grouped = 0;
		break;
	case HINT_GROUP:
		t->grouped = 1;
		t->killed_by_group = s->code == SIGKILL;
		break;
	/* A signal that was sent before may kill, and its status counts. */
	case HINT_EXIT:
		t->code = s->code;
		t->grouped = process->sent ? -1 : 0;
		if (process->sent)
			process->exit_vs_signal = true;
		break;
	case HINT_EXIT_GROUP:
		t->code = process->sent ? CODE_UNKNOWN : s->code;
		t->grouped = 1;
		begin_group(process, s->code);
		break;
	case HINT_SENT:
		if (is_signal)
			note_sent(process, s->code);
		break;
	case HINT_DELIVERED:
		if (is_signal)
			deliver(t, process, s->code);
		break;
	case HINT_HANDLED:
		if (is_signal)
			process->sent &= ~BIT(s->code);
		break;
	case HINT_OOM: /* of BY only */
	case HINT_OOM_BEGIN:
	case HINT_OOM_END:
		break;
	}
}

/* A core signal: of the threads of a process only the one that dumps knows
 * that it did (do_coredump(), fs/coredump.c), and taskstats has the code of the
 * first thread only. */
static int
stats_code(const struct status *t, const struct status *process, int code)
{
	int sig = code == CODE_UNKNOWN ? 0 : code & 0x7f;

	if (!sig || sig > CODE_SIGNALS || !(BIT(sig) & CORES) ||
	    !process->many || t->dumps || (code & CODE_CORE))
		return code;
	return code | CODE_CORE_ANY;
}

/* A thread that is not the first ended, maybe for itself. */
static void
note_other(struct status *process, int code, int grouped)
{
	int first = process->first ? process->first_code : process->code;
	bool same = code != CODE_UNKNOWN &&
	    !((code ^ first) & ~(CODE_CORE | CODE_CORE_ANY));

	process->many = true;
	if (grouped < 0 && !same)
		process->ambiguous = true;
	if (grouped == 0 && !same && (process->began || process->first))
		process->other_code = true;
}

/* A thread ended with the code of its process. */
static void
note_group(struct status *process, int code, bool inferred, bool first)
{
	int *group = &process->group_code;

	/* What the call asked for gives way to what a thread ended with. */
	if (!process->group)
		*group = CODE_UNKNOWN;
	process->group = true;
	if (code != CODE_UNKNOWN && (*group == CODE_UNKNOWN || first)) {
		*group = code;
		process->group_inferred = inferred;
	}
}

void
status_exit(
    struct status *t, struct status *process, struct event *e, bool first)
{
	int code = e->exit.code, grouped = e->exit.grouped;

	if (grouped < 0)
		grouped = t->grouped;
	if (code == CODE_UNKNOWN && first)
		code = stats_code(t, process, e->exit.stats_code);
	if (code == CODE_UNKNOWN && !(process->conflict && grouped == 1))
		code = t->code;
	else
		t->inferred = false;
	/* So does an exec end the other threads, and it may fail after that. */
	if (t->killed_by_group && code == 0)
		grouped = -1;
	if (code != CODE_UNKNOWN && (code & CODE_CORE))
		process->core_signal = code & 0x7f;
	if (first) {
		process->first = true;
		process->first_code = code;
		process->first_grouped = grouped;
	} else
		note_other(process, code, grouped);
	if (grouped == 1)
		note_group(process, code, t->inferred, first);
	e->task.code = code;
	e->task.grouped = grouped;
}

int
status_end(const struct status *process, bool last)
{
	int code = process->group ? process->group_code : process->first_code;

	/* On some kernels the thread that began to end last counts. */
	if (!process->group &&
	    (process->exit_vs_signal || process->other_code ||
		(process->ambiguous && (process->began || !last)) ||
		(process->first_grouped < 0 && !last)))
		return CODE_UNKNOWN;
	/* A signal that was sent may have been taken by sigwait(3), and a
	 * thread that gave no hint (32-bit programs) may have ended the
	 * process. */
	if (process->group && process->group_inferred &&
	    (process->ambiguous || process->first_grouped < 0))
		return CODE_UNKNOWN;
	if (code != CODE_UNKNOWN && process->core_signal &&
	    process->core_signal == (code & 0x7f))
		code = (code & ~CODE_CORE_ANY) | CODE_CORE;
	return code;
}
