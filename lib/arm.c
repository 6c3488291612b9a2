/* Arming: the rows of probes, each of which has to prove itself. */
#include "arm.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "fmt.h"
#include "probe_event.h"

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
		return why_set(s->why, "fork: %m");
	found = arm_await(s, &proof, proof_check, seen, arg);
	if (found == (int)wanted || found == -1)
		return found == -1 ? -1 : 0;
	if (found == PROOF_STRANGER) {
		why_set(s->why,
		    "this is not the first pid namespace (run it there)");
		return PROOF_STRANGER;
	}
	return why_set(s->why,
	    found == PROOF_OTHER ? "its own exec did not come back" :
				   "its own arguments did not come back");
}

/* Which return values are wanted: of successes where no kprobe counts what
 * sched_process_exec drops for its size. */
static const char *
returns_filter(const struct session *s)
{
	return s->row < ROW_LOADER ? "ret < 0" :
	    s->opt.failed	   ? NULL :
				     "ret == 0";
}

/* Have a program fail to run, with an argument that must come back. */
static int
prove_failure(struct session *s, session_seen seen, void *arg)
{
	struct proof proof = { .pid = 0 };
	int found;

	if (proof_run(&proof, "/dev/null/none", s->opt.tool) != 0)
		return why_set(s->why, "fork: %m");
	found = arm_await(s, &proof, proof_check_failure, seen, arg);
	if (found == PROOF_WHOLE || found == -1)
		return found == -1 ? -1 : 0;
	return why_set(s->why,
	    found == PROOF_BARE ?
		"the arguments of its own failed exec did not come back" :
		"its own failed exec did not come back");
}

/* The return value of the function that is probed at its entry. */
static int
arm_return(struct session *s, const struct probe_place *p, const char *filter)
{
	char name[RETURN_NAME], text[128];
	struct probe_event e = { .file = "kprobe_events",
		.name = name,
		.text = text,
		.at_return = true,
		.filter = filter,
		.kind = KEVENT_RETURN };
	int r;

	probe_return_name(p, name);
	fmt_print(text, sizeof text, "%s ret=$retval:s32", p->target);
	r = probe_event_arm(&e, &s->instance, &s->events, s->why);
	session_say(
	    s, "return of %s: %s", p->target, r == 0 ? "in use" : s->why);
	return r;
}

/*
 * 2.6.32 gives a program of 32 bits its stack in no function of its own
 * (start_ia32_thread(), arch/x86/include/asm/elf.h): the joiner takes an execve
 * that returned, and showed no stack, for one.
 */
static void
arm_compat(struct session *s)
{
	static const char *const functions[] = { "compat_do_execve",
		"do_execve" };
	struct probe_place p;

	for (int i = 0; i < 2; i++) {
		p.index = PROBE_PLACES + i;
		fmt_print(p.target, sizeof p.target, "%s", functions[i]);
		if (arm_return(s, &p, "ret == 0") != 0)
			return;
	}
}

/* A place, with plain fetches or with those of user memory. */
static int
try_place(struct session *s, struct probe_place *p, bool proof,
    session_seen seen, void *arg)
{
	int known = s->events.count;
	int r = probe_arm(p, &s->instance, &s->events, s->fetch, s->why);

	if (r == 0 && !p->user &&
	    ((p->row == ROW_CALL && s->silent) ||
		(p->row == ROW_ENTRY && !s->returns)))
		r = arm_return(
		    s, p, p->row == ROW_CALL ? NULL : returns_filter(s));
	if (r == 0 && proof && p->row == ROW_ENTRY)
		r = prove_failure(s, seen, arg);
	else if (r == 0 && proof)
		r = prove(s, p->user ? p->path : "/proc/self/exe", PROOF_WHOLE,
		    seen, arg);
	if (r != 0) {
		probe_disarm(p, &s->instance);
		kevent_forget(&s->events, known);
	}
	return r;
}

/*
 * Plain fetches read what they are told to, on most architectures also the
 * user's memory; from 5.3 on there are fetches that read nothing else.  What a
 * caller points to, anywhere it likes, is read by these first.
 */
static int
arm_place(struct session *s, struct probe_place *p, bool proof,
    session_seen seen, void *arg)
{
	int r;

	p->ustring = !p->user && p->row >= ROW_CALL;
	r = try_place(s, p, proof, seen, arg);
	if (r != -1 || p->user)
		return r;
	p->ustring = !p->ustring;
	return try_place(s, p, proof, seen, arg);
}

/* Arm the places of a row; those that fail or prove nothing are undone, and
 * of a group of kernel functions one is enough. */
static int
arm_row(struct session *s, enum probe_row row, session_seen seen, void *arg)
{
	int first = s->probes.count, armed = 0;
	int n = probe_find(&s->probes, row, s->tracefs, s->why);
	char text[LOADER_PATH + 64];
	unsigned groups = 0;

	if (n == 0) {
		session_say(s, "row %d: %s", row, s->why);
		return -1;
	}
	for (int i = first; i < first + n; i++) {
		struct probe_place *p = &s->probes.place[i];
		/* Only what is ours is run: a loader below somebody else's
		 * root may be anything.  Its row was proved by ours. */
		bool proof = !p->compat && !p->group &&
		    (row == ROW_ENTRY ? !p->user : !p->user || p->own);
		int r = -1;

		if (!p->user && (groups & 1u << p->group))
			continue;
		if (!p->user && p->group && !armed)
			break; /* the first group is the one that counts */
		probe_describe(p, text, sizeof text);
		if (p->user && !p->own && !armed && row != ROW_ENTRY) {
			why_set(s->why, "its row did not prove itself");
			close(p->fd);
		} else
			r = arm_place(s, p, proof, seen, arg);
		if (r == PROOF_STRANGER)
			return r;
		session_say(s, "%s: %s", text,
		    r != 0    ? s->why :
			proof ? "in use, proved itself" :
				"in use");
		if (r != 0)
			continue;
		groups |= 1u << p->group;
		armed += !p->compat;
		if (p->args < s->joiner.fetch && !p->compat && proof)
			s->joiner.fetch = p->args;
	}
	if (armed && s->silent && row == ROW_START_THREAD && !(groups & 2))
		arm_compat(s);
	if (!armed)
		s->probes.count = first;
	return armed ? 0 : -1;
}

/* The return values of execve, if the kernel tells of system calls. */
static void
arm_returns(struct session *s)
{
	const char *filter = returns_filter(s);

	if (!s->opt.failed && s->row < ROW_LOADER && !s->silent)
		return;
	s->returns = session_enable(s, KEVENT_RETURN,
			 "syscalls/sys_exit_execve", filter) == 0;
	if (s->returns)
		session_enable(
		    s, KEVENT_RETURN, "syscalls/sys_exit_execveat", filter);
}

/* A probe of one number or string at the entry of a function. */
static void
arm_entry(struct session *s, const char *name, enum kevent_kind kind,
    const char *function, const char *format)
{
	const char *first = probe_first_argument();
	char text[128];
	struct probe_event e = { .file = "kprobe_events",
		.name = name,
		.kind = kind,
		.text = text };
	int r, n = fmt_print(text, sizeof text, "%s ", function);

	if (!first || !file_exists(s->tracefs, e.file))
		return;
	fmt_print(
	    text + n, sizeof text - (size_t)n, format, first, 8 * probe_slot());
	r = probe_event_arm(&e, &s->instance, &s->events, s->why);
	session_say(s, "kprobe %s: %s", function, r == 0 ? "in use" : s->why);
}

void
arm_clone(struct session *s)
{
	arm_entry(s, "clone", KEVENT_CLONE, "do_fork", "flags=%s:u%d");
}

static void
begin_row(struct session *s, enum probe_row row)
{
	s->joiner.fetch = s->fetch;
	s->joiner.entry_args = row == ROW_CALL;
	s->joiner.order = row == ROW_LOADER ? EXEC_PATH_FIRST :
	    row >= ROW_CALL		    ? EXEC_PATH_ONLY :
	    s->silent			    ? EXEC_STACK_ONLY :
					      EXEC_PATH_LAST;
}

/* The first row that proves itself. */
static int
choose_row(struct session *s, session_seen seen, void *arg)
{
	static const enum probe_row rows[] = { ROW_START_THREAD,
		ROW_FINALIZE_EXEC, ROW_LOADER, ROW_CALL };
	struct exec_peek *(*peek)(void *, int) = s->joiner.peek;
	int r;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (s->opt.row && s->opt.row != (int)rows[i])
			continue;
		begin_row(s, rows[i]);
		/* What the entry shows, not what /proc does. */
		s->joiner.peek = rows[i] == ROW_CALL ? NULL : peek;
		r = arm_row(s, rows[i], seen, arg);
		s->joiner.peek = peek;
		if (r == PROOF_STRANGER)
			return -1;
		if (r == 0) {
			s->row = rows[i];
			return 0;
		}
	}
	if (s->opt.row && s->opt.row != ROW_PROC)
		return why_set(s->why,
		    "row %d is not possible here (-v tells why)", s->opt.row);
	return 0;
}

/* Without probes, an exec has to come back at all. */
static int
arm_execs(struct session *s, session_seen seen, void *arg)
{
	s->row = ROW_PROC;
	if (s->opt.execs && !s->opt.bare && !probe_filters_all())
		session_say(s, "filters of arguments: not used (a bug of "
			       "Linux 4.7 to 5.10)");
	if (s->opt.execs && !s->opt.bare && choose_row(s, seen, arg) != 0)
		return -1;
	if (s->row != ROW_PROC)
		return 0;
	begin_row(s, ROW_PROC);
	if (s->silent && !s->opt.execs)
		return 0;
	if (s->silent)
		arm_returns(s);
	if (prove(s, "/proc/self/exe", PROOF_BARE, seen, arg) != 0 &&
	    prove(s, "/proc/self/exe", PROOF_BARE, seen, arg) != 0)
		return s->silent ?
		    why_set(s->why,
			"no exec is seen: neither sched_process_exec "
			"(3.4) nor kprobes") :
		    -1;
	if (s->opt.execs && !s->opt.bare)
		session_say(s, "row %d: arguments from /proc/PID/cmdline only",
		    ROW_PROC);
	return 0;
}

int
session_arm(struct session *s, session_seen seen, void *arg)
{
	if (s->silent && s->opt.execs) {
		arm_entry(
		    s, "path", KEVENT_PATH, "do_execve", "fn=+0(%s):string");
		arm_entry(s, "path32", KEVENT_PATH, "compat_do_execve",
		    "fn=+0(%s):string");
	}
	if (arm_execs(s, seen, arg) != 0)
		return -1;
	if (s->opt.execs && !s->opt.bare && !s->returns)
		arm_returns(s);
	if (s->opt.failed && s->row != ROW_CALL)
		arm_row(s, ROW_ENTRY, seen, arg);
	for (int i = 0; s->opt.failed && s->row == ROW_CALL && !s->returns &&
	     !s->silent && i < s->probes.count;
	     i++)
		if (s->probes.place[i].args)
			arm_return(s, &s->probes.place[i], NULL);
	if (s->opt.exits && arm_exits(s, seen, arg) != 0)
		return -1;
	s->joiner.want = s->opt.args;
	session_armed(s);
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
