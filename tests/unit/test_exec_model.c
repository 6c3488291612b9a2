/*
 * exec: random lives of a few processes, as the kernel would tell of them,
 * with parts that it drops for their size, gaps, and /proc read some time
 * later; and programs that jump to a loader, with a stack of their own, or have
 * a tracer that hides their exec.  Whatever is missing, no record says anything
 * wrong.
 *
 * usage: test_exec_model [seed [scenarios]]
 */
#include "feed.h"

#define EVENTS 160
#define EXECS  64
#define ARGC   6
#define PROCS  4
#define MS     1000000ull

struct truth {
	int pid, old, argc;
	bool no_path, whole;	/* path dropped; all arguments were shown */
	bool hit;		/* it passed by the loader */
	int records;
};

static struct truth execs[EXECS];
static int made;		/* execs */
static char words[EXECS][ARGC][8], paths[EXECS][8];

static struct happened {
	struct raw_event k;
	int cpu;
	bool gone;		/* in the gap */
} events[EVENTS];
static int count;
static int gap_begins, gap_ends;

/* What /proc/PID/cmdline says from then on: an exec, or -1: nothing. */
static struct change {
	uint64_t ts;
	int pid, exec;
} changes[EVENTS];
static int changed;

static struct process {
	int pid, exec;		/* -1: it does not live */
	int todo[16], todos;	/* parts of its exec: kind and first */
	int now;		/* the exec they belong to */
} procs[PROCS];

static enum exec_order order;
static bool names, gap, watched;	/* calls of execve are */
static bool stack_last;		/* of the events of a hit */
static int seen;		/* execs */
static uint64_t ts, clock_now;
static uint32_t seed;
static int forks_fed, exits_fed, forks_seen, exits_seen;
static char why[200];		/* what is wrong */

static unsigned
rnd(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void
wrong(const char *what, const struct event *e, int id)
{
	if (!why[0])
		snprintf(why, sizeof why, "%s: exec %d of %d @%llu", what, id,
		    e->tid, (unsigned long long)e->ts);
}

/* ---- what happens ---- */

static struct raw_event *
happen(enum raw_event_kind kind, int pid)
{
	struct happened *h = &events[count++];

	*h = (struct happened){ .k = { .kind = kind, .ts = ts, .tid = pid,
		.pid = pid, .old_pid = pid }, .cpu = pid & 1 };
	return &h->k;
}

static void
change(int pid, int exec)
{
	changes[changed++] = (struct change){ ts, pid, exec };
}

/* In which order the parts of an exec come. */
static void
plan_exec(struct process *p)
{
	struct truth *t = &execs[made];
	bool hit = order == EXEC_PATH_LAST ||
	    (order == EXEC_PATH_FIRST && rnd(4)), hidden;
	bool last = order == EXEC_PATH_FIRST ? stack_last : rnd(2);
	int n = 0;

	*t = (struct truth){ .pid = p->pid, .old = p->pid + (rnd(4) ? 0 : 5000),
		.argc = (int)rnd(ARGC + 1), .no_path = rnd(6) == 0,
		.whole = hit, .hit = hit };
	p->now = made++;
	hidden = watched && t->no_path && rnd(2);
	if (watched)
		p->todo[n++] = RAW_CALL;
	if (watched && t->old != t->pid)
		p->todo[n++] = RAW_EXIT; /* of the first thread */
	if (names)
		p->todo[n++] = RAW_RENAME;
	if (order != EXEC_PATH_LAST && !t->no_path)
		p->todo[n++] = RAW_EXEC;
	if (order != EXEC_PATH_LAST && !hidden)
		p->todo[n++] = RAW_RETURN;
	if (hit && !last)
		p->todo[n++] = RAW_STACK;
	for (int i = 0; hit && i < t->argc; i += 2)
		if (rnd(10))
			p->todo[n++] = RAW_ARGS | (last ? (t->argc - 1) / 2 *
			    2 - i : i) << 8;
		else
			t->whole = false;
	if (hit && last)
		p->todo[n++] = RAW_STACK;
	if (order == EXEC_PATH_LAST && !t->no_path)
		p->todo[n++] = RAW_EXEC;
	p->todos = n;
}

static void
happen_args(struct truth *t, int id, struct raw_event *k, int first)
{
	k->first = first;
	k->count = 2;
	for (int i = 0; i < 2; i++) {
		int n = first + i;

		k->arg[i] = n >= ARGC ? NULL : n < t->argc ? words[id][n] :
		    "environment";
		if (n < t->argc && rnd(20) == 0) {
			k->arg[i] = NULL;
			t->whole = false;
		}
		k->arg_len[i] = k->arg[i] ? strlen(k->arg[i]) : 0;
	}
}

static void
happen_part(struct process *p)
{
	struct truth *t = &execs[p->now];
	int part = p->todo[0];
	struct raw_event *k = happen(part & 0xff, p->pid);

	if (p->exec != p->now && part != RAW_CALL && part != RAW_EXIT)
		change(p->pid, p->exec = p->now);
	k->argc = t->argc;
	if (k->kind == RAW_CALL)
		k->tid = k->pid = t->old;
	if (k->kind == RAW_EXEC) {
		k->old_pid = t->old;
		k->text = paths[p->now];
		k->text_len = strlen(k->text);
	} else if (k->kind == RAW_RENAME) {
		k->text = paths[p->now] + 1;
		k->text_len = strlen(k->text);
	} else if (k->kind == RAW_ARGS) {
		happen_args(t, p->now, k, part >> 8);
	}
	memmove(p->todo, p->todo + 1, sizeof p->todo - sizeof *p->todo);
	p->todos--;
}

/* A jump to the loader, with a stack of the program's own. */
static void
jump(const struct process *p)
{
	const struct truth *t = &execs[p->exec];
	int argc = rnd(2) ? t->argc : (int)rnd(ARGC + 1);

	if (!t->hit)
		happen(RAW_MAP, p->pid);
	if (!stack_last)
		happen(RAW_STACK, p->pid)->argc = argc;
	for (int first = 0; first < argc; first += 2) {
		struct raw_event *k = happen(RAW_ARGS, p->pid);

		k->argc = argc;
		k->first = first;
		k->count = 2;
		k->arg[0] = k->arg[1] = "forged";
		k->arg_len[0] = k->arg_len[1] = 6;
	}
	if (stack_last)
		happen(RAW_STACK, p->pid)->argc = argc;
}

static void
happen_other(struct process *p)
{
	struct process *child = &procs[rnd(PROCS)];
	struct raw_event *k;

	if (rnd(3) == 0 && made < EXECS) {
		plan_exec(p);
	} else if (order == EXEC_PATH_FIRST && count < EVENTS - 9 && rnd(2)) {
		jump(p);
	} else if (child->exec < 0 && rnd(2)) {
		k = happen(RAW_NEWTASK, p->pid);
		k->pid = child->pid;
		change(child->pid, child->exec = p->exec);
	} else if (names && rnd(4) == 0) {
		k = happen(RAW_RENAME, p->pid); /* prctl(PR_SET_NAME) */
		k->text = "other";
		k->text_len = 5;
	} else if (p != procs && rnd(4) == 0) {
		happen(RAW_EXIT, p->pid);
		change(p->pid, p->exec = -1);
	}
}

/* Some events of one CPU in a row are lost.  The reader comes to know of it
 * before it hands on anything from that time. */
static void
lose(void)
{
	int from = (int)rnd((unsigned)count), n = 1 + (int)rnd(12), last = -1;
	int cpu = (int)rnd(2);

	for (int i = from; i < count && n > 0; i++)
		if (events[i].cpu == cpu) {
			events[i].gone = true;
			gap_begins = last < 0 ? i : gap_begins;
			gap_ends = last = i;
			n--;
		}
	if (last < 0)
		return;
	events[last].gone = false;
	events[last].k = (struct raw_event){ .kind = RAW_LOST,
		.ts = events[last].k.ts };
}

static void
live(void)
{
	bool busy;

	count = changed = made = 0;
	ts = 1000;
	for (int i = 0; i < PROCS; i++)
		procs[i] = (struct process){ .exec = -1, .pid = i == 3 ? 10 +
			EXEC_BUCKETS : 10 + i };
	plan_exec(procs);
	while (count < EVENTS - 1) {
		struct process *p = &procs[rnd(PROCS)];

		busy = false;
		for (int i = 0; i < PROCS; i++)
			busy |= procs[i].todos > 0;
		ts += busy || rnd(8) ? 1 + rnd(2000) : rnd(300) * MS;
		if (p->todos)
			happen_part(p);
		else if (p->exec >= 0)
			happen_other(p);
	}
	gap_begins = gap_ends = count;
	if (gap)
		lose();
}

/* ---- /proc ---- */

static struct cmdline_sample *
read_proc(void *arg, int pid)
{
	struct cmdline_sample *p = malloc(sizeof *p + ARGC * 8);
	int id = -1;

	(void)arg;
	for (int i = 0; i < changed && changes[i].ts <= clock_now; i++)
		if (changes[i].pid == pid)
			id = changes[i].exec;
	if (id < 0) {
		free(p);
		return NULL;
	}
	*p = (struct cmdline_sample){ .taken = clock_now + rnd(3), .whole = true };
	for (int i = 0; i < execs[id].argc; i++) {
		size_t n = strlen(words[id][i]) + 1;

		memcpy(p->bytes + p->len, words[id][i], n);
		p->len += n;
	}
	return p;
}

/* ---- what is said ---- */

/* Which exec an argument is of. */
static int
exec_of(const char *word)
{
	char *end;
	long id = strtol(word, &end, 10);

	return end > word && *end == '.' && id < made ? (int)id : -1;
}

/* Did the time end before all of its parts had come? */
static bool
is_unfinished(int id)
{
	for (int i = 0; i < PROCS; i++)
		if (procs[i].todos && procs[i].now == id)
			return true;
	return false;
}

static void
check_exec(const struct event *e)
{
	const char *s = e->args.text;
	int id = e->path ? (int)strtol(e->path + 1, NULL, 10) : -1;

	for (int i = 0; id < 0 && i < e->args.count; i++, s += strlen(s) + 1)
		id = exec_of(s);
	s = e->args.text;
	for (int i = 0; i < e->args.count; i++, s += strlen(s) + 1)
		if (strcmp(s, "forged") == 0)
			wrong("forged", e, id);
	s = e->args.text;
	if (id < 0)
		return;
	execs[id].records++;
	if (execs[id].pid != e->tid)
		wrong("another process's", e, id);
	if (e->path && execs[id].old != e->exec.old_tid)
		wrong("another thread's", e, id);
	if (e->args.argc >= 0 && e->args.argc != execs[id].argc)
		wrong("argc", e, id);
	for (int i = 0; i < e->args.count; i++, s += strlen(s) + 1)
		if (strcmp(s, args_is_missing(&e->args, i) ? "" :
			words[id][i]) != 0)
			wrong(e->args.state == ARGS_PROC ? "argument of /proc" :
			    "argument", e, id);
	if (e->comm[0] && strcmp(e->comm, paths[id] + 1) != 0)
		wrong("name", e, id);
	if (!gap && execs[id].whole && !is_unfinished(id) &&
	    e->args.state != ARGS_ALL)
		wrong("not all arguments", e, id);
}

static void
take(uint64_t until)
{
	static uint64_t last;
	struct event e;

	while (exec_next(&j, until, &e) == 1) {
		if (e.ts < last && last <= ts)
			wrong("out of order", &e, -1);
		last = e.ts;
		forks_seen += e.type == EVENT_FORK;
		exits_seen += e.type == EVENT_EXIT;
		seen += e.type == EVENT_EXEC;
		if (e.type == EVENT_EXEC)
			check_exec(&e);
	}
	if (until == UINT64_MAX)
		last = 0;
}

static void
tell(int i)
{
	const struct raw_event *k = &events[i].k;
	struct cmdline_sample *note = NULL;

	clock_now = k->ts + (rnd(3) ? rnd(3000) : rnd(100000));
	if (exec_wants_sample(&j, k))
		note = read_proc(NULL, k->pid);
	feed_with(k, note);
	forks_fed += k->kind == RAW_NEWTASK;
	exits_fed += k->kind == RAW_EXIT;
	if (rnd(2) && (i < gap_begins || i >= gap_ends))
		take(k->ts);
}

static void
check_all(void)
{
	struct event none = { .ts = 0 };
	bool unfinished = false;

	if (forks_fed != forks_seen || exits_fed != exits_seen)
		wrong("forks or exits", &none, -1);
	if (exec_pending(&j))
		wrong("something is left", &none, -1);
	for (int i = 0; i < made; i++) {
		if (!gap && !is_unfinished(i) && !execs[i].no_path &&
		    execs[i].records != 1)
			wrong("not one record", &none, i);
		if (execs[i].records > 1)
			wrong("two records", &none, i);
		unfinished |= is_unfinished(i);
	}
	if (!gap && watched && !unfinished && seen != made)
		wrong("hidden", &none, seen);
}

static bool
scenario(uint32_t number)
{
	static const enum exec_order orders[] = { EXEC_PATH_LAST,
		EXEC_PATH_FIRST, EXEC_PATH_ONLY };

	seed = number * 2654435761u;
	order = orders[rnd(3)];
	watched = order != EXEC_PATH_LAST && rnd(2);
	names = order == EXEC_PATH_LAST || watched || rnd(2); /* 3.4+ has them */
	stack_last = rnd(2);
	seen = 0;
	gap = rnd(2);
	why[0] = '\0';
	forks_fed = exits_fed = forks_seen = exits_seen = 0;
	live();
	begin(order, 128, order != EXEC_PATH_LAST);
	j.stack_last = stack_last; /* by the self-test */
	if (rnd(3))
		j.read_sample = read_proc;
	for (int i = 0; i < count; i++)
		if (!events[i].gone)
			tell(i);
	clock_now = ts + rnd(100000);
	take(UINT64_MAX);
	check_all();
	return !why[0];
}

int
main(int argc, char **argv)
{
	uint32_t first = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1;
	uint32_t n = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) :
				(uint32_t)tap_rounds(20000);
	int bad = 0;

	for (int i = 0; i < EXECS; i++) {
		snprintf(paths[i], sizeof paths[i], "/%d", i);
		for (int a = 0; a < ARGC; a++)
			snprintf(words[i][a], sizeof words[i][a], "%d.%d", i,
			    a);
	}
	for (uint32_t i = first; i < first + n; i++)
		if (!scenario(i) && bad++ < 10)
			printf("# seed %u: order %d,%s%s %s\n", i, (int)order,
			    names ? " names," : "", gap ? " a gap," : "", why);
	tap_is_int(bad, 0, "%u scenarios", n);
	exec_free(&j);
	return tap_done();
}
