#include "recording.h"

#include <string.h>

#include "print.h"

#define NS_PER_S 1000000000u

const char *const recording_dead[3] = { "task", "zombie", "headless" };

const char *
recording_name(enum event_type type)
{
	static const char *const names[EVENT_CGROUP + 1] = {
		[EVENT_TASK] = "task",
		[EVENT_FORK] = "fork",
		[EVENT_EXEC] = "exec",
		[EVENT_EXECFAIL] = "execfail",
		[EVENT_EXIT] = "exit",
		[EVENT_LOST] = "lost"
	};

	return names[type];
}

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
	print_word(b, s, len);
}

static void
put_args(struct buf *b, const struct args *a)
{
	const char *s = a->text;

	for (int i = 0; i < a->count; i++) {
		size_t n = strlen(s);

		put_string(b, s, n);
		s += n + 1;
	}
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
put_exec(struct buf *b, const struct event *e)
{
	buf_printf(b, " %d %d", e->args.argc, (int)e->args.state);
	put_string(b, e->comm, strlen(e->comm));
	put_path(b, e->path);
	put_args(b, &e->args);
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
put_exit(struct buf *b, const struct event *e)
{
	const struct usage *u = &e->usage;
	const uint64_t used[RECORDING_USED] = { u->user, u->system, u->run,
		u->maxrss, u->read, u->write };

	buf_printf(b, " %d %d", e->tid, e->group_dead);
	put_string(b, e->comm, strlen(e->comm));
	put_code(b, e->code);
	put_code(b, e->process_code);
	for (int i = 0; i < RECORDING_USED && u->known; i++)
		buf_printf(b, " %llu", (unsigned long long)used[i]);
}

void
recording_begin(struct buf *b, int64_t wall_offset, uint64_t armed)
{
	buf_puts(b, RECORDING_MAGIC "\n");
	/* Negative: the clock was set back before 1970. */
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
	const char *name = recording_name(e->type);

	if (!name)
		return;
	if (e->type == EVENT_TASK && e->group_dead > 0)
		name = recording_dead[e->group_dead];
	buf_puts(b, name);
	put_time(b, e->type == EVENT_TASK ? e->start : e->ts);
	switch (e->type) {
	case EVENT_TASK:
		buf_printf(b, " %d %d %d", e->tid, e->pid, e->ppid);
		put_string(b, e->comm, strlen(e->comm));
		if (e->args.argc < 0 && e->args.state == ARGS_NONE)
			break;
		buf_printf(b, " %d %d", e->args.argc, (int)e->args.state);
		put_path(b, e->path);
		put_args(b, &e->args);
		break;
	case EVENT_FORK:
		buf_printf(b, " %d %d", e->tid, e->ppid);
		if (e->flags == FLAG_UNKNOWN)
			buf_puts(b, " -");
		else
			buf_printf(b, " %llx", (unsigned long long)e->flags);
		put_string(b, e->comm, strlen(e->comm));
		break;
	case EVENT_EXEC:
		buf_printf(b, " %d %d", e->tid, e->old_tid);
		put_exec(b, e);
		break;
	case EVENT_EXECFAIL:
		buf_printf(b, " %d %d", e->tid, e->error);
		put_exec(b, e);
		break;
	case EVENT_EXIT:
		put_exit(b, e);
		break;
	default:
		buf_printf(b, " %llu", (unsigned long long)e->lost);
		if (e->until)
			put_time(b, e->until);
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
