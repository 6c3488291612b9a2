/*
 * raw_event: one kernel event, its fields found by name.
 *
 * The formats of the events in use are read once; after that a record of the
 * ring buffer becomes a struct raw_event without knowing any offset.  This,
 * probe and arm_exit are the only places that know what kernels call things.
 * Sources: include/trace/events/{sched,signal,task}.h,
 * kernel/trace/trace_syscalls.c, kernel/trace/trace_probe.c.
 */
#ifndef RAW_EVENT_H
#define RAW_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "ring/format.h"
#include "ring/page.h"
#include "ring/window.h"

#define RAW_STRINGS    16 /* most strings in one probe event */
#define RAW_POINTERS   WINDOW_POINTERS
#define RAW_TYPES      192 /* most events in use at once */

/* The numbers u0, u1 and u2 of RAW_USER, each a u32. */
#define RAW_USER_BYTES (3 * sizeof(uint32_t))

/* The place of RAW_CHANGE: the set of struct event_trait of a call that begins,
 * or, times TRAIT_ENDS, that ends. */
#define TRAIT_SET      0xff
#define TRAIT_ENDS     0x100

enum raw_event_kind {
	RAW_NEWTASK = 1, /* task:task_newtask (3.4+) */
	RAW_FORK,	 /* sched:sched_process_fork */
	RAW_RENAME,	 /* task:task_rename (3.4+) */
	RAW_EXEC,	 /* sched:sched_process_exec (3.4+) */
	RAW_EXIT,	 /* sched:sched_process_exit */
	RAW_RETURN,	 /* syscalls:sys_exit_execve, _execveat, or our
			    probe of the return */
	RAW_CALL,	 /* syscalls:sys_enter_execve, _execveat */
	RAW_MAP,	 /* syscalls:sys_enter_mmap, of a file */
	RAW_STACK,	 /* our probe: argc of a new image */
	RAW_ARGS,	 /* our probe: some of its arguments */
	RAW_WINDOW,	 /* our probe: argc, and a part of the window */
	RAW_ENTRY,	 /* our probe: entry of execve, the path */
	RAW_ENTRY_ARGS,	 /* our probe: some of its arguments */
	RAW_PATH,	 /* our probe: entry of do_execve, the path */
	RAW_CLONE,	 /* our probe: do_fork, clone_flags */
	RAW_CODE,	 /* our probe: do_exit */
	RAW_GROUP,	 /* our probe: do_group_exit */
	RAW_CALL_EXIT,	 /* syscalls:sys_enter_exit */
	RAW_CALL_GROUP,	 /* syscalls:sys_enter_exit_group */
	RAW_SENT,	 /* signal:signal_generate */
	RAW_OOM,	 /* oom:mark_victim (4.14+) */
	RAW_OOM_BEGIN,	 /* our probe: oom_kill_process */
	RAW_OOM_END,	 /* our probe: it returns */
	RAW_DELIVERED,	 /* signal:signal_deliver */
	RAW_LEFT,	 /* sched:sched_switch, from a task that is dead */
	RAW_SUM,	 /* our probe, just after RAW_LEFT: the CPU time of the
			    task that left */
	RAW_TASK,	 /* our probe in the same place: bytes of its
			    task_struct */
	RAW_CGROUP,	 /* cgroup:cgroup_attach_task (4.9+) */
	RAW_CGROUP_NAME, /* cgroup:cgroup_rename, of v1 */
	RAW_CHANGE,	 /* syscalls: of calls that change a trait of a task,
			    see trace/arm_traits.h */
	RAW_WAITED,	 /* syscalls:sys_exit_wait4, _waitpid */
	/* of users, see events/user_feed.h: */
	RAW_CRED,     /* our probe: bytes of a struct cred */
	RAW_USER,     /* our probe: numbers of a struct cred */
	RAW_ID,	      /* syscalls:sys_enter_setuid and the like */
	RAW_ID_DONE,  /* syscalls:sys_exit_setuid and the like */
	RAW_ID_OTHER, /* raw_syscalls:sys_exit, of a call by another ABI */
	RAW_MOVED,    /* syscalls: of setns, unshare, chroot, pivot_root */
	RAW_LOST      /* not an event: a gap in the ring buffer */
};

struct raw_event {
	enum raw_event_kind kind;
	uint64_t ts; /* of the trace clock */
	int cpu;     /* -1: a gap that no page shows */
	int tid;     /* the task that was running */
	int place;   /* probes: which of several places */

	int pid;	  /* newtask, fork: the child; rename, exec,
			     exit, sent, oom, cgroup: the task it is
			     about */
	int parent;	  /* fork: the parent in the event */
	int old_pid;	  /* exec */
	int group_dead;	  /* exit: 1, 0, or -1 on older kernels */
	int next;	  /* left: the task that runs from then on */
	uint64_t sum;	  /* sum: ns of CPU time */
	uint64_t flags;	  /* newtask: clone_flags */
	long ret;	  /* return, waited; code, group, call: what it was
			     given; sent, delivered: the signal; cgroup: the
			     number of the hierarchy */
	int handled;	  /* delivered: to a handler */
	int code;	  /* sent: si_code */
	int group;	  /* sent: 1 to a process, 0 to a thread, -1 not
			     known */
	int queued;	  /* sent: the event says that it is pending */
	int interrupt;	  /* sent: by an interrupt */
	uint64_t lost;	  /* lost: how many, 0 not known */
	uint64_t until;	  /* lost: the end of the gap, see struct event */
	uint64_t argv;	  /* call, entry: the pointer itself; window:
			     argv[0] */
	uint64_t name;	  /* call, entry: the pointer to the path */
	int slot;	  /* entry: bytes of a pointer */
	const char *text; /* newtask, fork, rename, exit: comm; exec,
			    entry, cgroup: path; window, task, cred: its
			    bytes, NULs too; user: RAW_USER_BYTES; id:
			    the record; lent, text_len bytes */
	size_t text_len;

	int argc;	  /* stack, args, window */
	int compat;	  /* stack: a 32-bit program, 4-byte slots */
	int first, count; /* args: index of the first, how many; window:
			     first byte */
	const char *arg[RAW_STRINGS]; /* NULL: fetch failed */
	size_t arg_len[RAW_STRINGS];
	/* argv[first + i], up to two after the last; 0 when not fetched.
	 * Window: from argv[0] on, so many. */
	int pointers;
	uint64_t pointer[RAW_POINTERS];
};

struct raw_event_type {
	enum raw_event_kind kind;
	int place, first, count;
	size_t need; /* bytes a record has at least */
	struct format format;
	/* by meaning, see raw_event.c; NULL where a kernel has no such field */
	const struct field *tid, *pid, *a, *b, *text;
	const struct field *strings[RAW_STRINGS];
	const struct field *pointers[RAW_STRINGS + 2];
	/* sent: */
	const struct field *code, *group, *result, *flags;
	/* window, task: fields that follow each other */
	struct field_run {
		size_t offset, size;
	} slots, bytes;
};

/* Types point into themselves: a table is never copied. */
struct raw_event_table {
	int count;
	struct raw_event_type types[RAW_TYPES];
};

/*
 * Learn the format of an event.  place, first and count say what a probe
 * event of ours holds (arguments first to first+count-1, or a window from byte
 * first on), else 0.  Returns 0, or -1 (EINVAL: the format makes no sense or
 * lacks a field, ENOSPC).
 */
int raw_event_learn(struct raw_event_table *, enum raw_event_kind,
    const char *format, int place, int first, int count);

/* Forget what was learned since there were count types. */
void raw_event_forget(struct raw_event_table *, int count);

/* Decode a record.  Returns 1, or 0 when its event is not known, holds
 * what lies after the arguments, or is too short.  Strings are lent from the
 * record. */
int raw_event_decode(const struct raw_event_table *, const struct ring_record *,
    int cpu, struct raw_event *);

/* The kind of a record without decoding it, 0 when not one of ours. */
enum raw_event_kind
raw_event_kind_of(const struct raw_event_table *, const struct ring_record *);

#endif
