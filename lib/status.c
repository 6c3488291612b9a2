#include "status.h"

#include <signal.h>

#define BIT(sig) (UINT64_C(1) << ((sig)-1))
#define REALTIME 32 /* the kernel's SIGRTMIN */
#define SIGNALS	 64

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
		.first_code = CODE_UNKNOWN };
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

static void
call(struct status *t, struct status *process, int code)
{
	process->conflict |= process->dying && process->group_code != code;
	if (!process->dying)
		process->group_code = code;
	process->dying = true;
	/* A signal that kills may have come first, and its status stays. */
	t->code = process->sent ? CODE_UNKNOWN : code;
	t->grouped = 1;
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
	if (BIT(sig) & CORES)
		t->code = sig | CODE_CORE_ANY;
	else if (sig != SIGKILL)
		t->code = sig;
	else
		t->code = process->dying ? CODE_UNKNOWN :
					   only_signal(process->sent);
	process->dying = true;
}

void
status_sign(struct status *t, struct status *process, const struct event *e,
    bool groups)
{
	bool is_signal = e->code > 0 && e->code <= SIGNALS;

	switch (e->sign) {
	case SIGN_CODE:
		t->code = e->code;
		if (t->grouped < 0 && groups)
			t->grouped = 0;
		break;
	case SIGN_GROUP:
		t->grouped = 1;
		break;
	case SIGN_EXIT:
		t->code = e->code;
		t->grouped = 0;
		break;
	case SIGN_EXIT_GROUP:
		call(t, process, e->code);
		break;
	case SIGN_SENT:
		if (is_signal && !(BIT(e->code) & (HARMLESS | CORES)) &&
		    !process->dying)
			process->sent |= BIT(e->code);
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

void
status_exit(
    struct status *t, struct status *process, struct event *e, bool first)
{
	if (e->grouped < 0)
		e->grouped = t->grouped;
	if (e->code == CODE_UNKNOWN && first)
		e->code = e->stats_code;
	if (e->code == CODE_UNKNOWN && !(process->conflict && e->grouped == 1))
		e->code = t->code;
	if (first) {
		process->first = true;
		process->first_code = e->code;
	}
	process->differs |= process->first && e->code != process->first_code;
	process->doubt |= e->grouped < 0;
	if (e->grouped != 1)
		return;
	/* What the call asked for gives way to what a thread ended with. */
	if (!process->group)
		process->group_code = CODE_UNKNOWN;
	process->group = true;
	if (process->group_code == CODE_UNKNOWN ||
	    (first && e->code != CODE_UNKNOWN))
		process->group_code = e->code;
}

int
status_end(const struct status *process, bool last)
{
	if (process->group)
		return process->group_code;
	if (!process->first || (!last && (process->doubt || process->differs)))
		return CODE_UNKNOWN;
	return process->first_code;
}
