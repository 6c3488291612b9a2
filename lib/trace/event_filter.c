/* The kernel itself drops the events of other tasks, where that loses nothing.
 */
#include "trace/event_filter.h"

#include "base/buf.h"
#include "base/file.h"
#include "kernel/proc.h"
#include "trace/finding.h"

/* set_event_pid forgets a pid when the kernel frees the task, which may be
 * seconds after its number was given out again: with 32768 numbers that
 * happens (some events of the new task are then missing, without a word). */
#define PIDS_SAFE 4194304 /* PID_MAX_LIMIT, include/linux/threads.h */

/* May set_event_pid be used? */
static bool
filter_is_safe(const struct session *s)
{
	int max = proc_sysctl("pid_max");
	const char *no = NULL;

	/* An exit that is dropped would leave its record of taskstats, and any
	 * process may send signals, or move others to a cgroup. */
	if (s->instance.top)
		no = " with the top level";
	else if (s->status_from_syscalls || s->senders)
		no = " with signals";
	else if (s->opt.lineages)
		no = " with ancestors";
	else if (s->stats.fd >= 0)
		no = " with taskstats";
	else if (s->opt.arm_cgroups)
		no = " with cgroups";
	else if (s->nested) /* from 6.14 on each pid namespace has its own */
		no = ", pid_max of the first pid namespace is not known";
	if (no)
		finding_add(
		    &s->opt.findings, "set_event_pid", NULL, "not used%s", no);
	else if (max < PIDS_SAFE)
		finding_add(&s->opt.findings, "set_event_pid", NULL,
		    "not used, pid_max is %d", max);
	return !no && max >= PIDS_SAFE;
}

int
session_filter(struct session *s, const int *tids, size_t count)
{
	struct buf b = { 0 };
	int r = -1;

	if (!filter_is_safe(s))
		return -1;
	for (size_t i = 0; i < count; i++)
		buf_printf(&b, "%d ", tids[i]);
	buf_putc(&b, '\0');
	if (!b.failed &&
	    file_write(s->instance.dir, "options/event-fork", "1") == 0)
		r = file_write(s->instance.dir, "set_event_pid", b.data);
	buf_free(&b);
	if (r != 0) {
		finding_add(&s->opt.findings, "set_event_pid", NULL, "%m");
		return -1;
	}
	if (!s->filtered)
		finding_add(&s->opt.findings, "set_event_pid", NULL,
		    "the kernel drops all other events");
	s->filtered = true;
	s->reader.cpu_events = false;
	return 0;
}
