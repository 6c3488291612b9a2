/*
 * args: the argument vector of an exec, joined from its pieces, and how
 * complete it is.  Pure.
 */
#ifndef ARGS_H
#define ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "event.h"

/* One argument, as in a probe event. */
struct args_piece {
	bool seen;	    /* its event came */
	bool known;	    /* and the string in it is whole */
	size_t offset, len; /* in the bytes of all pieces, NUL excluded */
};

struct args_pieces {
	const char *bytes;
	struct args_piece *piece;
	int count; /* pieces there is room for */
	int argc;  /* the true number, -1 when not known */
};

/* Are the first want arguments (or all, if fewer) known? */
bool args_complete(const struct args_pieces *, int want);

/*
 * Join those of the first want arguments that are known into text, which is
 * emptied before; a->text points into it.  The state is ARGS_ALL when these are
 * all of them, else ARGS_CUT, or ARGS_NONE when there is none.
 */
void args_join(
    struct args *a, struct buf *text, const struct args_pieces *, int want);

/*
 * The same from /proc/PID/cmdline, of which len bytes were read (whole: that
 * was all of it).  The process can overwrite it, so it must agree with all
 * that is known from the kernel: the number of arguments and each known one.
 * Returns true when it does; the state is then ARGS_PROC, or ARGS_CUT when
 * want or the end of the bytes cut it.  False changes nothing.
 */
bool args_from_cmdline(struct args *a, struct buf *text, const char *cmdline,
    size_t len, bool whole, const struct args_pieces *, int want);

#endif
