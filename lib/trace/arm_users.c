/*
 * A kprobe shows all changes of users (user_probe.h).  Where there are none,
 * the system calls are seen that change users; and of calls by the other ABI of
 * a machine that has two (int 0x80), for which there are no events by name,
 * that there was one.
 */
#include "trace/arm_users.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "base/file.h"
#include "events/user_feed.h"
#include "kernel/arch.h"
#include "kernel/buffer.h"
#include "kernel/proc.h"
#include "trace/finding.h"
#include "trace/probe_event.h"
#include "trace/user_child.h"
#include "trace/user_probe.h"

static const struct call {
	const char *name;
	enum user_change what;
} calls[] = {
	{ "setuid", USER_SETUID },
	{ "setgid", USER_SETGID },
	{ "setreuid", USER_SETREUID },
	{ "setregid", USER_SETREGID },
	{ "setresuid", USER_SETRESUID },
	{ "setresgid", USER_SETRESGID },
};

static const char *const moves[] = { "setns", "unshare", "chroot",
	"pivot_root" };

/* Another ABI's, where the kernel has it: i386, and arm from Linux 2.6.16 on:
 * setuid, setgid, setreuid, setregid, setresuid, setresgid, of 16 bits and of
 * 32, unshare and setns; and those of x32 (__X32_SYSCALL_BIT).  The numbers of
 * chroot and pivot_root are those of calls that are too frequent. */
const char users_other_calls[] =
    "ret == 0 && (id == 23 || id == 46 || id == 70 || id == 71 || "
    "id == 164 || id == 170 || id == 203 || id == 204 || id == 208 || "
    "id == 210 || id == 213 || id == 214 || id == 310 || id == 346 || "
    "id == 1073741929 || id == 1073741930 || id == 1073741937 || "
    "id == 1073741938 || id == 1073741941 || id == 1073741943 || "
    "id == 1073742096 || id == 1073742132)";

static int
arm_call(struct session *s, enum raw_event_kind kind, const char *when,
    const char *name, int place, const char *filter)
{
	char event[64];

	snprintf(event, sizeof event, "syscalls/sys_%s_%s", when, name);
	if (tracepoint_arm(&s->instance, &s->events, kind, event, filter) != 0)
		return error_set(&s->error, "%s: %m", event);
	s->events.types[s->events.count - 1].place = place;
	return 0;
}

/* Of 16 bits, on 32-bit kernels. */
static void
arm_old_call(struct session *s, const char *name)
{
	char old[32];

	snprintf(old, sizeof old, "%s16", name);
	arm_call(s, RAW_ID_DONE, "exit", old, 0, NULL);
}

/* CONFIG_IA32_EMULATION has this file (arch/x86/entry/vdso/vdso32-setup.c). */
bool
users_other_abi(void)
{
	const char *machine = arch_name();

	if (strcmp(machine, "x86_64") == 0)
		return file_exists(AT_FDCWD, "/proc/sys/abi/vsyscall32");
	return strcmp(machine, "aarch64") == 0;
}

static int
arm_calls(struct session *s)
{
	/* Those that fail are wanted, too: a filter (ret == 0) would leave
	 * their arguments to a later call that seccomp(2) answers with 0, which
	 * has no entry. */
	for (size_t i = 0; i < COUNT(calls); i++) {
		const struct call *c = &calls[i];

		if (arm_call(s, RAW_ID, "enter", c->name, (int)c->what, NULL) !=
			0 ||
		    arm_call(s, RAW_ID_DONE, "exit", c->name, (int)c->what,
			NULL) != 0)
			return -1;
		if (arch_word_size() == 4)
			arm_old_call(s, c->name);
	}
	for (size_t i = 0; i < COUNT(moves); i++) {
		arm_call(s, RAW_MOVED, "enter", moves[i], 0, NULL);
		arm_call(s, RAW_MOVED, "exit", moves[i], 0, "ret == 0");
	}
	if (users_other_abi() &&
	    tracepoint_arm(&s->instance, &s->events, RAW_ID_OTHER,
		"raw_syscalls/sys_exit", users_other_calls) != 0)
		return error_set(&s->error, "raw_syscalls/sys_exit: %m");
	return user_selftest(s);
}

/* An exec without such an event is one of another ABI.  They may be in use. */
static void
arm_execs(struct session *s)
{
	if (!users_other_abi())
		return;
	arm_call(s, RAW_CHANGE, "enter", "execve", 1 << TRAIT_EXE, NULL);
	arm_call(s, RAW_CHANGE, "enter", "execveat", 1 << TRAIT_EXE, NULL);
	s->assembler.traits = true;
}

static void
disarm_calls(struct session *s, int known)
{
	static const char *const when[] = { "enter", "exit" };

	for (size_t w = 0; w < COUNT(when); w++) {
		for (size_t i = 0; i < COUNT(calls); i++)
			buffer_write(&s->instance, "0",
			    "events/syscalls/sys_%s_%s/enable", when[w],
			    calls[i].name);
		for (size_t i = 0; i < COUNT(moves); i++)
			buffer_write(&s->instance, "0",
			    "events/syscalls/sys_%s_%s/enable", when[w],
			    moves[i]);
	}
	buffer_write(&s->instance, "0", "events/raw_syscalls/sys_exit/enable");
	raw_event_forget(&s->events, known);
}

static bool
use_calls(struct session *s)
{
	int known = s->events.count;

	if (arm_calls(s) == 0) {
		arm_execs(s);
		finding_add(&s->opt.findings, "users", NULL,
		    "system calls and /proc: in use, self-test passed");
		return true;
	}
	finding_add(
	    &s->opt.findings, "users", NULL, "system calls: %s", s->error.text);
	disarm_calls(s, known);
	return false;
}

void
arm_users(struct session *s)
{
	static struct user_feed feed;
	unsigned ns = proc_namespace("user");

	if (ns && ns != PROC_FIRST_USERS) {
		finding_add(&s->opt.findings, "users", NULL,
		    "not known (needs the first user namespace)");
		return;
	}
	feed = (struct user_feed){ .feed = user_feed };
	s->assembler.users = &feed;
	if (user_probe_arm(s))
		s->users = USERS_PROBE;
	else if (!session_is_ending(s) && use_calls(s))
		s->users = USERS_CALLS;
	else
		finding_add(&s->opt.findings, "users", NULL, "not known");
}
