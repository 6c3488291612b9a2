/* Where the status of an exit comes from: a kprobe, taskstats, or the calls
 * and signals that lead to it.  Each must pass a self-test. */
#include "trace/arm_exit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>

#include "kernel/arch.h"
#include "kernel/buffer.h"
#include "kernel/dynevent.h"
#include "kernel/quirks.h"
#include "base/file.h"
#include "trace/arm_cpu.h"
#include "trace/probe_event.h"
#include "trace/selftest.h"
#include "trace/finding.h"

/* Taskstats is asked so often, with a tick of 100 Hz between: whatever makes
 * it late on a slow machine, it has time. */
#define STATS_TRIES  5
#define STATS_NAP_NS 10000000

/* do_exit(code) and do_group_exit(code), kernel/exit.c: a wait status. */
static int
arm_probes(struct session *s)
{
	struct probe_event e = {
		.file = "kprobe_events", .name = "code", .kind = RAW_CODE
	};
	const char *code = arch_first_argument();
	char text[64];
	int known = s->events.count, r;

	if (!quirk_kprobes_usable(s->tracefs, &s->error))
		return -1;
	if (!code)
		return error_set(
		    &s->error, "no registers known on %s", arch_name());
	e.text = text;
	snprintf(text, sizeof text, "do_exit code=%s:s32", code);
	r = probe_event_arm(&e, &s->instance, &s->events, &s->error);
	if (r == 0 && selftest_exit(s, false) != 0)
		r = selftest_exit(s, false);
	if (r != 0) {
		buffer_write(&s->instance, "0", "events/%s/code/enable",
		    s->instance.group);
		dynevent_delete(s->tracefs, s->instance.group, "code");
		raw_event_forget(&s->events, known);
		return -1;
	}
	e.name = "group";
	e.kind = RAW_GROUP;
	snprintf(text, sizeof text, "do_group_exit code=%s:s32", code);
	s->have_group_exit = probe_event_arm(
				 &e, &s->instance, &s->events, &s->error) == 0;
	if (!s->have_group_exit)
		finding_add(&s->opt.findings, "kprobe do_group_exit", NULL,
		    "%s", s->error.text);
	return 0;
}

/* Signals that are sent, and taken; but SIGCHLD, of which there are many. */
static int
arm_signals(struct session *s)
{
	if (quirk_filters_shift())
		return session_enable(
			   s, RAW_DELIVERED, "signal/signal_deliver", NULL) |
		    session_enable(s, RAW_SENT, "signal/signal_generate", NULL);
	if (session_enable(
		s, RAW_DELIVERED, "signal/signal_deliver", "sig != 17") != 0)
		return -1;
	/* result: an ignored signal kills no process (3.4+); 0, and 4 (sent
	 * without its siginfo), include/trace/events/signal.h */
	if (session_enable(s, RAW_SENT, "signal/signal_generate",
		"sig != 17 && (result == 0 || result == 4)") == 0)
		return 0;
	return session_enable(
	    s, RAW_SENT, "signal/signal_generate", "sig != 17");
}

/* Calls of exit and exit_group, and signals that kill. */
static int
arm_calls(struct session *s)
{
	int r = session_enable(
	    s, RAW_CALL_EXIT, "syscalls/sys_enter_exit", NULL);

	r |= session_enable(
	    s, RAW_CALL_GROUP, "syscalls/sys_enter_exit_group", NULL);
	return r | arm_signals(s);
}

/* What is missing, add_del_listener(), kernel/taskstats.c. */
static int
refused(struct session *s)
{
	struct error cause = s->error;

	if (cause.code == EPERM)
		return error_set(
		    &s->error, "%s (needs CAP_NET_ADMIN)", cause.text);
	if (cause.code == EINVAL)
		return error_set(&s->error,
		    "%s (needs the first user and pid namespaces)", cause.text);
	return -1;
}

/* These settings are only in the first network namespace (net_core_table,
 * net/core/sysctl_net_core.c), as are the records (send_cpu_listeners(),
 * kernel/taskstats.c). */
static bool
is_other_network(void)
{
	return file_exists(AT_FDCWD, "/proc/sys/net/core") &&
	    !file_exists(AT_FDCWD, "/proc/sys/net/core/dev_weight");
}

static int
arm_taskstats(struct session *s)
{
	static const struct timespec nap = { 0, STATS_NAP_NS };

	if (taskstats_open(&s->stats, &s->error) != 0)
		return refused(s);
	s->stats.slack = s->clock.slack;
	for (int i = 0; i < STATS_TRIES; i++) {
		if (i)
			nanosleep(&nap, NULL);
		if (selftest_exit(s, true) == 0)
			return 0;
	}
	taskstats_close(&s->stats);
	if (is_other_network())
		error_set(&s->error, "needs the first network namespace");
	return -1;
}

static bool
use_taskstats(struct session *s, bool probe)
{
	const char *what = probe ? "resource usage" : "exit status";

	if (arm_taskstats(s) != 0) {
		s->no_stats = s->error;
		finding_add(&s->opt.findings, what, NULL, "taskstats: %s",
		    s->error.text);
		return false;
	}
	finding_add(&s->opt.findings, what, NULL,
	    "taskstats: in use, self-test passed");
	finding_add(&s->opt.findings, "taskstats", NULL, "a queue of %u KB",
	    s->stats.buffer >> 10);
	return true;
}

/* Without a probe.  Returns whether a status is then known. */
static bool
use_calls(struct session *s, bool stats)
{
	bool used = arm_calls(s) == 0 &&
	    (stats || selftest_exit(s, false) == 0);

	s->status_from_syscalls = true;
	finding_add(&s->opt.findings, "exit status",
	    stats ? "of threads" : NULL, "exit_group and signals: %s",
	    used ? "in use" : s->error.text);
	return used || stats;
}

/* All signals that oom_kill_process() sends, mm/oom_kill.c, in the task that
 * calls it.  Its end first: a begin without an end would say too much. */
static bool
arm_oom_probes(struct session *s)
{
	struct probe_event e = { .file = "kprobe_events",
		.name = "oomend",
		.kind = RAW_OOM_END,
		.text = "oom_kill_process",
		.at_return = true };
	int r;

	if (!quirk_kprobes_usable(s->tracefs, &s->error))
		return false;
	r = probe_event_arm(&e, &s->instance, &s->events, &s->error);
	if (r == 0) {
		e.name = "oom";
		e.kind = RAW_OOM_BEGIN;
		e.at_return = false;
		r = probe_event_arm(&e, &s->instance, &s->events, &s->error);
	}
	if (r != 0)
		probe_event_forget(&s->instance, e.name);
	return r == 0;
}

/* By its event, since Linux 4.14, which shows the first victim only: not those
 * that share its memory. */
static void
use_oom(struct session *s)
{
	bool event = session_enable(s, RAW_OOM, "oom/mark_victim", NULL) == 0;
	const char *used = "mark_victim: in use";

	if (arm_oom_probes(s))
		used = "kprobe oom_kill_process: in use";
	else if (!event)
		used = s->error.text;
	s->oom = used != s->error.text;
	finding_add(&s->opt.findings, "oom killer", NULL, "%s", used);
}

/* Who sends signals.  They are seen already where statuses come from calls;
 * else they say nothing of these. */
static void
use_senders(struct session *s)
{
	int r = 0;

	if (!s->status_from_syscalls) {
		s->assembler.sender_only = true;
		r = arm_signals(s);
	}
	if (r == 0)
		r = selftest_killed(s);
	s->senders = r == 0;
	finding_add(&s->opt.findings, "senders of signals", NULL, "%s",
	    r == 0 ? "signal_generate: in use, self-test passed" :
		     s->error.text);
	if (s->senders)
		use_oom(s);
}

/* When a task that is dead leaves its CPU: TASK_DEAD is 64, or since Linux 4.14
 * EXIT_DEAD or EXIT_ZOMBIE, 16 or 32 (__trace_sched_switch_state(),
 * include/trace/events/sched.h), where 64 is a parked thread. */
#define DEAD "prev_state == 16 || prev_state == 32 || prev_state == 64"

static int
arm_cpu_time(struct session *s)
{
	if (!s->opt.subtree)
		return error_set(&s->error, "only with -p or a command");
	if (s->clock.drifts || s->clock.boot_step || s->clock.trace_step)
		return error_set(&s->error, "needs the boot or mono clock");
	if (cpu_time_open(&s->cpu_time, &s->instance, s->clock.offset, s->self,
		&s->error) != 0)
		return -1;
	if (selftest_cpu_time(s) == 0)
		return 0;
	cpu_time_stop(&s->cpu_time);
	cpu_time_close(&s->cpu_time);
	return -1;
}

static void
use_cpu_time(struct session *s)
{
	if (!s->assembler.awaits_left)
		finding_add(&s->opt.findings, "cpu time", NULL,
		    "not known (needs taskstats and sched_switch)");
	else if (arm_cpu_time(s) != 0)
		finding_add(&s->opt.findings, "cpu time", NULL,
		    "sched_stat_runtime: %s (>= and <= mark bounds)",
		    s->error.text);
	else
		finding_add(&s->opt.findings, "cpu time", NULL,
		    "sched_stat_runtime: in use, self-test passed");
}

int
arm_exits(struct session *s)
{
	bool probe = arm_probes(s) == 0, stats = false;

	finding_add(&s->opt.findings, "exit status", NULL, "kprobe do_exit: %s",
	    probe ? "in use, self-test passed" : s->error.text);
	if (s->opt.usage || !probe)
		stats = use_taskstats(s, probe);
	s->assembler.awaits_left = stats && s->opt.usage &&
	    !quirk_filters_shift() &&
	    session_enable(s, RAW_LEFT, "sched/sched_switch", DEAD) == 0;
	if (s->assembler.awaits_left)
		arm_cpu(s);
	if (s->opt.usage && !s->assembler.awaits_sum && !session_is_ending(s))
		use_cpu_time(s);
	s->status_known = probe || use_calls(s, stats);
	if (!s->status_known)
		finding_add(&s->opt.findings, "exit status", NULL, "not known");
	if (s->opt.senders)
		use_senders(s);
	return 0;
}
