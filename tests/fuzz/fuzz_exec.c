/*
 * Kernel events in any sequence, into the assembler of execs and the table of
 * tasks: no crash, no leak, everything comes out in the order of time, and
 * every record keeps its promises.
 */
#include <stdlib.h>
#include <string.h>

#include "events/exec_assembler.h"
#include "task/table.h"

#define TASKS 8

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const uint8_t *in, *end;
static struct exec_assembler j;
static struct tasks tasks;
static uint64_t now, last;
static long fed, taken;		/* forks, exits, gaps: one record each */

static uint8_t
byte(void)
{
	return in < end ? *in++ : 0;
}

static int
some_tid(void)
{
	static const int tids[TASKS] = { 1, 2, 3, 2 + EXEC_BUCKETS,
		3 + 2 * EXEC_BUCKETS, 0, 4194303, -1 };

	return tids[byte() % TASKS];
}

/* A string that is lent from the input, which holds NULs; NULL: failed. */
static const char *
some_text(size_t *len)
{
	size_t n = byte();

	if (n == 255)
		return NULL;
	if (n > (size_t)(end - in))
		n = (size_t)(end - in);
	*len = strnlen((const char *)in, n);
	in += n;
	return (const char *)in - n;
}

static struct cmdline_sample *
read_sample(void *arg, int pid)
{
	struct cmdline_sample *p;
	const char *s;
	size_t n = 0;

	(void)arg;
	(void)pid;
	s = some_text(&n);
	if (!s)
		return NULL;
	p = malloc(sizeof *p + n + 2);
	if (!p)
		abort();
	p->taken = now + byte() * (uint64_t)1000000;
	p->whole = byte() & 1;
	p->held = NULL;
	p->len = n + (byte() & 1);
	memcpy(p->bytes, s, n);
	p->bytes[n] = '\0';
	return p;
}

static int
look(void *arg, int tid, struct event *e)
{
	(void)arg;
	*e = (struct event){ .type = EVENT_TASK, .cpu = -1, .tid = tid,
		.found.pid = byte() & 1 ? tid : some_tid(), .found.ppid = some_tid(),
		.found.start = now - byte() * (uint64_t)10000000 };
	return byte() & 1 ? 0 : -1;
}

static void
check_args(const struct event *e)
{
	const struct args *a = &e->args;
	const char *s = a->text;

	if (a->count < 0 || a->argc < -1 || a->count > j.want ||
	    (a->argc >= 0 && a->count > a->argc) ||
	    (a->state >= ARGS_PROC && a->count != a->argc) ||
	    (a->state == ARGS_NONE && a->count))
		abort();
	for (int i = 0; i < a->count; i++)
		s += strlen(s) + 1;
	if (a->count && s != a->text + a->len)
		abort();
}

static void
take(uint64_t until)
{
	struct event e;

	while (exec_next(&j, until, &e) == 1) {
		if (e.ts < last || strnlen(e.comm, COMM_LEN) == COMM_LEN)
			abort();
		last = e.ts;
		taken += e.type == EVENT_FORK || e.type == EVENT_EXIT ||
		    e.type == EVENT_LOST || e.type == EVENT_EXECFAIL;
		if (e.type == EVENT_EXEC || e.type == EVENT_EXECFAIL)
			check_args(&e);
		if (tasks_apply(&tasks, &e) != 0 || e.task.ppid < PPID_UNKNOWN)
			abort();
	}
}

static void
some_args(struct raw_event *k)
{
	k->first = byte() % 20;
	k->count = byte() % (RAW_STRINGS + 1);
	for (int i = 0; i < k->count; i++)
		k->arg[i] = some_text(&k->arg_len[i]);
	for (int i = 0; i < k->count + 2 && (byte() & 1); i++)
		k->pointer[i] = 4096 * (uint64_t)(byte() & 3) + byte();
}

/* Part of a window: bytes with NULs, and pointers that may agree with them. */
static void
some_window(struct raw_event *k)
{
	size_t n = byte() * (size_t)4;

	if (n > (size_t)(end - in))
		n = (size_t)(end - in);
	k->text = (const char *)in;
	k->text_len = n;
	in += n;
	k->first = byte() % 4 * (byte() & 1 ? 64 : 1024);
	k->pointer[k->pointers++] = k->argv;
	for (size_t i = 0; i < n && k->pointers < RAW_POINTERS; i++)
		if (k->text[i] == '\0')
			k->pointer[k->pointers++] =
			    byte() & 15 ? k->argv + i + 1 : 0;
}

static void
some_event(void)
{
	struct cmdline_sample *note = NULL;
	struct raw_event k = { .kind = (enum raw_event_kind)(
				1 + byte() % RAW_LOST),
		.cpu = byte() & 3 };

	now += byte() & 1 ? byte() : byte() * (uint64_t)5000000;
	k.ts = now;
	k.tid = some_tid();
	k.pid = byte() & 1 ? k.tid : some_tid();
	k.parent = k.old_pid = some_tid();
	k.flags = byte() & 1 ? 0 : (uint64_t)byte() << 12;
	k.group_dead = byte() % 3 - 1;
	k.ret = byte() & 1 ? 0 : -(long)byte();
	k.argc = (int8_t)byte();
	k.argv = byte() & 1 ? 0x1000 : 0x1ff0;
	k.lost = byte();
	k.text = some_text(&k.text_len);
	if (k.kind == RAW_ARGS || k.kind == RAW_ENTRY ||
	    k.kind == RAW_ENTRY_ARGS)
		some_args(&k);
	if (k.kind == RAW_WINDOW)
		some_window(&k);
	if (exec_wants_sample(&j, &k) && (byte() & 1))
		note = read_sample(NULL, k.pid);
	if (exec_feed(&j, &k, note) != 0)
		abort();
	fed += k.kind == RAW_NEWTASK || k.kind == RAW_FORK ||
	    k.kind == RAW_EXIT || k.kind == RAW_LOST ||
	    (k.kind == RAW_RETURN && k.ret < 0);
	if (byte() & 1)
		take(now);
}

static void
nothing(void *arg, const struct event *e)
{
	if (arg || e->tid == INT32_MIN)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how;

	in = data;
	end = data + size;
	how = byte();
	now = last = 1000000000;
	fed = taken = 0;
	j.order = (enum exec_order)(how % 3);
	j.want = how & 4 ? 100 : (how >> 3) & 3;
	j.read_sample = how & 32 ? read_sample : NULL;
	tasks.look = how & 64 ? look : NULL;
	j.returns = how & 128;
	if (exec_init(&j) != 0)
		abort();
	while (in < end)
		some_event();
	take(UINT64_MAX);
	if (exec_pending(&j) || fed != taken)
		abort();
	tasks_choose(&tasks, 1);
	tasks_each(&tasks, nothing, NULL);
	exec_free(&j);
	tasks_free(&tasks);
	return 0;
}
