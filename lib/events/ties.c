/* An order for events of one time, from what each task did before. */
#include "events/ties.h"

#include <stdlib.h>

#include "events/exec_assembler.h"

/*
 * What a task does, in the order in which it does it: an exec from its entry
 * to its return, then anything, then its end.  An exec by a thread that is not
 * the first comes after the first one's end, under its number (de_thread(),
 * fs/exec.c).
 */
enum step {
	STEP_NONE, /* of no task, as an interrupt */
	STEP_BORN,
	STEP_ENTRY,
	STEP_RENAME,
	STEP_STACK,
	STEP_PATH,
	STEP_RETURN,
	STEP_LOADER, /* the stack, as the loader finds it */
	STEP_OTHER,
	STEP_ENDS, /* from here on nothing else follows */
	STEP_CODE,
	STEP_EXIT,
	STEP_COUNT,
	STEP_TAKEN = 100 /* + what else: by a thread that has taken over */
};

struct tie {
	struct reader_record record;
	enum raw_event_kind kind;
	int tid, pid;
	unsigned step;
	bool placed;
	size_t prev; /* the one before it on its CPU, or itself */
};

static unsigned
step_of(const struct ties *t, enum raw_event_kind kind)
{
	switch (kind) {
	case RAW_CALL:
	case RAW_ENTRY:
	case RAW_ENTRY_ARGS:
	case RAW_PATH:
		return STEP_ENTRY;
	case RAW_RENAME:
		return STEP_RENAME;
	case RAW_STACK:
	case RAW_WINDOW:
	case RAW_ARGS:
		return t->path_first ? STEP_LOADER : STEP_STACK;
	case RAW_EXEC:
		return STEP_PATH;
	case RAW_RETURN:
		return STEP_RETURN;
	case RAW_CALL_EXIT:
	case RAW_CALL_GROUP:
	case RAW_GROUP:
		return STEP_ENDS;
	case RAW_CODE:
		return STEP_CODE;
	case RAW_EXIT:
		return STEP_EXIT;
	case RAW_SENT: /* by an interrupt, maybe */
	case RAW_OOM:  /* in the middle of anything */
	case RAW_OOM_BEGIN:
	case RAW_OOM_END:
	case RAW_CRED: /* of an exec, too */
	case RAW_USER:
	case RAW_LOST:
		return STEP_NONE;
	default:
		return STEP_OTHER;
	}
}

static bool
is_birth(enum raw_event_kind kind)
{
	return kind == RAW_NEWTASK || kind == RAW_FORK;
}

/* What a task did last; of numbers that are none, nothing. */
static uint8_t *
last_step(const struct ties *t, int tid)
{
	static uint8_t none;

	if (tid > 0 && tid < EXEC_TIDS)
		return &t->last[tid];
	none = STEP_NONE;
	return &none;
}

int
ties_init(struct ties *t)
{
	t->last = calloc(EXEC_TIDS, 1);
	return t->last ? 0 : -1;
}

void
ties_free(struct ties *t)
{
	free(t->last);
	free(t->tie);
	*t = (struct ties){ 0 };
}

static void
note_step(struct ties *t, enum raw_event_kind kind, int tid, int pid)
{
	unsigned step = step_of(t, kind);

	if (step != STEP_NONE)
		*last_step(t, tid) = (uint8_t)step;
	if (is_birth(kind))
		*last_step(t, pid) = STEP_BORN;
	else if (kind == RAW_EXIT)
		*last_step(t, pid) = STEP_NONE;
}

void
ties_note(struct ties *t, const struct raw_event *k)
{
	if (!t->last) /* the clock has no steps */
		return;
	if (k->kind == RAW_LOST) { /* tasks may have ended meanwhile */
		free(t->last);
		t->last = calloc(EXEC_TIDS, 1);
		if (!t->last)
			return;
	}
	note_step(t, k->kind, k->tid, k->pid);
	if (k->kind == RAW_EXEC && k->old_pid != k->pid)
		*last_step(t, k->old_pid) = STEP_NONE; /* its number is free */
}

/* ---- which of two comes first ---- */

/* How far a step is from the last one of its task. */
static unsigned
step_distance(unsigned last, unsigned step)
{
	if (step >= STEP_ENDS)
		return STEP_COUNT + step;
	if (step > last ||
	    (step == last &&
		(step == STEP_STACK || step == STEP_LOADER ||
		    step == STEP_OTHER)))
		return step - last;
	return step + STEP_COUNT - last;
}

/* Must y, on another CPU, come before x? */
static bool
comes_before(const struct ties *t, const struct tie *y, const struct tie *x)
{
	unsigned last = *last_step(t, x->tid);

	if (is_birth(y->kind) && y->pid == x->tid && !last)
		return true;
	/* The number is reused. */
	if (is_birth(x->kind) && x->pid == y->tid && *last_step(t, x->pid))
		return true;
	if (y->kind == RAW_SENT && y->pid == x->tid &&
	    (x->step >= STEP_ENDS || x->kind == RAW_DELIVERED))
		return true;
	return x->step && y->step && x->tid == y->tid && x->tid > 0 &&
	    step_distance(last, y->step) < step_distance(last, x->step);
}

/* ---- sorting ---- */

/* The parts of an exec by another thread, up to its path at i. */
static void
mark_taken(struct tie *tie, size_t i)
{
	int cpu = tie[i].record.cpu, tid = tie[i].tid;

	for (size_t k = i + 1; k-- > 0;) {
		if (tie[k].record.cpu != cpu || tie[k].tid != tid)
			continue;
		if (tie[k].step < STEP_ENTRY || tie[k].step > STEP_PATH)
			break;
		tie[k].step += STEP_TAKEN;
	}
}

static bool
make_room(struct ties *t, size_t count)
{
	struct tie *p;

	if (count <= t->room)
		return true;
	p = realloc(t->tie, count * sizeof *p);
	if (!p)
		return false;
	t->tie = p;
	t->room = count;
	return true;
}

static void
prepare(struct ties *t, const struct raw_event_table *table, const char *data,
    const struct reader_record *r, size_t i)
{
	struct ring_record rec = { .len = r->len, .data = data + r->offset };
	struct tie *p = &t->tie[i];
	struct raw_event k;

	*p = (struct tie){ .record = *r, .prev = i };
	for (size_t n = i; n-- > 0 && p->prev == i;)
		if (t->tie[n].record.cpu == r->cpu)
			p->prev = n;
	if (!raw_event_decode(table, &rec, r->cpu, &k))
		return;
	p->kind = k.kind;
	p->tid = k.tid;
	p->pid = k.pid;
	p->step = step_of(t, k.kind);
	if (k.tid == t->taken && r->cpu == t->taken_cpu)
		p->step += STEP_TAKEN;
	if (k.kind != RAW_EXEC || k.old_pid == k.pid)
		return;
	mark_taken(t->tie, i);
	t->taken = k.tid;
	t->taken_cpu = r->cpu;
}

/* Must x wait for an event of another CPU? */
static bool
must_wait(const struct ties *t, const struct tie *x, size_t from, size_t count)
{
	for (size_t i = from; i < count; i++) {
		const struct tie *y = &t->tie[i];

		if (!y->placed && y->record.cpu != x->record.cpu &&
		    comes_before(t, y, x))
			return true;
	}
	return false;
}

/* Of two that wait for no other: an end, or an exec that takes over, comes
 * late; and a child's end before its parent's, which may have waited for it. */
static bool
is_sooner(const struct tie *x, const struct tie *y)
{
	if (x->step != y->step)
		return x->step < y->step;
	return x->step == STEP_EXIT && x->tid > y->tid;
}

/* The next one: of the first ones of each CPU, one that waits for no other. */
static struct tie *
next_tie(struct ties *t, size_t from, size_t count)
{
	struct tie *best = NULL, *first = NULL;

	for (size_t i = from; i < count; i++) {
		struct tie *x = &t->tie[i];

		if (x->placed || (x->prev != i && !t->tie[x->prev].placed))
			continue;
		if (!first)
			first = x;
		if ((!best || is_sooner(x, best)) &&
		    !must_wait(t, x, from, count))
			best = x;
	}
	return best ? best : first;
}

void
ties_sort(struct ties *t, const struct raw_event_table *table, const char *data,
    struct reader_record *r, size_t count)
{
	size_t from = 0;

	if (!t->last || !make_room(t, count))
		return;
	t->taken = 0;
	for (size_t i = 0; i < count; i++)
		prepare(t, table, data, &r[i], i);
	for (size_t i = 0; i < count; i++) {
		struct tie *x = next_tie(t, from, count);

		x->placed = true;
		r[i] = x->record;
		note_step(t, x->kind, x->tid, x->pid);
		while (from < count && t->tie[from].placed)
			from++;
	}
}
