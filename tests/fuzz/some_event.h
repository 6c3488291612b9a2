/*
 * some_event: events made of the bytes of an input, of few numbers, for the
 * targets that apply them.
 */
#ifndef SOME_EVENT_H
#define SOME_EVENT_H

#include <stdlib.h>
#include <string.h>

#include "event.h"

#define TIDS 16

static const uint8_t *in, *end;
static uint64_t now;

static uint8_t
byte(void)
{
	return in < end ? *in++ : 0;
}

static int
some_tid(void)
{
	return byte() % (TIDS + 1);
}

static uint64_t
some_start(void)
{
	uint64_t start = now - byte() * (uint64_t)3000000;

	return byte() & 1 ? start : start / 10000000 * 10000000;
}

/* Arguments in a block of their own, which is returned. */
static char *
some_args(struct event *e)
{
	int n = byte() % 4;
	char *text = malloc((size_t)n * 3 + 4);

	if (!text)
		abort();
	e->args.argc = n + byte() % 2;
	e->args.count = n;
	e->args.state = n == e->args.argc ? ARGS_ALL : n ? ARGS_CUT : ARGS_NONE;
	e->args.text = text;
	for (int i = 0; i < n; i++) {
		size_t len = byte() % 3u;

		memset(text + e->args.len, 'a' + i, len);
		text[e->args.len + len] = '\0';
		e->args.len += len + 1;
	}
	memcpy(text + n * 3, "/p", 3);
	e->path = byte() & 1 ? text + n * 3 : NULL;
	return text;
}

static int
some_code(void)
{
	int code = byte() & 1 ? byte() << 8 : byte();

	return byte() & 1 ? code : CODE_UNKNOWN;
}

static void
some_found(struct event *e)
{
	e->found.pid = byte() & 1 ? e->tid : some_tid();
	e->found.ppid = some_tid() - (byte() == 0);
	e->found.start = some_start();
	e->found.state = (enum found_state)(byte() % 3);
}

/* What is not known is 0. */
static void
some_user(struct event_user *u)
{
	u->known = byte() % (1u << USER_IDS);
	for (int i = 0; i < USER_IDS; i++)
		u->id[i] = u->known >> i & 1 ? byte() % 4u : 0;
}

/* What the type selects. */
static void
some_kind(struct event *e)
{
	static const uint64_t flags[] = { 0, FLAG_THREAD, FLAG_UNKNOWN };
	static const char *const paths[] = { NULL, "/", "/a", "/a/b" };
	uint8_t b = byte();

	switch (e->type) {
	case EVENT_TASK:
		some_found(e);
		break;
	case EVENT_WAIT:
		e->waited = some_tid();
		break;
	case EVENT_FORK:
		e->fork.parent = some_tid();
		e->fork.flags = b % 4 < 3 ? flags[b % 4] :
		    (uint64_t)byte() << 12;
		e->path = b & 16 ? paths[b >> 6] : NULL;
		break;
	case EVENT_EXEC:
		e->exec.old_tid = b & 1 ? e->tid : some_tid();
		if (b & 2)
			some_user(&e->user);
		break;
	case EVENT_CGROUP:
		e->cgroup.how = (enum cgroup_how)(b % (CGROUP_RENAMED + 1));
		e->path = paths[b >> 6];
		break;
	case EVENT_USER:
		e->change.what = (enum user_change)(b % (USER_MOVED + 1));
		for (int i = 0; i < 3; i++)
			e->change.arg[i] = (uint32_t)(byte() % 5) - 1;
		if (e->change.what == USER_IS)
			some_user(&e->user);
		break;
	case EVENT_LOST:
		e->lost.until = b & 1 ? now + b * (uint64_t)1000000 : 0;
		break;
	case EVENT_EXIT:
		e->exit = (struct event_exit){ .group_dead = b % 3 - 1,
			.code = some_code(), .grouped = byte() % 3 - 1,
			.stats_code = some_code(), .has_status = b & 64,
			.process_code = some_code() };
		e->usage.known = b & 128;
		e->usage.maxrss = byte();
		break;
	case EVENT_STATUS:
		e->status.hint = (enum exit_hint)(1 + b % HINT_OOM);
		e->status.code = b & 64 ? 1 + b % 3 : some_code();
		e->status.sender_only = b & 128;
		e->status.sender = some_tid();
		e->status.si_code = (int)(byte() % 10) - 7;
		e->status.group = byte() % 3 - 1;
		e->status.queued = byte() & 1;
		break;
	default:
		break;
	}
}

/* What /proc shows of a task now. */
static int
some_look(int tid, struct event *e)
{
	*e = (struct event){ .type = EVENT_TASK, .cpu = -1, .tid = tid,
		.ts = byte() & 1 ? now : 0, .comm = "look", .args.argc = -1 };
	some_found(e);
	return byte() & 1 ? -1 : 0;
}

#endif
