/* Calls of execve that fail. */
#include "exec_node.h"

#include <limits.h>
#include <string.h>

/* A call that is still remembered after this long never returned. */
#define CALL_MAX 1000000000u

void
fail_drop(struct exec_joiner *j, int tid)
{
	struct exec_node *n = node_find(j->entry, tid);

	if (!n)
		return;
	node_unchain(j->entry, n);
	node_release(j, n);
}

/* Is it an event that the call has already: another one, with the same argv? */
static bool
is_again(const struct exec_node *n, const struct kevent *k)
{
	if (k->kind == KEVENT_ENTRY)
		return n->parts & PART_STACK;
	return k->first < n->pieces && n->piece[k->first].seen;
}

/* The node of this call: its events come in any order. */
static struct exec_node *
call_node(struct exec_joiner *j, const struct kevent *k)
{
	struct exec_node *n = node_find(j->entry, k->tid);

	if (n &&
	    (n->argv != k->argv || k->ts - n->e.ts > CALL_MAX ||
		is_again(n, k))) {
		fail_drop(j, k->tid);
		n = NULL;
	}
	if (!n && (n = node_add(j, j->entry, k)))
		n->argv = k->argv;
	return n;
}

/* How many pointers stand before the NULL, -1 when it was not seen: only
 * what lies in the first one's page was surely there to be read. */
static int
count_pointers(const struct kevent *k)
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
fail_entry(struct exec_joiner *j, const struct kevent *k)
{
	struct exec_node *n = call_node(j, k);

	if (!n)
		return;
	n->parts |= PART_STACK;
	n->argc = count_pointers(k);
	if (k->text && (k->text_len || !j->blank))
		node_path(n, k->text, k->text_len);
}

void
fail_entry_args(struct exec_joiner *j, const struct kevent *k)
{
	struct exec_node *n = call_node(j, k);

	if (!n)
		return;
	node_args(n, k, INT_MAX);
	for (int i = 0; j->blank && i < k->count; i++)
		if (k->first + i < n->pieces && !k->arg_len[i])
			n->piece[k->first + i].known = false;
}

void
fail_path(struct exec_joiner *j, const struct kevent *k)
{
	struct exec_node *n = node_find(j->entry, k->tid);

	if (n && k->ts - n->e.ts > CALL_MAX) {
		fail_drop(j, k->tid);
		n = NULL;
	}
	if (!n)
		n = node_add(j, j->entry, k);
	/* Call after call may fail, and nobody tells. */
	if (n && n->parts & PART_PATH && !(n->parts & PART_ARGS))
		n->bytes.len = 0;
	if (n && k->text)
		node_path(n, k->text, k->text_len);
}

static int
known_argc(const struct exec_node *n)
{
	struct args_pieces view = node_view(n);

	return view.count && view.piece[0].known ? n->argc : -1;
}

void
fail_adopt(struct exec_joiner *j, struct exec_node *n, int tid)
{
	struct exec_node *call = node_find(j->entry, tid), old = *n;

	if (!call)
		return;
	if (j->entry_args) {
		n->parts |= call->parts & PART_PATH;
		n->path = call->path;
		n->argc = known_argc(call);
		n->parts |= PART_ARGS;
		n->bytes = call->bytes;
		n->piece = call->piece;
		n->pieces = call->pieces;
		call->bytes = old.bytes;
		call->piece = old.piece;
		call->pieces = old.pieces;
	}
	if (!j->entry_args && call->parts & PART_PATH && !call->bytes.failed)
		node_path(n, call->bytes.data + call->path,
		    strlen(call->bytes.data + call->path));
	fail_drop(j, tid);
}

/* A number fetched from a page that was not there is garbage (4.20+): the
 * count holds only if a string came from that page. */
void
fail_finish(struct exec_joiner *j, struct exec_node *n)
{
	struct args_pieces view = node_view(n);
	int argc = known_argc(n);

	view.argc = argc < 0 ? view.count : argc;
	args_join(&n->e.args, &j->text, &view, j->want);
	n->e.args.argc = argc;
	if (argc < 0)
		n->e.args.state = n->e.args.count ? ARGS_CUT : ARGS_NONE;
}

int
fail_return(struct exec_joiner *j, const struct kevent *k)
{
	struct exec_node *n = node_find(j->entry, k->tid);

	if (n)
		node_unchain(j->entry, n);
	else if (!(n = node_new(j)))
		return -1;
	else
		n->argc = -1;
	n->e = (struct event){ .type = EVENT_EXECFAIL,
		.ts = k->ts,
		.cpu = k->cpu,
		.tid = k->tid,
		.error = (int)-k->ret };
	node_enqueue(j, n);
	return 0;
}
