/*
 * user: the user of a task, as the task table has it (users.h), and as an event
 * shows it.
 */
#ifndef TASK_USER_H
#define TASK_USER_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

struct task;
struct tasks;

/* What /proc has of a task. */
struct user_look {
	struct event_user user;
	bool home;	    /* see struct task_user */
	uint64_t begin, ts; /* when it was read, ns since boot: not before,
			       not later */
};

/* A member of struct task. */
struct task_user {
	struct event_user now; /* if lost is the epoch of the table */
	unsigned epoch;	       /* losses when it was known */
	bool home; /* its user namespace, mount namespace and root are those of
		      this tool, and the first user namespace, if home_moves
		      is moves of its leader */
	unsigned moves; /* of a process: that may have changed */
	unsigned home_moves, next_moves; /* when home and next were known */
	struct user_look next; /* is true from its ts on: now, when an event is
				  not before that; ts 0: there is none */
	unsigned next_epoch;
	uint64_t called; /* when its last call of execve began; 0: an exec since
			    then, or it was not seen */
};

/*
 * How the table knows users.  The functions are pointers, so that a tool that
 * does not ask for users links none of this.
 */
struct task_users {
	/* users_before and users_after */
	void (*before)(struct tasks *, struct event *);
	void (*after)(struct tasks *, struct event *);
	/* users_infer: what an exec or a call did, of which no event has the
	 * user then, and what an exit shows.  NULL in a replay, where each
	 * change has one. */
	void (*infer)(struct tasks *, struct task *, struct event *);
	/* Each change is an EVENT_USER with what the user is then; else execs,
	 * too, change users. */
	bool complete;
	/* A new user namespace has users of its own (before Linux 3.8). */
	bool renumbers;
	/* Calls of execve are an EVENT_TRAIT, but for those of another ABI,
	 * whose chroot(2) is not seen either. */
	bool other_abi;
	/* Looks a task up in /proc.  Returns 0, or -1.  NULL in a replay. */
	int (*look)(void *, int tid, struct user_look *);
	/* Is it certain that the exec, by a task at home, changed no user? */
	bool (*is_plain)(void *, const struct event *);
	/* Gets an EVENT_USER (USER_IS) whenever the user of a task is another
	 * one, or no longer known, but not what a fork or a loss do.  May be
	 * NULL. */
	void (*changed)(void *, const struct event *);
	/* Gets an exit whose real user, by taskstats, is not the one that was
	 * known: that is not known any more.  NULL in a replay. */
	void (*differs)(void *, const struct event *);
	void *arg;
	/* Private: between before and after */
	struct task_user from; /* of a fork: the parent's; of an exit: that of
				  the process */
};

/* A number of the user of an event (e->task.user): returns false if it is not
 * known. */
static inline bool
user_of_event(const struct event *e, enum user_id which, uint32_t *id)
{
	*id = e->task.user.id[which];
	return e->task.user.known >> which & 1;
}

#endif
