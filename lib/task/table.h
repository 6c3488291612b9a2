/*
 * tasks: the table of all tasks, by number.
 *
 * A process is not a PID: PIDs are reused every few seconds in a build.  A
 * task here is an incarnation, begun by its fork event (or found in the
 * baseline) and ended by its exit or by the next fork of the same number.
 * Parents come from fork events, never from a later look at /proc, except
 * after a loss, and then only if the start times agree.
 */
#ifndef TASKS_H
#define TASKS_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "task/cgroup.h"
#include "task/lineage.h"
#include "task/program.h"
#include "events/exit_status.h"
#include "events/killer.h"
#include "task/trait.h"
#include "task/user.h"

/* In a list of tasks.  Zeros: in none. */
struct task_link {
	struct task_link *next, **at; /* at: what points to it */
	struct task *task;
};

struct task {
	struct task *next; /* in the bucket */
	struct task_link all;
	int tid, pid, ppid; /* ppid may be PPID_UNKNOWN, pid 0 of a thread */
	int threads;	    /* of a process: tasks alive */
	bool ending;	    /* all of its threads are about to end */
	bool inside;	    /* belongs to the chosen subtree */
	bool above;	    /* an ancestor of it: tasks_is_above */
	bool passed;	    /* in tasks_choose */
	unsigned epoch;	    /* losses when it was known to be right */
	unsigned born;	    /* losses when it began, or was found */
	unsigned counted;   /* losses when its threads were counted */
	bool coarse;	    /* start is in steps of USER_TICK_NS */
	bool headless;	    /* of a process: its first thread has ended, and is
			       not counted */
	uint64_t found;	    /* when it was read in /proc, ns; 0 not known */
	uint64_t start;	    /* ns since boot */
	char comm[COMM_LEN];
	char name[COMM_LEN]; /* comm now, if an EVENT_RENAME is reported */
	struct status status;
	struct killer killer;	 /* of a process: who sends it signals */
	struct usage usage;	 /* of a process: its threads that ended */
	struct program *program; /* of a process; NULL not known */
	struct lineage *lineage; /* of a process; NULL without lineages */
	struct task_link named;	 /* in the list of those with a name there */
	struct task_link orphan; /* in that of those without a parent there */
	uint64_t oom;		 /* its SIGKILLs may be of the OOM killer, up to
				    then; OOM_RUNS: they are */
	unsigned oom_epoch;	 /* losses when that was seen */
	unsigned char joins;	 /* so often its parent was looked for */
	bool perhaps;		 /* a process, or a thread of another one */
	bool ppid_perhaps;	 /* ppid is such a one */
	bool own; /* program is what it ran itself under this comm */
	struct task_cgroup cgroup;
	struct task_user user;
	struct task_traits *traits; /* NULL: none is known */
};

#define OOM_RUNS    UINT64_MAX
#define TASKS_GONE  64
#define TASKS_EARLY 64

/* One that has ended. */
struct gone {
	int tid, pid;
	unsigned epoch;
	char comm[COMM_LEN]; /* of its process */
};

struct tasks {
	struct task **bucket;
	size_t buckets, count;
	uint32_t factor;		     /* of hash_number */
	struct task_link *all, **end_of_all; /* in the order they came */
	unsigned epoch;			     /* losses so far */
	uint64_t until;	      /* where the last gap ends, ns since boot */
	bool keep;	      /* the arguments of execs; set by the owner */
	bool have_group_exit; /* HINT_GROUP is reported; set by the owner */
	bool names;	      /* EVENT_RENAME is; set by the owner */
	bool oom_unseen;      /* no event shows the OOM killer; set by the
				 owner, as is the next one */
	bool oom_as_kill;     /* quirk_oom_as_kill */
	bool lineages;	      /* of all processes; set by the owner */
	bool join;	      /* parents of some were perhaps listed later */
	struct task_link *named, *orphans;
	struct gone gone[TASKS_GONE];		/* the last ones, by TID */
	const struct task_cgroup_table *cgroup; /* &task_cgroup_table if cgroups
						   are asked for, else NULL;
						   set by the owner */
	struct cgroup_names cgroups;		/* all that tasks have */
	unsigned renames;			/* of cgroups, so far */
	int early[TASKS_EARLY]; /* TIDs that were moved, but are not known, by
				   TID: task_cgroup.c */
	struct cgroup *shown;	/* whose string the last event has */
	struct event end;	/* made by the last tasks_apply, see there */
	struct program *dead_program; /* whose strings end has */
	struct lineage *dead_lineage; /* of an exit, and of end */
	/* What knows the users of tasks; NULL: they are not asked for. */
	struct task_users *users;
	struct traits *traits; /* the same of their traits */
	/* Looks a process up now, as an EVENT_TASK; NULL in a replay.
	 * Returns 0, or -1 when it is gone. */
	int (*look)(void *, int tid, struct event *);
	/* Gets what look found, if it is of the task that was looked up, before
	 * anything is concluded of it.  May be NULL. */
	void (*found)(void *, const struct event *);
	void *look_arg;
	/* Gets every event that was applied, completed, in order: a task only
	 * if it was not known before, or events were lost since, and the end of
	 * a process after its exit.  May be NULL. */
	void (*seen)(void *, const struct event *);
	void *seen_arg;
};

/*
 * Apply an event and work out its task member, which is all 0 before; an
 * EVENT_TASK is completed for seen only.  The comm of a failed exec is filled
 * in.  Events come in the order of time; a task found in /proc
 * never replaces what an event has reported, unless events were lost since.
 * When an exit is the last of its process, end is its EVENT_END, else its type
 * is 0; it is valid until the next call.  Returns 0, or -1 (ENOMEM).
 */
int tasks_apply(struct tasks *, struct event *);

/* Put into read, a copy of an exit from before it was applied, what the table
 * concluded: a recording holds less to conclude from. */
void tasks_conclude(
    const struct tasks *, const struct event *applied, struct event *read);

/* Tracing began in the middle of their lives: the resource usage of all tasks
 * but root, which has just begun (0: of all), is not known. */
void tasks_forget_usage(struct tasks *, int root);

/* The task of that number, or NULL.  Valid until the next tasks_apply. */
struct task *tasks_find(const struct tasks *, int tid);

/* Choose a process and all of its descendants, present and future, as
 * inside. */
void tasks_choose(struct tasks *, int pid);

/* Is the process pid an ancestor of another one, which is always the same? */
bool tasks_is_above(const struct tasks *, int pid, int other);

/* Call seen for every task as an EVENT_TASK, leaders before their threads
 * in any case. */
void tasks_each(
    const struct tasks *, void (*seen)(void *, const struct event *), void *);

void tasks_free(struct tasks *);

/* For the other files of task/: */

/* The first thread of a task's process, or NULL; of NULL it is NULL. */
struct task *task_leader(const struct tasks *, const struct task *);

/* A new incarnation of that number, known from now on; the one before it is
 * removed.  NULL without memory. */
struct task *task_add(struct tasks *, int tid, int pid, int ppid);

/* Remove the task of that number, if there is one. */
void task_remove(struct tasks *, int tid);

/* A process, or a thread, has this name from ts on. */
void task_rename(struct tasks *, struct task *, const char *comm, uint64_t ts);

/* A process comes from this one; NULL: that is not known.  Returns 0, or -1
 * (ENOMEM). */
int task_descend(const struct tasks *, struct task *, struct lineage *parent);

/* The same for one that was listed: its parent may be listed later, and is
 * found by tasks_join when all are.  task_seek_parent: it was listed again. */
int task_descend_listed(struct tasks *, struct task *);
void task_seek_parent(struct tasks *, struct task *);
void tasks_join(struct tasks *);

/* Any process may have another name. */
void tasks_forget_names(struct tasks *);

/* Take it out of its list. */
void task_unlink(struct task_link *);

/* Fill in the process of an event, from its task and the first thread of that;
 * both may be NULL. */
void task_describe(struct tasks *, struct event *, const struct task *,
    const struct task *leader);

/* Call seen, if there is one. */
void tasks_report(const struct tasks *, const struct event *);

/* A process runs the program that an event says.  Returns 0, or -1 (ENOMEM). */
int task_keep(struct task *, const struct event *);

/* The part of tasks_apply for an EVENT_TASK.  Returns 0, or -1 (ENOMEM). */
int task_found(struct tasks *, const struct event *);

/* Had a task that /proc shows now certainly begun at that time?  Its start is
 * cut to a tick there, unless the table knows it. */
bool task_began_by(const struct tasks *, const struct event *, uint64_t ts);

/*
 * The task of that number at that time.  After a loss the number may belong to
 * another process by now: ask /proc, which can only show a process that lives,
 * and believe it if that process was certainly there at the time of the event.
 * NULL: not known.
 */
struct task *task_verify(struct tasks *, int tid, uint64_t ts);

/* The part of tasks_apply for an EVENT_FORK.  Returns 0, or -1 (ENOMEM). */
int task_fork(struct tasks *, struct event *);

/* The part of tasks_apply for an EVENT_STATUS, if its task is known for
 * certain, and for an EVENT_EXIT, which may make the EVENT_END. */
void task_status(struct tasks *, struct event *);
void task_exit(struct tasks *, struct event *);

/* A hint of who sent a signal to a task and its process, or that it took one;
 * or that it runs the OOM killer. */
void sender_hint(
    struct tasks *, const struct event *, struct task *, struct task *leader);

/* A task of a known process has ended, but may still send a signal. */
void sender_gone(struct tasks *, const struct event *);

#endif
