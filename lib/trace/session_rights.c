/*
 * What needs which capability once all is armed, in Linux 2.6.32 to 6.18:
 *
 * - Tracefs asks for none, but has the modes and owners of files: root needs
 *   nothing, another user DAC_OVERRIDE.  That also makes files in directories
 *   of other users (--rotate, -k), and lists /proc/PID/fd.
 * - /proc/PID/exe, root, fd and ns/X, and the exit code in stat, ask for
 *   SYS_PTRACE (ptrace_may_access), also of root for a process with more
 *   capabilities than it has; and so does all of a process with hidepid.
 * - Each request to taskstats asks for NET_ADMIN (GENL_ADMIN_PERM).
 * - kill(2) of what the command has become, another user: KILL.
 * - setns(2), where cgroups are read in another namespace: SYS_ADMIN.
 * - perf_event_open(2), for another filter of exec_alarm: PERFMON.
 *
 * Mounting tracefs, the size of the queue of taskstats, the user of a child in
 * the self-test: these were before.
 */
#include "trace/session_rights.h"

#include "kernel/rights.h"
#include "trace/finding.h"

void
session_drop_rights(struct session *s, bool command)
{
	uint64_t set = RIGHT_DAC_OVERRIDE | RIGHT_DAC_READ_SEARCH |
	    RIGHT_NET_ADMIN | RIGHT_SYS_PTRACE;
	char kept[ERROR_LEN];
	struct rights r;

	if (command)
		set |= RIGHT_KILL;
	if (s->cgroups.first >= 0)
		set |= RIGHT_SYS_ADMIN;
	if (s->alarm.fd)
		set |= RIGHT_PERFMON;
	if (rights_keep(set, &r) != 0) {
		finding_add(&s->opt.findings, "rights", NULL, "all kept: %m");
		return;
	}
	rights_print(kept, sizeof kept, r.kept, true);
	finding_add(&s->opt.findings, "rights", NULL,
	    "%s, of %d capabilities%s%s; %s", kept, r.known,
	    r.bounding ? "" : "; bounding set: no CAP_SETPCAP",
	    r.ambient ? "" : "; no ambient set",
	    r.no_new_privs ? "no_new_privs" : "no no_new_privs in this kernel");
}
