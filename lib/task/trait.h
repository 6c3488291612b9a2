/*
 * trait: what else a task has from the one that forked it, as the task table
 * has it (traits.h).
 */
#ifndef TASK_TRAIT_H
#define TASK_TRAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "task/cgroup.h"

struct task;
struct tasks;

/* What /proc has of a task. */
struct trait_look {
	const char
	    *text[TRAITS]; /* NULL not known; valid until the next look */
	uint64_t end;	   /* when that was so, ns since boot: not later */
	unsigned settled;  /* a set: no event between the one that is asked of
			      and end says that these may have changed */
};

struct trait_value {
	struct cgroup *name;   /* NULL not known */
	uint64_t since, until; /* when it is that, ns since boot */
	unsigned stamp;	       /* of losses and calls when that was certain */
};

/* Of a task, where a tool asks for traits. */
struct task_traits {
	struct trait_value now[TRAITS]; /* of a live trace */
	unsigned busy;			/* a set: in a call that changes them */
	unsigned moves[TRAITS]; /* of a process: calls that changed them */
	unsigned calls;		/* the same, of any */
	unsigned fork_calls;	/* calls when it forked, or since if all are its
				   own */
	uint64_t execs; /* when its last call of execve began; 0 not known */
	bool shared;	/* with another process: no own trait is known */
};

/* Strings are kept as cgroups are: each once. */
struct traits {
	/* traits_before, traits_after and traits_free: pointers, so that a tool
	 * that does not ask links none of them. */
	void (*before)(struct tasks *, struct event *);
	void (*after)(struct tasks *, struct event *);
	void (*free)(struct traits *, struct task *);
	unsigned wanted; /* a set */
	/* Looks a task up in /proc, of which a set is asked at the time of an
	 * event (UINT64_MAX: now).  Returns 0, or -1.  NULL in a replay. */
	int (*look)(void *, const struct task *, uint64_t ts, unsigned set,
	    struct trait_look *);
	/* The program of an exec whose call began then, by its path, in this
	 * directory (NULL: not known); NULL if that is not certain. */
	const char *(*resolve)(
	    void *, const struct event *, uint64_t begin, const char *cwd);
	void *arg;

	/* Private */
	struct cgroup_names names;
	unsigned resets; /* any task may be elsewhere: so often */
	struct cgroup *shown[TRAITS_SHOWN]; /* of the last event, or line */
	const char *text[TRAITS_SHOWN];
	int tid; /* of the last line of a recording, and its time */
	uint64_t ts;
};

#endif
