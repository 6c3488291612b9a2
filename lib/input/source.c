/* Live and replay differ here, and in nothing that comes after. */
#include "input/source.h"

#include "input/cgroup_lookup.h"
#include "input/live.h"
#include "input/record.h"
#include "input/replay.h"
#include "input/signals.h"
#include "kernel/clock.h"
#include "kernel/machine.h"

int
source_open(struct source *s, const struct request *request,
    const struct session_options *sopt)
{
	*s = (struct source){ .request = request, .in = -1, .out = -1 };
	s->session.tracefs = s->session.instance.dir = s->session.stats.fd = -1;
	s->session.cpu_time.instance.dir = -1;
	s->session.cgroups = CGROUPS_NOT_ASKED;
	s->tasks.keep = sopt->keep;
	s->tasks.lineages = sopt->lineages;
	if (request->cgroups)
		s->tasks.cgroup = request->cgroups->table;
	s->tasks.seen = request->known;
	s->tasks.seen_arg = request->arg;
	if (request->input) {
		if (sopt->users && sopt->users->open(s) != 0)
			return -1;
		if (sopt->traits_wanted &&
		    sopt->traits->open(s, sopt->traits_wanted) != 0)
			return -1;
		return replay_open(s);
	}
	return live_open(s, sopt);
}

int
source_go(struct source *s)
{
	if (!s->command.pid)
		return 0;
	signals_poll();
	if (signals_caught)
		return error_set(&s->error, "interrupted: %s was not run",
		    s->request->command[0]);
	if (command_go(&s->command) == 0)
		return 0;
	return error_set(&s->error, "%s: %m", s->request->command[0]);
}

uint64_t
source_taken(const struct source *s)
{
	return s->live ? session_taken(&s->session) : UINT64_MAX;
}

enum source_result
source_next(struct source *s, struct event *e)
{
	enum source_result r;

	if (s->ends) {
		s->ends = false;
		*e = s->tasks.end;
		return SOURCE_EVENT;
	}
	r = s->live ? live_next(s, e) : replay_next(s, e);
	if (r == SOURCE_EVENT)
		losses_count(&s->losses, e);
	s->ends = r == SOURCE_EVENT && e->type == EVENT_EXIT &&
	    s->tasks.end.type == EVENT_END;
	return r;
}

bool
source_writable(struct source *s, int fd)
{
	return !s->live || live_writable(s, fd);
}

void
source_machine(struct source *s, struct event *e)
{
	*e = (struct event){ .type = EVENT_MACHINE, .cpu = -1 };
	machine_read(&e->machine);
	e->ts = clock_boot();
	writer_machine(s, e->ts, &e->machine);
}

void
source_stop(struct source *s)
{
	if (s->live)
		live_stop(s);
}

int
source_close(struct source *s)
{
	if (s->live) {
		s->live = false;
		return live_close(s);
	}
	replay_close(s);
	return 0;
}
