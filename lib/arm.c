/* Arming: the rows of probes, each of which has to prove itself. */
#include "arm.h"

#include <errno.h>
#include <string.h>

#include "clock.h"

#define PROOF_WAIT_NS 2000000000u /* a proof that never comes */
#define TRIES_MAX     8		  /* to probe a path, see tries */

int
arm_await(struct session *s, struct proof *proof,
    enum proof_result (*check)(const struct proof *, const struct event *),
    session_seen seen, void *arg)
{
	uint64_t end = clock_boot() + PROOF_WAIT_NS;
	enum proof_result found = PROOF_OTHER;
	bool ended = false;
	struct event e;
	int quiet = 0;

	while (!found && clock_boot() < end && !(ended && quiet > 2)) {
		long n = session_sweep(s);

		if (n < 0) {
			proof_stop(proof);
			return -1;
		}
		while (session_next(s, &e)) {
			seen(arg, &e);
			if (!found)
				found = check(proof, &e);
		}
		ended = proof_ended(proof);
		quiet = ended && n == 0 && !exec_pending(&s->joiner) ?
		    quiet + 1 :
		    0;
		if (!found && n == 0)
			reader_wait(&s->reader, SESSION_STEP_NS, NULL);
	}
	proof_stop(proof);
	return (int)found;
}

/* Run one program and wait for it to come back as a record.  Returns 0 when
 * it does as wanted, -1, or PROOF_STRANGER. */
static int
prove(struct session *s, const char *path, enum proof_result wanted,
    session_seen seen, void *arg)
{
	struct proof proof = { .pid = 0 };
	int found;

	if (proof_run(&proof, path, s->opt.tool) != 0)
		return why_set(s->why, "fork: %s", strerror(errno));
	found = arm_await(s, &proof, proof_check, seen, arg);
	if (found == (int)wanted || found == -1)
		return found == -1 ? -1 : 0;
	if (found == PROOF_STRANGER) {
		why_set(s->why,
		    "the kernel's pids are not those of this pid "
		    "namespace (run it in the first one)");
		return PROOF_STRANGER;
	}
	return why_set(s->why,
	    found == PROOF_OTHER ? "its own exec did not come back" :
				   "its own arguments did not come back");
}

/* Arm each place of a row; those that fail or prove nothing are undone. */
static int
arm_row(struct session *s, enum probe_row row, session_seen seen, void *arg)
{
	int first = s->probes.count, armed = 0;
	int n = probe_find(&s->probes, row, s->tracefs, s->why);
	char text[LOADER_PATH + 64];

	if (n == 0) {
		session_say(s, "row %d: %s", row, s->why);
		return -1;
	}
	s->joiner.order = row == ROW_LOADER ? EXEC_PATH_FIRST : EXEC_PATH_LAST;
	for (int i = first; i < first + n; i++) {
		struct probe_place *p = &s->probes.place[i];
		int r = probe_arm(
		    p, &s->instance, &s->events, s->fetch, s->why);
		/* Only what is ours is run: a loader below somebody else's
		 * root may be anything.  Its row was proved by ours. */
		bool proof = row != ROW_ENTRY && !p->compat &&
		    (!p->user || p->own);

		probe_describe(p, text, sizeof text);
		if (r == 0 && proof)
			r = prove(s, p->user ? p->path : "/proc/self/exe",
			    PROOF_WHOLE, seen, arg);
		else if (r == 0 && p->user && !p->own && !armed)
			r = why_set(s->why, "its row did not prove itself");
		if (r != 0)
			probe_disarm(p, &s->instance);
		if (r == PROOF_STRANGER)
			return r;
		session_say(s, "%s: %s", text,
		    r != 0    ? s->why :
			proof ? "in use, proved itself" :
				"in use");
		armed += r == 0 && !p->compat;
		if (r != 0 &&
		    (row == ROW_START_THREAD || row == ROW_FINALIZE_EXEC) &&
		    !p->compat)
			break;
	}
	if (!armed)
		s->probes.count = first;
	return armed ? 0 : -1;
}

/* The return values: always for failed execs; of successful ones where no
 * kprobe counts what sched_process_exec drops for its size. */
static void
arm_returns(struct session *s)
{
	const char *filter = s->row < ROW_LOADER ? "ret < 0" :
	    s->opt.failed			 ? NULL :
						   "ret == 0";

	if (!s->opt.failed && s->row < ROW_LOADER)
		return;
	session_enable(s, KEVENT_RETURN, "syscalls/sys_exit_execve", filter);
	session_enable(s, KEVENT_RETURN, "syscalls/sys_exit_execveat", filter);
}

/* The first row that proves itself; without probes, that an exec comes back
 * at all. */
static int
arm_execs(struct session *s, session_seen seen, void *arg)
{
	static const enum probe_row rows[] = { ROW_START_THREAD,
		ROW_FINALIZE_EXEC, ROW_LOADER };
	int r;

	s->row = ROW_PROC;
	for (size_t i = 0; s->opt.execs && !s->opt.bare &&
	     i < sizeof rows / sizeof *rows && s->row == ROW_PROC;
	     i++) {
		r = arm_row(s, rows[i], seen, arg);
		if (r == PROOF_STRANGER)
			return -1;
		if (r == 0)
			s->row = rows[i];
	}
	if (s->row != ROW_PROC)
		return 0;
	s->joiner.order = EXEC_PATH_ONLY;
	if (prove(s, "/proc/self/exe", PROOF_BARE, seen, arg) != 0 &&
	    prove(s, "/proc/self/exe", PROOF_BARE, seen, arg) != 0)
		return -1;
	if (s->opt.execs && !s->opt.bare)
		session_say(s, "row %d: arguments from /proc/PID/cmdline only",
		    ROW_PROC);
	return 0;
}

int
session_arm(struct session *s, session_seen seen, void *arg)
{
	if (arm_execs(s, seen, arg) != 0)
		return -1;
	if (s->opt.failed) {
		enum exec_order order = s->joiner.order;

		arm_row(s, ROW_ENTRY, seen, arg);
		s->joiner.order = order;
	}
	if (s->opt.execs && !s->opt.bare)
		arm_returns(s);
	if (s->opt.exits && arm_exits(s, seen, arg) != 0)
		return -1;
	s->joiner.want = s->opt.args;
	s->armed = clock_boot();
	return 0;
}

void
session_learn(struct session *s, const struct event *e)
{
	uint8_t *tries = e->path ?
	    &s->tries[exec_path_hash(e->path, strlen(e->path)) % TRIES] :
	    NULL;
	struct probe_place *p;
	char text[LOADER_PATH + 64];
	int r;

	if (e->type != EVENT_EXEC || s->row != ROW_LOADER || s->stopped ||
	    !tries || *tries == TRIES_MAX || e->args.state == ARGS_ALL ||
	    s->learned == PROBE_LEARNED)
		return;
	++*tries;
	p = probe_find_program(&s->probes, e->pid, e->ppid, e->path);
	if (!p)
		return;
	s->learned++;
	r = probe_arm(p, &s->instance, &s->events, s->fetch, s->why);
	probe_describe(p, text, sizeof text);
	session_say(s, "%s: %s", text, r == 0 ? "in use from now on" : s->why);
}
