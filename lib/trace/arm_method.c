/* The places of a method: each is probed, and tested. */
#include "trace/arm_method.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "kernel/quirks.h"
#include "kernel/remote.h"
#include "trace/finding.h"
#include "trace/probe_define.h"
#include "trace/probe_event.h"
#include "trace/probe_find.h"
#include "trace/selftest.h"

#define TRIES_MAX 8 /* to probe a path, see tries */

_Static_assert(PROBE_SITES <= EXEC_PLACES, "a time for each place");

const char *
returns_filter(const struct session *s)
{
	if (s->method < METHOD_LDSO)
		return "ret < 0";
	return s->opt.failed ? NULL : "ret == 0";
}

/* What became of a method, or of one of its places. */
static void
method_finding(const struct session *s, enum method method,
    const struct probe_site *p, const char *text)
{
	const char *name = probe_method_name(method), *subject = "method";

	if (method == METHOD_FAILED) {
		subject = name;
		name = NULL;
	}
	if (!p)
		finding_add(&s->opt.findings, subject, name, "%s", text);
	else if (p->user)
		finding_add(&s->opt.findings, subject, name, "uprobe %s: %s",
		    p->path, text);
	else
		finding_add(&s->opt.findings, subject, name, "kprobe %s: %s",
		    p->target, text);
}

int
arm_return(struct session *s, const struct probe_site *p, const char *filter)
{
	char name[RETURN_NAME], text[128];
	struct probe_event e = { .file = "kprobe_events",
		.name = name,
		.text = text,
		.at_return = true,
		.filter = filter,
		.kind = RAW_RETURN };
	int r;

	probe_return_name(p, &s->instance, name);
	snprintf(text, sizeof text, "%s ret=$retval:s32", p->target);
	r = probe_event_arm(&e, &s->instance, &s->events, &s->error);
	finding_add(&s->opt.findings, "return of", p->target, "%s",
	    r == 0 ? "in use" : s->error.text);
	return r;
}

/*
 * 2.6.32 gives a program of 32 bits its stack in no function of its own
 * (start_ia32_thread(), arch/x86/include/asm/elf.h): the assembler takes an
 * execve that returned, and showed no stack, for one.
 */
static void
arm_compat(struct session *s)
{
	static const char *const functions[] = { "compat_do_execve",
		"do_execve" };
	struct probe_site p = { 0 };

	for (int i = 0; i < 2; i++) {
		p.index = PROBE_SITES + i;
		snprintf(p.target, sizeof p.target, "%s", functions[i]);
		if (arm_return(s, &p, "ret == 0") != 0)
			return;
	}
}

/* A place, with plain fetches or with those of user memory. */
static int
try_place(struct session *s, struct probe_site *p, bool proof)
{
	int known = s->events.count, r;

	if (session_is_ending(s))
		return 0;
	r = probe_arm(p, &s->instance, &s->events, s->fetch, &s->error);
	if (r == 0 && !p->user &&
	    ((p->method == METHOD_EXECVE && s->no_exec_event) ||
		(p->method == METHOD_FAILED && !s->have_exec_return)))
		r = arm_return(s, p,
		    p->method == METHOD_EXECVE ? NULL : returns_filter(s));
	if (r == 0 && proof && p->method == METHOD_FAILED)
		r = selftest_failed_exec(s);
	else if (r == 0 && proof)
		r = selftest_exec(
		    s, p->user ? p->path : "/proc/self/exe", true);
	if (r != 0) {
		probe_disarm(p, &s->instance);
		raw_event_forget(&s->events, known);
	}
	return r;
}

/*
 * Plain fetches read any address, on most architectures also the
 * user's memory; from 5.3 on there are fetches that read nothing else.  What a
 * caller points to, anywhere it likes, is read by these first.
 */
static int
arm_place(struct session *s, struct probe_site *p, bool proof)
{
	int r;

	p->ustring = !p->user && p->method >= METHOD_EXECVE;
	r = try_place(s, p, proof);
	if (r != -1 || p->user)
		return r;
	p->ustring = !p->ustring;
	return try_place(s, p, proof);
}

/*
 * A uprobe is written into the memory of each process that maps the file, and
 * until that is done no process can fork (register_for_each_vma(),
 * kernel/events/uprobes.c, dup_mmap_sem): one whose memory cannot be had would
 * stop the machine.
 */
static int
check_memory(struct session *s)
{
	int pid = remote_stuck();

	if (!pid)
		return 0;
	return error_set(&s->error,
	    "no uprobes: the memory of process %d cannot be read within %d ms "
	    "(forks would wait for it)",
	    pid, (int)(HELPER_WAIT_NS / 1000000));
}

/* The places of a method.  Returns how many, or 0 with an error. */
static int
find_places(struct session *s, enum method method)
{
	int first = s->probes.count;
	int n = probe_find(&s->probes, method, s->tracefs, &s->error);

	if (n == 0 || !s->probes.place[first].user || check_memory(s) == 0)
		return n;
	while (s->probes.count > first)
		close(s->probes.place[--s->probes.count].fd);
	return 0;
}

int
arm_method(struct session *s, enum method method)
{
	int first = s->probes.count, armed = 0;
	int n = find_places(s, method);
	unsigned groups = 0;

	if (n == 0) {
		method_finding(s, method, NULL, s->error.text);
		return -1;
	}
	if (s->probes.place[first].window)
		finding_add(&s->opt.findings, "method",
		    probe_method_name(method),
		    "windows of %d bytes, no strings (%s)", WINDOW_BYTES,
		    quirk_strings_unsafe());
	for (int i = first; i < first + n; i++) {
		struct probe_site *p = &s->probes.place[i];
		/* Only what is ours is run: a loader below another
		 * root may be anything.  Ours has passed for it. */
		bool proof = !p->compat && !p->group &&
		    (method == METHOD_FAILED ? !p->user : !p->user || p->own);
		int r = -1;

		if (!p->user && (groups & 1u << p->group))
			continue;
		if (!p->user && p->group && !armed)
			break; /* the first group is the one that counts */
		if (p->user && !p->own && !armed && method != METHOD_FAILED) {
			error_set(&s->error,
			    "no loader of the host passed the self-test");
			close(p->fd);
		} else
			r = arm_place(s, p, proof);
		if (r == SELFTEST_STRANGER || session_is_ending(s))
			return r;
		if (r != 0) {
			method_finding(s, method, p, s->error.text);
			continue;
		}
		method_finding(s, method, p,
		    proof ? "in use, self-test passed" : "in use");
		groups |= 1u << p->group;
		if (!p->compat)
			armed++;
		if (p->args < s->assembler.fetch && !p->compat && proof)
			s->assembler.fetch = p->args;
		if (p->window < s->assembler.window)
			s->assembler.window = p->window;
	}
	if (armed && s->no_exec_event && method == METHOD_START_THREAD &&
	    !(groups & 2))
		arm_compat(s);
	if (!armed)
		s->probes.count = first;
	return armed ? 0 : -1;
}

void
arm_program(struct session *s, const struct event *e)
{
	uint8_t *tries = e->path ?
	    &s->tries[exec_path_hash(e->path, strlen(e->path)) % TRIES] :
	    NULL;
	struct probe_site *p;
	int r;

	exec_alarm_learn(&s->alarm, e);
	if (e->type != EVENT_EXEC || s->method != METHOD_LDSO || s->stopped ||
	    !s->proc || !tries || *tries == TRIES_MAX ||
	    e->args.state == ARGS_ALL || s->learned == PROBE_LEARNED)
		return;
	++*tries;
	p = probe_find_program(&s->probes, e->tid, e->task.ppid, e->path);
	if (!p)
		return;
	s->learned++;
	s->assembler.since[p->index] = UINT64_MAX;
	r = check_memory(s);
	if (r != 0)
		close(p->fd);
	else
		r = probe_arm(p, &s->instance, &s->events, s->fetch, &s->error);
	s->assembler.since[p->index] = trace_clock_now(&s->clock) +
	    s->clock.slack;
	watch_events(&s->watch);
	method_finding(
	    s, p->method, p, r == 0 ? "in use from now on" : s->error.text);
}
