/*
 * event: one typed record for everything a tool can learn.
 *
 * Live tracing, recordings and kernel text all end in this struct; nothing
 * behind it knows kernels.  Strings are lent by whoever produced the event
 * and are valid until the next one is asked for.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMM_LEN     16 /* TASK_COMM_LEN, include/linux/sched.h */

/* linux/sched.h; also what task_newtask's clone_flags holds */
#define FLAG_VFORK   0x00004000u
#define FLAG_PARENT  0x00008000u
#define FLAG_THREAD  0x00010000u
#define FLAG_UNKNOWN UINT64_MAX /* no task_newtask on this kernel */

enum event_type {
	EVENT_TASK = 1, /* baseline: a task that was there before */
	EVENT_FORK,	/* a new task: process or thread */
	EVENT_EXEC,	/* an exec that succeeded */
	EVENT_EXECFAIL, /* an exec that failed */
	EVENT_EXIT,	/* a task ended */
	EVENT_LOST,	/* the kernel dropped events before this point */
	/* not recorded */
	EVENT_STATUS, /* a sign of how a task will end */
	EVENT_END,    /* a process ended: made from an exit by tasks */
	EVENT_CGROUP  /* a task was moved to another cgroup */
};

/* What an EVENT_STATUS tells. */
enum status_sign {
	SIGN_CODE = 1,	 /* do_exit(code) was called */
	SIGN_GROUP,	 /* do_group_exit was called: for the whole process */
	SIGN_EXIT,	 /* exit(2): for this thread */
	SIGN_EXIT_GROUP, /* exit_group(2) */
	SIGN_SENT,	 /* a signal was sent to it */
	SIGN_DELIVERED,	 /* it takes a signal with the default action */
	SIGN_HANDLED	 /* it takes a signal with a handler */
};

/* A wait status as waitpid(2) gives it, and: */
#define CODE_UNKNOWN  (-1)
#define CODE_CORE     0x80
#define CODE_SIGNALS  64      /* the greatest signal */
#define CODE_CORE_ANY 0x10000 /* not known whether core was dumped */

/* How complete the arguments of an exec are. */
enum args_state {
	ARGS_NONE, /* not available, argc may still be known */
	ARGS_CUT,  /* the first ones only */
	ARGS_PROC, /* all of them, from /proc/PID/cmdline */
	ARGS_ALL   /* all of them, from the new program's stack */
};

struct args {
	enum args_state state;
	int argc;	  /* the true number, -1 when not known */
	int count;	  /* how many are in text */
	const char *text; /* count strings, each with its NUL */
	size_t len;	  /* bytes of text, NULs included */
};

/* What a task used; known only where there is taskstats. */
struct usage {
	bool known;
	uint64_t user, system; /* ns, as ticks were counted */
	uint64_t run;	       /* ns on a CPU, exact; 0 not known */
	uint64_t maxrss;       /* bytes */
	uint64_t read, write;  /* bytes of storage */
};

struct event {
	enum event_type type;
	uint64_t ts;	     /* ns since boot; task: when it was read in
				/proc, all events before are in it; or 0 */
	int cpu;	     /* -1 when not known */
	int tid;	     /* the task: for a fork the child */
	int pid;	     /* exec, task: its process; else 0 until tasks
				has filled it in */
	int ppid;	     /* task: parent process; fork: the task that
				forked (a tid), its process once tasks has
				seen it; else filled in by tasks */
	int forker;	     /* fork: the process that called, filled in by
				tasks; the task, if that is all that is known */
	int old_tid;	     /* exec: the thread that called it */
	char comm[COMM_LEN]; /* fork: the child's; exec: the new one;
				"" when not known */
	uint64_t flags;	     /* fork: clone_flags or FLAG_UNKNOWN */
	uint64_t start;	     /* task: ns since boot (10 ms steps); exit, end:
				filled in by tasks, 0 not known */
	bool again;	     /* task: was known, and is so again after a loss */
	bool coarse;	     /* start is in steps of 10 ms, or not exact */
	bool inside;	     /* filled in by tasks: in the subtree asked
				for */
	int group_dead;	     /* exit: 1 last thread, 0 not, -1 unknown; task: 1
				a zombie, 2 only its first thread has ended */
	enum status_sign sign;
	int code;	  /* exit, end, status: a wait status (for signs of
			     signals: the signal), or CODE_UNKNOWN */
	int grouped;	  /* exit: 1 the code is that of the process, 0 of
			     this thread only, -1 unknown */
	int process_code; /* exit of the last thread: the wait status of its
			     process, if told: in a recording */
	bool told;
	int stats_code;	    /* exit: what taskstats says, right for the first
			       thread of a process; or CODE_UNKNOWN */
	struct usage usage; /* exit: the thread's, end: the process's */
	int error;	    /* execfail: errno, positive */
	uint64_t lost;	    /* lost: how many, 0 when not known */
	uint64_t until;	    /* lost: the end of the gap, where another one is
			       told with 0; 0: not known */
	const char *path;   /* exec: the program, NULL when not known */
	struct args args;   /* exec, execfail; task, end: of the last
			       exec, if they are kept */
};

/* The second of the two that tell of a gap: nothing more was lost. */
static inline bool
event_ends_gap(const struct event *e)
{
	return !e->lost && e->until && e->ts >= e->until;
}

#endif
