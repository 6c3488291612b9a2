/*
 * Events in any order, into the table of tasks: no crash, no leak, what is
 * filled in keeps its promises, and no process ends twice: between two ends
 * of one number it began again, or a task of it came to be known.
 */
#include <stdlib.h>
#include <string.h>

#include "some_event.h"
#include "task/lineage.h"
#include "task/table.h"
#include "task/task_cgroup.h"
#include "task/users.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct tasks tasks;
static struct task_users users;
static bool known[TIDS + 1];	/* reported since the last end of that number */

static int
look(void *arg, int tid, struct event *e)
{
	(void)arg;
	if (some_look(tid, e) != 0)
		return -1;
	known[tid] = true;
	return 0;
}

static int
look_user(void *arg, int tid, struct user_look *l)
{
	(void)arg;
	(void)tid;
	*l = (struct user_look){ .home = byte() & 1, .begin = now };
	some_user(&l->user);
	l->ts = now += byte() * (uint64_t)10000;
	return byte() & 1 ? -1 : 0;
}

static bool
is_plain(void *arg, const struct event *e)
{
	(void)arg;
	(void)e;
	return byte() & 1;
}

static void
check_user(const struct event_user *u)
{
	for (int i = 0; i < USER_IDS; i++)
		if (!(u->known >> i & 1) && u->id[i])
			abort();
}

static void
changed(void *arg, const struct event *e)
{
	(void)arg;
	if (e->type != EVENT_USER || e->change.what != USER_IS)
		abort();
	check_user(&e->user);
}

/* Its strings are read, and chains end. */
static void
check_who(const struct event *e)
{
	const struct lineage *l = e->task.lineage;
	int n = 0;

	check_user(&e->task.user);
	if (e->task.cgroup && *e->task.cgroup != '/')
		abort();
	if ((e->task.cgroup && !tasks.cgroup) || (l && !tasks.lineages) ||
	    (e->task.user.known && !tasks.users))
		abort();
	for (; l; l = l->parent)
		if (n++ > 100000 || l->owners < 1 ||
		    strnlen(l->comm, COMM_LEN) == COMM_LEN)
			abort();
}

static void
check_end(const struct event *last)
{
	const struct event *e = &tasks.end;
	const struct args *a = &e->args;
	const char *s = a->text;

	if (e->type != 0 && e->type != EVENT_END)
		abort();
	if (e->type == 0)
		return;
	if (last->type != EVENT_EXIT || e->task.pid != e->tid ||
	    e->task.pid != last->task.pid || e->ts != last->ts ||
	    e->task.last != 1 || e->task.ppid < PPID_UNKNOWN ||
	    e->task.code < CODE_UNKNOWN ||
	    strnlen(e->comm, COMM_LEN) == COMM_LEN)
		abort();
	for (int i = 0; i < a->count; i++)
		s += strlen(s) + 1;
	if ((a->count && s != a->text + a->len) ||
	    (e->path && strcmp(e->path, "/p") != 0) ||
	    (!tasks.keep && (a->count || e->path)))
		abort();
	check_who(e);
	if (e->tid < 0 || e->tid > TIDS || !known[e->tid] ||
	    tasks_find(&tasks, e->tid))
		abort();
	known[e->tid] = false;
}

static void
some_event(void)
{
	struct event e = { .type = (enum event_type)(1 +
			       byte() % (EVENT_END - 1)),
		.args.argc = -1, .comm = "comm" };
	char *text = NULL;

	e.ts = now += byte() * (uint64_t)1000000;
	e.tid = some_tid();
	some_kind(&e);
	if (e.type == EVENT_EXEC || e.type == EVENT_TASK)
		text = some_args(&e);
	/* A task of that process: a fork, or one that is listed. */
	if (e.type == EVENT_TASK || e.type == EVENT_FORK)
		known[e.tid] = true;
	if (tasks_apply(&tasks, &e) != 0)
		abort();
	free(text);
	if (e.task.pid < 0 || e.task.ppid < PPID_UNKNOWN || e.task.last < -1 ||
	    e.task.last > 1 || e.task.grouped < -1 || e.task.grouped > 1)
		abort();
	if (e.type != EVENT_TASK && e.type != EVENT_LOST)
		check_who(&e);
	check_end(&e);
}

static void
see(void *arg, const struct event *e)
{
	const char *s = e->args.text;
	size_t *count = arg;

	for (int i = 0; i < e->args.count; i++)
		s += strlen(s) + 1;
	(*count)++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = 0;
	uint8_t how;

	in = data;
	end = data + size;
	how = byte();
	now = 10000000000;
	memset(known, 0, sizeof known);
	tasks.keep = how & 1;
	tasks.have_group_exit = how & 2;
	tasks.look = how & 4 ? look : NULL;
	tasks.lineages = how & 8;
	tasks.names = how & 16;
	tasks.cgroup = how & 32 ? &task_cgroup_table : NULL;
	users = (struct task_users){ .before = users_before,
		.after = users_after, .infer = how & 4 ? users_infer : NULL,
		.complete = how & 128,
		.look = how & 4 ? look_user : NULL, .is_plain = is_plain,
		.changed = changed, .differs = changed };
	tasks.users = how & 64 ? &users : NULL;
	while (in < end)
		some_event();
	tasks_choose(&tasks, 1);
	tasks_each(&tasks, see, &count);
	if (count != tasks.count)
		abort();
	tasks_free(&tasks);
	return 0;
}
