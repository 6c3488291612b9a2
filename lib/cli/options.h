/*
 * options: what all tools have.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/request.h"

#define PROCSNOOP_VERSION "0.2"

struct options {
	const char *tool;
	bool seconds;	  /* -t */
	bool wall;	  /* -T */
	bool json;	  /* -j */
	bool no_header;	  /* -H */
	bool verbose;	  /* -v */
	bool check;	  /* --check */
	bool force;	  /* -F */
	bool toplevel;	  /* --top-level */
	bool no_repair;	  /* --no-repair */
	int method;	  /* --method, 0: the first that passes */
	int kb;		  /* -b, as buffer_size_set takes it */
	const char *proc; /* --proc=DIR, NULL: /proc */
	struct request request;
};

/* Options without a letter, as getopt_long(3) returns them; and what else
 * stands in a usage: they are in its order. */
enum {
	OPTION_OPERAND = 256, /* what a tool takes before a command */
	OPTION_ALL,
	OPTION_ANCESTOR,
	OPTION_BY,
	OPTION_CPUS,
	OPTION_CHECK,
	OPTION_KEEP_FILES,
	OPTION_KEEP_SIZE,
	OPTION_METHOD,
	OPTION_NO_REPAIR,
	OPTION_PARENT,
	OPTION_PROC,
	OPTION_ROTATE,
	OPTION_STATUS,
	OPTION_TOP_LEVEL,
	OPTION_COMMAND
};

struct tool_option {
	int letter;	  /* or OPTION_... */
	const char *name; /* after "--" */
	const char *arg;  /* what it takes, for the usage; NULL: nothing */
	const char *help; /* NULL: not in the usage */
	size_t flag;	  /* where the bool is that it sets, in struct options
			     or in tool.arg; 0: it does something else */
};

/* The options that all tools have, up to one without a name.  tool_options
 * takes -V and -h. */
extern const struct tool_option options_common[];

/* Take a common option.  Returns 1, 0 if it is not common, or -1 if its
 * argument is wrong; *why is what is expected. */
int options_take(struct options *, const struct tool_option *, const char *arg,
    const char **why);

/* Do options contradict each other?  Returns 0, or -1 with *why. */
int options_check(const struct options *, const char **why);

/* Parse a decimal number of seconds above 0, up to a year.  Returns 0 or -1. */
int parse_seconds(const char *, uint64_t *ns);

/* Parse a whole number from min, not below 0, to max.  Returns 0 or -1. */
int parse_number(const char *, long min, long max, long *n);

#endif
