/* The processes of a tree once more, on CPUs that are shared evenly.  Time goes
 * from one event to the next: a part has had its CPU time, or was blocked for
 * as long as it was. */
#include "why/predict.h"

#include <stdlib.h>

#include "base/number.h"

#define LANES 64 /* of a process that runs on several CPUs at once */

/* A process that is played. */
struct play {
	const struct life *life; /* NULL: it is not played */
	uint64_t at;   /* what comes after this, as it was, is to be played */
	uint32_t next; /* the child to be looked at next */
	uint32_t fork; /* the child forked after this part, 0: it ends then */
	uint32_t wait; /* the child that this part waits for, or 0 */
	uint64_t own;  /* ns, of this part */
	double run, block; /* share of each ns of its own */
	uint32_t lanes;	   /* that run: the first one, which forks and waits,
			      and those that only run */
	bool begun, ended;
};

/* By time, or by CPU time. */
struct queue {
	struct due {
		double key;
		uint32_t node;
		bool extra; /* a lane that only runs */
	} * due;
	uint32_t count;
};

struct stage {
	const struct tree *tree;
	const struct lives *lives;
	struct play *play; /* by node */
	struct queue run, block;
	double now;  /* ns */
	double each; /* ns of CPU time that each that was always ready got */
	double cpus;
	bool most; /* of bounds the upper one */
	bool failed, unbounded;
};

/* ---- queues: binary heaps ---- */

static void
queue_push(
    struct stage *s, struct queue *q, double key, uint32_t node, bool extra)
{
	uint32_t n = q->count, i = n;

	if ((n & (n - 1)) == 0) { /* full: 0, 1, 2, 4 ... */
		struct due *more = realloc(
		    q->due, (n ? 2 * (size_t)n : 1) * sizeof *more);

		s->failed |= !more;
		if (!more)
			return;
		q->due = more;
	}
	q->count++;
	for (; i && q->due[(i - 1) / 2].key > key; i = (i - 1) / 2)
		q->due[i] = q->due[(i - 1) / 2];
	q->due[i] = (struct due){ .key = key, .node = node, .extra = extra };
}

static struct due
queue_pop(struct queue *q)
{
	struct due first = q->due[0], last = q->due[--q->count];
	uint32_t i = 0, k;

	while ((k = 2 * i + 1) < q->count) {
		if (k + 1 < q->count && q->due[k + 1].key < q->due[k].key)
			k++;
		if (q->due[k].key >= last.key)
			break;
		q->due[i] = q->due[k];
		i = k;
	}
	q->due[i] = last;
	return first;
}

/* ---- a process ---- */

/* Its next part: up to the fork of its next child, or its end. */
static void
part_find(const struct stage *s, struct play *p)
{
	const struct life *last;
	uint64_t end = p->life->to, from = p->at;

	while (p->next && !s->play[p->next].life)
		p->next = tree_node(s->tree, p->next)->next;
	p->fork = p->next;
	if (p->fork) {
		if (s->play[p->fork].life->from < end)
			end = s->play[p->fork].life->from;
		p->next = tree_node(s->tree, p->fork)->next;
	}
	last = lives_last(s->lives, p->life->node, end);
	p->wait = last && last->to > from ? last->node : 0;
	if (p->wait)
		from = last->to;
	p->own = end > from ? end - from : 0;
	p->at = end > p->at ? end : p->at;
}

/* How much of its life is its own. */
static uint64_t
own_time(const struct stage *s, const struct play *p)
{
	struct play copy = *p;
	uint64_t sum = 0;

	do {
		part_find(s, &copy);
		sum += copy.own;
	} while (copy.fork);
	return sum;
}

static double
cpu_of(struct stage *s, const struct life *x)
{
	const struct node *n = tree_node(s->tree, x->node);
	const struct usage *u = &n->usage;
	double life = number_real(x->to - x->from) *
	    (n->threads ? n->threads : 1);

	if (u->known && !u->no_cpu)
		return number_real(u->cpu);
	if (!u->known || u->unbounded) {
		s->unbounded = true;
		return number_real(u->cpu_min);
	}
	if (!s->most)
		return number_real(u->cpu_min);
	return number_real(u->cpu_max) < life ? number_real(u->cpu_max) : life;
}

/* What CPU time there is beyond its own time it took beside its children, or
 * with several threads: in lanes that only run. */
static void
lanes_begin(struct stage *s, struct play *p, double beyond)
{
	double life = number_real(p->life->to - p->life->from);

	p->lanes = 1;
	while (beyond > 0 && p->lanes < LANES && !s->failed) {
		double part = beyond < life ? beyond : life;

		queue_push(s, &s->run, s->each + part, p->life->node, true);
		beyond -= part;
		p->lanes++;
	}
}

static void
part_begin(struct stage *s, struct play *p)
{
	const struct play *waited = &s->play[p->wait];

	if (p->wait && waited->begun && !waited->ended)
		return; /* lane_end begins it */
	p->wait = 0;
	queue_push(s, &s->run, s->each + number_real(p->own) * p->run,
	    p->life->node, false);
}

static void
play_begin(struct stage *s, struct play *p)
{
	const struct node *n = tree_node(s->tree, p->life->node);
	double cpu = cpu_of(s, p->life), own, blocked;

	p->begun = true;
	p->at = p->life->from;
	p->next = n->first;
	own = number_real(own_time(s, p));
	lanes_begin(s, p, cpu - own);
	part_find(s, p);
	if (own > 0) {
		p->run = cpu < own ? cpu / own : 1;
		blocked = 1 - p->run -
		    number_real(n->usage.wait) / p->lanes / own;
		/* It may have waited all that time. */
		if (!s->most && (!n->usage.known || n->usage.no_wait))
			blocked = 0;
		p->block = blocked > 0 ? blocked : 0;
	}
	part_begin(s, p);
}

/* A lane has come to its end; with the last one the process has. */
static void
lane_end(struct stage *s, struct play *p)
{
	struct play *above = &s->play[p->life->parent];

	if (--p->lanes)
		return;
	p->ended = true;
	if (above->wait == p->life->node)
		part_begin(s, above);
}

/* A part is over: what comes after it. */
static void
part_end(struct stage *s, struct play *p)
{
	if (!p->fork) {
		lane_end(s, p);
		return;
	}
	play_begin(s, &s->play[p->fork]);
	part_find(s, p);
	part_begin(s, p);
}

/* ---- all of them ---- */

/* The next event; false: there is none. */
static bool
stage_step(struct stage *s)
{
	bool woken = s->block.count != 0, ran = s->run.count != 0;
	double ready = s->run.count, rate = 1, at = s->now;
	struct due due;
	struct play *p;

	if (ready > s->cpus)
		rate = s->cpus / ready;
	if (ran)
		at += (s->run.due[0].key - s->each) / rate;
	if (woken && (!ran || s->block.due[0].key < at)) {
		due = queue_pop(&s->block);
		s->each += (due.key - s->now) * rate;
		s->now = due.key;
		part_end(s, &s->play[due.node]);
		return true;
	}
	if (!ran)
		return false;
	due = queue_pop(&s->run);
	s->each = due.key;
	s->now = at;
	p = &s->play[due.node];
	if (due.extra)
		lane_end(s, p);
	else
		queue_push(s, &s->block, at + number_real(p->own) * p->block,
		    due.node, false);
	return true;
}

static void
stage_play(struct stage *s, uint32_t root, uint64_t *ns)
{
	for (uint32_t i = 0; i < s->lives->count; i++)
		s->play[s->lives->life[i].node] = (struct play){
			.life = &s->lives->life[i]
		};
	s->now = s->each = 0;
	s->run.count = s->block.count = 0;
	s->failed |= !s->play[root].life;
	if (!s->failed)
		play_begin(s, &s->play[root]);
	while (!s->failed && !s->play[root].ended)
		s->failed |= !stage_step(s);
	*ns = s->now < 1e18 ? (uint64_t)(int64_t)s->now : (uint64_t)1e18;
}

int
predict_wall(struct prediction *p, const struct tree *t, const struct lives *l,
    const struct critical *c, unsigned cpus)
{
	struct stage s = { .tree = t, .lives = l, .cpus = cpus };

	s.play = calloc(t->nodes + 1, sizeof *s.play);
	s.failed = !s.play || !c->root || c->from >= c->to;
	if (!s.failed)
		stage_play(&s, c->root, &p->least);
	s.most = true;
	if (!s.failed)
		stage_play(&s, c->root, &p->most);
	p->unbounded = s.unbounded;
	free(s.play);
	free(s.run.due);
	free(s.block.due);
	return s.failed ? -1 : 0;
}
