/*
 * same_kind: do two events of one type agree in what their type selects?
 */
#ifndef SAME_KIND_H
#define SAME_KIND_H

#include <string.h>

#include "event.h"

static bool
same_kind(const struct event *a, const struct event *b)
{
	const struct event_exit *x = &a->exit, *y = &b->exit;

	switch (a->type) {
	case EVENT_TASK:
		return a->found.pid == b->found.pid &&
		    a->found.ppid == b->found.ppid &&
		    a->found.start == b->found.start &&
		    a->found.state == b->found.state;
	case EVENT_FORK:
		return a->fork.parent == b->fork.parent &&
		    a->fork.flags == b->fork.flags;
	case EVENT_EXEC:
	case EVENT_EXECFAIL:
		return a->exec.old_tid == b->exec.old_tid &&
		    a->exec.error == b->exec.error;
	case EVENT_EXIT:
		return x->code == y->code && x->grouped == y->grouped &&
		    x->has_status == y->has_status &&
		    x->process_code == y->process_code &&
		    x->stats_code == y->stats_code &&
		    x->group_dead == y->group_dead;
	case EVENT_MACHINE:
		return a->machine.used == b->machine.used &&
		    a->machine.cpus == b->machine.cpus;
	case EVENT_CGROUP:
		return a->cgroup.how == b->cgroup.how;
	case EVENT_TRAIT:
		for (int i = 0; i < TRAITS_SHOWN; i++) {
			const char *s = a->trait.text[i], *r = b->trait.text[i];

			if (!s != !r || (s && strcmp(s, r) != 0))
				return false;
		}
		return true;
	case EVENT_WAIT:
		return a->waited == b->waited;
	case EVENT_RENAME:
	case EVENT_USER:
		return true;
	default:
		return a->lost.count == b->lost.count &&
		    a->lost.until == b->lost.until;
	}
}

#endif
