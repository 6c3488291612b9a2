/*
 * args: the argument vector of an exec, joined from what was seen of it, and
 * how complete it is.  Pure.
 */
#ifndef ARGS_H
#define ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "event.h"

/* One argument as a probe event gave it. */
struct args_piece {
	bool seen;	    /* its event came */
	bool known;	    /* and the string in it is whole */
	size_t offset, len; /* in the bytes of all pieces, NUL excluded */
};

struct args_pieces {
	const char *bytes;
	const struct args_piece *piece;
	int count; /* pieces there is room for */
	int argc;  /* the true number, -1 when not known */
};

/* Are the first want arguments (or all, if fewer) known? */
bool args_complete(const struct args_pieces *, int want);

/*
 * Join the first want known arguments into text, which is emptied before;
 * a->text points into it.  The state is ARGS_ALL when these are all of them,
 * else ARGS_CUT, or ARGS_NONE when there is not even the first.
 */
void args_join(
    struct args *a, struct buf *text, const struct args_pieces *, int want);

/*
 * The same from /proc/PID/cmdline, of which len bytes were read (whole: that
 * was all of it).  The process can overwrite it, so it must agree with all
 * that is known from the kernel: the number of arguments and each known one.
 * Returns true when it does; the state is then ARGS_PROC, or ARGS_CUT when
 * want or the end of what was read cut it.  False leaves everything alone.
 */
bool args_from_cmdline(struct args *a, struct buf *text, const char *cmdline,
    size_t len, bool whole, const struct args_pieces *, int want);

#endif
