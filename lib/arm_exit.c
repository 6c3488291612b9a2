/* Where the status of an exit comes from: a kprobe, taskstats, or the calls
 * and signals that lead to it.  Each has to prove itself. */
#include "arm.h"

#include "fmt.h"
#include "probe_event.h"

static int
prove(struct session *s,
    enum proof_result (*check)(const struct proof *, const struct event *),
    session_seen seen, void *arg)
{
	struct proof proof = { .pid = 0 };
	int found;

	if (proof_fork(&proof) != 0)
		return why_set(s->why, "fork: %m");
	found = arm_await(s, &proof, check, seen, arg);
	if (found == PROOF_WHOLE)
		return 0;
	if (found != -1)
		why_set(s->why, "%s did not come back",
		    found == PROOF_BARE ? "its own exit status" :
					  "its own exit");
	return -1;
}

/* do_exit(code) and do_group_exit(code), kernel/exit.c: a wait status. */
static int
arm_probes(struct session *s, session_seen seen, void *arg)
{
	struct probe_event e = {
		.file = "kprobe_events", .name = "code", .kind = KEVENT_CODE
	};
	const char *code = probe_first_argument();
	char text[64];
	int known = s->events.count, r;

	if (!file_exists(s->tracefs, e.file))
		return why_set(s->why, "this kernel has no kprobe_events");
	if (!code)
		return why_set(
		    s->why, "no registers known on %s", probe_machine());
	e.text = text;
	fmt_print(text, sizeof text, "do_exit code=%s:s32", code);
	r = probe_event_arm(&e, &s->instance, &s->events, s->why);
	if (r == 0 && prove(s, proof_check_exit, seen, arg) != 0)
		r = prove(s, proof_check_exit, seen, arg);
	if (r != 0) {
		instance_write(&s->instance, "0", "events/%s/code/enable",
		    s->instance.group);
		probes_delete(s->tracefs, s->instance.group, "code");
		kevent_forget(&s->events, known);
		return -1;
	}
	e.name = "group";
	e.kind = KEVENT_GROUP;
	fmt_print(text, sizeof text, "do_group_exit code=%s:s32", code);
	s->groups = probe_event_arm(&e, &s->instance, &s->events, s->why) == 0;
	if (!s->groups)
		session_say(s, "kprobe do_group_exit: %s", s->why);
	return 0;
}

/* Calls of exit and exit_group, and signals that kill. */
static int
arm_calls(struct session *s)
{
	int r = session_enable(
	    s, KEVENT_CALL_EXIT, "syscalls/sys_enter_exit", NULL);

	r |= session_enable(
	    s, KEVENT_CALL_GROUP, "syscalls/sys_enter_exit_group", NULL);
	r |= session_enable(
	    s, KEVENT_DELIVERED, "signal/signal_deliver", "sig != 17");
	/* result: of those that are ignored nobody dies (3.4+) */
	if (r == 0 &&
	    session_enable(s, KEVENT_SENT, "signal/signal_generate",
		"sig != 17 && result == 0") != 0)
		r = session_enable(
		    s, KEVENT_SENT, "signal/signal_generate", "sig != 17");
	return r;
}

static int
arm_taskstats(struct session *s, session_seen seen, void *arg)
{
	if (taskstats_open(&s->stats, s->why) != 0)
		return -1;
	if (prove(s, proof_check_usage, seen, arg) == 0 ||
	    prove(s, proof_check_usage, seen, arg) == 0)
		return 0;
	taskstats_close(&s->stats);
	return -1;
}

int
arm_exits(struct session *s, session_seen seen, void *arg)
{
	bool probe = arm_probes(s, seen, arg) == 0, stats = false;
	bool calls = false;

	session_say(s, "exit status: kprobe do_exit: %s",
	    probe ? "in use, proved itself" : s->why);
	if (s->opt.usage || !probe) {
		stats = arm_taskstats(s, seen, arg) == 0;
		session_say(s, "%s: taskstats: %s",
		    probe ? "what was used" : "exit status",
		    stats ? "in use, proved itself" : s->why);
	}
	if (stats)
		session_say(
		    s, "taskstats: a queue of %u KB", s->stats.buffer >> 10);
	if (!probe) {
		calls = arm_calls(s) == 0 &&
		    (stats || prove(s, proof_check_exit, seen, arg) == 0);
		s->calls = true;
		session_say(s, "exit status%s: exit_group and signals: %s",
		    stats ? " of threads" : "", calls ? "in use" : s->why);
	}
	if (!probe && !stats && !calls)
		session_say(s, "exit status: not known");
	return 0;
}
