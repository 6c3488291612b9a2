/* Arming a session: all that its options ask for, in the right order. */
#include "trace/arm.h"

#include "trace/arm_exec.h"
#include "trace/arm_exit.h"
#include "kernel/quirks.h"
#include "trace/probe.h"
#include "trace/selftest.h"

int
arm_tasks(struct session *s)
{
	if (session_enable(s, RAW_EXIT, "sched/sched_process_exit", NULL) != 0)
		return -1;
	s->no_exec_event = session_enable(s, RAW_EXEC,
			       "sched/sched_process_exec", NULL) != 0;
	if (session_enable(s, RAW_NEWTASK, "task/task_newtask", NULL) != 0) {
		if (session_enable(
			s, RAW_FORK, "sched/sched_process_fork", NULL) != 0)
			return -1;
		session_probe(s, RAW_CLONE, "clone", "do_fork", "flags=%s:u%d");
	}
	if (s->opt.moves || s->opt.arm_cgroups)
		s->moves = session_enable(s, RAW_CGROUP,
			       "cgroup/cgroup_attach_task", NULL) == 0;
	if (s->opt.arm_cgroups)
		s->opt.arm_cgroups(s);
	if (s->opt.execs || s->opt.senders || s->opt.lineages)
		s->assembler.names = session_enable(s, RAW_RENAME,
					 "task/task_rename", NULL) == 0 &&
		    (s->opt.senders || s->opt.lineages);
	return 0;
}

/* Where arguments may have to be read in /proc, and nothing else of other
 * programs.  Before Linux 5.16, perf warns of
 * an event of 2,048 bytes (PERF_MAX_TRACE_SIZE), as that of a long path is; and
 * a window does not show all. */
static void
arm_alarm(struct session *s)
{
	struct exec_alarm *a = &s->alarm;

	if (!s->opt.execs || s->method < METHOD_LDSO || !s->proc ||
	    s->opt.users || s->opt.traits_wanted || s->opt.arm_cgroups ||
	    quirk_strings_unsafe())
		return;
	a->reader = &s->reader;
	a->filtered = s->method == METHOD_LDSO && s->fetch >= s->opt.args;
	for (int i = 0; i < s->events.count; i++)
		if (s->events.types[i].kind == RAW_EXEC)
			a->event = s->events.types[i].format.id;
	exec_alarm_open(a);
}

int
arm_session(struct session *s, session_seen seen, void *arg)
{
	int args = s->opt.args;

	s->seen = seen;
	s->seen_arg = arg;
	s->assembler.want = args > SELFTEST_ARGS ? args : SELFTEST_ARGS;
	/* One more shows whether there are more. */
	s->fetch = args > SELFTEST_ARGS + 1 ? args : SELFTEST_ARGS + 1;
	if (s->fetch > PROBE_ARGS_MAX)
		s->fetch = PROBE_ARGS_MAX;
	s->assembler.fetch = s->fetch;
	if (arm_execs(s) != 0)
		return -1;
	if (s->opt.exits && !session_is_ending(s) && arm_exits(s) != 0)
		return -1;
	if (s->opt.arm_waits && !session_is_ending(s))
		s->opt.arm_waits(s);
	if (s->opt.users && !session_is_ending(s))
		s->opt.users->arm(s);
	if (s->opt.traits_wanted && !session_is_ending(s))
		s->opt.traits->arm(s);
	s->assembler.want = args;
	arm_alarm(s);
	session_armed(s);
	return 0;
}
