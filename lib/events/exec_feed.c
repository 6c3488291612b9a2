/* Kernel events on their way in: to which record each one belongs. */
#include "events/exec_assembler.h"
#include "events/exec_node.h"

#include <string.h>

/* Has the open record this part already?  Then it begins another exec. */
static bool
has_part(const struct exec_node *n, const struct raw_event *k)
{
	switch (k->kind) {
	case RAW_STACK:
		return n->hit_over || (n->parts & PART_STACK) ||
		    (n->args.argc >= 0 && n->args.argc != k->argc);
	case RAW_ARGS:
		return n->hit_over ||
		    (n->args.argc >= 0 && n->args.argc != k->argc) ||
		    (k->first < n->args.count && n->args.piece[k->first].seen);
	case RAW_WINDOW:
		return n->hit_over ||
		    (n->args.argc >= 0 && n->args.argc != k->argc) ||
		    !node_wants_window(n, k);
	case RAW_EXEC:
		return n->parts & PART_PATH;
	default:
		return n->parts & (PART_RETURN | PART_STACK | PART_ARGS);
	}
}

/* The open record to which a part belongs, or NULL. */
static struct exec_node *
record_open(const struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n = node_find(a->bucket, k->tid);

	return n && n->open && !has_part(n, k) ? n : NULL;
}

/* A new record that begins with this part; NULL without memory. */
static struct exec_node *
record_begin(struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n = node_find(a->bucket, k->tid);

	node_close(a, n, GONE);
	node_discard_samples(a, k->tid, k->ts);
	n = node_add(a, a->bucket, k);
	if (!n)
		return NULL;
	n->is_exec = n->open = true;
	if (a->order == EXEC_STACK_ONLY) {
		n->e.exec.old_tid = 0; /* no event has it */
		call_take(a, n, k->tid);
	}
	if (a->renamed[node_bucket(k->tid)].tid == k->tid)
		memcpy(
		    n->e.comm, a->renamed[node_bucket(k->tid)].comm, COMM_LEN);
	node_enqueue(a, n);
	return n;
}

/* What follows shows an exec itself: what its rename began is no record. */
static void
record_replace(struct exec_assembler *a, int tid)
{
	struct exec_node *n = node_find(a->bucket, tid);

	if (!n || !n->open || !n->renamed)
		return;
	n->discarded = true;
	node_close(a, n, GONE);
}

/* May a probe's event be the first one of an exec?  A program can jump to its
 * loader's entry at any time: only what the kernel itself does begins one. */
static bool
probe_begins(const struct exec_assembler *a)
{
	return a->order == EXEC_PATH_LAST || a->order == EXEC_STACK_ONLY;
}

/*
 * The record of a probe that the program itself can hit, by a jump to where it
 * began, with a stack of its own.  Its first hit is that of the exec: but only
 * if the probe was there before, and what is missing of it is not in another.
 */
static struct exec_node *
record_hit(const struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n = node_find(a->bucket, k->tid);

	if (!n || !n->open ||
	    n->e.ts < a->since[(unsigned)k->place % EXEC_PLACES])
		return NULL;
	if (!has_part(n, k))
		return n;
	n->hit_over = true;
	return NULL;
}

static void
feed_path(struct exec_assembler *a, const struct raw_event *k,
    struct cmdline_sample *sample)
{
	struct exec_node *n = node_find(a->bucket, k->tid);
	bool path_last = a->order == EXEC_PATH_LAST, late;

	tid_clear(a->calling, k->tid);
	tid_clear(a->calling, k->old_pid);
	record_replace(a, k->tid);
	if (!path_last)
		node_close(a, n, GONE);
	late = path_last ?
	    !(n && n->open) && tid_clear(a->part_pending, k->tid) :
	    tid_clear(a->overdue, k->tid);
	if (late) {
		if (!path_last)
			tid_mark(a->part_pending, k->tid);
		cmdline_sample_free(sample);
		return; /* its record went out without the path */
	}
	n = record_open(a, k);
	if (!n)
		n = record_begin(a, k);
	node_sample(n, sample);
	if (!n)
		return;
	n->e.exec.old_tid = k->old_pid;
	if (a->entry_args)
		call_take(a, n, k->old_pid);
	if (k->text) {
		n->hash = exec_path_hash(k->text, k->text_len);
		node_path(n, k->text, k->text_len);
	}
	call_forget(a, k->old_pid);
	if (path_last)
		node_close(a, n, PRESENT);
	else
		tid_mark(a->part_pending, k->tid);
}

/* The record of a probe's event, with what all of them have. */
static struct exec_node *
feed_probe(struct exec_assembler *a, const struct raw_event *k,
    struct cmdline_sample *sample)
{
	bool begins = probe_begins(a);
	struct exec_node *n = begins ? record_open(a, k) : record_hit(a, k);

	if (!n && begins)
		n = record_begin(a, k);
	node_sample(n, sample);
	if (!n)
		return NULL;
	n->hit = k->ts;
	if (k->argc >= 0)
		n->args.argc = k->argc;
	return n;
}

static void
feed_stack(struct exec_assembler *a, const struct raw_event *k,
    struct cmdline_sample *sample)
{
	struct exec_node *n = feed_probe(a, k, sample);

	if (!n)
		return;
	if (a->order == EXEC_STACK_ONLY)
		tid_mark(a->part_pending, k->tid);
	else if (a->order == EXEC_PATH_LAST)
		tid_clear(a->part_pending, k->tid);
	/* The events of a hit come in the same order each time. */
	if (n->parts & PART_ARGS)
		a->stack_last = true;
	n->hit_over = a->stack_last && !probe_begins(a);
	n->parts |= PART_STACK;
	n->compat = k->compat;
}

static void
feed_args(struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n = feed_probe(a, k, NULL);

	/* After argc follows the environment, which is private. */
	if (n)
		node_args(n, k, k->argc);
}

/* A part of the window on the stack, in any order. */
static void
feed_window(struct exec_assembler *a, const struct raw_event *k,
    struct cmdline_sample *sample)
{
	struct exec_node *n = feed_probe(a, k, sample);

	if (!n)
		return;
	n->parts |= PART_STACK;
	node_window(a, n, k);
}

/*
 * The return value: a number, which the kernel never drops for its size, as it
 * does sched_process_exec with a path over 4,051 bytes.  Where only the stack
 * shows an exec, a program that had none is one of 32 bits, on 2.6.32.
 */
static int
feed_return(struct exec_assembler *a, const struct raw_event *k,
    struct cmdline_sample *sample)
{
	struct exec_node *n = NULL;

	tid_clear(a->calling, k->tid);
	record_replace(a, k->tid);
	if (k->ret >= 0 && a->order != EXEC_PATH_LAST) {
		bool overdue = tid_clear(a->overdue, k->tid);
		bool pending = !a->part_pending ||
		    tid_clear(a->part_pending, k->tid) || overdue;

		n = record_open(a, k);
		if (!n && !pending)
			n = record_begin(a, k);
	}
	if (n) {
		n->parts |= PART_RETURN;
		n->compat = probe_begins(a);
		call_take(a, n, k->tid);
	}
	node_sample(n, sample);
	if (k->ret < 0 && !a->succeeded)
		return call_return(a, k);
	call_forget(a, k->tid);
	return 0;
}

/*
 * In the middle of a call of execve, only the exec renames the task; and under
 * the number of a dead one, a thread that has taken the process over.  The
 * path, which comes next, or the return value begins the record; but a path of
 * more than 4,051 bytes does not come, and a tracer can make of the return that
 * of another call: then all that follows shows that the exec succeeded, because
 * of one that failed there is the return value.
 */
static void
feed_rename_exec(struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n;

	if (k->tid != k->pid || !tid_clear(a->calling, k->tid) ||
	    probe_begins(a) || !(n = record_begin(a, k)))
		return;
	n->renamed = true;
	n->e.exec.old_tid = 0;
}

static int
feed_rename(struct exec_assembler *a, const struct raw_event *k)
{
	unsigned b = node_bucket(k->pid);

	node_close(a, node_find(a->bucket, k->tid), GONE);
	node_suspect_samples(a, k);
	tid_clear(a->part_pending, k->tid);
	tid_clear(a->overdue, k->tid);
	a->renamed[b].tid = k->pid;
	node_comm(a->renamed[b].comm, k);
	if (a->names && exec_other(a, k) != 0)
		return -1;
	feed_rename_exec(a, k);
	return 0;
}

/* It runs again: what follows is of another exec. */
static void
feed_call(struct exec_assembler *a, const struct raw_event *k)
{
	node_close(a, node_find(a->bucket, k->tid), PRESENT);
	tid_clear(a->part_pending, k->tid);
	tid_clear(a->overdue, k->tid);
	if (k->kind == RAW_PATH) {
		call_path(a, k);
		return;
	}
	tid_mark(a->calling, k->tid);
	if (a->confirms)
		call_confirm(a, k);
}

/* An event to which no sample belongs. */
static int
feed_plain(struct exec_assembler *a, const struct raw_event *k)
{
	unsigned b = node_bucket(k->tid);

	switch (k->kind) {
	case RAW_ARGS:
		feed_args(a, k);
		return 0;
	case RAW_ENTRY:
		call_entry(a, k);
		return 0;
	case RAW_ENTRY_ARGS:
		call_entry_args(a, k);
		return 0;
	case RAW_PATH:
	case RAW_CALL:
		feed_call(a, k);
		return 0;
	case RAW_MAP:
		/* It runs, and may map a loader to jump to it. */
		node_close(a, node_find(a->bucket, k->tid), PRESENT);
		return 0;
	case RAW_CLONE:
		a->cloned[b].tid = k->tid;
		a->cloned[b].flags = k->flags;
		return 0;
	case RAW_RENAME:
		return feed_rename(a, k);
	default:
		return exec_other(a, k);
	}
}

int
exec_feed(struct exec_assembler *a, const struct raw_event *k,
    struct cmdline_sample *sample)
{
	if (a->traits && k->kind == RAW_CALL &&
	    exec_change(a, k, 1 << TRAIT_EXE, 0) != 0)
		return -1;
	if (a->traits && k->kind == RAW_RETURN &&
	    exec_change(a, k, 0, 1 << TRAIT_EXE) != 0)
		return -1;
	switch (k->kind) {
	case RAW_EXEC:
		feed_path(a, k, sample);
		return 0;
	case RAW_STACK:
		feed_stack(a, k, sample);
		return 0;
	case RAW_WINDOW:
		feed_window(a, k, sample);
		return 0;
	case RAW_RETURN:
		return feed_return(a, k, sample);
	default:
		cmdline_sample_free(sample);
		return feed_plain(a, k);
	}
}
