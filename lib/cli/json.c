/* The tools have these members in common, so that a program can read any of
 * them. */
#include "cli/json.h"

#include <string.h>

#include "base/number.h"
#include "cli/columns.h"
#include "events/usage.h"
#include "task/table.h"

/* Every line has some: at once. */
static void
json_name(struct buf *b, const char *name)
{
	size_t n = strlen(name);
	char *p = buf_room(b, n + 4);

	if (!p)
		return;
	memcpy(p, ",\"", 2);
	memcpy(p + 2, name, n);
	memcpy(p + 2 + n, "\":", 2);
	b->len += n + 4;
}

void
json_number(struct buf *b, const char *name, bool known, uint64_t n)
{
	json_name(b, name);
	if (known)
		number_put(b, n, 1, '0');
	else
		buf_puts(b, "null");
}

void
json_seconds(struct buf *b, const char *name, bool known, uint64_t ns)
{
	json_name(b, name);
	if (known)
		print_seconds(b, ns);
	else
		buf_puts(b, "null");
}

void
json_string(struct buf *b, const char *name, const char *s)
{
	json_name(b, name);
	if (s)
		escape_json(b, s, strlen(s));
	else
		buf_puts(b, "null");
}

void
json_common(
    struct buf *b, const struct event *e, const char *name, int64_t wall_offset)
{
	buf_puts(b, "{\"event\":\"");
	buf_puts(b, name);
	buf_putc(b, '"');
	json_seconds(b, "ts", !e->untimed, e->ts);
	if (wall_offset) {
		buf_puts(b, ",\"time\":\"");
		print_time(b, e->ts + (uint64_t)wall_offset);
		buf_putc(b, '"');
	}
	if (e->type == EVENT_LOST || e->type == EVENT_MARK)
		return;
	json_number(b, "pid", e->task.pid != 0, (unsigned)e->task.pid);
	json_number(
	    b, "ppid", e->task.ppid != PPID_UNKNOWN, (unsigned)e->task.ppid);
	if (e->task.perhaps)
		buf_puts(b, ",\"ppid_certain\":false");
	if (e->tid != e->task.pid)
		json_number(b, "tid", true, (unsigned)e->tid);
	if (e->comm[0])
		json_string(b, "comm", e->comm);
}

void
json_program(struct buf *b, const struct event *e)
{
	json_string(b, "path", e->path);
	json_number(b, "argc", e->args.argc >= 0, (unsigned)e->args.argc);
}

void
json_args(struct buf *b, const struct event *e, int max)
{
	static const char *const states[] = { [ARGS_NONE] = "none",
		[ARGS_CUT] = "cut",
		[ARGS_PROC] = "proc",
		[ARGS_ALL] = "all" };
	int shown = e->args.count < max ? e->args.count : max;
	enum args_state state = e->args.state;
	const char *s = e->args.text;

	buf_puts(b, ",\"args\":[");
	for (int i = 0; i < shown; i++, s += strlen(s) + 1) {
		if (i)
			buf_putc(b, ',');
		if (args_is_missing(&e->args, i))
			buf_puts(b, "null");
		else
			escape_json(b, s, strlen(s));
	}
	if (state >= ARGS_PROC && shown < e->args.count)
		state = ARGS_CUT;
	buf_puts(b, "],\"args_state\":\"");
	buf_puts(b, states[state]);
	buf_putc(b, '"');
}

void
json_status(struct buf *b, int code)
{
	bool known = code != CODE_UNKNOWN;
	int sig = known ? code & 0x7f : 0;

	json_number(b, "exit", known && !sig, (unsigned)code >> 8 & 0xff);
	if (sig) {
		buf_puts(b, ",\"signal\":\"");
		print_signal(b, sig);
		buf_putc(b, '"');
	} else
		buf_puts(b, ",\"signal\":null");
	if (!known || code & CODE_CORE_ANY)
		buf_puts(b, ",\"core\":null");
	else
		buf_puts(
		    b, code & CODE_CORE ? ",\"core\":true" : ",\"core\":false");
}

void
json_by(struct buf *b, const struct event_by *by)
{
	static const char *const words[] = { [BY_USER] = "user",
		[BY_KERNEL] = "kernel",
		[BY_OOM] = "oom",
		[BY_SELF] = "self" };

	if (by->why == BY_UNKNOWN) {
		buf_puts(b, ",\"by\":null");
		return;
	}
	buf_puts(b, ",\"by\":{\"pid\":");
	if (by->pid)
		buf_printf(b, "%d", by->pid);
	else
		buf_puts(b, "null");
	json_string(b, "comm", by->comm[0] ? by->comm : NULL);
	json_string(b, "why", words[by->why]);
	buf_putc(b, '}');
}

void
json_cpu(struct buf *b, const struct usage *u)
{
	json_seconds(b, "cpu", u->known && !u->no_cpu, u->cpu);
	json_seconds(b, "cpu_min", u->known && u->cpu_min, u->cpu_min);
	json_seconds(b, "cpu_max", u->known && !u->unbounded,
	    u->cpu_max == u->cpu ? u->cpu : u->cpu_max + 999); /* not cut */
}

void
json_usage(struct buf *b, const struct usage *u)
{
	uint64_t user, system, blocked;
	bool delays = u->known && !u->no_delays;
	bool split = usage_split(u, &user, &system);
	bool rest = usage_blocked(u, &blocked);

	json_cpu(b, u);
	json_seconds(b, "utime", split, user);
	json_seconds(b, "stime", split, system);
	json_seconds(b, "wait", u->known && !u->no_wait, u->wait);
	json_seconds(b, "blocked", rest, blocked);
	json_seconds(b, "blkio", delays, u->blkio);
	json_seconds(b, "swap", delays, u->swap);
	json_seconds(b, "reclaim", delays, u->reclaim);
	json_number(b, "nvcsw", u->known, u->nvcsw);
	json_number(b, "nivcsw", u->known, u->nivcsw);
	json_number(b, "majflt", u->known, u->majflt);
	json_number(b, "maxrss", u->known, u->maxrss);
	json_number(b, "read", u->known, u->read);
	json_number(b, "write", u->known, u->write);
}
