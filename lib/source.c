#include "source.h"

#include "live.h"
#include "replay.h"
#include "signals.h"

int
source_open(struct source *s, const struct options *opt,
    const struct session_options *sopt)
{
	*s = (struct source){ .opt = opt, .in = -1, .out = -1 };
	s->session.tracefs = s->session.instance.dir = s->session.stats.fd = -1;
	s->tasks.keep = sopt->keep;
	s->tasks.seen = sopt->known;
	if (opt->input)
		return replay_open(s);
	return live_open(s, sopt);
}

int
source_go(struct source *s)
{
	if (!s->command.pid)
		return 0;
	signals_poll();
	if (signals_caught)
		return why_set(s->why, "interrupted: %s was not run",
		    s->opt->command[0]);
	if (command_go(&s->command) == 0)
		return 0;
	return why_set(s->why, "%s: %m", s->opt->command[0]);
}

void
source_count(struct source *s, const struct event *e)
{
	if (e->type != EVENT_LOST)
		return;
	s->lost += e->lost;
	s->lost_some |= !e->lost && !event_ends_gap(e);
	s->gap = e->ts;
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
		source_count(s, e);
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
