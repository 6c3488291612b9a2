/* Each column, and how its value is printed. */
#include "cli/column.h"

#include <stddef.h>
#include <string.h>

#include "base/number.h"
#include "base/units.h"
#include "cli/column_who.h"
#include "cli/columns.h"
#include "cli/json.h"
#include "events/usage.h"
#include "kernel/start_time.h"

/* ---- times ---- */

static bool
number_times(NUMBER)
{
	*n = e->ts;
	return !e->untimed;
}

static void
text_time(PRINT)
{
	if (v->wall_offset)
		print_time(b, e->ts + (uint64_t)v->wall_offset);
	else
		buf_putc(b, '?');
}

static void
json_time(PRINT)
{
	if (!v->wall_offset) {
		json_string(b, "time", NULL);
		return;
	}
	buf_puts(b, ",\"time\":\"");
	text_time(b, v, e);
	buf_putc(b, '"');
}

/* Of an end the table has it; else the lineage. */
static bool
find_age(const struct event *e, uint64_t *age, bool *coarse)
{
	bool end = e->type == EVENT_EXIT || e->type == EVENT_END;
	uint64_t start = end ? e->task.start : column_start(e);

	*coarse = end ? e->task.coarse : start % USER_TICK_NS == 0;
	*age = e->ts - start;
	return start && start <= e->ts;
}

static void
text_age(PRINT)
{
	uint64_t age;
	bool coarse;

	if (!find_age(e, &age, &coarse)) {
		buf_putc(b, '?');
		return;
	}
	print_seconds(b, age);
	if (coarse) /* a start time of /proc has two decimals */
		b->len -= 4;
}

static void
json_age(PRINT)
{
	uint64_t age;
	bool coarse;

	if (!find_age(e, &age, &coarse)) {
		json_string(b, "age", NULL);
		return;
	}
	json_seconds(b, "age", true, age);
	if (coarse)
		b->len -= 4;
}

/* ---- the program ---- */

/* The end of a thread has none. */
static bool
has_program(const struct event *e)
{
	return e->type != EVENT_EXIT && e->type != EVENT_FORK;
}

static const char *
string_path(const struct event *e)
{
	return has_program(e) ? e->path : NULL;
}

static bool
number_argc(NUMBER)
{
	*n = (unsigned)e->args.argc;
	return has_program(e) && e->args.argc >= 0;
}

static void
text_args(PRINT)
{
	if (has_program(e))
		print_args(b, e, v->max_args, v->quote);
}

static void
json_argv(PRINT)
{
	if (has_program(e))
		json_args(b, e, v->max_args);
}

static void
text_ret(PRINT)
{
	print_errno(b, e->exec.error);
}

static void
json_ret(PRINT)
{
	buf_puts(b, ",\"ret\":");
	if (e->exec.error) {
		buf_putc(b, '"');
		print_errno(b, e->exec.error);
		buf_putc(b, '"');
	} else
		buf_putc(b, '0');
}

/* ---- the end ---- */

static void
text_exit(PRINT)
{
	print_status(b, e->task.code);
}

static void
json_exit(PRINT)
{
	json_status(b, e->task.code);
}

static void
text_by(PRINT)
{
	print_by(b, e->task.code, &e->by);
}

static void
json_sender(PRINT)
{
	json_by(b, &e->by);
}

/* ---- resource usage ---- */

static void
text_cpu(PRINT)
{
	print_cpu(b, &e->usage, 6);
}

static void
json_cpu_time(PRINT)
{
	json_cpu(b, &e->usage);
}

/* utime or stime */
static bool
number_part(NUMBER)
{
	uint64_t part[2];
	bool known = usage_split(&e->usage, &part[0], &part[1]);

	*n = part[*c->name == 's'];
	return known;
}

static bool
number_blocked(NUMBER)
{
	return usage_blocked(&e->usage, n);
}

static bool
number_usage(NUMBER)
{
	const char *usage = (const char *)&e->usage;

	memcpy(n, usage + c->at, sizeof *n);
	return e->usage.known &&
	    (!c->unknown || !*(const bool *)(usage + c->unknown));
}

/* ---- the table ---- */

#define AT(member)     .number = number_usage, .at = offsetof(struct usage, member)
#define UNLESS(member) .unknown = offsetof(struct usage, member)
#define USAGE	       .in = OF_EXIT, .needs = NEEDS_USAGE
#define PRINTED(t, j)  .kind = COLUMN_OTHER, .text = t, .json = j

/* clang-format off */
const struct column columns[] = {
	{ "time", NULL, "TIME", "local time", -31, OF_ALL, 0,
	    PRINTED(text_time, json_time) },
	{ "times", "ts", "TIMEs", "time in seconds since boot", -16, OF_ALL, 0,
	    .kind = COLUMN_SECONDS, .number = number_times },
	{ "id", NULL, "ID", "PID and start time: unique", -18, OF_ALL,
	    NEEDS_LINEAGE, PRINTED(text_id, json_id) },
	{ "pid", NULL, "PID", "process", 6, OF_ALL, 0,
	    .number = number_pid, .json = json_pid },
	{ "tid", NULL, "TID", "thread", 6, OF_ALL, 0, .number = number_tid },
	{ "ppid", NULL, "PPID", "parent process", 6, OF_ALL, 0,
	    PRINTED(text_ppid, json_ppid) },
	{ "ptid", NULL, "PTID", "thread that forked", 6, OF_FORK, 0,
	    .number = number_ptid },
	{ "comm", NULL, "COMM", "name of the thread", -16, OF_ALL, 0,
	    .kind = COLUMN_WORD, .string = string_comm },
	{ "pcomm", NULL, "PCOMM", "name of the parent", -16, OF_ALL,
	    NEEDS_LINEAGE, .kind = COLUMN_WORD, .string = string_pcomm },
	{ "ancestors", NULL, "ANCESTORS",
	    "parent, its parent and so on; ancestors:3: at most 3", 0, OF_ALL,
	    NEEDS_LINEAGE, PRINTED(text_ancestors, json_ancestors) },
	{ "uid", NULL, "UID", "effective user", 5, OF_ALL, NEEDS_USER,
	    .number = number_id },
	{ "user", NULL, "USER", "its name", -8, OF_ALL, NEEDS_USER,
	    PRINTED(text_user, json_user) },
	{ "ruid", NULL, "RUID", "real user", 5, OF_ALL, NEEDS_USER,
	    .number = number_id },
	{ "gid", NULL, "GID", "effective group", 5, OF_ALL, NEEDS_USER,
	    .number = number_id },
	{ "cgroup", NULL, "CGROUP", "its path", 0, OF_ALL, NEEDS_CGROUP,
	    .kind = COLUMN_WORD, .string = string_cgroup },
	{ "container", NULL, "CONTAINER", "12 digits of its id, or its name",
	    -12, OF_ALL, NEEDS_CGROUP,
	    PRINTED(text_container, json_container) },
	{ "type", NULL, "TYPE", "fork, vfork, clone or thread", -6, OF_FORK, 0,
	    PRINTED(text_type, json_type) },
	{ "age", NULL, "AGE(s)", "time since the process began", 12, OF_EXIT,
	    0, PRINTED(text_age, json_age) },
	{ "age", NULL, "AGE(s)", "time since the process began", 12, OF_EXEC,
	    NEEDS_LINEAGE, PRINTED(text_age, json_age) },
	{ "exit", NULL, "EXIT", "exit status, or signal", -13, OF_EXIT, 0,
	    PRINTED(text_exit, json_exit) },
	{ "cpu", NULL, "CPU(s)", "CPU time", 10, USAGE,
	    PRINTED(text_cpu, json_cpu_time) },
	{ "utime", NULL, "USER(s)", "CPU time in user mode", 10, USAGE,
	    COLUMN_SECONDS, .number = number_part },
	{ "stime", NULL, "SYS(s)", "CPU time in the kernel", 10, USAGE,
	    COLUMN_SECONDS, .number = number_part },
	{ "wait", NULL, "WAIT(s)", "time ready to run, without a CPU", 10,
	    USAGE, COLUMN_SECONDS, AT(wait), UNLESS(no_wait) },
	{ "blocked", NULL, "BLOCKED(s)", "the rest of its life", 10, USAGE,
	    COLUMN_SECONDS, .number = number_blocked },
	{ "blkio", NULL, "BLKIO(s)", "time waiting for block I/O", 10, USAGE,
	    COLUMN_SECONDS, AT(blkio), UNLESS(no_delays) },
	{ "swap", NULL, "SWAP(s)", "time waiting for swap", 10, USAGE,
	    COLUMN_SECONDS, AT(swap), UNLESS(no_delays) },
	{ "reclaim", NULL, "RECLAIM(s)", "time reclaiming memory", 10, USAGE,
	    COLUMN_SECONDS, AT(reclaim), UNLESS(no_delays) },
	{ "nvcsw", NULL, "NVCSW", "voluntary context switches", 8, USAGE,
	    AT(nvcsw) },
	{ "nivcsw", NULL, "NIVCSW", "involuntary context switches", 8, USAGE,
	    AT(nivcsw) },
	{ "majflt", NULL, "MAJFLT", "page faults that needed I/O", 8, USAGE,
	    AT(majflt) },
	{ "maxrss", NULL, "MAXRSS(KB)", "peak memory", 10, USAGE, COLUMN_BYTES,
	    AT(maxrss) },
	{ "read", NULL, "READ(KB)", "read from storage", 9, USAGE,
	    COLUMN_BYTES, AT(read) },
	{ "write", NULL, "WRITE(KB)", "written to storage", 9, USAGE,
	    COLUMN_BYTES, AT(write) },
	{ "by", NULL, "BY", "sender of the signal that killed it", -23, OF_EXIT,
	    NEEDS_SENDERS, PRINTED(text_by, json_sender) },
	{ "ret", NULL, "RET", "0, or why the exec failed", 7, OF_EXEC, 0,
	    PRINTED(text_ret, json_ret) },
	{ "path", NULL, "PATH", "the program", 0, OF_EXEC | OF_EXIT,
	    NEEDS_PROGRAM, .kind = COLUMN_WORD, .string = string_path },
	{ "argc", NULL, "ARGC", "number of arguments", 5, OF_EXEC | OF_EXIT,
	    NEEDS_PROGRAM, .number = number_argc },
	{ "args", NULL, "ARGS", "arguments", 0, OF_EXEC | OF_EXIT,
	    NEEDS_PROGRAM, PRINTED(text_args, json_argv) },
	{ 0 },
};
/* clang-format on */

static void
text_number(struct buf *b, enum column_kind kind, uint64_t n)
{
	if (kind == COLUMN_SECONDS)
		print_seconds(b, n);
	else
		number_put(b, kind == COLUMN_BYTES ? n >> 10 : n, 1, '0');
}

void
column_text(struct buf *b, const struct column *c, const struct column_view *v,
    const struct event *e)
{
	const char *s;
	uint64_t n;

	if (c->text)
		c->text(b, v, e);
	else if (c->string) {
		s = c->string(e);
		print_comm(b, s ? s : "");
	} else if (c->number(e, c, &n))
		text_number(b, c->kind, n);
	else
		buf_putc(b, '?');
}

/* The end of a thread has no program. */
static bool
has_value(const struct column *c, const struct event *e)
{
	return !(c->needs & NEEDS_PROGRAM) || has_program(e);
}

void
column_json(struct buf *b, const struct column *c, const struct column_view *v,
    const struct event *e)
{
	const char *key = c->key ? c->key : c->name, *s;
	uint64_t n;
	bool known;

	if (c->json) {
		c->json(b, v, e);
		return;
	}
	if (!has_value(c, e))
		return;
	if (c->string) {
		s = c->string(e);
		json_string(b, key, s && *s ? s : NULL);
		return;
	}
	known = c->number(e, c, &n);
	if (c->kind == COLUMN_SECONDS)
		json_seconds(b, key, known, n);
	else
		json_number(b, key, known, n);
}

static bool
is_name(const char *s, const char *name, size_t len)
{
	return s && strlen(s) == len && memcmp(s, name, len) == 0;
}

const struct column *
column_find(const char *name, size_t len, unsigned in)
{
	for (const struct column *c = columns; c->name; c++)
		if ((c->in & in) &&
		    (is_name(c->name, name, len) || is_name(c->key, name, len)))
			return c;
	return NULL;
}

void
columns_help(struct buf *b, unsigned in)
{
	for (const struct column *c = columns; c->name; c++)
		if (c->in & in)
			buf_printf(b, "%-10s %s\n", c->name, c->help);
}
