#include "exec_node.h"

#include <stdlib.h>
#include <string.h>

#define SPARE_MAX 4096 /* bytes that a node keeps for its next use */

void
exec_peek_free(struct exec_peek *peek)
{
	if (peek && peek->held)
		*peek->held -= peek->len;
	free(peek);
}

unsigned
node_bucket(int tid)
{
	return (unsigned)tid % EXEC_BUCKETS;
}

struct exec_node *
node_new(struct exec_joiner *j)
{
	struct exec_node *n = j->spare;

	if (!n)
		return calloc(1, sizeof *n);
	j->spare = n->next;
	*n = (struct exec_node){
		.bytes = n->bytes, .piece = n->piece, .pieces = n->pieces
	};
	n->bytes.len = 0;
	if (n->pieces)
		memset(n->piece, 0, (size_t)n->pieces * sizeof *n->piece);
	return n;
}

void
node_release(struct exec_joiner *j, struct exec_node *n)
{
	exec_peek_free(n->peek);
	n->peek = NULL;
	if (n->bytes.cap > SPARE_MAX)
		buf_free(&n->bytes);
	n->next = j->spare;
	j->spare = n;
}

static void
node_free(struct exec_node *n)
{
	exec_peek_free(n->peek);
	free(n->piece);
	buf_free(&n->bytes);
	free(n);
}

void
node_free_list(struct exec_node *n)
{
	while (n) {
		struct exec_node *next = n->next;

		node_free(n);
		n = next;
	}
}

void
node_enqueue(struct exec_joiner *j, struct exec_node *n)
{
	n->next = NULL;
	*j->tail = n;
	j->tail = &n->next;
}

void
node_unchain(struct exec_node **table, struct exec_node *n)
{
	struct exec_node **p = &table[node_bucket(n->e.tid)];

	while (*p && *p != n)
		p = &(*p)->chain;
	if (*p)
		*p = n->chain;
}

struct exec_node *
node_find(struct exec_node *const *table, int tid)
{
	struct exec_node *n = table[node_bucket(tid)];

	while (n && n->e.tid != tid)
		n = n->chain;
	return n;
}

struct exec_node *
node_add(
    struct exec_joiner *j, struct exec_node **table, const struct kevent *k)
{
	struct exec_node *n = node_new(j), **b = &table[node_bucket(k->tid)];

	if (!n)
		return NULL;
	n->e = (struct event){ .type = EVENT_EXEC,
		.ts = k->ts,
		.cpu = k->cpu,
		.tid = k->tid,
		.pid = k->tid,
		.old_tid = k->tid };
	n->argc = -1;
	n->chain = *b;
	*b = n;
	return n;
}

static bool
make_pieces(struct exec_node *n, int count)
{
	struct args_piece *p;

	if (count <= n->pieces)
		return true;
	p = realloc(n->piece, (size_t)count * sizeof *p);
	if (!p)
		return false;
	memset(p + n->pieces, 0, (size_t)(count - n->pieces) * sizeof *p);
	n->piece = p;
	n->pieces = count;
	return true;
}

void
node_path(struct exec_node *n, const char *path, size_t len)
{
	n->parts |= PART_PATH;
	n->path = n->bytes.len;
	buf_add(&n->bytes, path, len);
	buf_putc(&n->bytes, '\0');
}

/*
 * The strings of a new stack lie one behind the other, behind the last one
 * the first of the environment (create_elf_tables, fs/binfmt_elf.c): the next
 * pointer tells the length.  Returns it, or -1 when it is not known.
 */
static int64_t
true_length(const struct kevent *k, int i, int argc)
{
	int next = k->first + i + 1 == argc ? i + 2 : i + 1;

	if (k->kind != KEVENT_ARGS || !k->pointer[i] || !k->pointer[next])
		return -1;
	return (int64_t)(k->pointer[next] - k->pointer[i]) - 1;
}

/*
 * Is what was fetched the whole argument?  From 5.x on an empty string has no
 * bytes, as one that could not be fetched.  And one of 4,096 bytes or more
 * counts nothing when the kernel makes room, so it is cut to the room of the
 * strings behind it, which then are missing (store_trace_args,
 * kernel/trace/trace_probe_tmpl.h).
 */
static bool
is_whole(const struct kevent *k, int i, int argc)
{
	int64_t len = true_length(k, i, argc);
	bool missing = false;

	if (len >= 0)
		return len == (k->arg[i] ? (int64_t)k->arg_len[i] : 0);
	if (!k->arg[i] || k->arg_len[i] >= FETCH_MAX)
		return false;
	for (int j = i + 1; j < k->count && k->first + j < argc; j++) {
		if (k->arg[j])
			return true;
		missing |= k->kind == KEVENT_ARGS || k->pointer[j] != 0;
	}
	return !missing;
}

void
node_args(struct exec_node *n, const struct kevent *k, int argc)
{
	if (!make_pieces(n, k->first + k->count))
		return;
	n->parts |= PART_ARGS;
	for (int i = 0; i < k->count && k->first + i < argc; i++) {
		struct args_piece *p = &n->piece[k->first + i];

		p->seen = true;
		if (!is_whole(k, i, argc))
			continue;
		p->offset = n->bytes.len;
		p->len = k->arg[i] ? k->arg_len[i] : 0;
		buf_add(&n->bytes, k->arg[i], p->len);
		p->known = !n->bytes.failed;
	}
}

struct args_pieces
node_view(const struct exec_node *n)
{
	return (struct args_pieces){ .bytes = n->bytes.data,
		.piece = n->piece,
		.count = n->pieces,
		.argc = n->argc };
}
