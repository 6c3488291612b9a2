/* Where the task table has traits from: /proc, or a recording. */
#include "input/traits.h"

#include "input/cgroups.h"
#include "input/signals.h"
#include "kernel/clock.h"
#include "kernel/plain.h"
#include "kernel/proc_trait.h"
#include "task/traits.h"
#include "trace/arm_traits.h"

#define EXE (1u << TRAIT_EXE)

/* Of the events that wait: which traits of a process may have changed? */
struct waiting {
	const struct tasks *tasks;
	const struct task *task;
	unsigned changed;
};

/* exec_each */
static void
look_at_waiting(void *arg, const struct event *e)
{
	struct waiting *w = arg;
	const struct task *p = tasks_find(w->tasks, e->tid);
	bool other = p && p->pid != w->task->pid;
	unsigned set;

	if (e->type == EVENT_LOST)
		w->changed = ~0u;
	else if (e->type == EVENT_EXEC && !other)
		w->changed |= e->exec.old_tid == e->tid ? EXE : ~0u;
	if (e->type != EVENT_TRAIT)
		return;
	/* A call of execve has ended, with that of which we ask. */
	set = e->trait.begins | (e->trait.ends & ~EXE);
	if (!other || (set & TRAITS_ALL))
		w->changed |= set;
}

/* struct traits */
static int
look(void *arg, const struct task *p, uint64_t ts, unsigned set,
    struct trait_look *l)
{
	struct source *s = arg;
	struct waiting w = { .tasks = &s->tasks, .task = p };

	if (!s->session.proc || (s->root && !p->inside) ||
	    (ts != UINT64_MAX && clock_boot() < s->caught_up) ||
	    proc_traits(p->tid, p->start, set, l->text) != 0)
		return -1;
	l->end = clock_boot() + s->session.clock.slack;
	l->settled = set;
	if (ts == UINT64_MAX)
		return 0;
	if (!cgroups_catch_up(s, l->end))
		return -1;
	exec_each(&s->session.assembler, look_at_waiting, &w);
	l->settled &= ~w.changed;
	return 0;
}

/* struct traits */
static const char *
resolve(void *arg, const struct event *e, uint64_t begin, const char *cwd)
{
	static struct buf path;
	int64_t boot = clock_wall_offset();

	(void)arg;
	path.len = 0;
	if (!e->path || !*e->path || !boot || (*e->path != '/' && !cwd))
		return NULL;
	if (*e->path != '/')
		buf_printf(&path, "%s/", cwd);
	buf_printf(&path, "%s", e->path);
	buf_putc(&path, '\0');
	return path.failed ?
	    NULL :
	    plain_exec(e->tid, path.data, boot + (int64_t)begin);
}

static int
traits_open(struct source *s, unsigned wanted)
{
	static struct traits x;

	x = (struct traits){ .before = traits_before,
		.after = traits_after,
		.free = traits_free,
		.wanted = wanted };
	if (s->live && !s->session.traits) {
		if (!signals_pending())
			s->session.opt.warn("cwd, exe, tty, sid and loginuid "
					    "are not known here (-v reports "
					    "why)");
		return 0;
	}
	s->tasks.traits = &x;
	if (!s->live)
		return 0;
	plain_open();
	x.look = look;
	x.resolve = resolve;
	x.arg = s;
	traits_look(&s->tasks);
	return 0;
}

const struct traits_seen traits_seen = { .arm = arm_traits,
	.open = traits_open };
