/* Which calls change what a task has from the one that forked it. */
#include "trace/arm_traits.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/count.h"
#include "kernel/clock.h"
#include "trace/arm_users.h"
#include "trace/finding.h"
#include "trace/probe_event.h"

#define BIT(which) (1u << (which))
#define CWD	   BIT(TRAIT_CWD)
#define EXE	   BIT(TRAIT_EXE)
#define HOME	   BIT(TRAIT_HOME)
#define SESSION	   (BIT(TRAIT_TTY) | BIT(TRAIT_SID))
#define WAIT_NS	   2000000000u

/* setns(2) enters the root of a mount namespace; pivot_root(2) moves every task
 * that was in the old root (chroot_fs_refs(), fs/fs_struct.c). */
static const struct call {
	const char *name;
	unsigned set;
} calls[] = {
	{ "chdir", CWD },
	{ "fchdir", CWD },
	{ "chroot", HOME },
	{ "unshare", HOME },
	{ "setns", CWD | HOME },
	{ "pivot_root", CWD | HOME | TRAITS_ALL },
	{ "setsid", SESSION },
	{ "execve", EXE },
	{ "execveat", EXE },
};

/* Those of another ABI that are no frequent ones of this machine, which no
 * event names: of i386, arm and x32. */
#define OTHER_CALLS                                            \
	"(ret == 0 && (id == 12 || id == 133 || id == 346 || " \
	"id == 1073741904 || id == 1073741905 || "             \
	"id == 1073742132)) || "                               \
	"(ret > 0 && (id == 66 || id == 1073741936))"

static void
arm_call(struct session *s, const struct call *c, bool exit)
{
	char event[64];
	int set = (int)(c->set & (s->opt.traits_wanted | TRAITS_ALL));

	snprintf(event, sizeof event, "syscalls/sys_%s_%s",
	    exit ? "exit" : "enter", c->name);
	if (tracepoint_arm(&s->instance, &s->events, RAW_CHANGE, event, NULL) ==
	    0)
		s->events.types[s->events.count - 1].place = exit ?
		    set * TRAIT_ENDS :
		    set;
}

/* The event may be in use for users, and has one filter. */
static int
arm_other(struct session *s)
{
	unsigned wanted = s->opt.traits_wanted & (CWD | SESSION);
	bool users = s->users == USERS_CALLS;
	char filter[1024];

	if (!wanted || !users_other_abi())
		return 0;
	snprintf(filter, sizeof filter, "%s%s%s", OTHER_CALLS,
	    users ? " || " : "", users ? users_other_calls : "");
	if (tracepoint_arm(&s->instance, &s->events, RAW_CHANGE,
		"raw_syscalls/sys_exit", filter) != 0)
		return error_set(&s->error, "raw_syscalls/sys_exit: %m");
	s->events.types[s->events.count - 1].place = (int)(wanted * TRAIT_ENDS);
	return 0;
}

/* A child makes some of the calls.  Returns its PID, or -1. */
static pid_t
fork_child(void)
{
	char *none[] = { NULL };
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (chdir("/") == 0)
		setsid();
	execve("", none, none);
	_exit(0);
}

/* Are they seen? */
static int
selftest(struct session *s)
{
	uint64_t end = clock_boot() + WAIT_NS;
	unsigned missing = s->opt.traits_wanted & (CWD | SESSION | EXE);
	pid_t pid = fork_child();
	struct event e;
	long n = 0;

	if (pid < 0)
		return error_set(&s->error, "fork: %m");
	while (
	    missing && n >= 0 && clock_boot() < end && !session_is_ending(s)) {
		n = session_sweep(s);
		while (n >= 0 && session_next(s, &e)) {
			if (e.type == EVENT_TRAIT &&
			    (s->nested || e.tid == pid))
				missing &= ~e.trait.ends;
			s->seen(s->seen_arg, &e);
		}
		if (n == 0)
			reader_wait(&s->reader, SESSION_STEP_NS, NULL);
	}
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (n < 0)
		return -1;
	return missing ? error_set(&s->error,
			     "self-test failed: calls of a child not seen") :
			 0;
}

static int
arm_calls(struct session *s)
{
	unsigned wanted = s->opt.traits_wanted;

	for (size_t i = 0; i < COUNT(calls); i++)
		if (calls[i].set & wanted) {
			arm_call(s, &calls[i], false);
			arm_call(s, &calls[i], true);
		}
	return arm_other(s) != 0 ? -1 : selftest(s);
}

void
arm_traits(struct session *s)
{
	if (s->opt.traits_wanted & BIT(TRAIT_TTY))
		s->opt.traits_wanted |= BIT(TRAIT_SID);
	if (s->opt.traits_wanted & EXE)
		s->opt.traits_wanted |= CWD | HOME;
	s->assembler.traits = true;
	s->traits = arm_calls(s) == 0;
	finding_add(&s->opt.findings, "traits", NULL, "%s",
	    s->traits ? "system calls and /proc: in use, self-test passed" :
			s->error.text);
}
