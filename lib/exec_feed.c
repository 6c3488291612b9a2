/* Kernel events on their way in: the record each belongs to. */
#include "exec_node.h"

#include <string.h>

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
			exec_peek_free(n->peek);
			n->peek = NULL;
		}
}

/*
 * An exec begins with a rename, and from then on /proc may show the next
 * program (begin_new_exec, fs/exec.c); but no exec forks, or renames twice.
 */
static void
doubt_peeks(struct exec_joiner *j, const struct kevent *k)
{
	bool exec = k->kind == KEVENT_RENAME && k->pid == k->tid;

	for (struct exec_node *n = j->bucket[node_bucket(k->tid)]; n;
	    n = n->chain)
		if (n->e.tid == k->tid && n->peek)
			n->peek->taken = exec && n->hold >= k->ts ?
			    PEEK_IN_DOUBT :
			    n->hold;
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
	if (j->order == EXEC_STACK_ONLY) {
		n->e.old_tid = 0; /* nobody tells */
		fail_adopt(j, n, k->tid);
	}
	if (j->renamed[node_bucket(k->tid)].tid == k->tid)
		memcpy(
		    n->e.comm, j->renamed[node_bucket(k->tid)].comm, COMM_LEN);
	node_enqueue(j, n);
	return n;
}

/* May a probe's event be the first one of an exec? */
static bool
begins(const struct exec_joiner *j)
{
	return j->order == EXEC_PATH_LAST || j->order == EXEC_STACK_ONLY;
}

static void
feed_path(struct exec_joiner *j, const struct kevent *k, struct exec_peek *peek)
{
	struct exec_node *n;

	n = node_find(j->bucket, k->tid);
	if (j->order != EXEC_PATH_LAST && n)
		node_close(j, n, true);
	if (j->order == EXEC_PATH_LAST && j->owed && !(n && n->open) &&
	    node_owe(j, k->tid, false)) {
		exec_peek_free(peek); /* told already, without its path */
		return;
	}
	n = node_for(j, k, true);
	if (!n) {
		exec_peek_free(peek);
		return;
	}
	n->e.old_tid = k->old_pid;
	if (j->entry_args)
		fail_adopt(j, n, k->old_pid);
	if (k->text) {
		n->hash = exec_path_hash(k->text, k->text_len);
		node_path(n, k->text, k->text_len);
	}
	if (peek)
		node_peek(n, peek);
	if (j->order != EXEC_PATH_LAST)
		node_owe(j, k->tid, true);
	fail_drop(j, k->old_pid);
	if (j->order == EXEC_PATH_LAST)
		node_close(j, n, false);
}

static void
feed_stack(
    struct exec_joiner *j, const struct kevent *k, struct exec_peek *peek)
{
	struct exec_node *n = node_for(j, k, begins(j));

	if (!n) {
		exec_peek_free(peek);
		return;
	}
	if (peek)
		node_peek(n, peek);
	if (begins(j))
		node_owe(j, k->tid, j->order == EXEC_STACK_ONLY);
	n->parts |= PART_STACK;
	n->compat = k->compat;
	n->hit = k->ts;
	if (k->argc >= 0)
		n->argc = k->argc;
}

static void
feed_args(struct exec_joiner *j, const struct kevent *k)
{
	struct exec_node *n = node_for(j, k, begins(j));

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
 * sched_process_exec is with a path over 4,051 bytes.  Where the stack tells,
 * a program that had none is one of 32 bits, on 2.6.32.
 */
static int
feed_return(
    struct exec_joiner *j, const struct kevent *k, struct exec_peek *peek)
{
	struct exec_node *n = NULL;

	if (k->ret >= 0 && j->order != EXEC_PATH_LAST)
		n = node_for(j, k, !node_owe(j, k->tid, false));
	if (n) {
		n->parts |= PART_RETURN;
		n->compat = begins(j);
		fail_adopt(j, n, k->tid);
	}
	if (n && peek)
		node_peek(n, peek);
	else
		exec_peek_free(peek);
	if (k->ret < 0)
		return fail_return(j, k);
	fail_drop(j, k->tid);
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
	memset(j->cloned, 0, sizeof j->cloned);
	/* The path that was owed may be gone, and this one of another exec. */
	if (j->owed && j->order == EXEC_PATH_LAST)
		memset(j->owed, 0, EXEC_TIDS / 8);
	for (int i = 0; i < EXEC_BUCKETS; i++)
		while (j->entry[i])
			fail_drop(j, j->entry[i]->e.tid);
	for (struct exec_node *n = j->head; n; n = n->next) {
		exec_peek_free(n->peek);
		n->peek = NULL;
		if (!n->is_exec || !n->open)
			continue;
		/* Where the path comes last: what is left of it begins a
		 * record of its own; if nothing is, the loss was told. */
		node_close(j, n, true);
		n->dropped = j->order == EXEC_PATH_LAST;
	}
}

/* A sign of how a task will end. */
static void
make_status(struct event *e, const struct kevent *k)
{
	static const enum status_sign signs[] = { [KEVENT_CODE] = SIGN_CODE,
		[KEVENT_GROUP] = SIGN_GROUP,
		[KEVENT_CALL_EXIT] = SIGN_EXIT,
		[KEVENT_CALL_GROUP] = SIGN_EXIT_GROUP,
		[KEVENT_SENT] = SIGN_SENT,
		[KEVENT_DELIVERED] = SIGN_DELIVERED };

	e->type = EVENT_STATUS;
	e->sign = signs[k->kind];
	e->code = (int)k->ret;
	if (e->sign == SIGN_EXIT || e->sign == SIGN_EXIT_GROUP)
		e->code = (e->code & 0xff) << 8;
	/* A kernel thread may end with an errno, which is no status. */
	if (e->sign == SIGN_CODE && (e->code < 0 || e->code > 0xffff))
		e->code = CODE_UNKNOWN;
	if (e->sign == SIGN_DELIVERED && k->handled)
		e->sign = SIGN_HANDLED;
}

/* What do_fork was called with, if a probe told; that is over then. */
static uint64_t
call_flags(struct exec_joiner *j, int tid)
{
	unsigned b = node_bucket(tid);

	if (j->cloned[b].tid != tid)
		return FLAG_UNKNOWN;
	j->cloned[b].tid = 0;
	return j->cloned[b].flags;
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
		.group_dead = k->group_dead,
		.code = CODE_UNKNOWN,
		.grouped = -1,
		.stats_code = CODE_UNKNOWN };
	if (k->text)
		memcpy(e->comm, k->text, len);
	switch (k->kind) {
	case KEVENT_NEWTASK:
	case KEVENT_FORK:
		e->type = EVENT_FORK;
		e->ppid = k->kind == KEVENT_FORK ? k->parent : k->tid;
		e->flags = k->kind == KEVENT_FORK ? call_flags(j, k->tid) :
						    k->flags;
		if ((exec = node_find(j->bucket, k->pid)))
			node_close(j, exec, true); /* its successor */
		spoil_peeks(j, k->pid, k->ts);
		doubt_peeks(j, k);
		break;
	case KEVENT_EXIT:
		e->type = EVENT_EXIT;
		fail_drop(j, k->pid);
		node_owe(j, k->pid, false);
		break;
	case KEVENT_CGROUP:
		e->type = EVENT_CGROUP;
		break;
	case KEVENT_CODE:
	case KEVENT_GROUP:
	case KEVENT_CALL_EXIT:
	case KEVENT_CALL_GROUP:
	case KEVENT_SENT:
	case KEVENT_DELIVERED:
		make_status(e, k);
		break;
	default:
		e->type = EVENT_LOST;
		e->lost = k->lost;
		e->until = k->until;
		cross_gap(j);
	}
	/* The thread went on: its exec is over.  A signal may be sent by an
	 * interrupt in the middle of it. */
	if (e->type != EVENT_LOST && k->kind != KEVENT_SENT &&
	    (exec = node_find(j->bucket, k->tid)))
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

	if (n)
		node_close(j, n, true);
	doubt_peeks(j, k);
	node_owe(j, k->tid, false);
	j->renamed[b].tid = k->pid;
	memset(j->renamed[b].comm, 0, COMM_LEN);
	if (k->text)
		memcpy(j->renamed[b].comm, k->text, len);
}

int
exec_feed(struct exec_joiner *j, const struct kevent *k, struct exec_peek *peek)
{
	struct exec_node *n;

	if (k->kind == KEVENT_EXEC) {
		feed_path(j, k, peek);
		return 0;
	}
	if (k->kind == KEVENT_STACK) {
		feed_stack(j, k, peek);
		return 0;
	}
	if (k->kind == KEVENT_RETURN)
		return feed_return(j, k, peek);
	exec_peek_free(peek);
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
	case KEVENT_PATH:
		/* It runs again: what comes now is of another exec. */
		if ((n = node_find(j->bucket, k->tid)))
			node_close(j, n, false);
		node_owe(j, k->tid, false);
		fail_path(j, k);
		return 0;
	case KEVENT_CLONE:
		j->cloned[node_bucket(k->tid)].tid = k->tid;
		j->cloned[node_bucket(k->tid)].flags = k->flags;
		return 0;
	case KEVENT_RENAME:
		feed_rename(j, k);
		return 0;
	default:
		return feed_other(j, k);
	}
}
