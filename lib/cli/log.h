/*
 * log: what execsnoop, exitsnoop and forksnoop have in common: a line for each
 * event, of columns, and which events are shown.
 */
#ifndef LOG_H
#define LOG_H

#include <regex.h>

#include "cli/cgroup_filter.h"
#include "cli/column.h"
#include "cli/tool.h"
#include "cli/user_filter.h"

#define COLUMNS_MAX 48
#define LOG_LIST    256 /* bytes of a list of columns */

/* What name and path are compared with a regular expression. */
enum log_name { LOG_PATH = 1, LOG_COMM = 2 };

struct log_regex {
	regex_t regex;
	bool used;
};

struct log {
	struct tool tool;
	unsigned in;	/* OF_EXEC, ... */
	unsigned names; /* LOG_... bits: what the operand name matches */
	struct column_view view;
	const struct column *column[COLUMNS_MAX];
	int count;
	const char *asked; /* -c; NULL: the default */
	const char *json;  /* the columns of JSON, without the common ones */
	struct buf field;  /* scratch: a column */
	struct buf text;   /* scratch: what -l is matched against */
	struct log_regex name, line, parent, ancestor;
	struct cgroup_filter cgroups; /* -g */
	struct user_filter users;     /* -u */
	/* Takes an option that is the tool's own; may be NULL. */
	void (*option)(void *, int letter, const char *value);
};

/* The options of all logs, for tool.shared. */
extern const struct tool_option log_options[];

/* Parse the command line, options and the operand.  The log is the first member
 * of the tool's struct, which is tool.arg. */
void log_parse(struct log *, int argc, char **argv);

/* The default columns of text, and of JSON after those of all tools: names with
 * commas.  -c has its effect, and what is traced is set.  Call it before
 * tool_run. */
void log_columns(struct log *, const char *text, const char *json);

/* Add names to such a list. */
void log_add(char list[LOG_LIST], const char *names);

/* Do the filters of the command line let it through?  It may fail: tool.failed
 * is set, after a message. */
bool log_matches(struct log *, const struct event *);

/* Take --rotate.  And does it contradict other options? */
void log_rotate(struct log *, const char *value);
void log_rotate_check(const struct log *);

#endif
