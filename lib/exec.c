/* Execs that succeed, and the order of everything. */
#include "exec_node.h"

#include <stdlib.h>
#include <string.h>

/* How long a record waits for parts that may never come, in ns.  A static
 * program never passes through the loader; a dynamic one may have to read the
 * loader from a slow disk first. */
#define WAIT_PATH    100000000u
#define WAIT_UNKNOWN 50000000u
#define WAIT_STATIC  2000000u
#define WAIT_DYNAMIC 1000000000u
/* All probe events of an exec come from one hit; one too large for the ring
 * buffer never does. */
#define WAIT_CHUNKS  5000000u

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

static void
node_peek(struct exec_node *n, struct exec_peek *peek)
{
	free(n->peek);
	n->peek = peek;
	if (peek)
		n->hold = peek->taken;
}

/*
 * No more parts can come: learn whether the program passed by a loader, and
 * ask /proc for what is missing, unless the program is gone.
 */
static void
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
	if (!gone && !n->peek && j->peek && !args_complete(&view, j->want))
		node_peek(n, j->peek(j->arg, n->e.tid));
}

/* A part that the open record has already begins another exec. */
static bool
has_part(const struct exec_node *n, const struct kevent *k)
{
	switch (k->kind) {
	case KEVENT_STACK:
		return (n->parts & PART_STACK) ||
		    (n->argc >= 0 && n->argc != k->argc);
	case KEVENT_ARGS:
		return (n->argc >= 0 && n->argc != k->argc) ||
		    (k->first < n->pieces && n->piece[k->first].seen);
	case KEVENT_EXEC:
		return n->parts & PART_PATH;
	default:
		return n->parts & (PART_RETURN | PART_STACK | PART_ARGS);
	}
}

/* Whatever /proc said of this pid up to now may be about its successor. */
static void
spoil_peeks(struct exec_joiner *j, int pid, uint64_t ts)
{
	for (struct exec_node *n = j->bucket[node_bucket(pid)]; n; n = n->chain)
		if (n->e.tid == pid && n->peek && n->peek->taken >= ts) {
			free(n->peek);
			n->peek = NULL;
		}
}

/*
 * The record a part belongs to, or a new one where this part may begin one.
 * A program can jump to its loader's entry whenever it likes: only what the
 * kernel itself does begins a record.
 */
static struct exec_node *
node_for(struct exec_joiner *j, const struct kevent *k, bool begins)
{
	struct exec_node *n = node_find(j->bucket, k->tid);

	if (n && n->open && !has_part(n, k))
		return n;
	if (!begins)
		return NULL;
	if (n)
		node_close(j, n, true);
	spoil_peeks(j, k->tid, k->ts);
	n = node_add(j, j->bucket, k);
	if (!n)
		return NULL;
	n->is_exec = n->open = true;
	if (j->renamed[node_bucket(k->tid)].tid == k->tid)
		memcpy(
		    n->e.comm, j->renamed[node_bucket(k->tid)].comm, COMM_LEN);
	node_enqueue(j, n);
	return n;
}

/*
 * A bit a thread for the part of its exec that is still to come though the
 * record may be gone by then: the return value behind a path, or, where the
 * path comes last, the path behind a record that waited for it too long.
 * Returns what was owed before; without the table everything may be.
 */
static bool
owe(struct exec_joiner *j, int tid, bool owed)
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

static void
feed_path(struct exec_joiner *j, const struct kevent *k, struct exec_peek *peek)
{
	struct exec_node *n;

	n = node_find(j->bucket, k->tid);
	if (j->order != EXEC_PATH_LAST && n)
		node_close(j, n, true);
	if (j->order == EXEC_PATH_LAST && j->owed && !(n && n->open) &&
	    owe(j, k->tid, false)) {
		free(peek); /* told already, without its path */
		return;
	}
	n = node_for(j, k, true);
	if (!n) {
		free(peek);
		return;
	}
	n->e.old_tid = k->old_pid;
	if (k->text) {
		n->hash = exec_path_hash(k->text, k->text_len);
		node_path(n, k->text, k->text_len);
	}
	if (peek)
		node_peek(n, peek);
	if (j->order != EXEC_PATH_LAST)
		owe(j, k->tid, true);
	fail_drop(j, k->old_pid);
	if (j->order == EXEC_PATH_LAST)
		node_close(j, n, false);
}

static void
feed_stack(
    struct exec_joiner *j, const struct kevent *k, struct exec_peek *peek)
{
	struct exec_node *n = node_for(j, k, j->order == EXEC_PATH_LAST);

	if (!n) {
		free(peek);
		return;
	}
	if (peek)
		node_peek(n, peek);
	if (j->order == EXEC_PATH_LAST)
		owe(j, k->tid, false);
	n->parts |= PART_STACK;
	n->hit = k->ts;
	if (k->argc >= 0)
		n->argc = k->argc;
}

static void
feed_args(struct exec_joiner *j, const struct kevent *k)
{
	struct exec_node *n = node_for(j, k, j->order == EXEC_PATH_LAST);

	if (!n)
		return;
	if (k->argc >= 0)
		n->argc = k->argc;
	n->hit = k->ts;
	/* Behind argc lies the environment: not ours to see. */
	node_args(n, k, k->argc);
}

/*
 * The return value: a number that is never dropped for its size, as
 * sched_process_exec is with a path over 4,051 bytes.
 */
static int
feed_return(struct exec_joiner *j, const struct kevent *k)
{
	struct exec_node *n;

	if (k->ret < 0)
		return fail_return(j, k);
	fail_drop(j, k->tid);
	if (j->order == EXEC_PATH_LAST)
		return 0;
	n = node_for(j, k, !owe(j, k->tid, false));
	if (n)
		n->parts |= PART_RETURN;
	return 0;
}

/*
 * What comes behind a gap may belong to another exec of the same thread, and
 * so may what /proc said: nothing is joined across it.
 */
static void
cross_gap(struct exec_joiner *j)
{
	memset(j->renamed, 0, sizeof j->renamed);
	for (int i = 0; i < EXEC_BUCKETS; i++)
		while (j->entry[i])
			fail_drop(j, j->entry[i]->e.tid);
	for (struct exec_node *n = j->head; n; n = n->next) {
		free(n->peek);
		n->peek = NULL;
		if (!n->is_exec || !n->open)
			continue;
		/* Where the path comes last: what is left of it begins a
		 * record of its own; if nothing is, the loss was told. */
		node_close(j, n, true);
		n->dropped = j->order == EXEC_PATH_LAST;
	}
}

static int
feed_other(struct exec_joiner *j, const struct kevent *k)
{
	struct exec_node *n = node_new(j), *exec;
	struct event *e;
	size_t len = k->text_len < COMM_LEN - 1 ? k->text_len : COMM_LEN - 1;

	if (!n)
		return -1;
	e = &n->e;
	*e = (struct event){ .ts = k->ts,
		.cpu = k->cpu,
		.tid = k->pid,
		.group_dead = k->group_dead };
	if (k->text)
		memcpy(e->comm, k->text, len);
	switch (k->kind) {
	case KEVENT_NEWTASK:
	case KEVENT_FORK:
		e->type = EVENT_FORK;
		e->ppid = k->kind == KEVENT_FORK ? k->parent : k->tid;
		e->flags = k->kind == KEVENT_FORK ? FLAG_UNKNOWN : k->flags;
		if ((exec = node_find(j->bucket, k->pid)))
			node_close(j, exec, true); /* its successor */
		spoil_peeks(j, k->pid, k->ts);
		break;
	case KEVENT_EXIT:
		e->type = EVENT_EXIT;
		fail_drop(j, k->pid);
		owe(j, k->pid, false);
		break;
	default:
		e->type = EVENT_LOST;
		e->lost = k->lost;
		cross_gap(j);
	}
	/* The thread went on: its exec is over. */
	if (e->type != EVENT_LOST && (exec = node_find(j->bucket, k->tid)))
		node_close(j, exec, e->type == EVENT_EXIT);
	node_enqueue(j, n);
	return 0;
}

static void
feed_rename(struct exec_joiner *j, const struct kevent *k)
{
	struct exec_node *n = node_find(j->bucket, k->tid);
	unsigned b = node_bucket(k->pid);
	size_t len = k->text_len < COMM_LEN - 1 ? k->text_len : COMM_LEN - 1;

	/* An exec begins with a rename; from then on /proc shows the next
	 * program. */
	if (n)
		node_close(j, n, true);
	spoil_peeks(j, k->tid, k->ts);
	owe(j, k->tid, false);
	j->renamed[b].tid = k->pid;
	memset(j->renamed[b].comm, 0, COMM_LEN);
	if (k->text)
		memcpy(j->renamed[b].comm, k->text, len);
}

int
exec_feed(struct exec_joiner *j, const struct kevent *k, struct exec_peek *peek)
{
	if (k->kind == KEVENT_EXEC) {
		feed_path(j, k, peek);
		return 0;
	}
	if (k->kind == KEVENT_STACK) {
		feed_stack(j, k, peek);
		return 0;
	}
	free(peek);
	switch (k->kind) {
	case KEVENT_ARGS:
		feed_args(j, k);
		return 0;
	case KEVENT_ENTRY:
		fail_entry(j, k);
		return 0;
	case KEVENT_ENTRY_ARGS:
		fail_entry_args(j, k);
		return 0;
	case KEVENT_RETURN:
		return feed_return(j, k);
	case KEVENT_RENAME:
		feed_rename(j, k);
		return 0;
	default:
		return feed_other(j, k);
	}
}

bool
exec_wants_peek(const struct exec_joiner *j, const struct kevent *k)
{
	if (!j->peek)
		return false;
	if (k->kind == KEVENT_STACK)
		return k->compat || (k->argc > j->fetch && j->want > j->fetch);
	if (k->kind != KEVENT_EXEC || j->order == EXEC_PATH_LAST)
		return false;
	return j->order == EXEC_PATH_ONLY || !k->text ||
	    j->linkage[exec_path_hash(k->text, k->text_len)] != LINK_DYNAMIC;
}

static uint64_t
node_deadline(const struct exec_joiner *j, const struct exec_node *n)
{
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

/* Is the record as complete as it gets, given all events up to until? */
static bool
node_ready(struct exec_joiner *j, struct exec_node *n, uint64_t until)
{
	struct args_pieces view = node_view(n);
	bool complete = args_complete(&view, j->want);

	if (n->open && !(complete && (n->parts & PART_PATH)) &&
	    until < node_deadline(j, n))
		return false;
	if (n->open && j->order == EXEC_PATH_LAST)
		owe(j, n->e.tid, true);
	node_close(j, n, false);
	return complete || until >= n->hold;
}

static void
node_finish(struct exec_joiner *j, struct exec_node *n)
{
	struct args_pieces view = node_view(n);
	struct event *e = &n->e;

	if (n->parts & PART_PATH)
		e->path = n->bytes.data + n->path;
	if (e->type == EVENT_EXECFAIL) {
		fail_finish(j, n);
		return;
	}
	if (!args_complete(&view, j->want) && n->peek &&
	    args_from_cmdline(&e->args, &j->text, n->peek->bytes, n->peek->len,
		n->peek->whole, &view, j->want))
		return;
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
