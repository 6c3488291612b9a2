/*
 * notify: inotify(7) on the directories of an instance in tracefs, which shows
 * at once that another program has written to a file there.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#include "base/buf.h"

/* What was seen; all but the first is what no file shows later. */
enum {
	SEEN_WRITE = 1,
	SEEN_EMPTIED = 2,
	SEEN_OPENED = 4,
	SEEN_CLOSED = 8,
	SEEN_PIDS = 16
};

struct notify {
	int fd; /* -1: there is no inotify, or not on all of it */
	int last_wd, trace_wd;
	struct buf dirs; /* int: open, because they are watched */
};

/* Make the descriptor; fd is -1 where that is not possible. */
void notify_open(struct notify *);

/* Watch the files of a directory below dir.  If that fails, fd is closed. */
void notify_dir(struct notify *, int dir, const char *name);

/* Watch dir/trace where opening it stops the recording. */
void notify_trace(struct notify *, int dir);

/* Read what has happened: SEEN_...; 0: nothing, or only what we write. */
unsigned notify_read(const struct notify *);

/* Nothing is watched any more; fd stays, because to close it takes a grace
 * period of SRCU, unless one has passed since (fsnotify_destroy_group(),
 * fs/notify/group.c). */
void notify_stop(struct notify *);

/* The end. */
void notify_close(struct notify *);

#endif
