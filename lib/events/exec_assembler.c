/* Records of execs on their way out: when each one is complete. */
#include "events/exec_assembler.h"
#include "events/exec_node.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

/* How long a record waits for parts that may never come, in ns; the next event
 * of the thread ends the wait.  A CPU of a virtual machine may stand still
 * in the middle of an exec.  A static program never passes through the loader;
 * a dynamic one may have to read the loader from a slow disk first. */
#define WAIT_PATH    1000000000u
#define WAIT_UNKNOWN 50000000u
#define WAIT_STATIC  2000000u
#define WAIT_DYNAMIC 1000000000u
/* All probe events of an exec come from one hit; one too large for the ring
 * buffer never does. */
#define WAIT_CHUNKS  100000000u
/* Where no other part follows, one that is late would seem to be of another
 * exec. */
#define WAIT_STACK   100000000u
/* A sample that was read after a rename waits for proof that the rename was
 * not that of an exec. */
#define WAIT_RENAMED 100000000u
/* To give back much memory takes long, and so does the way out of a CPU that
 * has much to do. */
#define WAIT_LEFT    200000000u

enum linkage { LINK_UNKNOWN, LINK_STATIC, LINK_DYNAMIC };

unsigned
exec_path_hash(const char *s, size_t len)
{
	uint32_t h = hash_bytes(HASH_EMPTY, s, len);

	return (h ^ h >> 16) % EXEC_BUCKETS;
}

int
exec_init(struct exec_assembler *a)
{
	a->tail = &a->head;
	if (!a->returns)
		return 0;
	a->part_pending = calloc(EXEC_TIDS / 8, 1);
	a->calling = calloc(EXEC_TIDS / 8, 1);
	a->overdue = calloc(EXEC_TIDS / 8, 1);
	return a->part_pending && a->calling && a->overdue ? 0 : -1;
}

void
node_close(struct exec_assembler *a, struct exec_node *n, enum program_is now)
{
	if (!n || !n->open)
		return;
	n->open = false;
	node_forget_window(n);
	if (a->order == EXEC_PATH_FIRST && (n->parts & PART_PATH))
		a->linkage[n->hash] = n->parts & (PART_STACK | PART_ARGS) ?
		    LINK_DYNAMIC :
		    LINK_STATIC;
	if (now == PRESENT && !n->sample && a->read_sample &&
	    (a->entry_args || !args_complete(&n->args, a->want)))
		node_sample(n, a->read_sample(a->arg, n->e.tid));
}

bool
exec_wants_sample(const struct exec_assembler *a, const struct raw_event *k)
{
	if (!a->read_sample)
		return false;
	if (k->kind == RAW_STACK)
		return k->compat || (k->argc > a->fetch && a->want > a->fetch);
	if (k->kind == RAW_WINDOW)
		return k->first == 0 && exec_exceeds_window(a, k);
	if (k->kind == RAW_RETURN)
		return k->ret == 0 && a->order == EXEC_PATH_ONLY;
	if (k->kind != RAW_EXEC || a->order == EXEC_PATH_LAST)
		return false;
	return a->order == EXEC_PATH_ONLY || !k->text ||
	    a->linkage[exec_path_hash(k->text, k->text_len)] != LINK_DYNAMIC;
}

static uint64_t
node_deadline(const struct exec_assembler *a, const struct exec_node *n)
{
	if (a->order == EXEC_STACK_ONLY)
		return n->hit + WAIT_STACK;
	if (!(n->parts & PART_PATH))
		return n->e.ts + WAIT_PATH;
	if (n->parts & (PART_STACK | PART_ARGS))
		return n->hit + WAIT_CHUNKS;
	if (a->order == EXEC_PATH_ONLY)
		return n->e.ts + (a->part_pending ? WAIT_STATIC : 0);
	switch (a->linkage[n->hash]) {
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
has_all(const struct exec_assembler *a, const struct exec_node *n)
{
	int fetched = n->args.argc < a->fetch ? n->args.argc : a->fetch;

	if (n->compat)
		return true;
	if (!(n->parts & PART_STACK) || n->args.argc < 0 ||
	    fetched > n->args.count)
		return false;
	for (int i = 0; i < fetched; i++)
		if (!n->args.piece[i].seen)
			return false;
	return true;
}

static bool
is_suspect(const struct exec_node *n)
{
	return n->sample && n->sample->taken == SAMPLE_SUSPECT;
}

/* Is the record as complete as it gets, given all events up to until? */
static bool
node_ready(struct exec_assembler *a, struct exec_node *n, uint64_t until)
{
	bool complete = args_complete(&n->args, a->want);
	/* The strings of an execve are the caller's: /proc knows better. */
	bool enough = complete && !(a->entry_args && n->is_exec);
	/* Where only the stack shows an exec, nothing follows its last part,
	 * though some parts could not be fetched. */
	bool last = a->order == EXEC_STACK_ONLY ?
	    has_all(a, n) :
	    enough && (n->parts & PART_PATH);

	if (n->open && !last && until < node_deadline(a, n))
		return false;
	if (n->open && a->order == EXEC_PATH_LAST)
		tid_mark(a->part_pending, n->e.tid);
	if (n->open && n->renamed)
		tid_mark(a->overdue, n->e.tid);
	node_close(a, n, PRESENT);
	return enough || until >= n->hold + (is_suspect(n) ? WAIT_RENAMED : 0);
}

static void
node_finish(struct exec_assembler *a, struct exec_node *n)
{
	struct args_pieces none = { .argc = -1 };
	struct event *e = &n->e;
	/* The strings of an execve are the caller's. */
	struct args_pieces *parts = a->entry_args ? &none : &n->args;
	const struct cmdline_sample *sample = is_suspect(n) ? NULL : n->sample;

	if (n->parts & PART_PATH)
		e->path = n->bytes.data + n->path;
	if (e->type == EVENT_EXECFAIL) {
		call_finish(a, n);
		return;
	}
	if (!args_complete(parts, a->want) && sample &&
	    args_from_cmdline(&e->args, &a->text, sample->bytes, sample->len,
		sample->whole, parts, a->want))
		return;
	if (a->entry_args) /* of a call argc may not be known */
		call_finish(a, n);
	else
		args_join(&e->args, &a->text, &n->args, a->want);
}

/* Take the head out of the queue. */
static struct exec_node *
dequeue(struct exec_assembler *a)
{
	struct exec_node *n = a->head;

	a->head = n->next;
	if (!a->head)
		a->tail = &a->head;
	if (n->is_exec)
		node_unchain(a->bucket, n);
	else if (a->awaits_left && n->e.type == EVENT_EXIT)
		node_unchain(a->leaving, n);
	return n;
}

int
exec_next(struct exec_assembler *a, uint64_t until, struct event *e)
{
	struct exec_node *n;

	if (a->last)
		node_release(a, a->last);
	a->last = NULL;
	while (a->head && a->head->discarded)
		node_release(a, dequeue(a));
	n = a->head;
	if (!n || (n->is_exec && !node_ready(a, n, until)))
		return 0;
	if (!n->is_exec && n->open && until < n->e.ts + WAIT_LEFT)
		return 0;
	a->last = dequeue(a);
	if (n->is_exec || n->e.type == EVENT_EXECFAIL)
		node_finish(a, n);
	*e = n->e;
	return 1;
}

bool
exec_pending(const struct exec_assembler *a)
{
	return a->head != NULL;
}

bool
exec_leaving(const struct exec_assembler *a)
{
	return a->head && !a->head->is_exec && a->head->open;
}

bool
exec_moves(const struct exec_assembler *a, int tid, int pid)
{
	const struct event *e;

	for (const struct exec_node *n = a->head; n; n = n->next) {
		e = &n->e;
		if (e->type == EVENT_LOST)
			return true;
		if (e->type == EVENT_CGROUP &&
		    (!e->tid || e->tid == tid || e->tid == pid))
			return true;
	}
	return false;
}

void
exec_each(const struct exec_assembler *a,
    void (*each)(void *, const struct event *), void *arg)
{
	for (const struct exec_node *n = a->head; n; n = n->next)
		each(arg, &n->e);
}

uint64_t
exec_waits_since(const struct exec_assembler *a)
{
	return a->head ? a->head->e.ts : UINT64_MAX;
}

void
exec_free(struct exec_assembler *a)
{
	call_forget_all(a);
	if (a->last)
		node_release(a, a->last);
	node_free_list(a->head);
	node_free_list(a->spare);
	free(a->part_pending);
	free(a->calling);
	free(a->overdue);
	buf_free(&a->text);
	*a = (struct exec_assembler){ 0 };
}
