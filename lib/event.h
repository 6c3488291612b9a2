/*
 * event: one typed record for everything a tool can learn.
 *
 * Live tracing, recordings and trace output all end in this struct; nothing
 * above it knows kernels.  A record has two parts: what was read, which the
 * type selects, and what the task table worked out (tasks_apply).  The producer
 * of an event owns its strings; they are valid until the next event.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMM_LEN     16 /* TASK_COMM_LEN, include/linux/sched.h */
#define PPID_UNKNOWN (-1)

/* linux/sched.h; also what task_newtask's clone_flags holds */
#define FLAG_VFORK   0x00004000u
#define FLAG_PARENT  0x00008000u
#define FLAG_THREAD  0x00010000u
#define FLAG_CGROUP  0x200000000u /* CLONE_INTO_CGROUP, 5.7+ */
#define FLAG_UNKNOWN UINT64_MAX	  /* no task_newtask on this kernel */

enum event_type {
	EVENT_TASK = 1, /* baseline: a task that was there before */
	EVENT_FORK,	/* a new task: process or thread */
	EVENT_EXEC,	/* an exec that succeeded */
	EVENT_EXECFAIL, /* an exec that failed */
	EVENT_EXIT,	/* a task ended */
	EVENT_LOST,	/* the kernel dropped events before this point */
	EVENT_MACHINE,	/* a look at the CPU time of the machine, in a replay */
	EVENT_RENAME,	/* a task has another name: comm */
	EVENT_MARK,	/* why a recording was written: path is a line */
	EVENT_CGROUP,	/* a task was moved to another cgroup, or what /proc has
			   of its cgroup */
	EVENT_USER,	/* the user of a task has changed, or may have; as the
			   task table concluded it */
	EVENT_TRAIT,	/* a call that changes a trait of a task begins or ends;
			   or what they are, as the task table concluded it */
	EVENT_WAIT,	/* wait4(2) gave a task the number of a child */
	/* not recorded */
	EVENT_STATUS, /* a hint of the status a task will end with */
	EVENT_END     /* a process ended: made from an exit by the task table */
};

/* A wait status as in waitpid(2), and: */
#define CODE_UNKNOWN  (-1)
#define CODE_CORE     0x80
#define CODE_SIGNALS  64      /* the greatest signal */
#define CODE_CORE_ANY 0x10000 /* not known whether core was dumped */

/* How complete the arguments of an exec are. */
enum args_state {
	ARGS_NONE, /* not available, argc may still be known */
	ARGS_CUT,  /* not all of them */
	ARGS_PROC, /* all of them, from /proc/PID/cmdline */
	ARGS_ALL   /* all of them, from the new program's stack */
};

#define ARGS_MISSING 32 /* of the first ones, any may be missing */

struct args {
	enum args_state state;
	int argc;	  /* the true number, -1 when not known */
	int count;	  /* how many are in text: the first ones */
	const char *text; /* count strings, each with its NUL */
	size_t len;	  /* bytes of text, NULs included */
	uint32_t missing; /* bit i: argument i is not known, "" in text */
	bool seen; /* of an end: the exec was seen, it was not there before */
};

static inline bool
args_is_missing(const struct args *a, int i)
{
	return i < ARGS_MISSING && a->missing >> i & 1;
}

/* Resource usage; known only where there is taskstats.  Flags say what is not
 * known, so that of a sum what is not known of a part is not. */
struct usage {
	bool known;		   /* else all others are 0 */
	bool no_cpu;		   /* cpu is not known, and 0 */
	bool unbounded;		   /* nor is cpu_max */
	bool no_wait;		   /* wait is not known, and 0 */
	bool no_delays;		   /* nor are blkio, swap, reclaim */
	uint64_t user, system;	   /* ns, as ticks were counted */
	uint64_t cpu;		   /* ns on a CPU, right to usage_error() */
	uint64_t cpu_min, cpu_max; /* at least, at most */
	uint64_t life;		   /* ns from its start to its end, 0 not known;
				      of several threads the sum */
	uint64_t wait;		   /* ns ready to run, without a CPU */
	uint64_t blkio, swap, reclaim; /* ns blocked for these */
	uint64_t nvcsw, nivcsw;	       /* switches, as getrusage(2) has them */
	uint64_t majflt;
	uint64_t maxrss;      /* bytes */
	uint64_t read, write; /* bytes of storage */
};

/* The sender of a signal, as far as the kernel reports it. */
enum sent_by {
	BY_UNKNOWN,
	BY_USER,   /* another process */
	BY_KERNEL, /* a fault, a terminal, a timer, a limit ... */
	BY_OOM,	   /* the kernel's OOM killer */
	BY_SELF	   /* a thread of the same process */
};

struct event_by {
	enum sent_by why;
	int pid;	     /* user, self: the process; else 0 */
	char comm[COMM_LEN]; /* its name then, "" not known */
};

enum found_state {
	FOUND_ALIVE,
	FOUND_ZOMBIE,
	FOUND_HEADLESS /* a process: other threads than the first live on */
};

/* EVENT_TASK: what /proc, or taskstats, has of a task. */
struct event_found {
	int pid;	/* its process */
	int ppid;	/* the parent process; 0 none, or PPID_UNKNOWN */
	bool perhaps;	/* in trace output: it may be a thread of another */
	uint64_t start; /* ns since boot, in steps of USER_TICK_NS from /proc */
	bool rough;	/* start may be wrong by LIST_SLACK */
	enum found_state state;
};

/* EVENT_FORK */
struct event_fork {
	int parent;	/* the task (a TID) that forked */
	uint64_t flags; /* clone_flags, or FLAG_UNKNOWN */
};

/* EVENT_EXEC, EVENT_EXECFAIL */
struct event_exec {
	int old_tid; /* the thread that called, 0 not known; 0 of a failure */
	int error;   /* errno of a failure, 0 of a success */
};

/* EVENT_EXIT */
struct event_exit {
	int group_dead; /* 1 the last thread of its process, 0 not, -1 not
			   known */
	int code;	/* wait status of the thread, or CODE_UNKNOWN */
	int grouped;	/* 1 code is that of the process, 0 of this thread only,
			   -1 not known */
	int stats_code; /* code of taskstats, which is right for the first
			   thread of a process; or CODE_UNKNOWN */
	bool has_status;  /* read from a recording: group_dead, code and this
			     are what the task table concluded there: */
	int process_code; /* of the last thread: the wait status of its process,
			     or CODE_UNKNOWN */
	uint64_t left;	  /* ns since boot: when it was on a CPU for the last
			     time, 0 not known */
	uint64_t elapsed; /* ns from its start until usage was counted, as
			     taskstats has it; 0 not known */
	uint64_t counted; /* ns of CPU time that the kernel counted for it to
			     its end, 0 not known */
	uint64_t counted_since; /* that is so if it began then or later, ns
				   since boot; 0: it is in any case */
	uint64_t slack;		/* how much too small any time may be, ns */
	bool stolen;  /* a hypervisor takes CPU time that is not counted */
	bool has_uid; /* taskstats has a record of it, with: */
	uint32_t uid; /* its real user then, as in event_user */
};

/* Nothing is known of an exit. */
#define EXIT_UNKNOWN                            \
	((struct event_exit){ .group_dead = -1, \
	    .code = CODE_UNKNOWN,               \
	    .grouped = -1,                      \
	    .stats_code = CODE_UNKNOWN,         \
	    .process_code = CODE_UNKNOWN })

enum exit_hint {
	HINT_CODE = 1,	 /* do_exit(code) was called */
	HINT_GROUP,	 /* do_group_exit was called: for the whole process */
	HINT_EXIT,	 /* exit(2): for this thread */
	HINT_EXIT_GROUP, /* exit_group(2) */
	HINT_SENT,	 /* a signal was sent to it */
	HINT_DELIVERED,	 /* it takes a signal with the default action */
	HINT_HANDLED,	 /* it takes a signal with a handler */
	/* of BY only: */
	HINT_OOM,	/* the OOM killer has just sent it a SIGKILL */
	HINT_OOM_BEGIN, /* it is about to: this task runs it */
	HINT_OOM_END	/* it has */
};

/* EVENT_STATUS */
struct event_status {
	enum exit_hint hint;
	int code;	  /* a wait status, or CODE_UNKNOWN; of HINT_SENT,
			     HINT_DELIVERED and HINT_HANDLED the signal */
	bool sender_only; /* statuses have a better source: a signal only shows
			     who sent it */
	/* HINT_SENT; the first one HINT_OOM too.  The name of the sender is
	 * comm, "": that of the task table. */
	int sender;	/* the task (a TID) that ran, 0 none */
	int process;	/* the process of that, 0 not known */
	int si_code;	/* as in sigaction(2) */
	int group;	/* 1 to the process, 0 to the thread, -1 not known */
	bool interrupt; /* an interrupt sent it, whatever task ran */
	bool queued;	/* it is pending: the kernel reports what becomes of
			   signals (3.4 or later) */
};

/* The user and the group of a task: the kernel's own numbers, which are those
 * of the first user namespace. */
enum user_id {
	USER_RUID, /* real */
	USER_UID,  /* effective */
	USER_SUID, /* saved */
	USER_RGID,
	USER_GID,
	USER_SGID,
	USER_IDS
};

struct event_user {
	unsigned known; /* bit i: id[i] is known, else it is 0 */
	uint32_t id[USER_IDS];
};

enum user_change {
	USER_IS, /* what user has, all else is not known */
	USER_SETUID,
	USER_SETGID,
	USER_SETREUID,
	USER_SETREGID,
	USER_SETRESUID,
	USER_SETRESGID,
	USER_PERHAPS, /* it may have changed, and what USER_MOVED says */
	USER_MOVED    /* its root or its namespaces may have */
};

/* EVENT_USER: a system call that succeeded, and its arguments. */
struct event_change {
	enum user_change what;
	uint32_t arg[3];
};

/* What else a process has from the one that forked it. */
enum trait {
	TRAIT_CWD,   /* its working directory */
	TRAIT_EXE,   /* the file that it executes */
	TRAIT_TTY,   /* its controlling terminal, "-": none */
	TRAIT_SID,   /* its session */
	TRAIT_LOGIN, /* who logged in, "4294967295": not set */
	TRAITS_SHOWN,
	TRAIT_HOME = TRAITS_SHOWN, /* "y": paths mean what they mean here */
	TRAITS
};

/* Sets, of 1 << enum trait: what other calls than execve change; and a bit that
 * says that any task may be affected. */
#define TRAITS_CALLS \
	(1u << TRAIT_CWD | 1u << TRAIT_TTY | 1u << TRAIT_SID | 1u << TRAIT_HOME)
#define TRAITS_ALL (1u << TRAITS)

/* EVENT_TRAIT */
struct event_trait {
	/* Sets of what such a call may change; of a recording both are 0, and:
	 */
	unsigned begins, ends;
	const char *text[TRAITS_SHOWN]; /* what the next event shows, if it is
					   of this time and task; NULL not
					   known */
};

/* EVENT_LOST */
struct event_loss {
	uint64_t count; /* 0 not known */
	uint64_t until; /* ns since boot: the end of the gap, where a second
			   event with count 0 reports it; 0 not known */
};

/* EVENT_MACHINE: what /proc/stat has of all CPUs together. */
struct event_machine {
	uint64_t used; /* ns of CPU time since boot, in ticks of USER_TICK_NS */
	int cpus;      /* online; 0: nothing is known */
	bool outside;  /* of the ends of a replay: it is from before the begin,
			  or after the end */
};

struct lineage;
enum cgroup_how {
	CGROUP_ELSEWHERE, /* a move in another hierarchy */
	CGROUP_READ,	  /* it is there: /proc says so */
	CGROUP_ENTERED,	  /* the task moved itself */
	CGROUP_PUT,	  /* another task moved it */
	CGROUP_RENAMED	  /* any cgroup may have another path now; tid is 0 */
};

/* EVENT_CGROUP.  Its path is that of the cgroup, NULL not known. */
struct event_cgroup {
	enum cgroup_how how;
	int hierarchy; /* its number; of a live trace only */
};

/* What the task table worked out, see tasks_apply; all 0 before. */
struct event_task {
	const struct lineage *lineage; /* of the process, if lineages are kept
					  and it is known, else NULL */
	int pid;		       /* the process of tid, 0 not known */
	int ppid;	/* its parent process, 0 none, or PPID_UNKNOWN */
	bool perhaps;	/* ppid may be the number of a thread of it */
	int forker;	/* fork: the process that forked, or where only that is
			   known, the task */
	uint64_t start; /* task, exit, end: ns since boot, 0 not known */
	bool coarse;	/* start is in steps of USER_TICK_NS, or not exact */
	bool inside;	/* it belongs to the subtree that was chosen */
	bool again;	/* task: it was known, and is certain again after a
			   loss */
	int last;	/* exit, end: 1 the last thread of its process, 0 not,
			   -1 not known */
	int grouped;	/* exit: as in event_exit */
	int code;	/* exit: wait status of the thread, end: of the process;
			   or CODE_UNKNOWN */
	const char *cgroup; /* fork, exec, execfail, exit, end: the cgroup of
			       the process then, fork: of the new one; NULL not
			       known, or not asked for */
	struct event_user user; /* fork, exec, execfail, exit, end: of tid; an
				   exec may have changed it */
	const char *const *traits; /* the same: TRAITS_SHOWN strings, NULL not
				      known; NULL: they are not asked for */
};

struct event {
	/* What was read. */
	enum event_type type;
	uint64_t ts;  /* ns since boot; task: when /proc was read, all events
			 before are in it; 0 not known */
	int cpu;      /* -1 not known */
	bool untimed; /* ts is not in ns, but in what an unknown clock counts */
	int tid;      /* the task; fork: the child; exec: also the process;
			 lost: 0 */
	char comm[COMM_LEN]; /* fork: the child's; exec: the new one; "" not
				known (execfail: then the task table's) */
	union {
		struct event_found found;
		struct event_fork fork;
		struct event_exec exec;
		struct event_exit exit;
		struct event_status status;
		struct event_change change;
		struct event_trait trait;
		struct event_loss lost;
		struct event_machine machine;
		struct event_cgroup cgroup;
		int waited; /* wait: that number, in the PID namespace of the
			       task, which may be another one */
	};
	struct event_user user; /* user: if USER_IS; exec: what it changed, if
				   no event of its own says so */
	struct usage usage;	/* exit: the thread's; end: the process's */
	struct event_by by; /* exit, end: who sent the signal that killed it;
			       the task table fills it in, or a recording */
	const char *path;   /* exec, execfail: the program, cgroup, fork: the
			       cgroup, as looked up; NULL not known */
	struct args args;   /* exec, execfail; these two of a task, or an end:
			       of its last exec, if the table keeps them */

	/* What was worked out. */
	struct event_task task;
};

/* Are its arguments from /proc, of a program that began while tracing, also
 * before a recording began?  It may have changed them before they were read. */
static inline bool
event_args_unsure(const struct event *e)
{
	return e->args.state == ARGS_PROC &&
	    (e->type == EVENT_EXEC || e->args.seen || e->path);
}

/* Is it the second of the two events that report a gap: nothing more was
 * lost? */
static inline bool
event_closes_gap(const struct event *e)
{
	return !e->lost.count && e->lost.until && e->ts >= e->lost.until;
}

#endif
