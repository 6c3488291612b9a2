/*
 * session_state: what the files of a session share; for others it is in
 * session.h.
 */
#ifndef SESSION_STATE_H
#define SESSION_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kernel/buffer_size.h"
#include "kernel/cgroup.h"
#include "event.h"
#include "events/exec_assembler.h"
#include "kernel/instance.h"
#include "ring/raw_event.h"
#include "trace/cpu_time.h"
#include "trace/exec_alarm.h"
#include "trace/finding.h"
#include "trace/probe.h"
#include "trace/trace_clock.h"
#include "trace/watch.h"
#include "ring/reader.h"
#include "kernel/taskstats.h"
#include "events/ties.h"

struct session;
struct source;

/* How users are seen: functions of other folders, as pointers, so that a tool
 * that does not ask for users links none of them. */
struct users_seen {
	/* arm_users (trace/arm_users.h) */
	void (*arm)(struct session *);
	/* of input/users.c; returns 0, or -1 with an error */
	int (*open)(struct source *);
};

/* The same of traits, of which a set is wanted. */
struct traits_seen {
	/* arm_traits (trace/arm_traits.h) */
	void (*arm)(struct session *);
	/* traits_open (input/traits.c) */
	int (*open)(struct source *, unsigned wanted);
};

/* Where changes of users are seen. */
enum user_source {
	USERS_NONE,  /* users are not known */
	USERS_PROBE, /* each change is an event */
	USERS_CALLS
};

struct session_options {
	const char *tool; /* in the name of the instance */
	int kb;		  /* buffer per CPU, as buffer_size_set takes it */
	bool large;	  /* a larger one, if kb leaves it to us */
	bool execs;	  /* arguments of execs: probes */
	bool exits;	  /* exits with their status */
	bool usage;	  /* resource usage: taskstats */
	bool subtree;	  /* of a subtree: its CPU time is counted */
	bool senders;	  /* who sends signals that kill */
	bool lineages;	  /* the names and ancestors of processes */
	bool keep;	  /* tasks keep the arguments of their execs */
	int args;	  /* how many are wanted */
	bool failed;	  /* failed execs too */
	bool bare;	  /* no probes: arguments only from /proc */
	bool moves;	  /* between cgroups, if the kernel has an event */
	bool cgroups;	  /* the cgroup of each task; see struct tool */
	bool toplevel;	  /* the kernel's own buffer, though there may be
			     instances */
	int method;	  /* 0: the first that passes its self-test */
	bool force;	  /* on that buffer, though it is in use */
	bool no_repair;	  /* leave what another program changes in the buffer */
	/* The users of tasks: &users_seen (input/users.h); NULL: not asked
	 * for. */
	const struct users_seen *users;
	/* The traits of tasks: &traits_seen (input/traits.h), and which of
	 * them, a set of 1 << enum trait; 0: not asked for. */
	const struct traits_seen *traits;
	unsigned traits_wanted;
	/* arm_cgroups and arm_waits, if they are asked for; else NULL. */
	void (*arm_cgroups)(struct session *);
	void (*arm_waits)(struct session *);
	struct findings findings; /* -v, --check */
	/* Has a signal come that ends the tool?  May be NULL. */
	bool (*ending)(void);
	/* What another program changes, a line each; may be NULL. */
	void (*warn)(const char *format, ...);
};

#define TRIES		256
#define SESSION_STEP_NS 2000000u /* how long to wait while a record waits */

/* Takes a record and completes it (tasks_apply). */
typedef void (*session_seen)(void *, struct event *);

/* How much is going on. */
struct pace {
	uint64_t begin;	   /* of a window of time, ns since boot */
	long events, last; /* in it, in the one before */
	int alarms;	   /* in it */
	bool execs;	   /* in the last sweep */
	bool found;	   /* anything, in the last sweep */
	bool rung;	   /* the alarm, before it */
};

/* Small members come first: the code that reads those is small, too. */
struct session {
	struct session_options opt;
	session_seen seen; /* while arming */
	void *seen_arg;
	int tracefs;
	enum method method;
	bool no_exec_event;    /* no event of an exec (before 3.4) */
	bool have_exec_return; /* events of what execve returned are in use */
	bool status_from_syscalls; /* of exit, and signals, show statuses */
	bool senders;		   /* who sends signals is seen */
	bool oom;		   /* and what the OOM killer sends */
	enum user_source users;
	bool traits;	      /* calls that change them are seen */
	bool moves;	      /* between cgroups are seen */
	bool have_group_exit; /* a probe shows exits of whole processes */
	bool filtered;	      /* set_event_pid is in force */
	bool stopped;
	bool nested;	 /* this tool's PID is another one in events */
	bool proc;	 /* /proc has the PIDs of the events */
	int self;	 /* its PID there */
	uint64_t fed;	 /* time of the last event */
	uint64_t until;	 /* all events up to then were fed */
	uint64_t armed;	 /* ns since boot */
	uint64_t lost;	 /* events, as counted by the records */
	uint64_t missed; /* returns, until it was armed */
	int fetch;	 /* arguments that probes fetch */
	struct pace pace;
	size_t sampled; /* bytes read from /proc by records that wait */
	int learned;	/* places found while tracing */
	struct cgroup_hierarchy cgroups; /* if the option is set */
	struct instance instance;
	struct buffer_size buffer;
	struct reader reader;
	struct trace_clock clock;
	struct watch watch;
	struct error error;    /* a sentence, when a call failed */
	bool status_known;     /* the status of an exit is seen */
	struct error no_stats; /* why taskstats is not used though it would
				   be; "": it is, or is not needed */
	uint8_t tries[TRIES];  /* to find one, by hash of the path */
	struct ties ties;
	struct exec_assembler assembler;
	struct taskstats stats;
	struct cpu_time cpu_time;
	struct exec_alarm alarm; /* if /proc may have to be looked at */
	struct probe_list probes;
	struct raw_event_table events;
};

#endif
