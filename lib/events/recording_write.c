/* Recordings written: typed records to lines. */
#include "events/recording_write.h"

#include <string.h>

#include "base/escape.h"
#include "base/units.h"

const struct recording_word recording_words[] = {
	{ "task", EVENT_TASK, FOUND_ALIVE },
	{ "zombie", EVENT_TASK, FOUND_ZOMBIE },
	{ "headless", EVENT_TASK, FOUND_HEADLESS },
	{ "fork", EVENT_FORK, 0 },
	{ "exec", EVENT_EXEC, 0 },
	{ "execfail", EVENT_EXECFAIL, 0 },
	{ "exit", EVENT_EXIT, 0 },
	{ "lost", EVENT_LOST, 0 },
	{ "machine", EVENT_MACHINE, 0 },
	{ "name", EVENT_RENAME, 0 },
	{ "mark", EVENT_MARK, 0 },
	{ "cgroup", EVENT_CGROUP, 0 },
	{ "user", EVENT_USER, 0 },
	{ "traits", EVENT_TRAIT, 0 },
	{ "wait", EVENT_WAIT, 0 },
	{ NULL, 0, 0 },
};

#define AT(member) offsetof(struct usage, member)

const struct recording_usage recording_usage[RECORDING_USAGE] = {
	{ AT(user), 0 },
	{ AT(system), 0 },
	{ AT(cpu_min), 0 },
	{ AT(maxrss), 0 },
	{ AT(read), 0 },
	{ AT(write), 0 },
	{ AT(cpu), AT(no_cpu) },
	{ AT(cpu_max), AT(unbounded) },
	{ AT(life), 0 },
	{ AT(wait), AT(no_wait) },
	{ AT(blkio), AT(no_delays) },
	{ AT(swap), AT(no_delays) },
	{ AT(reclaim), AT(no_delays) },
	{ AT(nvcsw), 0 },
	{ AT(nivcsw), 0 },
	{ AT(majflt), 0 },
};

static void
put_time(struct buf *b, uint64_t ns)
{
	buf_printf(b, " %llu.%09llu", (unsigned long long)(ns / NS_PER_S),
	    (unsigned long long)(ns % NS_PER_S));
}

static void
put_string(struct buf *b, const char *s, size_t len)
{
	buf_puts(b, " =");
	escape_word(b, s, len);
}

static void
put_args(struct buf *b, const struct args *a)
{
	const char *s = a->text;

	for (int i = 0; i < a->count; i++, s += strlen(s) + 1)
		if (args_is_missing(a, i))
			buf_puts(b, " -");
		else
			put_string(b, s, strlen(s));
}

static void
put_argc(struct buf *b, const struct args *a)
{
	buf_printf(b, " %d %d", a->argc, (int)a->state);
}

static void
put_path(struct buf *b, const char *path)
{
	if (path)
		put_string(b, path, strlen(path));
	else
		buf_puts(b, " -");
}

static void
put_comm(struct buf *b, const struct event *e)
{
	put_string(b, e->comm, strlen(e->comm));
}

static void
put_exec(struct buf *b, const struct event *e)
{
	put_argc(b, &e->args);
	put_comm(b, e);
	put_path(b, e->path);
	put_args(b, &e->args);
}

static void
put_task(struct buf *b, const struct event *e)
{
	buf_printf(b, " %d %d %d", e->tid, e->found.pid, e->found.ppid);
	put_comm(b, e);
	if (e->args.argc < 0 && e->args.state == ARGS_NONE)
		return;
	put_argc(b, &e->args);
	put_path(b, e->path);
	put_args(b, &e->args);
}

static void
put_fork(struct buf *b, const struct event *e)
{
	buf_printf(b, " %d %d", e->tid, e->fork.parent);
	if (e->fork.flags == FLAG_UNKNOWN)
		buf_puts(b, " -");
	else
		buf_printf(b, " %llx", (unsigned long long)e->fork.flags);
	put_comm(b, e);
	if (e->path)
		put_path(b, e->path);
}

static void
put_code(struct buf *b, int code)
{
	if (code == CODE_UNKNOWN)
		buf_puts(b, " -");
	else
		buf_printf(b, " %d", code);
}

static void
put_usage(struct buf *b, const char *usage)
{
	for (size_t i = 0; i < RECORDING_USAGE; i++) {
		const struct recording_usage *f = &recording_usage[i];
		uint64_t n;

		memcpy(&n, usage + f->at, sizeof n);
		if (f->unknown && *(const bool *)(usage + f->unknown))
			buf_puts(b, " -");
		else
			buf_printf(b, " %llu", (unsigned long long)n);
	}
}

const char *const recording_senders[BY_SELF + 1] = { [BY_USER] = "user",
	[BY_KERNEL] = "kernel",
	[BY_OOM] = "oom",
	[BY_SELF] = "self" };

static void
put_by(struct buf *b, const struct event_by *by)
{
	buf_printf(b, " %s %d", recording_senders[by->why], by->pid);
	put_string(b, by->comm, strlen(by->comm));
}

static void
put_exit(struct buf *b, const struct event *e)
{
	buf_printf(b, " %d %d", e->tid, e->exit.group_dead);
	put_comm(b, e);
	put_code(b, e->exit.code);
	put_code(b, e->exit.process_code);
	if (e->usage.known)
		put_usage(b, (const char *)&e->usage);
	if (e->by.why != BY_UNKNOWN)
		put_by(b, &e->by);
}

const enum user_id recording_ids[RECORDING_IDS] = { USER_UID, USER_RUID,
	USER_GID };

static void
put_user(struct buf *b, const struct event *e)
{
	buf_printf(b, " %d", e->tid);
	for (int i = 0; i < RECORDING_IDS; i++)
		if (e->user.known >> recording_ids[i] & 1)
			buf_printf(b, " %u", e->user.id[recording_ids[i]]);
		else
			buf_puts(b, " -");
}

static void
put_traits(struct buf *b, const struct event *e)
{
	buf_printf(b, " %d", e->tid);
	for (int i = 0; i < TRAITS_SHOWN; i++)
		put_path(b, e->trait.text[i]);
}

static void
put_cgroup(struct buf *b, const struct event *e)
{
	buf_printf(b, " %d %d", e->tid, (int)e->cgroup.how);
	put_path(b, e->path);
}

void
recording_begin(struct buf *b, int64_t wall_offset, uint64_t armed)
{
	buf_puts(b, RECORDING_MAGIC "\n");
	/* Negative: the clock was set to a time before 1970. */
	buf_puts(b, wall_offset < 0 ? "boot -" : "boot ");
	wall_offset = wall_offset < 0 ? -wall_offset : wall_offset;
	buf_printf(b, "%lld.%09lld\n", (long long)(wall_offset / NS_PER_S),
	    (long long)(wall_offset % NS_PER_S));
	buf_puts(b, "armed");
	put_time(b, armed);
	buf_putc(b, '\n');
}

void
recording_write(struct buf *b, const struct event *e)
{
	const struct recording_word *w = recording_words;

	while (w->name &&
	    (w->type != e->type ||
		(w->type == EVENT_TASK && w->state != e->found.state)))
		w++;
	if (!w->name)
		return;
	buf_puts(b, w->name);
	put_time(b, e->type == EVENT_TASK ? e->found.start : e->ts);
	switch (e->type) {
	case EVENT_TASK:
		put_task(b, e);
		break;
	case EVENT_FORK:
		put_fork(b, e);
		break;
	case EVENT_EXEC:
		buf_printf(b, " %d %d", e->tid, e->exec.old_tid);
		put_exec(b, e);
		break;
	case EVENT_EXECFAIL:
		buf_printf(b, " %d %d", e->tid, e->exec.error);
		put_exec(b, e);
		break;
	case EVENT_EXIT:
		put_exit(b, e);
		break;
	case EVENT_RENAME:
		buf_printf(b, " %d", e->tid);
		put_comm(b, e);
		break;
	case EVENT_WAIT:
		buf_printf(b, " %d %d", e->tid, e->waited);
		break;
	case EVENT_MARK:
		put_path(b, e->path);
		break;
	case EVENT_MACHINE:
		buf_printf(b, " %llu %d", (unsigned long long)e->machine.used,
		    e->machine.cpus);
		break;
	case EVENT_CGROUP:
		put_cgroup(b, e);
		break;
	case EVENT_USER:
		put_user(b, e);
		break;
	case EVENT_TRAIT:
		put_traits(b, e);
		break;
	default:
		buf_printf(b, " %llu", (unsigned long long)e->lost.count);
		if (e->lost.until)
			put_time(b, e->lost.until);
	}
	buf_putc(b, '\n');
}

void
recording_root(struct buf *b, int pid)
{
	buf_printf(b, "root %d\n", pid);
}

void
recording_end(struct buf *b, uint64_t ts)
{
	buf_puts(b, "end");
	put_time(b, ts);
	buf_putc(b, '\n');
}
