/* Recordings read: lines to typed records. */
#include "events/recording.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "events/recording_field.h"

/* The rest of the line: the strings are moved together, "" in place of one that
 * is missing. */
static bool
get_args(char **line, struct args *a)
{
	char *start = *line, *out = start;
	const char *s;

	while (*line) {
		if (!line_string(line, &s) || (!s && a->count >= ARGS_MISSING))
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

	if (!line_number(line, -1, &a->argc) || !line_number(line, 0, &state) ||
	    state > ARGS_ALL)
		return false;
	a->state = (enum args_state)state;
	return true;
}

static bool
get_exec(char **line, struct event *e)
{
	return get_argc(line, &e->args) && line_comm(line, e->comm) &&
	    line_string(line, &e->path) && get_args(line, &e->args);
}

/* The program was added in 0.2, and may be missing. */
static bool
get_task(char **line, struct event *e)
{
	e->args.argc = -1;
	if (!line_number(line, 1, &e->tid) ||
	    !line_number(line, 0, &e->found.pid) ||
	    !line_number(line, -1, &e->found.ppid) || !line_comm(line, e->comm))
		return false;
	return !*line ||
	    (get_argc(line, &e->args) && line_string(line, &e->path) &&
		get_args(line, &e->args));
}

static bool
get_code(char **line, int *code)
{
	if (*line && **line == '-') {
		*code = CODE_UNKNOWN;
		return strcmp(line_field(line), "-") == 0;
	}
	return line_number(line, 0, code) && *code <= (0xffff | CODE_CORE_ANY);
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
			if (strcmp(line_field(line), "-") != 0)
				return false;
			*(bool *)(usage + f->unknown) = true;
			continue;
		}
		if (!line_int(line, 10, 0, LLONG_MAX, &n))
			return false;
		value = (uint64_t)n;
		memcpy(usage + f->at, &value, sizeof value);
	}
	if (u->no_delays) /* they are known together */
		u->blkio = u->swap = u->reclaim = 0;
	return u->unbounded || u->cpu_min <= u->cpu_max;
}

/* Added after 0.2; missing where it is not known. */
static bool
get_by(char **line, struct event_by *by)
{
	const char *word = line_field(line);

	for (int why = BY_USER; why <= BY_SELF; why++)
		if (strcmp(word, recording_senders[why]) == 0)
			by->why = (enum sent_by)why;
	return by->why != BY_UNKNOWN && line_number(line, 0, &by->pid) &&
	    line_comm(line, by->comm);
}

/* The status and the resource usage were added in 0.2, and may be missing. */
static bool
get_exit(char **line, struct event *e)
{
	struct event_exit *x = &e->exit;

	*x = EXIT_UNKNOWN;
	if (!line_number(line, 1, &e->tid) ||
	    !line_number(line, -1, &x->group_dead) || !line_comm(line, e->comm))
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

	if (!line_number(line, 1, &e->tid) ||
	    !line_number(line, 0, &e->fork.parent) || e->tid == e->fork.parent)
		return false;
	if (*line && strncmp(*line, "- ", 2) == 0) {
		line_field(line);
		e->fork.flags = FLAG_UNKNOWN;
	} else if (line_int(line, 16, 0, LLONG_MAX, &n))
		e->fork.flags = (uint64_t)n;
	else
		return false;
	return line_comm(line, e->comm) &&
	    (!*line || line_string(line, &e->path));
}

/* Where a task is, or that any may be elsewhere. */
static bool
get_cgroup(char **line, struct event *e)
{
	int how;

	if (!line_number(line, 0, &e->tid) ||
	    !line_number(line, CGROUP_READ, &how) || how > CGROUP_RENAMED)
		return false;
	e->cgroup.how = (enum cgroup_how)how;
	return line_string(line, &e->path);
}

static bool
get_lost(char **line, struct event *e)
{
	long long n;

	if (!line_int(line, 10, 0, LLONG_MAX, &n))
		return false;
	e->lost.count = (uint64_t)n;
	return !*line || line_time(line, (int64_t *)&e->lost.until);
}

static bool
get_machine(char **line, struct event *e)
{
	long long n;

	if (!line_int(line, 10, 0, LLONG_MAX, &n))
		return false;
	e->machine.used = (uint64_t)n;
	return line_number(line, 1, &e->machine.cpus);
}

static bool
get_user(char **line, struct event *e)
{
	long long n;

	if (!line_number(line, 1, &e->tid))
		return false;
	for (int i = 0; i < RECORDING_IDS; i++) {
		if (*line && **line == '-') {
			if (strcmp(line_field(line), "-") != 0)
				return false;
			continue;
		}
		if (!line_int(line, 10, 0, UINT32_MAX, &n))
			return false;
		e->user.id[recording_ids[i]] = (uint32_t)n;
		e->user.known |= 1u << recording_ids[i];
	}
	return true;
}

static bool
get_traits(char **line, struct event *e)
{
	int i = 0;

	if (!line_number(line, 1, &e->tid))
		return false;
	while (i < TRAITS_SHOWN && line_string(line, &e->trait.text[i]))
		i++;
	return i == TRAITS_SHOWN;
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
		return line_number(line, 1, &e->tid) &&
		    line_number(line, 0, &e->exec.old_tid) && get_exec(line, e);
	case EVENT_EXECFAIL:
		return line_number(line, 1, &e->tid) &&
		    line_number(line, 1, &e->exec.error) && get_exec(line, e);
	case EVENT_EXIT:
		return get_exit(line, e);
	case EVENT_RENAME:
		return line_number(line, 1, &e->tid) &&
		    line_comm(line, e->comm);
	case EVENT_WAIT:
		return line_number(line, 1, &e->tid) &&
		    line_number(line, 1, &e->waited);
	case EVENT_MARK:
		return line_string(line, &e->path) && e->path;
	case EVENT_MACHINE:
		return get_machine(line, e);
	case EVENT_CGROUP:
		return get_cgroup(line, e);
	case EVENT_USER:
		return get_user(line, e);
	case EVENT_TRAIT:
		return get_traits(line, e);
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
		if (line_time(line, &ts) && !*line) {
			r->wall_offset = negative ? -ts : ts;
			return 0;
		}
	}
	if (strcmp(name, "armed") == 0 && line_time(line, &ts) && !*line) {
		r->armed = (uint64_t)ts;
		return 0;
	}
	if (strcmp(name, "root") == 0 && line_number(line, 1, &r->root) &&
	    !*line)
		return 0;
	if (strcmp(name, "end") == 0 && line_time(line, &ts) && !*line) {
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
	name = line_field(&rest);
	while (w->name && strcmp(w->name, name) != 0)
		w++;
	*e = (struct event){ .type = w->type, .cpu = -1 };
	if (!e->type)
		return get_other(r, name, &rest);
	if (!line_time(&rest, &ts) || !get_event(&rest, e) || rest) {
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
