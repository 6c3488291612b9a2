/*
 * error: why something failed.  The library returns it, the program prints it.
 *
 * A function that only wraps system calls (file_*, genl_*, elf_*, lock_*,
 * reader_*, and what only parses) returns -1 with errno: its caller knows the
 * object.  Every other function that fails for a reason the user can act on has
 * set an error when it returns -1, in its last argument or, where all functions
 * work on one struct, in that struct's member error.  Callers hand it up as it
 * is.  An error is one phrase, "object: problem (remedy)".
 */
#ifndef ERROR_H
#define ERROR_H

#define ERROR_LEN 512

struct error {
	int code; /* errno as it was */
	char text[ERROR_LEN];
};

/* Set it: code from errno, text formatted, cut to its length.  Returns -1. */
int error_set(struct error *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* There was no memory.  Returns -1. */
int error_memory(struct error *);

#endif
