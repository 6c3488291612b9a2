/*
 * window: the arguments of a new program, found in a window of fixed size on
 * its stack.  Pure: bytes in, strings out.
 *
 * For a probe that must not fetch strings.  It fetches numbers: argc, the
 * pointers above it, and what lies from argv[0] on, in one part or several.
 * The kernel puts the strings of argv there, one after the other, then those
 * of the environment (copy_strings(), fs/exec.c), and pointers to each above
 * argc (create_elf_tables(), fs/binfmt_elf.c).  So a string is taken for an
 * argument only if the pointers say so, and the rest of the window, of which
 * the environment is, goes with the window.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From argv[0] on: 3 KB, and something that shows that the last one of them
 * ended there (see window.c). */
#define WINDOW_BYTES	(3072 + 64)
#define WINDOW_POINTERS 64 /* most of them, of which argv[0] is the first */
#define WINDOW_PARTS	8

struct window {
	int argc;
	uint64_t argv0; /* the pointer */
	int pointers;	/* known of the following; 0: none as yet */
	uint64_t pointer[WINDOW_POINTERS]; /* argv, NULL, the environment */
	int parts;
	struct window_part {
		size_t from, to;
	} part[WINDOW_PARTS];
	size_t len; /* bytes that are known without a gap */
	int next;   /* which argument window_next gives next, */
	size_t at;  /* and where it begins */
	char bytes[WINDOW_BYTES];
};

/* Begin an empty one. */
void window_init(struct window *, int argc, uint64_t argv0);

/* Can the part that begins at from belong to the same stack, and is it not
 * there as yet? */
bool window_wants(const struct window *, int argc, uint64_t argv0, size_t from);

/* Copy a part.  Where the window ends it is cut. */
void window_add(struct window *, size_t from, const char *bytes, size_t len);

/* Copy the pointers, argv[0] first. */
void window_point(struct window *, const uint64_t *pointer, int count);

/*
 * The next argument, lent.  Returns false when it is not known: there are no
 * more, it is not whole in what was added so far, or this is no stack that the
 * kernel has made.
 */
bool window_next(struct window *, const char **s, size_t *len);

#endif
