/*
 * status: how a process of one thread ended, by hand: each source alone and
 * two together, and what a recording holds.  See test_status_threads for more
 * threads, test_status_model for what the kernel does.
 */
#include "exit_hints.h"

static void
test_nothing(void)
{
	begin(false);
	tap_is_int(ends(0), CODE_UNKNOWN, "no source: nothing is known");
	tap_is_int(e.task.grouped, -1, "not whose it is");
	tap_is_int(status(), CODE_UNKNOWN, "nor the status");
	begin(false);
	ends(1);
	tap_is_int(status_end(&s[0], false), CODE_UNKNOWN,
	    "the first thread was not seen to end");
}

static void
test_probe(void)
{
	static const int codes[] = { 0, CODE(1), CODE(255), SIGKILL,
		SIGSEGV | CODE_CORE, 64 };

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		for (int how = 0; how < 3; how++) {
			begin(how > 0);
			probe(0, how == 2, codes[i]);
			tap_is_int(ends(0), codes[i], "probe %d: code", how);
			tap_is_int(e.task.grouped, how - 1, "probe %d: whose", how);
			tap_is_int(status(), codes[i], "probe %d: %#x", how,
			    (unsigned)codes[i]);
		}
	begin(true);
	hint(0, HINT_CODE, CODE(3));
	hint(0, HINT_GROUP, CODE_UNKNOWN);
	ends(0);
	tap_ok(e.task.grouped == 1 && status() == CODE(3), "probes, other order");
}

static void
test_stats(void)
{
	begin(false);
	tap_is_int(ends_with(0, CODE(4)), CODE(4), "taskstats: the code");
	tap_ok(e.task.grouped == -1 && status() == CODE(4), "taskstats: the status");
	begin(false);
	tap_is_int(ends_with(1, CODE(4)), CODE_UNKNOWN,
	    "taskstats: of a thread nothing is believed");
	ends_with(0, CODE(5));
	tap_is_int(status(), CODE(5), "taskstats: but of the first");
	begin(true);
	probe(0, true, CODE(6));
	tap_is_int(ends_with(0, CODE(6)), CODE(6), "taskstats and a probe");
	begin(false);
	hint(0, HINT_SENT, SIGTERM);
	hint(0, HINT_SENT, SIGINT);
	hint(0, HINT_DELIVERED, SIGKILL);
	tap_is_int(ends_with(0, SIGINT), SIGINT, "taskstats: which of two");
	tap_ok(e.task.grouped == 1 && status() == SIGINT, "and it is the process's");
	begin(false);
	hint(0, HINT_SENT, SIGSEGV);
	hint(0, HINT_DELIVERED, SIGSEGV);
	ends_with(0, SIGSEGV);
	tap_is_int(status(), SIGSEGV, "taskstats: no core, for certain");
	begin(false);
	hint(0, HINT_DELIVERED, SIGSEGV);
	ends_with(0, SIGSEGV | CODE_CORE);
	tap_is_int(status(), SIGSEGV | CODE_CORE, "taskstats: core");
}

static void
test_calls(void)
{
	begin(false);
	hint(0, HINT_EXIT_GROUP, CODE(7));
	tap_is_int(ends(0), CODE(7), "exit_group");
	tap_ok(e.task.grouped == 1 && status() == CODE(7), "exit_group: status");
	begin(false);
	hint(0, HINT_EXIT, CODE(8));
	tap_is_int(ends(0), CODE(8), "exit");
	tap_ok(e.task.grouped == 0 && status() == CODE(8), "exit: status");
	begin(false);
	hint(0, HINT_SENT, SIGTERM);
	hint(0, HINT_HANDLED, SIGTERM);
	hint(0, HINT_EXIT_GROUP, CODE(9));
	ends(0);
	tap_is_int(status(), CODE(9), "a signal was handled before");
	begin(false);
	hint(0, HINT_SENT, SIGTERM);
	hint(0, HINT_EXIT_GROUP, CODE(9));
	ends(0);
	tap_is_int(status(), CODE_UNKNOWN, "a signal may have come first");
	begin(false);
	hint(0, HINT_SENT, SIGTERM);
	hint(0, HINT_EXIT, CODE(9));
	ends(0);
	tap_is_int(status(), CODE_UNKNOWN, "and before exit as well");
	for (int sig = 1; sig <= 64; sig++) {
		bool harmless = sig == SIGCHLD || sig == SIGCONT ||
		    sig == SIGURG || sig == SIGWINCH ||
		    (sig >= SIGSTOP && sig <= SIGTTOU);

		begin(false);
		hint(0, HINT_SENT, sig);
		if (harmless)
			hint(0, HINT_DELIVERED, sig);
		hint(0, harmless ? HINT_EXIT_GROUP : HINT_HANDLED,
		    harmless ? CODE(2) : sig);
		hint(0, HINT_EXIT_GROUP, CODE(2));
		ends(0);
		tap_is_int(status(), CODE(2), "signal %d, then exit_group",
		    sig);
	}
}

static bool
is_core(int sig)
{
	static const int cores[] = { SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS,
		SIGFPE, SIGSEGV, SIGXCPU, SIGXFSZ, SIGSYS };

	for (size_t i = 0; i < sizeof cores / sizeof *cores; i++)
		if (cores[i] == sig)
			return true;
	return false;
}

/* As complete_signal() shows it, and as get_signal() does when the signal
 * waited until it was unblocked. */
static void
test_signals(void)
{
	for (int sig = 1; sig <= 64; sig++) {
		int want = is_core(sig) ? sig | ANY : sig;

		if (sig == SIGCHLD || sig == SIGCONT || sig == SIGURG ||
		    sig == SIGWINCH || (sig >= SIGSTOP && sig <= SIGTTOU))
			continue;
		begin(false);
		hint(0, HINT_SENT, sig);
		hint(0, HINT_DELIVERED, is_core(sig) ? sig : SIGKILL);
		tap_is_int(ends(0), want, "signal %d: code", sig);
		tap_ok(e.task.grouped == 1 && status() == want, "signal %d", sig);
		begin(false);
		hint(0, HINT_SENT, sig);
		hint(0, HINT_DELIVERED, sig);
		ends(0);
		tap_is_int(status(), want, "signal %d: unblocked", sig);
	}
	begin(false);
	hint(0, HINT_SENT, SIGTERM);
	hint(0, HINT_SENT, SIGTERM);
	hint(0, HINT_DELIVERED, SIGKILL);
	ends(0);
	tap_is_int(status(), SIGTERM, "the same signal twice");
	begin(false);
	hint(0, HINT_SENT, SIGTERM);
	hint(0, HINT_SENT, SIGINT);
	hint(0, HINT_DELIVERED, SIGKILL);
	ends(0);
	tap_is_int(status(), CODE_UNKNOWN, "two that may have killed");
	begin(false);
	hint(0, HINT_SENT, SIGINT);
	hint(0, HINT_HANDLED, SIGINT);
	hint(0, HINT_SENT, SIGTERM);
	hint(0, HINT_DELIVERED, SIGKILL);
	ends(0);
	tap_is_int(status(), SIGTERM, "one of two was handled");
	begin(false);
	hint(0, HINT_DELIVERED, SIGKILL);
	ends(0);
	tap_ok(e.task.grouped == 1 && status() == CODE_UNKNOWN,
	    "killed, by what was not seen");
	for (int sig = -1; sig <= 65; sig += 66) {
		begin(false);
		hint(0, HINT_SENT, sig);
		hint(0, HINT_DELIVERED, sig);
		hint(0, HINT_HANDLED, sig);
		hint(0, HINT_EXIT_GROUP, 0);
		ends(0);
		tap_is_int(status(), 0, "no such signal: %d", sig);
	}
}

/* The status of a recording stays. */
static void
test_told(void)
{
	begin(false);
	hint(0, HINT_EXIT_GROUP, CODE(1));
	tap_is_int(recorded(0, CODE(2), 1), CODE(2), "recorded: the code stays");
	tap_is_int(status(), CODE(2), "recorded: the status");
	begin(false);
	recorded(0, CODE(2), 0);
	recorded(1, CODE(3), 1);
	tap_is_int(status(), CODE(3), "recorded: the group's");
	begin(false);
	recorded(0, CODE(2), 0);
	recorded(1, CODE(3), 0);
	tap_is_int(status(), CODE_UNKNOWN, "recorded: they differ");
	begin(false);
	recorded(0, CODE_UNKNOWN, 1);
	recorded(1, CODE(3), 1);
	tap_is_int(status(), CODE(3), "recorded: one knew it");
	begin(false);
	recorded(0, CODE(3), 1);
	recorded(1, CODE_UNKNOWN, 1);
	tap_is_int(status(), CODE(3), "recorded: the other knew it");
}

int
main(void)
{
	test_nothing();
	test_probe();
	test_stats();
	test_calls();
	test_signals();
	test_told();
	return tap_done();
}
