/*
 * Events in any order, into the table of tasks: no crash, no leak, what is
 * filled in keeps its promises, and no process ends twice: between two ends
 * of one number it began again, or a task of it came to be known.
 */
#include <stdlib.h>
#include <string.h>

#include "../../lib/tasks.h"

#define TIDS 16

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const uint8_t *in, *end;
static struct tasks tasks;
static uint64_t now;
static bool known[TIDS + 1];	/* told since the last end of that number */

static uint8_t
byte(void)
{
	return in < end ? *in++ : 0;
}

static int
some_tid(void)
{
	return byte() % (TIDS + 1);
}

/* Strings that are lent from a block of their own. */
static char *
some_args(struct event *e)
{
	int n = byte() % 4;
	char *text = malloc((size_t)n * 3 + 4);

	if (!text)
		abort();
	e->args.argc = n + byte() % 2;
	e->args.count = n;
	e->args.state = n == e->args.argc ? ARGS_ALL : n ? ARGS_CUT : ARGS_NONE;
	e->args.text = text;
	for (int i = 0; i < n; i++) {
		size_t len = byte() % 3u;

		memset(text + e->args.len, 'a' + i, len);
		text[e->args.len + len] = '\0';
		e->args.len += len + 1;
	}
	memcpy(text + n * 3, "/p", 3);
	e->path = byte() & 1 ? text + n * 3 : NULL;
	return text;
}

static int
look(void *arg, int tid, struct event *e)
{
	(void)arg;
	*e = (struct event){ .type = EVENT_TASK, .cpu = -1, .tid = tid,
		.pid = byte() & 1 ? tid : some_tid(), .ppid = some_tid(),
		.start = now - byte() * (uint64_t)10000000, .args.argc = -1 };
	if (byte() & 1)
		return -1;
	known[tid] = true;
	return 0;
}

static void
check_end(const struct event *last)
{
	const struct event *e = &tasks.end;
	const struct args *a = &e->args;
	const char *s = a->text;

	if (e->type != 0 && e->type != EVENT_END)
		abort();
	if (e->type == 0)
		return;
	if (last->type != EVENT_EXIT || e->pid != e->tid ||
	    e->pid != last->pid || e->ts != last->ts || e->group_dead != 1 ||
	    e->ppid < PPID_UNKNOWN || e->code < CODE_UNKNOWN ||
	    strnlen(e->comm, COMM_LEN) == COMM_LEN)
		abort();
	for (int i = 0; i < a->count; i++)
		s += strlen(s) + 1;
	if ((a->count && s != a->text + a->len) ||
	    (e->path && strcmp(e->path, "/p") != 0) ||
	    (!tasks.keep && (a->count || e->path)))
		abort();
	if (e->pid < 0 || e->pid > TIDS || !known[e->pid] ||
	    tasks_find(&tasks, e->pid))
		abort();
	known[e->pid] = false;
}

static void
some_numbers(struct event *e)
{
	e->tid = some_tid();
	e->pid = e->type == EVENT_EXEC ? e->tid : some_tid();
	e->ppid = some_tid();
	e->old_tid = byte() & 1 ? e->tid : some_tid();
	e->flags = byte() & 1 ? (byte() & 1 ? FLAG_THREAD : 0) :
	    byte() & 1 ? FLAG_UNKNOWN : (uint64_t)byte() << 12;
	e->start = now - byte() * (uint64_t)10000000;
	e->group_dead = byte() & 3 ? -1 : byte() & 1;
	e->sign = (enum status_sign)(1 + byte() % SIGN_HANDLED);
	e->code = byte() & 1 ? (byte() & 1 ? byte() << 8 : byte()) :
	    CODE_UNKNOWN;
	e->grouped = byte() % 3 - 1;
	e->told = byte() & 1;
	e->process_code = byte() & 1 ? byte() << 8 : CODE_UNKNOWN;
	e->stats_code = byte() & 1 ? byte() : CODE_UNKNOWN;
	e->usage.known = byte() & 1;
	e->usage.maxrss = byte();
}

static void
some_event(void)
{
	struct event e = { .type = (enum event_type)(1 + byte() % EVENT_END),
		.args.argc = -1, .comm = "comm" };
	char *text = NULL;

	e.ts = now += byte() * (uint64_t)1000000;
	some_numbers(&e);
	if (e.type == EVENT_EXEC || e.type == EVENT_TASK)
		text = some_args(&e);
	/* A task of that process: a fork, or one that is listed. */
	if (e.type == EVENT_TASK || e.type == EVENT_FORK)
		known[e.tid] = true;
	if (tasks_apply(&tasks, &e) != 0)
		abort();
	free(text);
	if (e.pid < 0 || e.ppid < PPID_UNKNOWN || e.group_dead < -1 ||
	    e.group_dead > 1 || e.grouped < -1 || e.grouped > 1)
		abort();
	check_end(&e);
}

static void
see(void *arg, const struct event *e)
{
	const char *s = e->args.text;
	size_t *count = arg;

	for (int i = 0; i < e->args.count; i++)
		s += strlen(s) + 1;
	(*count)++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = 0;
	uint8_t how;

	in = data;
	end = data + size;
	how = byte();
	now = 10000000000;
	memset(known, 0, sizeof known);
	tasks.keep = how & 1;
	tasks.groups = how & 2;
	tasks.look = how & 4 ? look : NULL;
	while (in < end)
		some_event();
	tasks_choose(&tasks, 1);
	tasks_each(&tasks, see, &count);
	if (count != tasks.count)
		abort();
	tasks_free(&tasks);
	return 0;
}
