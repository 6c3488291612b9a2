#include "recording.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"

#define NS_PER_S 1000000000u

/* The next field, or NULL; cut out of the line. */
static char *
field(char **line)
{
	char *s = *line;

	if (!s)
		return NULL;
	*line = strchr(s, ' ');
	if (*line)
		*(*line)++ = '\0';
	return s;
}

static bool
get_int(char **line, int base, long long min, long long max, long long *n)
{
	char *s = field(line), *end;

	if (!s || (!isxdigit((unsigned char)*s) && *s != '-'))
		return false;
	errno = 0;
	*n = number_signed(s, &end, base);
	return !errno && end != s && !*end && *n >= min && *n <= max;
}

static bool
get_number(char **line, int min, int *n)
{
	long long v;

	if (!get_int(line, 10, min, INT_MAX, &v))
		return false;
	*n = (int)v;
	return true;
}

/* Seconds with nine decimals. */
static bool
get_time(char **line, int64_t *ns)
{
	char *s = field(line), *dot = s ? strchr(s, '.') : NULL, *end;
	long long sec, frac;

	if (!dot || strlen(dot) != 10 || !isdigit((unsigned char)*s) ||
	    strspn(dot + 1, "0123456789") != 9)
		return false;
	errno = 0;
	sec = number_signed(s, &end, 10);
	frac = number_signed(dot + 1, NULL, 10);
	if (errno || end != dot || sec > INT64_MAX / NS_PER_S - 1)
		return false;
	*ns = (int64_t)sec * NS_PER_S + frac;
	return true;
}

static int
hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower(c) - 'a' + 10;
}

/* Undo print_escaped, in place.  A NUL cannot be part of a string. */
static bool
unescape(char *s)
{
	char *out = s;

	for (; *s; s++) {
		if (*s != '\\') {
			*out++ = *s;
			continue;
		}
		s++;
		if (*s == 'x' && isxdigit((unsigned char)s[1]) &&
		    isxdigit((unsigned char)s[2])) {
			*out = (char)(hex(s[1]) << 4 | hex(s[2]));
			if (!*out++)
				return false;
			s += 2;
		} else if (*s == 'n' || *s == 't' || *s == 'r')
			*out++ = *s == 'n' ? '\n' : *s == 't' ? '\t' : '\r';
		else if (*s == '\\')
			*out++ = '\\';
		else
			return false;
	}
	*out = '\0';
	return true;
}

static bool
get_string(char **line, const char **string)
{
	char *s = field(line);

	*string = NULL;
	if (!s || strcmp(s, "-") == 0)
		return s != NULL;
	if (*s != '=' || !unescape(s + 1))
		return false;
	*string = s + 1;
	return true;
}

static bool
get_comm(char **line, char *comm)
{
	const char *s;

	if (!get_string(line, &s) || !s || strlen(s) >= COMM_LEN)
		return false;
	memcpy(comm, s, strlen(s) + 1);
	return true;
}

/* The rest of the line: the strings are moved together. */
static bool
get_args(char **line, struct args *a)
{
	char *start = *line, *out = start;
	const char *s;

	while (*line) {
		if (!get_string(line, &s) || !s)
			return false;
		memmove(out, s, strlen(s) + 1);
		out += strlen(out) + 1;
		a->count++;
	}
	a->text = start;
	a->len = start ? (size_t)(out - start) : 0;
	if (a->argc >= 0 && a->count > a->argc)
		return false;
	return (a->state < ARGS_PROC || a->count == a->argc) &&
	    (a->state != ARGS_NONE || a->count == 0);
}

static bool
get_argc(char **line, struct args *a)
{
	int state;

	if (!get_number(line, -1, &a->argc) || !get_number(line, 0, &state) ||
	    state > ARGS_ALL)
		return false;
	a->state = (enum args_state)state;
	return true;
}

static bool
get_exec(char **line, struct event *e)
{
	return get_argc(line, &e->args) && get_comm(line, e->comm) &&
	    get_string(line, &e->path) && get_args(line, &e->args);
}

/* The program it runs came with 0.2, and may be missing. */
static bool
get_task(char **line, struct event *e)
{
	e->args.argc = -1;
	if (!get_number(line, 1, &e->tid) || !get_number(line, 0, &e->pid) ||
	    !get_number(line, -1, &e->ppid) || !get_comm(line, e->comm))
		return false;
	return !*line ||
	    (get_argc(line, &e->args) && get_string(line, &e->path) &&
		get_args(line, &e->args));
}

static bool
get_code(char **line, int *code)
{
	if (*line && **line == '-') {
		*code = CODE_UNKNOWN;
		return strcmp(field(line), "-") == 0;
	}
	return get_number(line, 0, code) && *code <= (0xffff | CODE_CORE_ANY);
}

/* The status and what was used came with 0.2, and may be missing. */
static bool
get_exit(char **line, struct event *e)
{
	struct usage *u = &e->usage;
	uint64_t *const used[RECORDING_USED] = { &u->user, &u->system, &u->run,
		&u->maxrss, &u->read, &u->write };
	long long n;

	e->code = e->stats_code = e->process_code = CODE_UNKNOWN;
	e->grouped = -1;
	if (!get_number(line, 1, &e->tid) ||
	    !get_number(line, -1, &e->group_dead) || !get_comm(line, e->comm))
		return false;
	e->told = *line != NULL;
	if (e->told &&
	    (!get_code(line, &e->code) || !get_code(line, &e->process_code)))
		return false;
	u->known = *line != NULL;
	for (int i = 0; i < RECORDING_USED && u->known; i++) {
		if (!get_int(line, 10, 0, LLONG_MAX, &n))
			return false;
		*used[i] = (uint64_t)n;
	}
	return true;
}

static bool
get_event(char **line, struct event *e)
{
	long long n = 0;

	switch (e->type) {
	case EVENT_TASK:
		return get_task(line, e);
	case EVENT_FORK:
		if (!get_number(line, 1, &e->tid) ||
		    !get_number(line, 0, &e->ppid))
			return false;
		e->flags = FLAG_UNKNOWN;
		if (*line && strncmp(*line, "- ", 2) == 0)
			field(line);
		else if (get_int(line, 16, 0, LLONG_MAX, &n))
			e->flags = (uint64_t)n;
		else
			return false;
		return get_comm(line, e->comm);
	case EVENT_EXEC:
		return get_number(line, 1, &e->tid) &&
		    get_number(line, 0, &e->old_tid) && get_exec(line, e);
	case EVENT_EXECFAIL:
		return get_number(line, 1, &e->tid) &&
		    get_number(line, 1, &e->error) && get_exec(line, e);
	case EVENT_EXIT:
		return get_exit(line, e);
	default:
		if (!get_int(line, 10, 0, LLONG_MAX, &n))
			return false;
		e->lost = (uint64_t)n;
		return !*line || get_time(line, (int64_t *)&e->until);
	}
}

/* A line that is no event. */
static int
parse_other(struct recording *r, const char *name, char **line)
{
	int64_t ts;

	if (strcmp(name, "boot") == 0 && *line) {
		bool negative = **line == '-';

		*line += negative;
		if (get_time(line, &ts) && !*line) {
			r->wall_offset = negative ? -ts : ts;
			return 0;
		}
	}
	if (strcmp(name, "armed") == 0 && get_time(line, &ts) && !*line) {
		r->armed = (uint64_t)ts;
		return 0;
	}
	if (strcmp(name, "root") == 0 && get_number(line, 1, &r->root) &&
	    !*line)
		return 0;
	if (strcmp(name, "end") == 0 && get_time(line, &ts) && !*line) {
		r->ended = true;
		r->end = (uint64_t)ts;
		return 0;
	}
	r->why = "not a line of a recording";
	return -1;
}

int
recording_parse(struct recording *r, char *line, size_t len, struct event *e)
{
	char *name, *rest = line;
	int64_t ts;
	int type = EVENT_TASK, dead = 2;

	if (len != strlen(line)) {
		r->why = "a NUL in the line";
		return -1;
	}
	if (len == 0 || *line == '#' || strcmp(line, RECORDING_MAGIC) == 0)
		return 0;
	name = field(&rest);
	while (dead && strcmp(recording_dead[dead], name) != 0)
		dead--;
	if (dead)
		name = (char *)recording_dead[0];
	while (type <= EVENT_LOST &&
	    (!recording_name((enum event_type)type) ||
		strcmp(recording_name((enum event_type)type), name) != 0))
		type++;
	if (type > EVENT_LOST)
		return parse_other(r, name, &rest);
	*e = (struct event){ .type = (enum event_type)type, .cpu = -1 };
	if (!get_time(&rest, &ts) || !get_event(&rest, e) || rest) {
		r->why = "a field that makes no sense";
		return -1;
	}
	e->group_dead = e->type == EVENT_TASK ? dead : e->group_dead;
	if (e->type == EVENT_TASK)
		e->start = (uint64_t)ts;
	else
		e->ts = (uint64_t)ts;
	e->pid = e->type == EVENT_EXEC ? e->tid : e->pid;
	return 1;
}
