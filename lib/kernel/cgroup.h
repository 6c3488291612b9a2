/*
 * cgroup: the cgroup of a process in one hierarchy, as /proc has it.
 *
 * A process is in one cgroup of each hierarchy, cgroups(7).  One hierarchy is
 * chosen for a session:
 *   1. name=systemd, where systemd itself is in a cgroup of it: what systemd
 *      and containers make is there, also where cgroup v2 is mounted beside;
 *   2. cgroup v2, if any process is elsewhere than in its root;
 *   3. of v1, the first of name=systemd, pids, memory, cpu, devices, freezer,
 *      blkio, or any other, in which a process is elsewhere than in the root;
 *   4. else cgroup v2, or the first of those that there is.
 */
#ifndef CGROUP_H
#define CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CGROUP_TEXT 16384 /* of /proc/PID/cgroup: some lines, each a path */
#define CGROUP_NONE (-1)  /* no hierarchy: nothing is looked at */
#define CGROUP_V2   0	  /* the number of cgroup v2 */

struct cgroup_hierarchy {
	int id;		/* its number in /proc/PID/cgroup and in events */
	int lines;	/* of /proc/PID/cgroup, one for each hierarchy */
	bool readable;	/* paths in /proc are those of events */
	int first, own; /* cgroup namespaces to read them in; -1: ours */
	char name[64];	/* "v2", "name=systemd", "cpu,cpuacct" */
};

/* No hierarchy. */
#define CGROUPS_NOT_ASKED \
	((struct cgroup_hierarchy){ .id = CGROUP_NONE, .first = -1, .own = -1 })

/*
 * Read /proc/PID/cgroup, as a string.  Returns its length, or -1 with errno.
 */
long cgroup_text(int pid, char *text, size_t size);

/*
 * The path in a hierarchy, by the text of /proc/PID/cgroup, which is changed;
 * and how many lines that has.  NULL: there is none, or the text is not plain.
 * Before Linux 5.13 a name in v1 may hold a newline: then there are more lines
 * than hierarchies.
 */
const char *cgroup_path(char *text, int id, int *lines);

/* Choose a hierarchy, by all processes in /proc; the id is CGROUP_NONE if there
 * is none. */
void cgroup_choose(struct cgroup_hierarchy *);

/* Close what cgroup_choose opened. */
void cgroup_close(struct cgroup_hierarchy *);

/*
 * The cgroup that a task is in now, if it is the one that began at start, ns
 * since boot, and is not about to end: a v1 hierarchy has none for it then.
 * Returns the path in text, CGROUP_TEXT bytes; or NULL.
 */
const char *
cgroup_read(struct cgroup_hierarchy *, int tid, uint64_t start, char *text);

#endif
