/*
 * ftrace_lock: which process uses the kernel's own ring buffer, and what was
 * changed there.
 *
 * The file is that of perf-tools (/var/tmp/.ftrace-lock, its first line the
 * pid of the owner).  In ours the name of the instance and the boot follow,
 * and a line for each setting that is to be put back, "NAME VALUE".
 */
#ifndef FTRACE_LOCK_H
#define FTRACE_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

#include "kernel/owner.h"

struct lock {
	const char *path;
	int fd; /* the open file */
	dev_t device;
	ino_t inode;
	int pid;	       /* 0: none in it */
	bool dead;	       /* its owner is, or it is of an earlier boot */
	bool ours;	       /* of one of our tools, since this boot */
	char name[OWNER_NAME]; /* ours: of the instance */
	const char *changes;   /* ours: settings, in text */
	char text[8192];
};

/* The lock of any program.  Returns false when there is none; else it is to be
 * closed. */
bool lock_find(struct lock *);

/* Ours, from the descriptor of lock_make, wherever its name is by now;
 * lock_close closes that. */
void lock_own(struct lock *, int fd);

void lock_close(struct lock *);

/* Make ours.  Returns a descriptor to which settings are appended, or -1 with
 * errno (EEXIST: another process was faster). */
int lock_make(const char *name);

/*
 * Claim the lock that was found, until lock_close: of the tools that would undo
 * what a dead one did, one may.  Returns 0, or -1 with errno (EWOULDBLOCK:
 * another tool claimed it; ENOENT: it is gone; EAGAIN: it is another one by
 * now).
 */
int lock_claim(const struct lock *);

/* Remove the lock that was found.  Returns 0, also when it is gone, or -1 with
 * errno as in lock_claim. */
int lock_remove(const struct lock *);

#endif
