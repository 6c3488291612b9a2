/*
 * options: what every tool does the same way.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define PROCSNOOP_VERSION "0.2"

struct options {
	const char *tool;
	uint64_t duration;  /* -d, ns; 0: until a signal */
	bool seconds;	    /* -t */
	bool wall;	    /* -T */
	bool json;	    /* -j */
	bool quote;	    /* -q */
	bool bare;	    /* -H */
	bool verbose;	    /* -v */
	bool check;	    /* --check */
	bool insist;	    /* -F */
	bool toplevel;	    /* --top-level */
	int row;	    /* --row=N, 0: the first that proves itself */
	int pid;	    /* -p, 0: all */
	unsigned kb;	    /* -b, 0: the kernel's own */
	const char *input;  /* -i */
	const char *output; /* -w */
	char **command;	    /* behind --, NULL-terminated */
};

/* The letters of the common options, for getopt(3); -V and -h are the
 * tool's, for they print its text.  A long option is the argument of "-". */
#define OPTIONS_COMMON "b:d:FHi:jp:tTvw:-:"

/* Take one option that getopt returned.  Returns 1, 0 when it is none of the
 * common ones, or -1 when its argument is bad; *why says what is expected. */
int
options_take(struct options *, int letter, const char *arg, const char **why);

/* Combinations that contradict each other.  Returns 0, or -1 with *why. */
int options_check(const struct options *, const char **why);

/* A decimal number of seconds, up to a year, as ns.  Returns 0 or -1. */
int parse_seconds(const char *, uint64_t *ns);

/* A whole decimal number between min and max.  Returns 0 or -1. */
int parse_number(const char *, long min, long max, long *n);

#endif
