#include "status.h"

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

/* A group exit begins; whoever is first sets its code, and which one that is
 * cannot be seen if two are under way. */
static void
begin(struct status *process, int code)
{
	process->conflict |= process->dying && process->group_code != code;
	if (!process->dying)
		process->group_code = code;
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
	t->zapped = sig == SIGKILL;
	if (BIT(sig) & CORES) {
		process->conflict |= process->sent != 0;
		process->dumps = false; /* of two, nobody knows which */
		t->dumps = !process->dying;
		t->code = sig | CODE_CORE_ANY;
		begin(process, t->code);
	} else if (sig == SIGKILL && process->dying)
		t->code = CODE_UNKNOWN;
	else {
		if (sig == SIGKILL)
			t->code = only_signal(process->sent);
		t->inferred = t->code != sig;
		begin(process, t->code);
	}
}

/* A fatal signal was sent.  After a call it is ignored, unless it came before
 * the call took effect. */
static void
sent(struct status *process, int sig)
{
	if (BIT(sig) & (HARMLESS | CORES))
		return;
	if (!process->dying)
		process->sent |= BIT(sig);
	else
		process->conflict = true;
	process->clash |= process->grouped == 0;
}

void
status_sign(struct status *t, struct status *process, const struct event *e,
    bool groups)
{
	bool is_signal = e->code > 0 && e->code <= CODE_SIGNALS;

	/* Who ended before the first thread began to has no say. */
	if (t == process && (e->sign == SIGN_CODE || e->sign == SIGN_EXIT)) {
		process->began = true;
		process->differs = process->doubt = false;
	}
	switch (e->sign) {
	case SIGN_CODE:
		t->code = e->code;
		if (t->grouped < 0 && groups)
			t->grouped = 0;
		break;
	case SIGN_GROUP:
		t->grouped = 1;
		t->zapped = e->code == SIGKILL;
		break;
	/* A signal that was sent before may kill, and its status counts. */
	case SIGN_EXIT:
		t->code = e->code;
		t->grouped = process->sent ? -1 : 0;
		process->clash |= process->sent != 0;
		break;
	case SIGN_EXIT_GROUP:
		t->code = process->sent ? CODE_UNKNOWN : e->code;
		t->grouped = 1;
		begin(process, e->code);
		break;
	case SIGN_SENT:
		if (is_signal)
			sent(process, e->code);
		break;
	case SIGN_DELIVERED:
		if (is_signal)
			deliver(t, process, e->code);
		break;
	case SIGN_HANDLED:
		if (is_signal)
			process->sent &= ~BIT(e->code);
	}
}

/* A core signal: of the threads of a process only the one that dumps knows
 * that it did (do_coredump(), fs/coredump.c), and taskstats tells of the first
 * thread only. */
static int
stats_code(
    const struct status *t, const struct status *process, const struct event *e)
{
	int sig = e->stats_code == CODE_UNKNOWN ? 0 : e->stats_code & 0x7f;

	if (!sig || sig > CODE_SIGNALS || !(BIT(sig) & CORES) ||
	    !process->many || t->dumps || (e->stats_code & CODE_CORE))
		return e->stats_code;
	return e->stats_code | CODE_CORE_ANY;
}

/* A thread that is not the first ended, maybe for itself. */
static void
note_other(struct status *process, const struct event *e)
{
	int first = process->first ? process->first_code : process->code;
	bool same = e->code != CODE_UNKNOWN &&
	    !((e->code ^ first) & ~(CODE_CORE | CODE_CORE_ANY));

	process->differs |= e->grouped == 0 && !same &&
	    (process->began || process->first);
	process->doubt |= e->grouped < 0 && !same;
	process->many = true;
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
	if (e->grouped < 0)
		e->grouped = t->grouped;
	if (e->code == CODE_UNKNOWN && first)
		e->code = stats_code(t, process, e);
	if (e->code == CODE_UNKNOWN && !(process->conflict && e->grouped == 1))
		e->code = t->code;
	else
		t->inferred = false;
	/* So does an exec end the other threads, and it may fail after that. */
	if (t->zapped && e->code == 0)
		e->grouped = -1;
	if (e->code != CODE_UNKNOWN && (e->code & CODE_CORE))
		process->core_signal = e->code & 0x7f;
	if (first) {
		process->first = true;
		process->first_code = e->code;
		process->first_grouped = e->grouped;
	} else
		note_other(process, e);
	if (e->grouped == 1)
		note_group(process, e->code, t->inferred, first);
}

int
status_end(const struct status *process, bool last)
{
	int code = process->group ? process->group_code : process->first_code;

	/* Who began to end last counts, on some kernels. */
	if (!process->group &&
	    (process->clash || process->differs ||
		(process->doubt && (process->began || !last)) ||
		(process->first_grouped < 0 && !last)))
		return CODE_UNKNOWN;
	/* A signal that was sent may have been taken by sigwait(3), and all be
	 * the work of a thread that gave no sign (32-bit programs). */
	if (process->group && process->group_inferred &&
	    (process->doubt || process->first_grouped < 0))
		return CODE_UNKNOWN;
	if (code != CODE_UNKNOWN && process->core_signal &&
	    process->core_signal == (code & 0x7f))
		code = (code & ~CODE_CORE_ANY) | CODE_CORE;
	return code;
}
