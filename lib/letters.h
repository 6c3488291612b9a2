/*
 * letters: the options of a command line as POSIX has them (XBD 12.2): they
 * end at the first operand or behind a "--".  What getopt(3) does, but it
 * never prints.  Pure.
 */
#ifndef LETTERS_H
#define LETTERS_H

struct letters {
	char **argv;
	int argc;
	int at;		  /* the next of argv; begins as 1 */
	int letter;	  /* of the last option */
	const char *arg;  /* its argument, or NULL */
	const char *rest; /* of letters in one word; begins as NULL */
};

/* Take the next option, of those known (a ":" behind a letter: it has an
 * argument).  Returns its letter, '?' if it is unknown, ':' if its argument is
 * missing, -1 behind the last. */
int letters_next(struct letters *, const char *known);

#endif
