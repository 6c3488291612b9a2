/* Records on their way out: when each is complete. */
#include "exec_node.h"

#include <stdlib.h>
#include <string.h>

/* How long a record waits for parts that may never come, in ns; whatever the
 * thread does next ends the wait.  A CPU of a virtual machine may stand still
 * in the middle of an exec.  A static program never passes through the loader; a
 * dynamic one may have to read the loader from a slow disk first. */
#define WAIT_PATH    1000000000u
#define WAIT_UNKNOWN 50000000u
#define WAIT_STATIC  2000000u
#define WAIT_DYNAMIC 1000000000u
/* All probe events of an exec come from one hit; one too large for the ring
 * buffer never does. */
#define WAIT_CHUNKS  100000000u
/* Where nothing comes behind them, one that is late would seem to be another
 * exec. */
#define WAIT_STACK   100000000u
/* What was read behind a rename: for a sign that it was none of an exec. */
#define WAIT_RENAMED 100000000u

enum linkage { LINK_UNKNOWN, LINK_STATIC, LINK_DYNAMIC };

/* FNV-1a */
unsigned
exec_path_hash(const char *s, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return (h ^ h >> 16) % EXEC_BUCKETS;
}

int
exec_init(struct exec_joiner *j, bool returns)
{
	j->tail = &j->head;
	if (returns && !(j->owed = calloc(EXEC_TIDS / 8, 1)))
		return -1;
	return 0;
}

void
node_peek(struct exec_node *n, struct exec_peek *peek)
{
	exec_peek_free(n->peek);
	n->peek = peek;
	if (peek)
		n->hold = peek->taken;
}

void
node_close(struct exec_joiner *j, struct exec_node *n, bool gone)
{
	struct args_pieces view = node_view(n);

	if (!n->open)
		return;
	n->open = false;
	if (j->order == EXEC_PATH_FIRST && (n->parts & PART_PATH))
		j->linkage[n->hash] = n->parts & (PART_STACK | PART_ARGS) ?
		    LINK_DYNAMIC :
		    LINK_STATIC;
	if (!gone && !n->peek && j->peek &&
	    (j->entry_args || !args_complete(&view, j->want)))
		node_peek(n, j->peek(j->arg, n->e.tid));
}

bool
node_owe(struct exec_joiner *j, int tid, bool owed)
{
	uint8_t bit = (uint8_t)(1u << (tid & 7)), *byte;
	bool before;

	if (!j->owed || tid < 0 || tid >= EXEC_TIDS)
		return true;
	byte = &j->owed[tid / 8];
	before = *byte & bit;
	*byte = owed ? *byte | bit : *byte & (uint8_t)~bit;
	return before;
}

bool
exec_wants_peek(const struct exec_joiner *j, const struct kevent *k)
{
	if (!j->peek)
		return false;
	if (k->kind == KEVENT_STACK)
		return k->compat || (k->argc > j->fetch && j->want > j->fetch);
	if (k->kind == KEVENT_RETURN)
		return k->ret == 0 && j->order == EXEC_PATH_ONLY;
	if (k->kind != KEVENT_EXEC || j->order == EXEC_PATH_LAST)
		return false;
	return j->order == EXEC_PATH_ONLY || !k->text ||
	    j->linkage[exec_path_hash(k->text, k->text_len)] != LINK_DYNAMIC;
}

static uint64_t
node_deadline(const struct exec_joiner *j, const struct exec_node *n)
{
	if (j->order == EXEC_STACK_ONLY)
		return n->hit + WAIT_STACK;
	if (!(n->parts & PART_PATH))
		return n->e.ts + WAIT_PATH;
	if (n->parts & (PART_STACK | PART_ARGS))
		return n->hit + WAIT_CHUNKS;
	if (j->order == EXEC_PATH_ONLY)
		return n->e.ts + (j->owed ? WAIT_STATIC : 0);
	switch (j->linkage[n->hash]) {
	case LINK_STATIC:
		return n->e.ts + WAIT_STATIC;
	case LINK_DYNAMIC:
		return n->e.ts + WAIT_DYNAMIC;
	default:
		return n->e.ts + WAIT_UNKNOWN;
	}
}

/* Have all probe events of its hit come? */
static bool
has_all(const struct exec_joiner *j, const struct exec_node *n)
{
	int fetched = n->argc < j->fetch ? n->argc : j->fetch;

	if (n->compat)
		return true;
	if (!(n->parts & PART_STACK) || n->argc < 0 || fetched > n->pieces)
		return false;
	for (int i = 0; i < fetched; i++)
		if (!n->piece[i].seen)
			return false;
	return true;
}

static bool
is_doubtful(const struct exec_node *n)
{
	return n->peek && n->peek->taken == PEEK_IN_DOUBT;
}

/* Is the record as complete as it gets, given all events up to until? */
static bool
node_ready(struct exec_joiner *j, struct exec_node *n, uint64_t until)
{
	struct args_pieces view = node_view(n);
	bool complete = args_complete(&view, j->want);
	/* Those of an execve are of the caller: /proc knows better. */
	bool enough = complete && !(j->entry_args && n->is_exec);
	/* Where the stack is all that tells, nothing comes behind its last
	 * part, though some could not be fetched. */
	bool last = j->order == EXEC_STACK_ONLY ?
	    has_all(j, n) :
	    enough && (n->parts & PART_PATH);

	if (n->open && !last && until < node_deadline(j, n))
		return false;
	if (n->open && j->order == EXEC_PATH_LAST)
		node_owe(j, n->e.tid, true);
	node_close(j, n, false);
	return enough ||
	    until >= n->hold + (is_doubtful(n) ? WAIT_RENAMED : 0);
}

static void
node_finish(struct exec_joiner *j, struct exec_node *n)
{
	struct args_pieces view = node_view(n), none = { .argc = -1 };
	struct event *e = &n->e;
	/* Those of an execve are of the caller. */
	struct args_pieces *parts = j->entry_args ? &none : &view;
	const struct exec_peek *peek = is_doubtful(n) ? NULL : n->peek;

	if (n->parts & PART_PATH)
		e->path = n->bytes.data + n->path;
	if (e->type == EVENT_EXECFAIL) {
		fail_finish(j, n);
		return;
	}
	if (!args_complete(parts, j->want) && peek &&
	    args_from_cmdline(&e->args, &j->text, peek->bytes, peek->len,
		peek->whole, parts, j->want))
		return;
	if (j->entry_args) /* what is known of a call, its argc or not */
		fail_finish(j, n);
	else
		args_join(&e->args, &j->text, &view, j->want);
}

/* Take the head out of the queue. */
static struct exec_node *
dequeue(struct exec_joiner *j)
{
	struct exec_node *n = j->head;

	j->head = n->next;
	if (!j->head)
		j->tail = &j->head;
	if (n->is_exec)
		node_unchain(j->bucket, n);
	return n;
}

int
exec_next(struct exec_joiner *j, uint64_t until, struct event *e)
{
	struct exec_node *n;

	if (j->last)
		node_release(j, j->last);
	j->last = NULL;
	while (j->head && j->head->dropped)
		node_release(j, dequeue(j));
	n = j->head;
	if (!n || (n->is_exec && !node_ready(j, n, until)))
		return 0;
	j->last = dequeue(j);
	if (n->is_exec || n->e.type == EVENT_EXECFAIL)
		node_finish(j, n);
	*e = n->e;
	return 1;
}

bool
exec_pending(const struct exec_joiner *j)
{
	return j->head != NULL;
}

void
exec_free(struct exec_joiner *j)
{
	for (int i = 0; i < EXEC_BUCKETS; i++)
		while (j->entry[i])
			fail_drop(j, j->entry[i]->e.tid);
	if (j->last)
		node_release(j, j->last);
	node_free_list(j->head);
	node_free_list(j->spare);
	free(j->owed);
	buf_free(&j->text);
	*j = (struct exec_joiner){ 0 };
}
