/*
 * exec_state: what the files of the exec assembler share; for others it is in
 * exec_assembler.h.
 */
#ifndef EXEC_STATE_H
#define EXEC_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "events/args.h"
#include "event.h"
#include "events/sum_search.h"
#include "ring/raw_event.h"

/* The order in which the parts come, which depends on the method. */
enum exec_order {
	EXEC_PATH_LAST,	 /* start_thread, finalize_exec: probes, then path */
	EXEC_PATH_FIRST, /* ldso: the path, then the probes */
	EXEC_PATH_ONLY,	 /* execve, proc */
	EXEC_STACK_ONLY	 /* start_thread before Linux 3.4: an entry, then the
			    probes */
};

/* What /proc/PID/cmdline showed, and when: it belongs to an exec only if no
 * other exec of that PID came before taken. */
struct cmdline_sample {
	uint64_t taken;		  /* trace clock, after the read, or: */
#define SAMPLE_SUSPECT UINT64_MAX /* may be of an exec that is under way */
	bool whole;		  /* bytes are all of it */
	size_t *held;		  /* len is a part of this sum; may be NULL */
	size_t len;
	char bytes[];
};

/* Free it (NULL: nothing), and take it out of its sum. */
void cmdline_sample_free(struct cmdline_sample *);

struct exec_node;
struct exec_assembler;

/* The events of users (user_feed.h).  A pointer to the function, so that a tool
 * that wants none of them links none of it. */
struct user_feed {
	/* RAW_CRED to RAW_MOVED, and RAW_LOST.  Returns 0, or -1 (ENOMEM). */
	int (*feed)(struct exec_assembler *, const struct raw_event *);
	/* Takes the bytes of RAW_CRED, and which task hit the probe; may be
	 * NULL. */
	void (*bytes)(void *, int tid, const char *, size_t);
	void *arg;
	struct user_call {
		int tid; /* 0: none */
		int place;
		uint32_t arg[3];
	} call[1024]; /* that have not returned, by tid */
};

#define EXEC_BUCKETS 1024
#define EXEC_PLACES  32	       /* of probes */
#define EXEC_TIDS    (4 << 20) /* PID_MAX_LIMIT, include/linux/threads.h */

struct exec_assembler {
	/* Set by the owner: */
	enum exec_order order;
	int fetch;	  /* arguments that probes give */
	int want;	  /* arguments that are wanted */
	size_t window;	  /* bytes of arguments that windows show */
	bool returns;	  /* the return values of execve come too */
	bool blank;	  /* a caller's page that is absent reads as empty */
	bool entry_args;  /* execve: the arguments of the call are the exec's */
	bool succeeded;	  /* calls that fail are no records */
	bool awaits_left; /* it is seen when a dead task leaves its CPU */
	bool awaits_sum;  /* and then what CPU time it had */
	bool sender_only; /* signals say nothing of statuses */
	bool names;	  /* renames are records, too */
	bool traits;	  /* and calls of execve: they may change a trait */
	bool confirms; /* the kernel's events of calls are seen: an entry that
			  none of them confirms is not one */
	/* By place: the probe is there since then, and sees each exec. */
	uint64_t since[EXEC_PLACES];
	/* Reads /proc/PID/cmdline; NULL in tests and replays. */
	struct cmdline_sample *(*read_sample)(void *, int pid);
	void *arg;
	struct sum_search *search; /* takes bytes of tasks; may be NULL */
	struct user_feed *users;   /* takes the events of users; NULL: there are
				      none */

	/* Private: */
	struct exec_node *head, **tail; /* in order of time */
	struct buf text;		/* arguments of the last one */
	struct exec_node *last;		/* the one that exec_next returned */
	struct exec_node *spare;
	/* Tables with a bit for each TID.  A part of its exec is still to come
	 * though the record may be gone by then: the return value after a path
	 * or, where the path comes last, the path after a record that waited
	 * for it too long.  NULL: any may be. */
	uint8_t *part_pending;
	uint8_t *calling; /* it is in a call of execve, or is dead: what
			     renames itself then is a new program */
	uint8_t *overdue; /* a record that began with that went out */
	bool stack_last;  /* the stack's event is the last of a hit */
	struct exec_node *bucket[EXEC_BUCKETS];	 /* execs, by pid */
	struct exec_node *entry[EXEC_BUCKETS];	 /* execve calls, by tid */
	struct exec_node *leaving[EXEC_BUCKETS]; /* exits, by tid */
	struct {
		int cpu, tid, next; /* tid 0: none, or it has had its sum */
	} left[EXEC_BUCKETS];	    /* the last dead task to leave, by CPU */
	struct {
		int tid;
		char comm[COMM_LEN];
	} renamed[EXEC_BUCKETS]; /* the last task_rename, by tid */
	struct {
		int tid;
		uint64_t flags;
	} cloned[EXEC_BUCKETS];	       /* the last call of do_fork, by tid */
	uint8_t linkage[EXEC_BUCKETS]; /* of a path: seen static, dynamic */
};

#endif
