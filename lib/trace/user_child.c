/* Random numbers are the child's only: a record that has them is its own. */
#include "trace/user_child.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "kernel/clock.h"

#define WAIT_NS	 2000000000u
#define ID_FIRST 100000 /* of random ones; a third below 2^31 */
#define ID_SPAN	 700000000u

#ifdef SYS_setresuid32 /* numbers of 32 bits */
#define SETRESUID SYS_setresuid32
#define SETRESGID SYS_setresgid32
#else
#define SETRESUID SYS_setresuid
#define SETRESGID SYS_setresgid
#endif

static void
random_identity(struct identity *id)
{
	uint32_t r[6];

	file_random(r, sizeof r);
	/* No two are the same. */
	for (unsigned i = 0; i < 3; i++) {
		id->uid[i] = ID_FIRST + i * ID_SPAN + r[i] % ID_SPAN;
		id->gid[i] = ID_FIRST + i * ID_SPAN + r[3 + i] % ID_SPAN;
	}
}

/* In the child: become that.  With fs the numbers for files are those that are
 * saved, else those that are effective.  The child has one thread only: the
 * functions of musl, which change all of them, are 1.4 KB. */
static _Noreturn void
child_become(const struct identity *id, bool fs)
{
	if (syscall(SETRESGID, id->gid[0], id->gid[1], id->gid[2]) != 0)
		_exit(1);
	if (fs)
		setfsgid(id->gid[2]);
	if (syscall(SETRESUID, id->uid[0], id->uid[1], id->uid[2]) != 0)
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
		known = s->assembler.users->bytes ? s->until : session_taken(s);
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

int
user_child_run(struct session *s, struct identity *id, bool fs, int *tid)
{
	pid_t pid;
	int r;

	random_identity(id);
	pid = fork();
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

int
user_selftest(struct session *s)
{
	struct identity id;
	int r = 0, tid;

	for (int i = 0; i < USER_CHILDREN && r == 0; i++)
		r = user_child_run(s, &id, false, &tid);
	if (r == 0)
		error_set(&s->error,
		    "self-test failed: a user that a child took not seen");
	return r > 0 ? 0 : -1;
}
