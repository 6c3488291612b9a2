/* What shows that the user of a task has changed. */
#include "events/user_feed.h"

#include <string.h>

#include "events/exec_node.h"
#include "kernel/arch.h"

/* Arguments of a call, by enum user_change. */
static const int arguments[] = { [USER_SETUID] = 1,
	[USER_SETGID] = 1,
	[USER_SETREUID] = 2,
	[USER_SETREGID] = 2,
	[USER_SETRESUID] = 3,
	[USER_SETRESGID] = 3 };

static struct event *
add(struct exec_assembler *a, const struct raw_event *k, enum user_change what)
{
	struct exec_node *n = node_new(a);

	if (!n)
		return NULL;
	n->e = (struct event){ .type = EVENT_USER,
		.ts = k->ts,
		.cpu = k->cpu,
		.tid = k->tid,
		.change.what = what };
	node_enqueue(a, n);
	return &n->e;
}

static int
feed_user(struct exec_assembler *a, const struct raw_event *k)
{
	static const enum user_id ids[] = { USER_UID, USER_RUID, USER_GID };
	struct exec_node *n = node_find(a->bucket, k->tid);
	uint32_t value[3];
	struct event *e;

	if (k->text_len != sizeof value)
		return 0;
	memcpy(value, k->text, sizeof value);
	e = add(a, k, USER_IS);
	if (!e)
		return -1;
	for (int i = 0; i < 3; i++) {
		e->user.id[ids[i]] = value[i];
		e->user.known |= 1u << ids[i];
	}
	/* In the middle of an exec that its rename began: that goes out first.
	 */
	if (n && n->open && n->renamed)
		n->e.user = e->user;
	return 0;
}

static struct user_call *
call_of(const struct exec_assembler *a, int tid)
{
	size_t n = sizeof a->users->call / sizeof *a->users->call;

	return &a->users->call[(unsigned)tid % n];
}

/* The arguments are the last words of the record. */
static void
feed_call(struct exec_assembler *a, const struct raw_event *k)
{
	struct user_call *c = call_of(a, k->tid);
	size_t word = (size_t)arch_word_size();
	size_t size = word * (size_t)arguments[k->place];
	const char *p = k->text + k->text_len - size;

	if (k->text_len < size)
		return;
	*c = (struct user_call){ .tid = k->tid, .place = k->place };
	for (int i = 0; i < arguments[k->place]; i++, p += word)
		memcpy(
		    &c->arg[i], p + arch_low_half((int)word), sizeof c->arg[i]);
}

/* A call that seccomp(2) has answered has a return value, but no entry. */
static int
feed_return(struct exec_assembler *a, const struct raw_event *k)
{
	struct user_call *c = call_of(a, k->tid);
	bool known = k->place && c->tid == k->tid && c->place == k->place;
	struct event *e;

	if (c->tid == k->tid)
		c->tid = 0;
	if (k->ret != 0)
		return 0;
	e = add(a, k, known ? (enum user_change)k->place : USER_PERHAPS);
	if (!e)
		return -1;
	if (known)
		memcpy(e->change.arg, c->arg, sizeof c->arg);
	return 0;
}

int
user_feed(struct exec_assembler *a, const struct raw_event *k)
{
	switch (k->kind) {
	case RAW_CRED:
		if (a->users->bytes)
			a->users->bytes(
			    a->users->arg, k->tid, k->text, k->text_len);
		return 0;
	case RAW_USER:
		return feed_user(a, k);
	case RAW_ID:
		feed_call(a, k);
		return 0;
	case RAW_ID_DONE:
	case RAW_ID_OTHER:
		return feed_return(a, k);
	case RAW_MOVED:
		return add(a, k, USER_MOVED) ? 0 : -1;
	default: /* a gap */
		memset(a->users->call, 0, sizeof a->users->call);
		return 0;
	}
}
