/*
 * Every change of the user of a task goes by commit_creds(new), kernel/cred.c,
 * in the context of that task: system calls, execs, and what the kernel does
 * for its own programs.  Its argument is a struct cred, where the numbers are
 * not always in the same place (CONFIG_DEBUG_CREDENTIALS, and layouts that were
 * randomized): a child takes random ones, and they are looked for.
 *
 * Where there are no kprobes, the system calls are seen that change users; and
 * of calls by the other ABI of a machine that has two (int 0x80), for which
 * there are no events by name, that there was one.
 */
#include "trace/arm_users.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/count.h"
#include "base/file.h"
#include "base/units.h"
#include "events/user_feed.h"
#include "kernel/arch.h"
#include "kernel/buffer.h"
#include "kernel/clock.h"
#include "kernel/proc.h"
#include "kernel/quirks.h"
#include "trace/finding.h"
#include "trace/probe_event.h"

#define CRED_WORDS 32 /* u64 that are looked at */
#define CRED_BYTES (CRED_WORDS * 8)
#define SAMPLES	   2 /* children that agree */
#define CHILDREN   4
#define WAIT_NS	   2000000000u
#define ID_FIRST   100000 /* of random ones; a third below 2^31 */
#define ID_SPAN	   700000000u

/* What a child takes: real, effective, saved. */
struct identity {
	uint32_t uid[3], gid[3];
};

/* The numbers that are shown, in the order of RAW_USER. */
enum { UID, RUID, GID, SHOWN };

struct search {
	struct identity child;
	int tid;   /* of the child, 0: its number in events is not known */
	bool seen; /* bytes with all of its numbers */
	bool other[SHOWN][CRED_BYTES];
};

static struct user_feed feed;

/* ---- children ---- */

static void
random_identity(struct identity *id)
{
	uint32_t r[6];
	struct timespec t;
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, r, sizeof r) != sizeof r) {
		clock_gettime(CLOCK_MONOTONIC, &t);
		for (unsigned i = 0; i < COUNT(r); i++)
			r[i] = (uint32_t)t.tv_nsec * (2 * i + 1);
	}
	if (fd >= 0)
		close(fd);
	/* No two are the same. */
	for (unsigned i = 0; i < 3; i++) {
		id->uid[i] = ID_FIRST + i * ID_SPAN + r[i] % ID_SPAN;
		id->gid[i] = ID_FIRST + i * ID_SPAN + r[3 + i] % ID_SPAN;
	}
}

/* In the child: become that.  With fs the numbers for files are those that are
 * saved, else those that are effective. */
static _Noreturn void
child_become(const struct identity *id, bool fs)
{
	if (setresgid(id->gid[0], id->gid[1], id->gid[2]) != 0)
		_exit(1);
	if (fs)
		setfsgid(id->gid[2]);
	if (setresuid(id->uid[0], id->uid[1], id->uid[2]) != 0)
		_exit(1);
	if (fs)
		setfsuid(id->uid[2]);
	_exit(0);
}

/* Does the record show the child, as far as the source can? */
static bool
is_of_child(const struct identity *id, const struct event *e)
{
	const uint32_t *arg = e->change.arg;

	if (e->type != EVENT_USER)
		return false;
	if (e->change.what == USER_IS)
		return e->user.id[USER_UID] == id->uid[1] &&
		    e->user.id[USER_RUID] == id->uid[0] &&
		    e->user.id[USER_GID] == id->gid[1];
	return e->change.what == USER_SETRESUID &&
	    memcmp(arg, id->uid, sizeof id->uid) == 0;
}

/* Returns when it was found to have ended, 0: not yet; by the trace clock. */
static uint64_t
child_ended(const struct session *s, pid_t *pid, bool *failed)
{
	int status;

	if (*pid <= 0 || waitpid(*pid, &status, WNOHANG) != *pid)
		return 0;
	*failed = status != 0;
	*pid = 0;
	return clock_boot() + s->clock.slack;
}

/* Sweep until its record came, or it has ended and all events up to then were
 * read: while bytes are looked for, that is enough, else their records may
 * still wait for those of execs.  Returns 1, 0 if it was not seen, or -1 with
 * an error. */
static int
child_await(struct session *s, const struct identity *id, pid_t *pid)
{
	uint64_t limit = clock_boot() + WAIT_NS, end = 0, known = 0;
	bool seen = false, failed = false;
	struct event e;

	while (!seen && (!end || known <= end) && clock_boot() < limit &&
	    !session_is_ending(s)) {
		long n = session_sweep(s);

		if (n < 0)
			return -1;
		while (session_next(s, &e)) {
			seen |= is_of_child(id, &e);
			s->seen(s->seen_arg, &e);
		}
		known = feed.bytes ? s->until : session_taken(s);
		if (!end)
			end = child_ended(s, pid, &failed);
		if (n == 0)
			reader_wait(&s->reader, SESSION_STEP_NS, NULL);
	}
	if (failed)
		return error_set(
		    &s->error, "a child may not take another user and group");
	return seen;
}

/* Run a child, whose number in events is *tid then; returns as child_await. */
static int
child_run(struct session *s, const struct identity *id, bool fs, int *tid)
{
	pid_t pid = fork();
	int r;

	*tid = s->nested ? 0 : pid;
	if (pid == 0)
		child_become(id, fs);
	if (pid < 0)
		return error_set(&s->error, "fork: %m");
	r = child_await(s, id, &pid);
	if (pid > 0) {
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return r;
}

static int
selftest(struct session *s)
{
	struct identity id;
	int r = 0, tid;

	for (int i = 0; i < CHILDREN && r == 0; i++) {
		random_identity(&id);
		r = child_run(s, &id, false, &tid);
	}
	if (r == 0)
		error_set(&s->error,
		    "self-test failed: a user that a child took not seen");
	return r > 0 ? 0 : -1;
}

/* ---- the place of the numbers ---- */

/* By enum UID ... */
static uint32_t
wanted(const struct identity *id, int which)
{
	if (which == GID)
		return id->gid[1];
	return which == UID ? id->uid[1] : id->uid[0];
}

static bool
has_number(const char *bytes, size_t len, uint32_t n)
{
	for (size_t i = 0; i + sizeof n <= len; i += sizeof n)
		if (memcmp(bytes + i, &n, sizeof n) == 0)
			return true;
	return false;
}

/* struct user_feed: bytes of a struct cred, and of what lies behind it: that of
 * another task may lie before the child's, so that its numbers are there too.
 */
static void
search_take(void *arg, int tid, const char *bytes, size_t len)
{
	struct search *x = arg;

	if (x->tid && tid != x->tid)
		return;
	if (len > CRED_BYTES)
		len = CRED_BYTES;
	for (int n = 0; n < SHOWN; n++)
		if (!has_number(bytes, len, wanted(&x->child, n)))
			return;
	x->seen = true;
	for (int n = 0; n < SHOWN; n++)
		for (size_t i = 0; i + sizeof(uint32_t) <= len; i += 4) {
			uint32_t number = wanted(&x->child, n);

			if (memcmp(bytes + i, &number, sizeof number) != 0)
				x->other[n][i] = true;
		}
}

/* Returns 0 if there is one place of each number, or -1 with an error. */
static int
search_places(struct session *s, const struct search *x, size_t *place)
{
	for (int n = 0; n < SHOWN; n++) {
		int places = 0;

		for (size_t i = 0; i < CRED_BYTES; i += 4)
			if (!x->other[n][i]) {
				place[n] = i;
				places++;
			}
		if (places != 1)
			return error_set(&s->error,
			    "%d places look like that of a user", places);
	}
	return 0;
}

static int
search_arm(struct session *s)
{
	struct buf b = { 0 };
	struct probe_event e = {
		.file = "kprobe_events", .name = "cred", .kind = RAW_CRED
	};
	int r;

	buf_puts(&b, "commit_creds");
	for (int i = 0; i < CRED_WORDS; i++)
		buf_printf(
		    &b, " s%d=+%d(%s):u64", i, 8 * i, arch_first_argument());
	buf_putc(&b, '\0');
	if (b.failed) {
		buf_free(&b);
		return error_memory(&s->error);
	}
	e.text = b.data;
	r = probe_event_arm(&e, &s->instance, &s->events, &s->error);
	buf_free(&b);
	return r;
}

static int
search_run(struct session *s, size_t *place)
{
	static struct search x;
	int samples = 0;

	feed.bytes = search_take;
	feed.arg = &x;
	for (int i = 0; i < CHILDREN && samples < SAMPLES; i++) {
		x.seen = false;
		random_identity(&x.child);
		if (child_run(s, &x.child, true, &x.tid) < 0)
			return -1;
		samples += x.seen;
	}
	if (samples < SAMPLES)
		return error_set(
		    &s->error, "the user that a child took not found");
	return search_places(s, &x, place);
}

/* The event is disabled at once, and deleted with the session: to delete it
 * takes long. */
static int
search(struct session *s, size_t *place)
{
	int known = s->events.count, r = search_arm(s);

	if (r == 0)
		r = search_run(s, place);
	buffer_write(
	    &s->instance, "0", "events/%s/cred/enable", s->instance.group);
	feed.bytes = NULL;
	raw_event_forget(&s->events, known);
	return r;
}

/* ---- the kprobe ---- */

static int
probe_arm(struct session *s, const size_t *place)
{
	struct probe_event e = {
		.file = "kprobe_events", .name = "user", .kind = RAW_USER
	};
	const char *cred = arch_first_argument();
	int known = s->events.count;
	char text[128];

	snprintf(text, sizeof text,
	    "commit_creds u0=+%zu(%s):u32 u1=+%zu(%s):u32 u2=+%zu(%s):u32",
	    place[UID], cred, place[RUID], cred, place[GID], cred);
	e.text = text;
	if (probe_event_arm(&e, &s->instance, &s->events, &s->error) == 0 &&
	    selftest(s) == 0)
		return 0;
	probe_event_forget(&s->instance, e.name);
	raw_event_forget(&s->events, known);
	return -1;
}

static bool
use_probe(struct session *s)
{
	size_t place[SHOWN] = { 0 };
	int r;

	if (!quirk_kprobes_usable(s->tracefs, &s->error))
		r = -1;
	else if (!arch_first_argument())
		r = error_set(
		    &s->error, "no registers known on %s", arch_name());
	else if ((r = search(s, place)) == 0)
		r = probe_arm(s, place);
	if (r == 0)
		finding_add(&s->opt.findings, "users", NULL,
		    "kprobe commit_creds: in use (bytes %zu, %zu, %zu), "
		    "self-test passed",
		    place[UID], place[RUID], place[GID]);
	else
		finding_add(&s->opt.findings, "users", NULL,
		    "kprobe commit_creds: %s", s->error.text);
	return r == 0;
}

/* ---- system calls ---- */

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
#define OTHER_CALLS                                                         \
	"ret == 0 && (id == 23 || id == 46 || id == 70 || id == 71 || "     \
	"id == 164 || id == 170 || id == 203 || id == 204 || id == 208 || " \
	"id == 210 || id == 213 || id == 214 || id == 310 || id == 346 || " \
	"id == 1073741929 || id == 1073741930 || id == 1073741937 || "      \
	"id == 1073741938 || id == 1073741941 || id == 1073741943 || "      \
	"id == 1073742096 || id == 1073742132)"

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
static bool
has_other_abi(void)
{
	const char *machine = arch_name();

	if (strcmp(machine, "x86_64") == 0)
		return file_exists(AT_FDCWD, "/proc/sys/abi/vsyscall32");
	return strcmp(machine, "aarch64") == 0;
}

static int
arm_calls(struct session *s)
{
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
	if (has_other_abi() &&
	    tracepoint_arm(&s->instance, &s->events, RAW_ID_OTHER,
		"raw_syscalls/sys_exit", OTHER_CALLS) != 0)
		return error_set(&s->error, "raw_syscalls/sys_exit: %m");
	return selftest(s);
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
	unsigned ns = proc_namespace("user");

	if (ns && ns != PROC_FIRST_USERS) {
		finding_add(&s->opt.findings, "users", NULL,
		    "not known (needs the first user namespace)");
		return;
	}
	feed = (struct user_feed){ .feed = user_feed };
	s->assembler.users = &feed;
	if (use_probe(s))
		s->users = USERS_PROBE;
	else if (!session_is_ending(s) && use_calls(s))
		s->users = USERS_CALLS;
	else
		finding_add(&s->opt.findings, "users", NULL, "not known");
}
