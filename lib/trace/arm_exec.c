/* The methods that show the arguments of execs; each is tested before it is
 * used. */
#include "trace/arm_exec.h"

#include "base/count.h"
#include "kernel/quirks.h"
#include "trace/arm_method.h"
#include "trace/finding.h"
#include "trace/selftest.h"

/* Of mmap(2), on all machines that have a method ldso. */
#define MAP_ANONYMOUS_FLAG "0x20"

/*
 * A program that jumps to a loader has to map its file before; the kernel
 * itself does it without a call.  Before 3.19 a filter has no "!".
 */
static void
arm_maps(struct session *s)
{
	static const char *const names[] = { "syscalls/sys_enter_mmap",
		"syscalls/sys_enter_mmap_pgoff" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (session_enable(s, RAW_MAP, names[i],
			"!(flags & " MAP_ANONYMOUS_FLAG ")") == 0 ||
		    session_enable(s, RAW_MAP, names[i], NULL) == 0)
			return;
}

/* The return values of execve, if the kernel has events of system calls; and
 * the calls, where no kprobe sees each exec. */
static void
arm_returns(struct session *s)
{
	bool calls = s->method >= METHOD_LDSO && !s->no_exec_event;
	const char *filter = calls ? NULL : returns_filter(s);

	if (!s->opt.failed && s->method < METHOD_LDSO && !s->no_exec_event)
		return;
	s->have_exec_return = session_enable(s, RAW_RETURN,
				  "syscalls/sys_exit_execve", filter) == 0;
	if (!s->have_exec_return)
		return;
	session_enable(s, RAW_RETURN, "syscalls/sys_exit_execveat", filter);
	if (!calls)
		return;
	session_enable(s, RAW_CALL, "syscalls/sys_enter_execve", NULL);
	session_enable(s, RAW_CALL, "syscalls/sys_enter_execveat", NULL);
	if (s->method == METHOD_LDSO)
		arm_maps(s);
}

static void
method_begin(struct session *s, enum method method)
{
	s->assembler.fetch = s->fetch;
	s->assembler.window = WINDOW_BYTES;
	s->assembler.entry_args = method == METHOD_EXECVE;
	if (method == METHOD_LDSO)
		s->assembler.order = EXEC_PATH_FIRST;
	else if (method >= METHOD_EXECVE)
		s->assembler.order = EXEC_PATH_ONLY;
	else
		s->assembler.order = s->no_exec_event ? EXEC_STACK_ONLY :
							EXEC_PATH_LAST;
}

/* The first method that passes its self-test. */
static int
method_choose(struct session *s)
{
	static const enum method methods[] = { METHOD_START_THREAD,
		METHOD_FINALIZE_EXEC, METHOD_LDSO, METHOD_EXECVE };
	struct cmdline_sample *(*peek)(void *, int) = s->assembler.read_sample;
	int r;

	for (size_t i = 0; i < COUNT(methods); i++) {
		if (s->opt.method && s->opt.method != (int)methods[i])
			continue;
		method_begin(s, methods[i]);
		/* What the entry shows, not what /proc does. */
		s->assembler.read_sample = methods[i] == METHOD_EXECVE ? NULL :
									 peek;
		r = arm_method(s, methods[i]);
		s->assembler.read_sample = peek;
		if (r == SELFTEST_STRANGER)
			return -1;
		if (r == 0) {
			s->method = methods[i];
			return 0;
		}
	}
	if (s->opt.method && s->opt.method != METHOD_PROC)
		return error_set(&s->error,
		    "method %s is not possible here (-v reports why)",
		    probe_method_name((enum method)s->opt.method));
	return 0;
}

/* Without probes, an exec has to come back at all. */
static int
arm_any(struct session *s)
{
	s->method = METHOD_PROC;
	if (s->opt.execs && !s->opt.bare && !quirk_filters_all())
		finding_add(&s->opt.findings, "filters of arguments", NULL,
		    "not used (this kernel may spoil its memory, or "
		    "times, when it filters)");
	if (s->opt.execs && !s->opt.bare && method_choose(s) != 0)
		return -1;
	if (s->method != METHOD_PROC)
		return 0;
	method_begin(s, METHOD_PROC);
	if (s->no_exec_event && !s->opt.execs)
		return 0;
	if (s->no_exec_event)
		arm_returns(s);
	if (selftest_exec(s, "/proc/self/exe", false) != 0 &&
	    selftest_exec(s, "/proc/self/exe", false) != 0)
		return s->no_exec_event ?
		    error_set(&s->error,
			"no exec is seen: this kernel has no event "
			"sched_process_exec, and no probe works (-v "
			"reports why)") :
		    -1;
	if (s->opt.execs && !s->opt.bare)
		finding_add(&s->opt.findings, "method", "proc",
		    "arguments from /proc/PID/cmdline only");
	return 0;
}

int
arm_execs(struct session *s)
{
	int first;

	if (s->no_exec_event && s->opt.execs) {
		session_probe(
		    s, RAW_PATH, "path", "do_execve", "fn=+0(%s):string");
		session_probe(s, RAW_PATH, "path32", "compat_do_execve",
		    "fn=+0(%s):string");
	}
	if (arm_any(s) != 0)
		return -1;
	if (s->opt.execs && !s->opt.bare && !s->have_exec_return)
		arm_returns(s);
	first = s->probes.count;
	if (s->opt.failed && s->method != METHOD_EXECVE &&
	    arm_method(s, METHOD_FAILED) == 0)
		s->assembler.confirms = s->probes.place[first].user;
	/* Where no event shows returns: of what failed, and of an exec that
	 * sched_process_exec drops for its size. */
	for (int i = 0; s->method == METHOD_EXECVE && !s->have_exec_return &&
	     !s->no_exec_event && i < s->probes.count;
	     i++)
		if (s->probes.place[i].args)
			arm_return(s, &s->probes.place[i], returns_filter(s));
	return 0;
}
