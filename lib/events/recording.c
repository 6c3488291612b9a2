/* Recordings read: lines to typed records.  A file may hold anything, so each
 * field is checked. */
#include "events/recording.h"
#include "base/units.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

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
	*n = strtoll(s, &end, base);
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
	sec = strtoll(s, &end, 10);
	frac = strtoll(dot + 1, NULL, 10);
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

/* Undo escape_word, in place.  A NUL cannot be part of a string. */
static bool
get_escaped(char *s)
{
	static const char escapes[] = "ntr\\", bytes[] = "\n\t\r\\";
	const char *p;
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
		} else if (*s && (p = strchr(escapes, *s)))
			*out++ = bytes[p - escapes];
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
	if (*s != '=' || !get_escaped(s + 1))
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

/* The rest of the line: the strings are moved together, "" in place of one that
 * is missing. */
static bool
get_args(char **line, struct args *a)
{
	char *start = *line, *out = start;
	const char *s;

	while (*line) {
		if (!get_string(line, &s) || (!s && a->count >= ARGS_MISSING))
			return false;
		if (!s) {
			a->missing |= UINT32_C(1) << a->count;
			s = "";
		}
		memmove(out, s, strlen(s) + 1);
		out += strlen(out) + 1;
		a->count++;
	}
	a->text = start;
	a->len = start ? (size_t)(out - start) : 0;
	if (a->argc >= 0 && a->count > a->argc)
		return false;
	return (a->state < ARGS_PROC || (a->count == a->argc && !a->missing)) &&
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

/* The program was added in 0.2, and may be missing. */
static bool
get_task(char **line, struct event *e)
{
	e->args.argc = -1;
	if (!get_number(line, 1, &e->tid) ||
	    !get_number(line, 0, &e->found.pid) ||
	    !get_number(line, -1, &e->found.ppid) || !get_comm(line, e->comm))
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

/* Those that were added after 0.2 may be missing. */
static bool
get_usage(char **line, struct usage *u)
{
	char *usage = (char *)u;
	long long n;

	u->known = true;
	for (size_t i = 0; i < RECORDING_USAGE; i++) {
		const struct recording_usage *f = &recording_usage[i];
		uint64_t value;

		if (i == RECORDING_USAGE_02 && !*line) {
			u->no_cpu = u->unbounded = u->no_wait = true;
			u->no_delays = true;
			return true;
		}
		if (f->unknown && *line && **line == '-') {
			if (strcmp(field(line), "-") != 0)
				return false;
			*(bool *)(usage + f->unknown) = true;
			continue;
		}
		if (!get_int(line, 10, 0, LLONG_MAX, &n))
			return false;
		value = (uint64_t)n;
		memcpy(usage + f->at, &value, sizeof value);
	}
	return u->unbounded || u->cpu_min <= u->cpu_max;
}

/* Added after 0.2; missing where it is not known. */
static bool
get_by(char **line, struct event_by *by)
{
	const char *word = field(line);

	for (int why = BY_USER; why <= BY_SELF; why++)
		if (strcmp(word, recording_senders[why]) == 0)
			by->why = (enum sent_by)why;
	return by->why != BY_UNKNOWN && get_number(line, 0, &by->pid) &&
	    get_comm(line, by->comm);
}

/* The status and the resource usage were added in 0.2, and may be missing. */
static bool
get_exit(char **line, struct event *e)
{
	struct event_exit *x = &e->exit;

	*x = EXIT_UNKNOWN;
	if (!get_number(line, 1, &e->tid) ||
	    !get_number(line, -1, &x->group_dead) || !get_comm(line, e->comm))
		return false;
	x->has_status = *line != NULL;
	if (x->has_status &&
	    (!get_code(line, &x->code) || !get_code(line, &x->process_code)))
		return false;
	if (*line && isdigit((unsigned char)**line) &&
	    !get_usage(line, &e->usage))
		return false;
	return !*line || get_by(line, &e->by);
}

static bool
get_fork(char **line, struct event *e)
{
	long long n = 0;

	if (!get_number(line, 1, &e->tid) ||
	    !get_number(line, 0, &e->fork.parent) || e->tid == e->fork.parent)
		return false;
	if (*line && strncmp(*line, "- ", 2) == 0) {
		field(line);
		e->fork.flags = FLAG_UNKNOWN;
	} else if (get_int(line, 16, 0, LLONG_MAX, &n))
		e->fork.flags = (uint64_t)n;
	else
		return false;
	return get_comm(line, e->comm) &&
	    (!*line || get_string(line, &e->path));
}

/* Where a task is, or that any may be elsewhere. */
static bool
get_cgroup(char **line, struct event *e)
{
	int how;

	if (!get_number(line, 0, &e->tid) ||
	    !get_number(line, CGROUP_READ, &how) || how > CGROUP_RENAMED)
		return false;
	e->cgroup.how = (enum cgroup_how)how;
	return get_string(line, &e->path);
}

static bool
get_lost(char **line, struct event *e)
{
	long long n;

	if (!get_int(line, 10, 0, LLONG_MAX, &n))
		return false;
	e->lost.count = (uint64_t)n;
	return !*line || get_time(line, (int64_t *)&e->lost.until);
}

static bool
get_machine(char **line, struct event *e)
{
	long long n;

	if (!get_int(line, 10, 0, LLONG_MAX, &n))
		return false;
	e->machine.used = (uint64_t)n;
	return get_number(line, 1, &e->machine.cpus);
}

static bool
get_user(char **line, struct event *e)
{
	long long n;

	if (!get_number(line, 1, &e->tid))
		return false;
	for (int i = 0; i < RECORDING_IDS; i++) {
		if (*line && **line == '-') {
			if (strcmp(field(line), "-") != 0)
				return false;
			continue;
		}
		if (!get_int(line, 10, 0, UINT32_MAX, &n))
			return false;
		e->user.id[recording_ids[i]] = (uint32_t)n;
		e->user.known |= 1u << recording_ids[i];
	}
	return true;
}

static bool
get_event(char **line, struct event *e)
{
	switch (e->type) {
	case EVENT_TASK:
		return get_task(line, e);
	case EVENT_FORK:
		return get_fork(line, e);
	case EVENT_EXEC:
		return get_number(line, 1, &e->tid) &&
		    get_number(line, 0, &e->exec.old_tid) && get_exec(line, e);
	case EVENT_EXECFAIL:
		return get_number(line, 1, &e->tid) &&
		    get_number(line, 1, &e->exec.error) && get_exec(line, e);
	case EVENT_EXIT:
		return get_exit(line, e);
	case EVENT_RENAME:
		return get_number(line, 1, &e->tid) && get_comm(line, e->comm);
	case EVENT_MARK:
		return get_string(line, &e->path) && e->path;
	case EVENT_MACHINE:
		return get_machine(line, e);
	case EVENT_CGROUP:
		return get_cgroup(line, e);
	case EVENT_USER:
		return get_user(line, e);
	default:
		return get_lost(line, e);
	}
}

/* A line that is no event. */
static int
get_other(struct recording *r, const char *name, char **line)
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
		r->complete = true;
		r->end = (uint64_t)ts;
		return 0;
	}
	r->why = "not a line of a recording";
	return -1;
}

int
recording_parse(struct recording *r, char *line, size_t len, struct event *e)
{
	const struct recording_word *w = recording_words;
	char *name, *rest = line;
	int64_t ts;

	if (len != strlen(line)) {
		r->why = "a NUL in the line";
		return -1;
	}
	if (len == 0 || *line == '#' || strcmp(line, RECORDING_MAGIC) == 0)
		return 0;
	name = field(&rest);
	while (w->name && strcmp(w->name, name) != 0)
		w++;
	*e = (struct event){ .type = w->type, .cpu = -1 };
	if (!e->type)
		return get_other(r, name, &rest);
	if (!get_time(&rest, &ts) || !get_event(&rest, e) || rest) {
		r->why = "a field that makes no sense";
		return -1;
	}
	if (e->type == EVENT_TASK) {
		e->found.start = (uint64_t)ts;
		e->found.state = w->state;
	} else
		e->ts = (uint64_t)ts;
	return 1;
}
