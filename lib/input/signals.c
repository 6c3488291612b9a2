/* Whatever signal ends a tool, its tracing state must be undone before. */
#include "input/signals.h"

#include <poll.h>
#include <time.h>

#include "base/count.h"
#include "base/units.h"

volatile sig_atomic_t signals_caught;
volatile sig_atomic_t signals_from_user;
sigset_t signals_while_waiting;
bool signals_asking;
volatile sig_atomic_t signals_asked;

static bool begun;			 /* they are blocked */
static struct sigaction inherited[NSIG]; /* of those below */
static void (*inherited_pipe)(int);
static sigset_t inherited_mask;
static void (*inherited_size)(int);
/* From HUP on, a signal that is ignored stays ignored. */
static const int ends[] = { SIGINT, SIGTERM, SIGQUIT, SIGCHLD, SIGHUP, SIGUSR1,
	SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGIO, SIGPWR };
#define ALWAYS 4

static bool
asks(int sig)
{
	return sig == SIGUSR1 && signals_asking;
}

static void
catch_signal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	if (sig == SIGCHLD)
		return;
	if (asks(sig)) {
		signals_asked = 1;
		return;
	}
	signals_caught = sig;
	signals_from_user = info->si_code <= 0;
}

void
signals_ask(void)
{
	struct sigaction a = { .sa_sigaction = catch_signal,
		.sa_flags = SA_SIGINFO | SA_RESTART };

	signals_asking = true;
	sigaction(SIGUSR1, &a, NULL);
}

void
signals_begin(void)
{
	struct sigaction a = { .sa_sigaction = catch_signal,
		.sa_flags = SA_SIGINFO };
	sigset_t block;

	sigemptyset(&block);
	for (size_t i = 0; i < COUNT(ends); i++) {
		sigaction(ends[i], NULL, &inherited[ends[i]]);
		if (i >= ALWAYS && inherited[ends[i]].sa_handler == SIG_IGN &&
		    !asks(ends[i]))
			continue;
		sigaction(ends[i], &a, NULL);
		sigaddset(&block, ends[i]);
	}
	inherited_pipe = signal(SIGPIPE, SIG_IGN);
	inherited_size = signal(SIGXFSZ, SIG_IGN); /* EFBIG instead */
	sigprocmask(SIG_BLOCK, &block, &inherited_mask);
	begun = true;
	signals_while_waiting = inherited_mask;
	for (size_t i = 0; i < COUNT(ends); i++)
		sigdelset(&signals_while_waiting, ends[i]);
}

void
signals_end(void)
{
	for (size_t i = 0; i < COUNT(ends); i++)
		if (ends[i] != SIGINT && ends[i] != SIGQUIT && !asks(ends[i]))
			sigaction(ends[i], &inherited[ends[i]], NULL);
		else
			signal(ends[i], SIG_DFL);
	begun = false;
	sigprocmask(SIG_SETMASK, &signals_while_waiting, NULL);
}

void
signals_of_command(void)
{
	signal(SIGPIPE, inherited_pipe);
	signal(SIGXFSZ, inherited_size);
	signals_end();
	sigaction(SIGINT, &inherited[SIGINT], NULL);
	sigaction(SIGQUIT, &inherited[SIGQUIT], NULL);
	sigprocmask(SIG_SETMASK, &inherited_mask, NULL);
}

bool
signals_pending(void)
{
	sigset_t set;

	sigpending(&set);
	for (size_t i = 0; begun && i < COUNT(ends); i++)
		if (ends[i] != SIGCHLD && !asks(ends[i]) &&
		    sigismember(&set, ends[i]) > 0)
			return true;
	return signals_caught != 0;
}

bool
signals_writable(int fd, uint64_t ns)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	struct timespec t = { (time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S) };

	/* A poll that finds a descriptor ready lets no signal in. */
	if (begun && !signals_caught && signals_pending()) {
		signals_poll();
		if (signals_caught)
			return false;
	}
	return ppoll(&p, 1, ns == UINT64_MAX ? NULL : &t,
		   begun && !signals_caught ? &signals_while_waiting : NULL) >
	    0;
}

void
signals_poll(void)
{
	struct timespec none = { 0, 0 };

	ppoll(NULL, 0, &none, &signals_while_waiting);
}
