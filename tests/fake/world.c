/* The workload that was recorded, from its fork on. */
#include "fake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/workload.h"

#define ARGS_SEEN 32	/* that the recorded probes fetched */
#define BEFORE_NS 1000	/* an entry before its exec */
#define AFTER_NS  40000 /* the return, behind the path */

static struct past {	/* of a recorded pid */
	int execs;	/* so far */
	int thread_of;	/* 0: a process */
	bool killed;	/* by the exec of another of its threads */
	uint64_t flags; /* as clone got them */
	char step[32];	/* of the workload */
} past[RECORDED_PIDS];
static char nop[64], self[64]; /* the workload's programs */

static struct hit hits[2 * RECORDED_MAX];
static size_t hit_count, hit_next;
bool world_loads;
static uint64_t begun;

void
world_add(const struct hit *h)
{
	uint8_t *data = NULL;

	if (hit_count == sizeof hits / sizeof *hits)
		abort();
	if (h->data) {
		data = malloc(h->len);
		memcpy(data, h->data, h->len);
	}
	hits[hit_count] = *h;
	hits[hit_count++].data = data;
}

static bool
is(const struct recorded *r, const char *name)
{
	return strcmp(r->type->name, name) == 0;
}

/* The arguments that the recorded probes saw of the exec at record i; NULL
 * where none is known. */
static void
seen_args(size_t i, const char **argv, int argc)
{
	const struct field *f;
	char name[16];
	size_t n;

	for (size_t k = i; k-- > 0;) {
		const struct recorded *r = &recorded[k];

		if (r->tid != recorded[i].tid)
			continue;
		if (strncmp(r->type->name, "rec/args", 8) != 0)
			return;
		for (int a = (int)strtol(r->type->name + 8, NULL, 10);
		     a < argc && a < ARGS_SEEN; a++) {
			snprintf(name, sizeof name, "a%d", a);
			f = format_field(&r->type->format, name);
			if (f)
				argv[a] = field_str(f, r->data, r->len, &n);
		}
	}
}

/* What the recorded kernel dropped for its size, or could not tell from a
 * fault, the workload knows. */
static const char *
meant_arg(const struct past *p, int nth, int a)
{
	char letter = 0, *s;
	int len = step_len(p->step, &letter);

	if (len && a < 3) {
		s = malloc((size_t)len + 1);
		memset(s, letter, (size_t)len);
		s[len] = '\0';
		return a == 0 ? "nop" : a == 1 ? s : "end";
	}
	for (size_t i = 0; i < STEPS; i++)
		if (strcmp(steps[i].name, p->step) == 0 && nth-- == 0)
			return steps[i].argv[a] ? steps[i].argv[a] : "";
	return "";
}

static const char *
meant_path(const struct past *p, int nth, const char *argv0)
{
	for (size_t i = 0; i < STEPS; i++)
		if (strcmp(steps[i].name, p->step) == 0 && nth-- == 0 &&
		    steps[i].path)
			return steps[i].path;
	return *p->step ? nop : argv0;
}

/* The call: by another thread, if the first was killed for it; of a script with
 * other arguments. */
static void
enter(struct hit at, size_t i)
{
	static const char *const script[] = { "scr", "s1" };

	for (size_t k = i; past[at.tid].killed && k-- > 0;) {
		const struct recorded *r = &recorded[k];

		if (is(r, "rec/exit") && r->tid == at.tid)
			at.ts = r->ts;
		if (is(r, "sched/sched_process_fork") && r->tid == at.tid) {
			at.tid = (int)recorded_number(r, "child_pid");
			break;
		}
	}
	if (strcmp(past[at.tid].step, "shebang") == 0)
		at.image = image_new("/tmp/scr", script, 2);
	at.tid += FAKE_PIDS;
	at.ts -= BEFORE_NS;
	happen_entry(&at);
}

static void
load_exec(size_t i)
{
	const struct recorded *r = &recorded[i];
	struct past *p = &past[r->tid];
	const char *argv[ARGS_SEEN] = { NULL };
	int argc = (int)recorded_number(r, "argc");
	struct hit at = { .ts = r->ts, .cpu = r->cpu, .tid = r->tid };

	if (argc > ARGS_SEEN)
		abort();
	seen_args(i, argv, argc);
	for (int a = 0; a < argc; a++)
		if (!argv[a])
			argv[a] = meant_arg(p, p->execs, a);
	if (argc == 2 && !*self && *p->step == '.') {
		snprintf(self, sizeof self, "%s", argv[0]);
		snprintf(nop, sizeof nop, "%s", argv[1]);
	}
	at.image = image_new(
	    meant_path(p, p->execs, argc ? argv[0] : ""), argv, argc);
	enter(at, i);
	at.tid += FAKE_PIDS;
	happen_image(&at);
	at.ts += AFTER_NS;
	happen_return(&at, 0);
	p->execs++;
}

/* Calls that fail show nothing but their entry. */
static void
load_failed(const struct recorded *r)
{
	static const char *const nosuch[] = { "nosuch", "x" },
				 *const tmp[] = { "tmp" };
	bool enoent = strcmp(past[r->tid].step, "enoent") == 0;
	struct hit at = { .ts = r->ts - BEFORE_NS,
		.cpu = r->cpu,
		.tid = r->tid + FAKE_PIDS };

	if (!enoent && strcmp(past[r->tid].step, "eacces") != 0)
		return;
	at.image = enoent ? image_new("/nonexistent/nosuch", nosuch, 2) :
			    image_new("/tmp", tmp, 1);
	happen_entry(&at);
	at.ts += BEFORE_NS / 2;
	happen_return(&at, enoent ? ENOENT : EACCES);
}

/* do_group_exit was called by all but threads that just return; by who was
 * killed for another's exec with SIGKILL. */
static void
load_exit(const struct recorded *r)
{
	struct hit at = {
		.ts = r->ts - 1, .cpu = r->cpu, .tid = r->tid + FAKE_PIDS
	};
	uint64_t code = (uint64_t)recorded_number(r, "code");

	load_failed(r);
	if (!past[r->tid].thread_of)
		happen_call(
		    &at, "do_group_exit", past[r->tid].killed ? 9 : code, 0, 0);
	at.ts++;
	happen_call(&at, "do_exit", code, 0, 0);
}

/* The flags that do_fork got, where no event told them: those of
 * tests/prog/workload.c, and of the C library it was built with. */
static void
load_fork(const struct recorded *r)
{
	int child = (int)recorded_number(r, "child_pid");
	struct past *p = &past[child];
	struct hit at = { .ts = r->ts - BEFORE_NS,
		.cpu = r->cpu,
		.tid = r->tid + FAKE_PIDS };

	if (strncmp(past[r->tid].step, "thread", 6) == 0)
		p->thread_of = r->tid;
	if (!p->flags)
		p->flags = p->thread_of		  ? 0x7d0f00 :
		    strcmp(p->step, "vfork") == 0 ? 0x4111 :
						    0x11;
	happen_call(&at, "do_fork", p->flags, 0, 0);
}

/* A tracepoint as it was recorded, with other pids. */
static void
load_event(const struct recorded *r)
{
	static const char *const names[] = { "common_pid", "pid", "parent_pid",
		"child_pid", "old_pid" };
	uint8_t copy[FAKE_RECORD];
	struct hit h = { .ts = r->ts,
		.cpu = r->cpu,
		.name = r->type->name,
		.data = copy,
		.len = r->len,
		.tid = r->tid + FAKE_PIDS };

	if (is(r, "task/task_newtask"))
		past[recorded_number(r, "pid") % RECORDED_PIDS].flags =
		    (uint64_t)recorded_number(r, "clone_flags");
	if (is(r, "sched/sched_process_fork"))
		load_fork(r);
	memcpy(copy, r->data, r->len);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct field *f = format_field(
		    &r->type->format, names[i]);
		int pid = f ? (int)field_int(f, r->data, r->len) : 0;

		pid += FAKE_PIDS;
		if (f && pid > FAKE_PIDS)
			memcpy(copy + f->offset, &pid, 4);
	}
	happen(&h);
}

/* "plain pid=72 exit=0": who did which step.  Returns the workload itself. */
static int
load_steps(void)
{
	char text[4096], *save = NULL, name[32];
	int pid, work = 0;

	fake_get(text, sizeof text, "../recording/workload.txt");
	for (char *l = strtok_r(text, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save)) {
		if (sscanf(l, "%31s pid=%d", name, &pid) != 2 || pid <= 0 ||
		    pid >= RECORDED_PIDS)
			continue;
		if (strcmp(name, "work") == 0)
			work = pid;
		snprintf(past[pid].step, sizeof past[pid].step, "%s",
		    pid == work ? "." : name);
	}
	if (!work)
		abort();
	return work;
}

static void
load_killed(void)
{
	bool ended[RECORDED_PIDS] = { false };

	for (size_t i = 0; i < recorded_count; i++) {
		if (is(&recorded[i], "rec/exit"))
			ended[recorded[i].tid] = true;
		if (is(&recorded[i], "rec/exec") && ended[recorded[i].tid])
			past[recorded[i].tid].killed = true;
	}
}

static void
load(void)
{
	int work = load_steps();
	size_t i = 0;

	recorded_load();
	load_killed();
	while (i < recorded_count &&
	    !((is(&recorded[i], "sched/sched_process_fork") &&
		  recorded_number(&recorded[i], "child_pid") == work) ||
		(is(&recorded[i], "task/task_newtask") &&
		    recorded_number(&recorded[i], "pid") == work)))
		i++;
	for (world_loads = true; i < recorded_count; i++) {
		struct recorded *r = &recorded[i];

		if (is(r, "rec/exec"))
			load_exec(i);
		else if (is(r, "rec/exit"))
			load_exit(r);
		else if (strncmp(r->type->name, "rec/", 4) != 0)
			load_event(r);
	}
	world_loads = false;
}

static int
hit_by_time(const void *a, const void *b)
{
	const struct hit *x = *(const struct hit *const *)a;
	const struct hit *y = *(const struct hit *const *)b;

	return x->ts != y->ts ? (x->ts < y->ts ? -1 : 1) : (x > y) - (x < y);
}

static const struct hit *order[2 * RECORDED_MAX];

void
world_begin(void)
{
	load();
	for (size_t i = 0; i < hit_count; i++)
		order[i] = &hits[i];
	qsort(order, hit_count, sizeof *order, hit_by_time);
	begun = pages_now(0);
}

bool
world_advance(void)
{
	uint64_t now = begun ? pages_now(0) - begun : 0;

	for (; begun && hit_next < hit_count; hit_next++) {
		struct hit h = *order[hit_next];

		h.ts -= order[0]->ts;
		if (h.ts > now)
			break;
		h.ts += begun + pages_skew(h.cpu);
		happen(&h);
	}
	return begun && hit_next == hit_count;
}
