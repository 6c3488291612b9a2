/* The table of columns, and how the value of one is printed. */
#include "cli/column.h"

#include <stddef.h>
#include <string.h>

#include "base/number.h"
#include "cli/column_event.h"
#include "cli/column_who.h"
#include "cli/columns.h"
#include "cli/json.h"

/* ---- the table ---- */

#define AT(member)     .number = number_usage, .at = offsetof(struct usage, member)
#define UNLESS(member) .unknown = offsetof(struct usage, member)
#define USAGE	       .in = OF_EXIT, .needs = NEEDS_USAGE
#define PRINTED(t, j)  .kind = COLUMN_OTHER, .text = t, .json = j

/* clang-format off */
const struct column columns[] = {
	{ "time\0TIME\0"
	    "local time", -31, OF_ALL, 0,
	    PRINTED(text_time, json_time) },
	{ "times\0TIMEs\0"
	    "time in seconds since boot", -16, OF_ALL, 0,
	    .kind = COLUMN_SECONDS, .number = number_times,
	    .json = json_times },
	{ "id\0ID\0"
	    "PID and start time: unique", -18, OF_ALL,
	    NEEDS_LINEAGE, PRINTED(text_id, json_id) },
	{ "pid\0PID\0"
	    "process", 6, OF_ALL, 0,
	    .number = number_pid, .json = json_pid },
	{ "tid\0TID\0"
	    "thread", 6, OF_ALL, 0, .number = number_tid },
	{ "ppid\0PPID\0"
	    "parent process", 6, OF_ALL, 0,
	    PRINTED(text_ppid, json_ppid) },
	{ "ptid\0PTID\0"
	    "thread that forked", 6, OF_FORK, 0,
	    .number = number_ptid },
	{ "comm\0COMM\0"
	    "name of the thread", -16, OF_ALL, 0,
	    .kind = COLUMN_WORD, .string = string_comm },
	{ "pcomm\0PCOMM\0"
	    "name of the parent", -16, OF_ALL,
	    NEEDS_LINEAGE, .kind = COLUMN_WORD, .string = string_pcomm },
	{ "ancestors\0ANCESTORS\0"
	    "parent, its parent and so on; ancestors:3: at most 3", 0, OF_ALL,
	    NEEDS_LINEAGE, PRINTED(text_ancestors, json_ancestors) },
	{ "uid\0UID\0"
	    "effective user", 5, OF_ALL, NEEDS_USER,
	    .number = number_id },
	{ "user\0USER\0"
	    "its name", -8, OF_ALL, NEEDS_USER,
	    PRINTED(text_user, json_user) },
	{ "ruid\0RUID\0"
	    "real user", 5, OF_ALL, NEEDS_USER,
	    .number = number_id },
	{ "gid\0GID\0"
	    "effective group", 5, OF_ALL, NEEDS_USER,
	    .number = number_id },
	{ "cgroup\0CGROUP\0"
	    "its path", 0, OF_ALL, NEEDS_CGROUP,
	    .kind = COLUMN_WORD, .string = string_cgroup },
	{ "container\0CONTAINER\0"
	    "12 digits of its id, or its name",
	    -12, OF_ALL, NEEDS_CGROUP,
	    PRINTED(text_container, json_container) },
	{ "cwd\0CWD\0"
	    "working directory", -24, OF_ALL, NEEDS_TRAIT,
	    .kind = COLUMN_WORD, .string = string_trait, .at = TRAIT_CWD },
	{ "exe\0EXE\0"
	    "the file that it executes, resolved", -24,
	    OF_ALL, NEEDS_TRAIT, .kind = COLUMN_WORD, .string = string_trait,
	    .at = TRAIT_EXE },
	{ "tty\0TTY\0"
	    "controlling terminal", -8, OF_ALL, NEEDS_TRAIT,
	    .kind = COLUMN_WORD, .string = string_trait, .at = TRAIT_TTY },
	{ "sid\0SID\0"
	    "session", 6, OF_ALL, NEEDS_TRAIT,
	    .number = number_trait, .at = TRAIT_SID },
	{ "loginuid\0LOGINUID\0"
	    "who logged in", 8, OF_ALL,
	    NEEDS_TRAIT, .number = number_trait, .at = TRAIT_LOGIN },
	{ "type\0TYPE\0"
	    "fork, vfork, clone or thread", -6, OF_FORK, 0,
	    PRINTED(text_type, json_type) },
	{ "age\0AGE(s)\0"
	    "time since the process began", 12, OF_EXIT,
	    0, PRINTED(text_age, json_age) },
	{ "age\0AGE(s)\0"
	    "time since the process began", 12, OF_EXEC,
	    NEEDS_LINEAGE, PRINTED(text_age, json_age) },
	{ "exit\0EXIT\0"
	    "exit status, or signal", -13, OF_EXIT, 0,
	    PRINTED(text_exit, json_exit) },
	{ "cpu\0CPU(s)\0"
	    "CPU time", 10, USAGE,
	    PRINTED(text_cpu, json_cpu_time) },
	{ "utime\0USER(s)\0"
	    "CPU time in user mode", 10, USAGE,
	    COLUMN_SECONDS, .number = number_part },
	{ "stime\0SYS(s)\0"
	    "CPU time in the kernel", 10, USAGE,
	    COLUMN_SECONDS, .number = number_part },
	{ "wait\0WAIT(s)\0"
	    "time ready to run, without a CPU", 10,
	    USAGE, COLUMN_SECONDS, AT(wait), UNLESS(no_wait) },
	{ "blocked\0BLOCKED(s)\0"
	    "the rest of its life", 10, USAGE,
	    COLUMN_SECONDS, .number = number_blocked },
	{ "blkio\0BLKIO(s)\0"
	    "time waiting for block I/O", 10, USAGE,
	    COLUMN_SECONDS, AT(blkio), UNLESS(no_delays) },
	{ "swap\0SWAP(s)\0"
	    "time waiting for swap", 10, USAGE,
	    COLUMN_SECONDS, AT(swap), UNLESS(no_delays) },
	{ "reclaim\0RECLAIM(s)\0"
	    "time reclaiming memory", 10, USAGE,
	    COLUMN_SECONDS, AT(reclaim), UNLESS(no_delays) },
	{ "nvcsw\0NVCSW\0"
	    "voluntary context switches", 8, USAGE,
	    AT(nvcsw) },
	{ "nivcsw\0NIVCSW\0"
	    "involuntary context switches", 8, USAGE,
	    AT(nivcsw) },
	{ "majflt\0MAJFLT\0"
	    "page faults that needed I/O", 8, USAGE,
	    AT(majflt) },
	{ "maxrss\0MAXRSS(KB)\0"
	    "peak memory", 10, USAGE, COLUMN_BYTES,
	    AT(maxrss) },
	{ "read\0READ(KB)\0"
	    "read from storage", 9, USAGE,
	    COLUMN_BYTES, AT(read) },
	{ "write\0WRITE(KB)\0"
	    "written to storage", 9, USAGE,
	    COLUMN_BYTES, AT(write) },
	{ "by\0BY\0"
	    "sender of the signal that killed it", -23, OF_EXIT,
	    NEEDS_SENDERS, PRINTED(text_by, json_sender) },
	{ "ret\0RET\0"
	    "0, or why the exec failed", 7, OF_EXEC, 0,
	    PRINTED(text_ret, json_ret) },
	{ "path\0PATH\0"
	    "the program", 0, OF_EXEC | OF_EXIT,
	    NEEDS_PROGRAM, .kind = COLUMN_WORD, .string = string_path },
	{ "argc\0ARGC\0"
	    "number of arguments", 5, OF_EXEC | OF_EXIT,
	    NEEDS_PROGRAM, .number = number_argc },
	{ "args\0ARGS\0"
	    "arguments", 0, OF_EXEC | OF_EXIT,
	    NEEDS_PROGRAM, PRINTED(text_args, json_argv) },
	{ 0 },
};
/* clang-format on */

static const char *
after(const char *s)
{
	return s + strlen(s) + 1;
}

const char *
column_head(const struct column *c)
{
	return after(c->name);
}

static void
text_number(struct buf *b, int kind, uint64_t n)
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

	if (c->kind == COLUMN_OTHER)
		c->text(b, v, e);
	else if (c->kind == COLUMN_WORD) {
		s = c->string(e, c);
		print_comm(b, s ? s : "");
	} else if (c->number(e, c, &n))
		text_number(b, c->kind, n);
	else
		buf_putc(b, '?');
}

void
column_json(struct buf *b, const struct column *c, const struct column_view *v,
    const struct event *e)
{
	const char *s;
	uint64_t n;
	bool known;

	if (c->json) {
		c->json(b, v, e);
		return;
	}
	if ((c->needs & NEEDS_PROGRAM) && !column_has_program(e))
		return;
	if (c->kind == COLUMN_WORD) {
		s = c->string(e, c);
		json_string(b, c->name, s && *s ? s : NULL);
		return;
	}
	known = c->number(e, c, &n);
	if (c->kind == COLUMN_SECONDS)
		json_seconds(b, c->name, known, n);
	else
		json_number(b, c->name, known, n);
}

static bool
is_name(const char *s, const char *name, size_t len)
{
	return strlen(s) == len && memcmp(s, name, len) == 0;
}

const struct column *
column_find(const char *name, size_t len, unsigned in)
{
	if (is_name("ts", name, len)) /* of JSON */
		name = "times", len = 5;
	for (const struct column *c = columns; c->name; c++)
		if ((c->in & in) && is_name(c->name, name, len))
			return c;
	return NULL;
}

void
columns_help(struct buf *b, unsigned in)
{
	for (const struct column *c = columns; c->name; c++)
		if (c->in & in)
			buf_printf(
			    b, "%-10s %s\n", c->name, after(column_head(c)));
}
