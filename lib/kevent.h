/*
 * kevent: one kernel event, its fields found by name.
 *
 * The formats of the events in use are read once; after that a record of the
 * ring buffer becomes a struct kevent without knowing any offset.  This, probe
 * and arm_exit are the only places that know what kernels call things.
 * Sources: include/trace/events/{sched,signal,task}.h,
 * kernel/trace/trace_syscalls.c, kernel/trace/trace_probe.c.
 */
#ifndef KEVENT_H
#define KEVENT_H

#include <stddef.h>
#include <stdint.h>

#include "format.h"
#include "ring.h"

#define KEVENT_STRINGS	16 /* most strings in one probe event */
#define KEVENT_POINTERS (KEVENT_STRINGS + 2)
#define KEVENT_TYPES	128 /* most events in use at once */

enum kevent_kind {
	KEVENT_NEWTASK = 1, /* task:task_newtask (3.4+) */
	KEVENT_FORK,	    /* sched:sched_process_fork */
	KEVENT_RENAME,	    /* task:task_rename (3.4+) */
	KEVENT_EXEC,	    /* sched:sched_process_exec (3.4+) */
	KEVENT_EXIT,	    /* sched:sched_process_exit */
	KEVENT_RETURN,	    /* syscalls:sys_exit_execve, _execveat, or our
			       probe of the return */
	KEVENT_STACK,	    /* our probe: argc of a new image */
	KEVENT_ARGS,	    /* our probe: some of its arguments */
	KEVENT_ENTRY,	    /* our probe: entry of execve, the path */
	KEVENT_ENTRY_ARGS,  /* our probe: some of its arguments */
	KEVENT_PATH,	    /* our probe: entry of do_execve, the path */
	KEVENT_CLONE,	    /* our probe: do_fork, clone_flags */
	KEVENT_CODE,	    /* our probe: do_exit */
	KEVENT_GROUP,	    /* our probe: do_group_exit */
	KEVENT_CALL_EXIT,   /* syscalls:sys_enter_exit */
	KEVENT_CALL_GROUP,  /* syscalls:sys_enter_exit_group */
	KEVENT_SENT,	    /* signal:signal_generate */
	KEVENT_DELIVERED,   /* signal:signal_deliver */
	KEVENT_CGROUP,	    /* cgroup:cgroup_attach_task (4.11+) */
	KEVENT_LOST	    /* not an event: a gap in the ring buffer */
};

struct kevent {
	enum kevent_kind kind;
	uint64_t ts; /* of the trace clock */
	int cpu;
	int tid;   /* the task that was running */
	int place; /* probes: which of several places */

	int pid;	  /* newtask, fork: the child; rename, exec,
			     exit, sent, cgroup: the task it is
			     about */
	int parent;	  /* fork: the parent in the event */
	int old_pid;	  /* exec */
	int group_dead;	  /* exit: 1, 0, or -1 on older kernels */
	uint64_t flags;	  /* newtask: clone_flags */
	long ret;	  /* return; code, group, call: what it was given;
			     sent, delivered: the signal */
	int handled;	  /* delivered: to a handler */
	uint64_t lost;	  /* lost: how many, 0 not known */
	uint64_t until;	  /* lost: the end of the gap, see struct event */
	uint64_t argv;	  /* entry: the pointer itself */
	int slot;	  /* entry: bytes of a pointer */
	const char *text; /* newtask, fork, rename, exit: comm; exec,
			     entry: path; lent, text_len bytes */
	size_t text_len;

	int argc;	  /* stack, args */
	int compat;	  /* stack: a 32-bit program, 4-byte slots */
	int first, count; /* args: index of the first, how many */
	const char *arg[KEVENT_STRINGS]; /* NULL: fetch failed */
	size_t arg_len[KEVENT_STRINGS];
	/* argv[first + i], up to two behind the last; 0 when not fetched */
	uint64_t pointer[KEVENT_POINTERS];
};

struct kevent_type {
	enum kevent_kind kind;
	int place, first, count;
	size_t need; /* bytes a record has at least */
	struct format format;
	/* by meaning, see kevent.c; NULL where a kernel has no such field */
	const struct field *tid, *pid, *a, *b, *text;
	const struct field *strings[KEVENT_STRINGS];
	const struct field *pointers[KEVENT_POINTERS];
};

/* Types point into themselves: a table is never copied. */
struct kevent_table {
	int count;
	struct kevent_type types[KEVENT_TYPES];
};

/*
 * Learn the format of an event.  place, first and count say what a probe
 * event of ours holds (arguments first to first+count-1), else 0.  Returns 0,
 * or -1 (EINVAL: the format makes no sense or lacks a field, ENOSPC).
 */
int kevent_learn(struct kevent_table *, enum kevent_kind, const char *format,
    int place, int first, int count);

/* Forget what was learnt since there were count types. */
void kevent_forget(struct kevent_table *, int count);

/* Decode a record.  Returns 1, or 0 when its event is not one we learnt, holds
 * what lies behind the arguments, or is too short.  Strings are lent from the record. */
int kevent_decode(const struct kevent_table *, const struct ring_record *,
    int cpu, struct kevent *);

/* The kind of a record without decoding it, 0 when not one of ours. */
enum kevent_kind
kevent_peek(const struct kevent_table *, const struct ring_record *);

#endif
