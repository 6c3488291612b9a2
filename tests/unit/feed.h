/*
 * feed: kernel events made by hand for the assembler of execs, and the records
 * it gives as one line: "exec 10 @100 /bin/ls all 2: ls|x|; exit 10 @200".
 */
#ifndef FEED_H
#define FEED_H

#include <stdlib.h>
#include <string.h>

#include "events/exec_assembler.h"
#include "tap.h"

#define unused __attribute__((unused))

static struct exec_assembler j;
static char shown[4096];

/* ---- /proc/PID/cmdline ---- */

static struct {
	const char *bytes;	/* NULL: the process is gone */
	size_t len;
	bool cut;		/* there is more of it */
	uint64_t taken;
	int pid;		/* that was asked for last */
	int asked;		/* how often */
} proc;

static size_t held;		/* of what was read */

unused static struct cmdline_sample *
read_sample(void *arg, int pid)
{
	struct cmdline_sample *p;

	(void)arg;
	proc.pid = pid;
	proc.asked++;
	if (!proc.bytes)
		return NULL;
	p = malloc(sizeof *p + proc.len);
	p->taken = proc.taken;
	p->whole = !proc.cut;
	p->held = &held;
	p->len = proc.len;
	held += p->len;
	memcpy(p->bytes, proc.bytes, proc.len);
	return p;
}

/* From now on it says this, read at that time. */
#define proc_says(s, time) do {						\
	proc.bytes = s;							\
	proc.len = sizeof s - 1;					\
	proc.taken = time;						\
} while (0)

/* ---- events ---- */

static void
begin(enum exec_order order, int want, bool returns)
{
	exec_free(&j);
	j.order = order;
	j.want = want;
	j.returns = returns;
	exec_init(&j);
	memset(&proc, 0, sizeof proc);
}

/* The same with /proc. */
unused static void
begin_sample(enum exec_order order, int want, bool returns)
{
	begin(order, want, returns);
	j.read_sample = read_sample;
}

static void
feed_with(const struct raw_event *k, struct cmdline_sample *note)
{
	if (exec_feed(&j, k, note) != 0)
		tap_ok(0, "memory");
}

static void
feed(struct raw_event k)
{
	feed_with(&k, NULL);
}

unused static void
path_note(int tid, int old, uint64_t ts, const char *path,
    struct cmdline_sample *note)
{
	struct raw_event k = { .kind = RAW_EXEC, .ts = ts, .tid = tid,
		.pid = tid, .old_pid = old, .text = path,
		.text_len = strlen(path) };

	feed_with(&k, note);
}

unused static void
path(int tid, uint64_t ts, const char *name)
{
	path_note(tid, tid, ts, name, NULL);
}

unused static void
stack(int tid, uint64_t ts, int argc)
{
	feed((struct raw_event){ .kind = RAW_STACK, .ts = ts, .tid = tid,
	    .pid = tid, .argc = argc });
}

/* Arguments first to first + count - 1; NULL: the fetch failed. */
unused static void
args_n(int tid, uint64_t ts, int argc, int first, const char *const *s,
    int count)
{
	struct raw_event k = { .kind = RAW_ARGS, .ts = ts, .tid = tid,
		.pid = tid, .argc = argc, .first = first, .count = count };

	for (int i = 0; i < count; i++) {
		k.arg[i] = s[i];
		k.arg_len[i] = s[i] ? strlen(s[i]) : 0;
	}
	feed(k);
}

#define args(tid, ts, argc, first, ...)					\
	args_n(tid, ts, argc, first, (const char *const[]){ __VA_ARGS__ },\
	    (int)(sizeof((const char *const[]){ __VA_ARGS__ }) /	\
		sizeof(char *)))

unused static void
returns(int tid, uint64_t ts, long ret)
{
	feed((struct raw_event){ .kind = RAW_RETURN, .ts = ts, .tid = tid,
	    .pid = tid, .ret = ret });
}

#define ARGV 0x7ffc00001000ull

unused static int slot = 8; /* bytes of a pointer */

/* The entry of execve, with count pointers of argv. */
unused static void
entry_n(int tid, uint64_t ts, uint64_t argv, const char *name,
    const uint64_t *pointer, int count)
{
	struct raw_event k = { .kind = RAW_ENTRY, .ts = ts, .tid = tid,
		.pid = tid, .argv = argv, .slot = slot, .text = name,
		.text_len = name ? strlen(name) : 0, .count = count };

	for (int i = 0; i < count; i++)
		k.pointer[i] = pointer[i];
	feed(k);
}

#define entry(tid, ts, argv, name, ...)					\
	entry_n(tid, ts, argv, name, (const uint64_t[]){ __VA_ARGS__ },	\
	    (int)(sizeof((const uint64_t[]){ __VA_ARGS__ }) / 8))

unused static void
fetched_n(int tid, uint64_t ts, uint64_t argv, int first, const char *const *s,
    int count)
{
	struct raw_event k = { .kind = RAW_ENTRY_ARGS, .ts = ts, .tid = tid,
		.pid = tid, .argv = argv, .first = first, .count = count };

	for (int i = 0; i < count; i++) {
		k.arg[i] = s[i];
		k.arg_len[i] = s[i] ? strlen(s[i]) : 0;
	}
	feed(k);
}

#define fetched(tid, ts, argv, first, ...)                                    \
	fetched_n(tid, ts, argv, first, (const char *const[]){ __VA_ARGS__ }, \
	    (int)(sizeof((const char *const[]){ __VA_ARGS__ }) /              \
		sizeof(char *)))

/* The entry of do_execve, of do_fork. */
unused static void
calls(int tid, uint64_t ts, const char *name)
{
	feed((struct raw_event){ .kind = RAW_PATH, .ts = ts, .tid = tid,
	    .pid = tid, .text = name, .text_len = name ? strlen(name) : 0 });
}

/* A call of execve, of mmap. */
unused static void
enters_with(int tid, uint64_t ts, uint64_t argv, uint64_t name)
{
	feed((struct raw_event){ .kind = RAW_CALL, .ts = ts, .tid = tid,
	    .pid = tid, .argv = argv, .name = name });
}

#define enters(tid, ts) enters_with(tid, ts, 0, 0)


unused static void
maps(int tid, uint64_t ts)
{
	feed((struct raw_event){ .kind = RAW_MAP, .ts = ts, .tid = tid,
	    .pid = tid });
}

unused static void
clones(int tid, uint64_t ts, uint64_t flags)
{
	feed((struct raw_event){ .kind = RAW_CLONE, .ts = ts, .tid = tid,
	    .pid = tid, .flags = flags });
}

unused static void
newtask(int tid, uint64_t ts, int child, uint64_t flags)
{
	feed((struct raw_event){ .kind = RAW_NEWTASK, .ts = ts, .tid = tid,
	    .pid = child, .flags = flags, .text = "child", .text_len = 5 });
}

unused static void
forks(int tid, uint64_t ts, int parent, int child)
{
	feed((struct raw_event){ .kind = RAW_FORK, .ts = ts, .tid = tid,
	    .parent = parent, .pid = child });
}

unused static void
renames(int tid, uint64_t ts, const char *comm)
{
	feed((struct raw_event){ .kind = RAW_RENAME, .ts = ts, .tid = tid,
	    .pid = tid, .text = comm, .text_len = strlen(comm) });
}

unused static void
exits(int tid, uint64_t ts)
{
	feed((struct raw_event){ .kind = RAW_EXIT, .ts = ts, .tid = tid,
	    .pid = tid, .group_dead = -1, .text = "c", .text_len = 1 });
}

unused static void
lost(uint64_t ts, uint64_t n)
{
	feed((struct raw_event){ .kind = RAW_LOST, .ts = ts, .lost = n });
}

/* ---- records ---- */

static size_t
show_exec(char *out, size_t size, const struct event *e)
{
	static const char *const state[] = { "none", "cut", "proc", "all" };
	const char *s = e->args.text;
	size_t n = (size_t)snprintf(out, size, " %s %s %d: ",
	    e->path ? e->path : "-", state[e->args.state], e->args.argc);

	for (int i = 0; i < e->args.count && n < size; i++, s += strlen(s) + 1)
		n += (size_t)snprintf(out + n, size - n, "%.40s|",
		    args_is_missing(&e->args, i) ? "?" : s);
	if (e->args.count && s != e->args.text + e->args.len)
		n += (size_t)snprintf(out + n, size - n, " len is wrong");
	if (e->type == EVENT_EXEC && e->exec.old_tid != e->tid)
		n += (size_t)snprintf(out + n, size - n, " old=%d", e->exec.old_tid);
	if (e->comm[0])
		n += (size_t)snprintf(out + n, size - n, " comm=%s", e->comm);
	return n;
}

/* All records that can be had, given all events up to until. */
unused static const char *
records(uint64_t until)
{
	static const char *const type[] = { "none", "task", "fork", "exec",
		"fail", "exit", "lost" };
	struct event e;
	size_t n = 0;

	shown[0] = '\0';
	while (n < sizeof shown - 256 && exec_next(&j, until, &e) == 1) {
		n += (size_t)snprintf(shown + n, sizeof shown - n, "%s%s %d",
		    n ? "; " : "", type[e.type],
		    e.type == EVENT_LOST ? (int)e.lost.count : e.tid);
		if (e.type == EVENT_FORK)
			n += (size_t)snprintf(shown + n, sizeof shown - n,
			    " by %d%s", e.fork.parent, e.fork.flags == FLAG_UNKNOWN ?
			    " flags ?" : "");
		if (e.type == EVENT_EXECFAIL)
			n += (size_t)snprintf(shown + n, sizeof shown - n,
			    " error %d", e.exec.error);
		n += (size_t)snprintf(shown + n, sizeof shown - n, " @%llu",
		    (unsigned long long)e.ts);
		if (e.type == EVENT_EXEC || e.type == EVENT_EXECFAIL)
			n += show_exec(shown + n, sizeof shown - n, &e);
	}
	return shown;
}

#define END UINT64_MAX

#define is_records(until, want, ...) \
	tap_is_str(records(until), want, __VA_ARGS__)

#endif
