/* Calls of execve: they may fail, and then they are records of their own. */
#include "events/exec_node.h"

#include <limits.h>
#include <string.h>

#include "events/restart.h"

/* A call that is still remembered after this long never returned. */
#define CALL_MAX 1000000000u

void
call_forget(struct exec_assembler *a, int tid)
{
	struct exec_node *n = node_find(a->entry, tid);

	if (!n)
		return;
	node_unchain(a->entry, n);
	node_release(a, n);
}

void
call_forget_all(struct exec_assembler *a)
{
	for (int i = 0; i < EXEC_BUCKETS; i++)
		while (a->entry[i])
			call_forget(a, a->entry[i]->e.tid);
}

/* Has the call this event already?  Then it is of another call, with the same
 * argv. */
static bool
has_event(const struct exec_node *n, const struct raw_event *k)
{
	if (k->kind == RAW_ENTRY)
		return n->parts & PART_STACK;
	return k->first < n->args.count && n->args.piece[k->first].seen;
}

/* The node of a call, whose events come in any order. */
static struct exec_node *
call_node(struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n = node_find(a->entry, k->tid);

	if (n &&
	    (n->argv != k->argv || k->ts - n->e.ts > CALL_MAX ||
		has_event(n, k))) {
		call_forget(a, k->tid);
		n = NULL;
	}
	if (!n && (n = node_add(a, a->entry, k)))
		n->argv = k->argv;
	return n;
}

/* How many pointers stand before the NULL, -1 when it was not seen: only what
 * lies in the page of the first one could be read for certain. */
static int
count_pointers(const struct raw_event *k)
{
	for (int i = 0; i < k->count; i++) {
		uint64_t at = k->argv + (unsigned)(k->slot * i);

		if ((at ^ k->argv) >= 4096)
			return -1;
		if (k->pointer[i] == 0)
			return i;
	}
	return -1;
}

void
call_entry(struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n = call_node(a, k);

	if (!n)
		return;
	n->parts |= PART_STACK;
	n->name = k->name;
	n->args.argc = count_pointers(k);
	if (k->text && (k->text_len || !a->blank))
		node_path(n, k->text, k->text_len);
}

void
call_entry_args(struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n = call_node(a, k);

	if (!n)
		return;
	node_args(n, k, INT_MAX);
	for (int i = 0; a->blank && i < k->count; i++)
		if (k->first + i < n->args.count && !k->arg_len[i])
			n->args.piece[k->first + i].known = false;
}

void
call_path(struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n = node_find(a->entry, k->tid);

	if (n && k->ts - n->e.ts > CALL_MAX) {
		call_forget(a, k->tid);
		n = NULL;
	}
	if (!n)
		n = node_add(a, a->entry, k);
	/* Call after call may fail, and no event reports it. */
	if (n && n->parts & PART_PATH && !(n->parts & PART_ARGS))
		n->bytes.len = 0;
	if (n && k->text)
		node_path(n, k->text, k->text_len);
}

/* A C library that was changed may be entered with one call, and make another,
 * or none. */
void
call_confirm(struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n = node_find(a->entry, k->tid);

	if (!n)
		return;
	if (n->argv == k->argv && n->name == k->name && !n->confirmed)
		n->confirmed = true;
	else
		call_forget(a, k->tid);
}

static int
true_argc(const struct exec_node *n)
{
	const struct args_pieces *p = &n->args;

	return p->count && p->piece[0].known ? p->argc : -1;
}

void
call_take(struct exec_assembler *a, struct exec_node *n, int tid)
{
	struct exec_node *call = node_find(a->entry, tid), old = *n;

	if (!call)
		return;
	if (a->entry_args) {
		n->parts |= (call->parts & PART_PATH) | PART_ARGS;
		n->path = call->path;
		n->bytes = call->bytes;
		n->args = call->args;
		n->args.argc = true_argc(call);
		call->bytes = old.bytes;
		call->args = old.args;
	} else if (call->parts & PART_PATH && !call->bytes.failed)
		node_path(n, call->bytes.data + call->path,
		    strlen(call->bytes.data + call->path));
	call_forget(a, tid);
}

/* Since Linux 4.20 a number fetched from a page that was not there is garbage:
 * the count is true only if a string came from that page. */
void
call_finish(struct exec_assembler *a, struct exec_node *n)
{
	struct args_pieces pieces = n->args;
	int argc = true_argc(n);

	pieces.argc = argc < 0 ? pieces.count : argc;
	args_join(&n->e.args, &a->text, &pieces, a->want);
	n->e.args.argc = argc;
	if (argc < 0)
		n->e.args.state = n->e.args.count ? ARGS_CUT : ARGS_NONE;
}

int
call_return(struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n = node_find(a->entry, k->tid);

	if (is_restart(k->ret)) {
		if (n)
			n->confirmed = false;
		return 0;
	}
	if (n && a->confirms && !n->confirmed) {
		call_forget(a, k->tid);
		n = NULL;
	}
	if (n)
		node_unchain(a->entry, n);
	else if (!(n = node_new(a)))
		return -1;
	n->e = (struct event){ .type = EVENT_EXECFAIL,
		.ts = k->ts,
		.cpu = k->cpu,
		.tid = k->tid,
		.exec.error = (int)-k->ret };
	node_enqueue(a, n);
	return 0;
}
