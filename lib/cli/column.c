/* Each column, and how its value is printed. */
#include "cli/column.h"

#include <stddef.h>
#include <string.h>

#include "base/number.h"
#include "base/units.h"
#include "cli/columns.h"
#include "cli/container.h"
#include "cli/json.h"
#include "cli/user.h"
#include "events/usage.h"
#include "kernel/start_time.h"
#include "task/lineage.h"
#include "task/user.h"

/* The parameters of all functions of columns; most use only some. */
#define VALUE                                                               \
	struct buf *b, const struct column_view *v __attribute__((unused)), \
	    const struct event *e,                                          \
	    const struct column *c __attribute__((unused))

/* ---- numbers ---- */

static void
text_number(struct buf *b, bool known, uint64_t n)
{
	if (known)
		number_put(b, n, 1, '0');
	else
		buf_putc(b, '?');
}

static void
text_seconds(struct buf *b, bool known, uint64_t ns)
{
	if (known)
		print_seconds(b, ns);
	else
		buf_putc(b, '?');
}

/* ---- times ---- */

static void
text_time(VALUE)
{
	if (v->wall_offset)
		print_time(b, e->ts + (uint64_t)v->wall_offset);
	else
		buf_putc(b, '?');
}

static void
json_time(VALUE)
{
	if (!v->wall_offset) {
		json_string(b, "time", NULL);
		return;
	}
	buf_puts(b, ",\"time\":\"");
	print_time(b, e->ts + (uint64_t)v->wall_offset);
	buf_putc(b, '"');
}

static void
text_times(VALUE)
{
	text_seconds(b, !e->untimed, e->ts);
}

static void
json_times(VALUE)
{
	json_seconds(b, "ts", !e->untimed, e->ts);
}

/* When the process began. */
static uint64_t
start_of(const struct event *e)
{
	return e->task.lineage && !e->untimed ? e->task.lineage->start : 0;
}

/* Of an end the table has it; else the lineage. */
static bool
find_age(const struct event *e, uint64_t *age, bool *coarse)
{
	bool end = e->type == EVENT_EXIT || e->type == EVENT_END;
	uint64_t start = end ? e->task.start : start_of(e);

	*coarse = end ? e->task.coarse : start % USER_TICK_NS == 0;
	*age = e->ts - start;
	return start && start <= e->ts;
}

static void
text_age(VALUE)
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
json_age(VALUE)
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

/* ---- numbers of processes, and names ---- */

/* A start time as /proc has it, so that it is the same for each tool. */
static void
text_id(VALUE)
{
	uint64_t start = start_of(e);

	if (!e->task.pid || !start) {
		buf_putc(b, '?');
		return;
	}
	number_put(b, (uint64_t)e->task.pid, 1, '0');
	buf_putc(b, '@');
	print_seconds(b, start);
	b->len -= 4;
}

static void
json_id(VALUE)
{
	if (!e->task.pid || !start_of(e)) {
		json_string(b, "id", NULL);
		return;
	}
	buf_puts(b, ",\"id\":\"");
	text_id(b, v, e, c);
	buf_putc(b, '"');
}

static void
text_pid(VALUE)
{
	bool exec = e->type == EVENT_EXEC || e->type == EVENT_EXECFAIL;
	int pid = e->task.pid ? e->task.pid : e->tid;

	text_number(b, e->task.pid || exec, (unsigned)pid);
}

static void
json_pid(VALUE)
{
	json_number(b, "pid", e->task.pid != 0, (unsigned)e->task.pid);
}

static void
text_ppid(VALUE)
{
	bool known = e->task.ppid != PPID_UNKNOWN;

	text_number(b, known, (unsigned)e->task.ppid);
	if (known && e->task.perhaps)
		buf_putc(b, '?');
}

static void
json_ppid(VALUE)
{
	json_number(
	    b, "ppid", e->task.ppid != PPID_UNKNOWN, (unsigned)e->task.ppid);
	if (e->task.perhaps)
		buf_puts(b, ",\"ppid_certain\":false");
}

static void
text_tid(VALUE)
{
	text_number(b, true, (unsigned)e->tid);
}

static void
json_tid(VALUE)
{
	json_number(b, "tid", true, (unsigned)e->tid);
}

static void
text_ptid(VALUE)
{
	text_number(b, e->fork.parent != 0, (unsigned)e->fork.parent);
}

static void
json_ptid(VALUE)
{
	json_number(b, "ptid", e->fork.parent != 0, (unsigned)e->fork.parent);
}

static void
text_comm(VALUE)
{
	print_comm(b, e->comm);
}

static void
json_comm(VALUE)
{
	json_string(b, "comm", e->comm[0] ? e->comm : NULL);
}

static const struct lineage *
parent_of(const struct event *e)
{
	const struct lineage *l = e->task.lineage;

	return l && !l->gap ? l->parent : NULL;
}

static void
text_pcomm(VALUE)
{
	const struct lineage *parent = parent_of(e);

	print_comm(b, parent ? parent->comm : "");
}

static void
json_pcomm(VALUE)
{
	const struct lineage *parent = parent_of(e);

	json_string(
	    b, "pcomm", parent && parent->comm[0] ? parent->comm : NULL);
}

/* The name of an ancestor must not look like several. */
static void
put_ancestor(struct buf *b, const struct lineage *l)
{
	for (const char *s = l->comm; *s;) {
		size_t n = strcspn(s, "<()");

		escape_word(b, s, n);
		s += n;
		if (*s)
			buf_printf(b, "\\x%02x", (unsigned char)*s++);
	}
	if (!l->comm[0])
		buf_putc(b, '?');
	buf_printf(b, "(%d%s)", l->pid, l->perhaps ? "?" : "");
}

static void
text_ancestors(VALUE)
{
	const struct lineage *l = e->task.lineage;
	int n = 0;

	if (l && !l->parent && !l->orphan)
		buf_putc(b, '-');
	for (; l && l->parent; l = l->parent, n++) {
		if (n)
			buf_putc(b, '<');
		if (l->gap || (v->max_ancestors && n == v->max_ancestors))
			buf_puts(b, "...");
		if (v->max_ancestors && n == v->max_ancestors)
			return;
		if (l->gap)
			buf_putc(b, '<');
		put_ancestor(b, l->parent);
	}
	if (!l || l->orphan)
		buf_puts(b, n ? "<?" : "?");
}

/* null stands for what is not known, or was left out. */
static void
json_ancestors(VALUE)
{
	const struct lineage *l = e->task.lineage;
	int n = 0;

	buf_puts(b, ",\"ancestors\":[");
	for (; l && l->parent; l = l->parent) {
		if (v->max_ancestors && n == v->max_ancestors)
			break;
		if (l->gap)
			buf_puts(b, n ? ",null" : "null");
		buf_puts(b, n || l->gap ? ",{\"pid\":" : "{\"pid\":");
		number_put(b, (unsigned)l->parent->pid, 1, '0');
		if (l->parent->perhaps)
			buf_puts(b, ",\"pid_certain\":false");
		json_string(
		    b, "comm", l->parent->comm[0] ? l->parent->comm : NULL);
		buf_putc(b, '}');
		n++;
	}
	if (!l || l->orphan || l->parent)
		buf_puts(b, n ? ",null" : "null");
	buf_putc(b, ']');
}

static void
text_cgroup(VALUE)
{
	const char *path = e->task.cgroup;

	if (path)
		escape_word(b, path, strlen(path));
	else
		buf_putc(b, '?');
}

static void
json_cgroup(VALUE)
{
	json_string(b, "cgroup", e->task.cgroup);
}

static void
text_container(VALUE)
{
	static struct buf id;

	id.len = 0;
	container_put(&id, e->task.cgroup);
	escape_word(b, id.data, id.len);
}

/* Of no container it is "", if the cgroup is known. */
static void
json_container(VALUE)
{
	static struct buf id;

	id.len = 0;
	container_put(&id, e->task.cgroup);
	if (id.len == 1 && *id.data == '-')
		id.len = 0;
	buf_putc(&id, '\0');
	json_string(b, "container", e->task.cgroup ? id.data : NULL);
}

/* uid, ruid or gid; user, which is a name, is the first. */
static bool
find_id(const struct event *e, const struct column *c, uint32_t *id)
{
	enum user_id which = USER_UID;

	if (*c->name == 'r')
		which = USER_RUID;
	if (*c->name == 'g')
		which = USER_GID;
	return user_of_event(e, which, id);
}

static void
text_id_number(VALUE)
{
	uint32_t id;
	bool known = find_id(e, c, &id);

	print_id(b, known, id);
}

static void
json_id_number(VALUE)
{
	uint32_t id;
	bool known = find_id(e, c, &id);

	json_number(b, c->name, known, id);
}

static void
text_user(VALUE)
{
	uint32_t id;
	bool known = find_id(e, c, &id);

	print_user(b, known, id);
}

/* null also if it has no name. */
static void
json_user(VALUE)
{
	uint32_t id;

	json_string(b, "user", find_id(e, c, &id) ? user_name(id) : NULL);
}

/* What clone(2) was asked for. */
static void
text_type(VALUE)
{
	buf_puts(b, print_fork_type(e));
}

static void
json_type(VALUE)
{
	const char *type = print_fork_type(e);

	json_string(b, "type", *type == '?' ? NULL : type);
}

/* ---- the program ---- */

/* The end of a thread has none. */
static bool
has_program(const struct event *e)
{
	return e->type != EVENT_EXIT && e->type != EVENT_FORK;
}

static void
text_path(VALUE)
{
	if (e->path)
		escape_word(b, e->path, strlen(e->path));
	else
		buf_putc(b, '?');
}

static void
json_path(VALUE)
{
	if (has_program(e))
		json_string(b, "path", e->path);
}

static void
text_argc(VALUE)
{
	text_number(
	    b, has_program(e) && e->args.argc >= 0, (unsigned)e->args.argc);
}

static void
json_argc(VALUE)
{
	if (has_program(e))
		json_number(
		    b, "argc", e->args.argc >= 0, (unsigned)e->args.argc);
}

static void
text_args(VALUE)
{
	if (has_program(e))
		print_args(b, e, v->max_args, v->quote);
}

static void
json_argv(VALUE)
{
	if (has_program(e))
		json_args(b, e, v->max_args);
}

static void
text_ret(VALUE)
{
	print_errno(b, e->exec.error);
}

static void
json_ret(VALUE)
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
text_exit(VALUE)
{
	print_status(b, e->task.code);
}

static void
json_exit(VALUE)
{
	json_status(b, e->task.code);
}

static void
text_by(VALUE)
{
	print_by(b, e->task.code, &e->by);
}

static void
json_sender(VALUE)
{
	json_by(b, &e->by);
}

/* ---- resource usage ---- */

static uint64_t
usage_value(const struct event *e, const struct column *c, bool *known)
{
	const char *usage = (const char *)&e->usage;
	uint64_t n;

	memcpy(&n, usage + c->at, sizeof n);
	*known = e->usage.known &&
	    (!c->unknown || !*(const bool *)(usage + c->unknown));
	return n;
}

static void
text_duration(VALUE)
{
	bool known;
	uint64_t ns = usage_value(e, c, &known);

	text_seconds(b, known, ns);
}

static void
json_duration(VALUE)
{
	bool known;
	uint64_t ns = usage_value(e, c, &known);

	json_seconds(b, c->name, known, ns);
}

static void
text_count(VALUE)
{
	bool known;
	uint64_t n = usage_value(e, c, &known);

	text_number(b, known, n);
}

static void
text_kb(VALUE)
{
	bool known;
	uint64_t n = usage_value(e, c, &known);

	text_number(b, known, n >> 10);
}

static void
json_count(VALUE)
{
	bool known;
	uint64_t n = usage_value(e, c, &known);

	json_number(b, c->name, known, n);
}

static void
text_cpu(VALUE)
{
	print_cpu(b, &e->usage, 6);
}

static void
json_cpu_time(VALUE)
{
	json_cpu(b, &e->usage);
}

/* user, or system if a flag says so */
static bool
find_part(const struct event *e, bool system, uint64_t *ns)
{
	uint64_t part[2];
	bool known = usage_split(&e->usage, &part[0], &part[1]);

	*ns = part[system];
	return known;
}

static void
text_part(VALUE)
{
	uint64_t ns;
	bool known = find_part(e, *c->name == 's', &ns);

	text_seconds(b, known, ns);
}

static void
json_part(VALUE)
{
	uint64_t ns;
	bool known = find_part(e, *c->name == 's', &ns);

	json_seconds(b, c->name, known, ns);
}

static void
text_blocked(VALUE)
{
	uint64_t ns;
	bool known = usage_blocked(&e->usage, &ns);

	text_seconds(b, known, ns);
}

static void
json_blocked(VALUE)
{
	uint64_t ns;
	bool known = usage_blocked(&e->usage, &ns);

	json_seconds(b, "blocked", known, ns);
}

/* ---- the table ---- */

#define AT(member)     .at = offsetof(struct usage, member)
#define UNLESS(member) .unknown = offsetof(struct usage, member)
#define USAGE	       .in = COLUMN_EXIT, .needs = NEEDS_USAGE

/* clang-format off */
const struct column columns[] = {
	{ "time", NULL, "TIME", "local time", -31, COLUMN_ALL, 0,
	    text_time, json_time, 0, 0 },
	{ "times", "ts", "TIMEs", "time in seconds since boot", -16,
	    COLUMN_ALL, 0, text_times, json_times, 0, 0 },
	{ "id", NULL, "ID", "PID and start time: unique", -18, COLUMN_ALL,
	    NEEDS_LINEAGE, text_id, json_id, 0, 0 },
	{ "pid", NULL, "PID", "process", 6, COLUMN_ALL, 0,
	    text_pid, json_pid, 0, 0 },
	{ "tid", NULL, "TID", "thread", 6, COLUMN_ALL, 0,
	    text_tid, json_tid, 0, 0 },
	{ "ppid", NULL, "PPID", "parent process", 6, COLUMN_ALL, 0,
	    text_ppid, json_ppid, 0, 0 },
	{ "ptid", NULL, "PTID", "thread that forked", 6, COLUMN_FORK, 0,
	    text_ptid, json_ptid, 0, 0 },
	{ "comm", NULL, "COMM", "name of the thread", -16, COLUMN_ALL, 0,
	    text_comm, json_comm, 0, 0 },
	{ "pcomm", NULL, "PCOMM", "name of the parent", -16, COLUMN_ALL,
	    NEEDS_LINEAGE, text_pcomm, json_pcomm, 0, 0 },
	{ "ancestors", NULL, "ANCESTORS",
	    "parent, its parent and so on; ancestors:3: at most 3", 0,
	    COLUMN_ALL, NEEDS_LINEAGE, text_ancestors, json_ancestors, 0, 0 },
	{ "uid", NULL, "UID", "effective user", 5, COLUMN_ALL, NEEDS_USER,
	    text_id_number, json_id_number, 0, 0 },
	{ "user", NULL, "USER", "its name", -8, COLUMN_ALL, NEEDS_USER,
	    text_user, json_user, 0, 0 },
	{ "ruid", NULL, "RUID", "real user", 5, COLUMN_ALL, NEEDS_USER,
	    text_id_number, json_id_number, 0, 0 },
	{ "gid", NULL, "GID", "effective group", 5, COLUMN_ALL, NEEDS_USER,
	    text_id_number, json_id_number, 0, 0 },
	{ "cgroup", NULL, "CGROUP", "its path", 0, COLUMN_ALL, NEEDS_CGROUP,
	    text_cgroup, json_cgroup, 0, 0 },
	{ "container", NULL, "CONTAINER", "12 digits of its id, or its name",
	    -12, COLUMN_ALL, NEEDS_CGROUP, text_container, json_container, 0,
	    0 },
	{ "type", NULL, "TYPE", "fork, vfork, clone or thread", -6,
	    COLUMN_FORK, 0, text_type, json_type, 0, 0 },
	{ "age", NULL, "AGE(s)", "time since the process began", 12,
	    COLUMN_EXIT, 0, text_age, json_age, 0, 0 },
	{ "age", NULL, "AGE(s)", "time since the process began", 12,
	    COLUMN_EXEC, NEEDS_LINEAGE, text_age, json_age, 0, 0 },
	{ "exit", NULL, "EXIT", "exit status, or signal", -13, COLUMN_EXIT, 0,
	    text_exit, json_exit, 0, 0 },
	{ "cpu", NULL, "CPU(s)", "CPU time", 10, USAGE,
	    .text = text_cpu, .json = json_cpu_time },
	{ "utime", NULL, "USER(s)", "CPU time in user mode", 10, USAGE,
	    .text = text_part, .json = json_part },
	{ "stime", NULL, "SYS(s)", "CPU time in the kernel", 10, USAGE,
	    .text = text_part, .json = json_part },
	{ "wait", NULL, "WAIT(s)", "time ready to run, without a CPU", 10,
	    USAGE, AT(wait), UNLESS(no_wait),
	    .text = text_duration, .json = json_duration },
	{ "blocked", NULL, "BLOCKED(s)", "the rest of its life", 10, USAGE,
	    .text = text_blocked, .json = json_blocked },
	{ "blkio", NULL, "BLKIO(s)", "time waiting for block I/O", 10, USAGE,
	    AT(blkio), UNLESS(no_delays),
	    .text = text_duration, .json = json_duration },
	{ "swap", NULL, "SWAP(s)", "time waiting for swap", 10, USAGE,
	    AT(swap), UNLESS(no_delays),
	    .text = text_duration, .json = json_duration },
	{ "reclaim", NULL, "RECLAIM(s)", "time reclaiming memory", 10, USAGE,
	    AT(reclaim), UNLESS(no_delays),
	    .text = text_duration, .json = json_duration },
	{ "nvcsw", NULL, "NVCSW", "voluntary context switches", 8, USAGE,
	    AT(nvcsw), .text = text_count, .json = json_count },
	{ "nivcsw", NULL, "NIVCSW", "involuntary context switches", 8, USAGE,
	    AT(nivcsw), .text = text_count, .json = json_count },
	{ "majflt", NULL, "MAJFLT", "page faults that needed I/O", 8, USAGE,
	    AT(majflt), .text = text_count, .json = json_count },
	{ "maxrss", NULL, "MAXRSS(KB)", "peak memory", 10, USAGE,
	    AT(maxrss), .text = text_kb, .json = json_count },
	{ "read", NULL, "READ(KB)", "read from storage", 9, USAGE,
	    AT(read), .text = text_kb, .json = json_count },
	{ "write", NULL, "WRITE(KB)", "written to storage", 9, USAGE,
	    AT(write), .text = text_kb, .json = json_count },
	{ "by", NULL, "BY", "who sent the signal that killed it", -23,
	    COLUMN_EXIT, NEEDS_SENDERS, text_by, json_sender, 0, 0 },
	{ "ret", NULL, "RET", "0, or why the exec failed", 7, COLUMN_EXEC,
	    0, text_ret, json_ret, 0, 0 },
	{ "path", NULL, "PATH", "the program", 0, COLUMN_EXEC | COLUMN_EXIT,
	    NEEDS_PROGRAM, text_path, json_path, 0, 0 },
	{ "argc", NULL, "ARGC", "number of arguments", 5,
	    COLUMN_EXEC | COLUMN_EXIT, NEEDS_PROGRAM,
	    text_argc, json_argc, 0, 0 },
	{ "args", NULL, "ARGS", "arguments", 0, COLUMN_EXEC | COLUMN_EXIT,
	    NEEDS_PROGRAM, text_args, json_argv, 0, 0 },
	{ 0 },
};
/* clang-format on */

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
