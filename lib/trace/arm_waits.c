/* Which child a process got from the kernel, and when it went on. */
#include "trace/arm_waits.h"

#include "trace/finding.h"
#include "trace/probe_event.h"
#include "trace/session.h"

/*
 * The number is of the PID namespace of the caller: the tree has to find out
 * whether it means the same there.  waitid(2) returns none.  waitpid is a call
 * of its own on i386; a program of 32 bits has no events on other machines.
 */
void
arm_waits(struct session *s)
{
	int r = s->nested ?
	    error_set(&s->error, "not used (another PID namespace)") :
	    session_enable(s, RAW_WAITED, "syscalls/sys_exit_wait4", "ret > 0");

	if (r == 0)
		tracepoint_arm(&s->instance, &s->events, RAW_WAITED,
		    "syscalls/sys_exit_waitpid", "ret > 0");
	finding_add(&s->opt.findings, "waits", NULL, "%s",
	    r == 0 ? "sys_exit_wait4: in use" : s->error.text);
}
