/* Which cgroups count, and what reports that they change. */
#include "trace/arm_cgroups.h"

/* Where the kernel reports moves (4.9 or later), it may move tasks out of a
 * cpuset without CPUs by itself. */
void
arm_cgroups(struct session *s)
{
	struct cgroup_hierarchy *h = &s->cgroups;

	cgroup_choose(h);
	h->readable &= s->proc;
	if (h->id != CGROUP_V2 && s->moves) {
		session_enable(
		    s, RAW_CGROUP, "cgroup/cgroup_transfer_tasks", NULL);
		session_enable(
		    s, RAW_CGROUP_NAME, "cgroup/cgroup_rename", NULL);
	}
	finding_add(&s->opt.findings, "cgroups", NULL, "%s%s, %s",
	    h->id == CGROUP_NONE ? "no hierarchy" : h->name,
	    h->readable ? "" :
			  ": only of processes that are moved, /proc has "
			  "other paths or PIDs",
	    s->moves ? "moves by cgroup_attach_task" : "by /proc only");
}
