/* Additions to the CPU time of tasks, summed until their exit. */
#include "events/runtime.h"

#include <stdlib.h>
#include <string.h>

/* Where that task is, or would be. */
static struct runtime_task **
task_find(struct runtime *r, int tid)
{
	struct runtime_task **p = &r->bucket[(unsigned)tid % RUNTIME_BUCKETS];

	while (*p && (*p)->tid != tid)
		p = &(*p)->next;
	return p;
}

static struct runtime_task *
task_get(struct runtime *r, int tid)
{
	struct runtime_task **p = task_find(r, tid), *n = *p;

	if (n)
		return n;
	n = calloc(1, sizeof *n);
	if (!n)
		return NULL;
	n->tid = tid;
	*p = n;
	return n;
}

static void
task_free(struct runtime_task **p)
{
	struct runtime_task *t = *p;

	*p = t->next;
	free(t);
}

/* Put the older half of its parts into the sum. */
static void
task_fold(struct runtime_task *t)
{
	int n = RUNTIME_PARTS / 2;

	for (int i = 0; i < n; i++)
		t->sum += t->part[i].ns;
	t->summed = t->part[n - 1].ts;
	t->count -= n;
	memmove(t->part, t->part + n, (size_t)t->count * sizeof *t->part);
}

int
runtime_add(struct runtime *r, int tid, uint64_t ts, uint64_t ns)
{
	struct runtime_task *t;
	int i;

	if (ts < r->since)
		return 0;
	t = task_get(r, tid);
	if (!t)
		return -1;
	if (ts < t->summed) { /* it is late */
		t->sum += ns;
		return 0;
	}
	if (t->count == RUNTIME_PARTS)
		task_fold(t);
	for (i = t->count++; i > 0 && t->part[i - 1].ts > ts; i--)
		t->part[i] = t->part[i - 1];
	t->part[i] = (struct runtime_part){ ts, ns };
	return 0;
}

/* Take out its parts up to that time, and return their sum. */
static uint64_t
task_take(struct runtime_task *t, uint64_t until)
{
	uint64_t sum = t->sum;
	int n = 0;

	for (; n < t->count && t->part[n].ts <= until; n++)
		sum += t->part[n].ns;
	t->count -= n;
	memmove(t->part, t->part + n, (size_t)t->count * sizeof *t->part);
	t->sum = 0;
	return sum;
}

/* Parts may still come, and belong to no other task. */
static int
task_spoil(struct runtime *r, int tid)
{
	struct runtime_task *t = task_get(r, tid);

	if (!t)
		return -1;
	t->spoiled = true;
	return 0;
}

int
runtime_exit(struct runtime *r, struct event *e)
{
	struct runtime_task **p = task_find(r, e->tid), *t = *p;
	uint64_t before, after;
	bool whole;

	if (!e->exit.left)
		return task_spoil(r, e->tid);
	if (!t)
		return 0;
	whole = !t->spoiled && t->summed <= e->ts;
	/* What cannot be divided may be of the next one with that number. */
	t->spoiled = t->summed > e->exit.left;
	before = task_take(t, e->ts);
	after = task_take(t, e->exit.left);
	t->summed = 0;
	if (whole && after && before >= e->usage.cpu_min) {
		e->exit.counted = before + after;
		e->exit.counted_since = r->since;
	}
	if (!t->count && !t->spoiled)
		task_free(p);
	return 0;
}

void
runtime_drop(struct runtime *r, int tid)
{
	struct runtime_task **p = task_find(r, tid);

	if (*p)
		task_free(p);
}

void
runtime_forget(struct runtime *r, uint64_t until)
{
	struct runtime_task **p, *t;

	for (int i = 0; i < RUNTIME_BUCKETS; i++)
		for (p = &r->bucket[i]; *p;) {
			t = *p;
			t->spoiled |= t->summed > until;
			task_take(t, until);
			if (t->count || t->spoiled)
				p = &t->next;
			else
				task_free(p);
		}
	r->since = until;
}

void
runtime_free(struct runtime *r)
{
	for (int i = 0; i < RUNTIME_BUCKETS; i++)
		while (r->bucket[i])
			task_free(&r->bucket[i]);
}
