/*
 * recordings: raw pages of six kernels, from the page to the typed record,
 * against the workload that ran: every fork, exec, argument, exit and exit
 * code.  Each kernel is read twice, with the forks of task_newtask and with
 * those of sched_process_fork.
 *
 * usage: test_recordings [directory with a directory for each kernel]
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "events/exec_assembler.h"
#include "task/table.h"
#include "tap.h"
#include "workload.h"

#define PIDS	512
#define EXECS	2	/* most of one process */
#define WANT	128
#define LEN_FIT 4010	/* the longest argument whose event is recorded */

static const struct kernel {
	const char *name;
	int entries[2];		/* per_cpu/cpuN/stats, when it was recorded */
	/* argc 0 becomes 1 with an empty string (5.18+, and 5.10.262); an
	 * empty string looks like one that could not be fetched (5.3+: no
	 * bytes; these probes did not fetch the pointers, which would tell) */
	int newer;
} kernels[] = {
	{ "3.2", { 134, 111 }, 0 },
	{ "3.16", { 173, 244 }, 0 },
	{ "5.10", { 240, 230 }, 1 },
	{ "6.1", { 242, 228 }, 1 },
	{ "6.12", { 261, 235 }, 1 },
	{ "6.1-arm64", { 260, 210 }, 1 },
};

struct exec_seen {
	char path[64], comm[COMM_LEN];
	int ppid, old_tid, argc, count;
	enum args_state state;
	char *text;
	size_t len;
};

static struct seen {
	int forks, exits, execs, codes;
	int ppid, exit_ppid, dead, code;
	uint64_t flags, born, began, died;	/* began: says its exit */
	char comm[COMM_LEN];	/* at the exit */
	struct exec_seen exec[EXECS];
} seen[PIDS];

static struct record {
	struct ring_record r;
	int cpu;
	size_t seq;
} records[2048];
static size_t count;

static const char *dir;
static const struct kernel *kernel;
static const char *mode;	/* which events show forks */
static struct raw_event_table table;
static struct format exit_format;
static const struct field *exit_code, *exit_tid;
static struct tasks tasks;
static int work;		/* the workload's pid */
static int inside, backwards;
static uint64_t latest;
static char nop[64], self[64];	/* its programs */

/* ---- reading ---- */

/* A file of this kernel with a NUL after it, or NULL when it has none. */
static char *
file(const char *name, size_t *len)
{
	char path[512], *text = malloc(1 << 17);
	FILE *f;

	snprintf(path, sizeof path, "%s/%s/%s", dir, kernel->name, name);
	f = fopen(path, "r");
	if (!f || !text) {
		free(text);
		return NULL;
	}
	*len = fread(text, 1, (1 << 17) - 1, f);
	text[*len] = '\0';
	fclose(f);
	return text;
}

static bool
learn(enum raw_event_kind kind, const char *name, int first, int n)
{
	char path[128], *text;
	size_t len;
	int r;

	snprintf(path, sizeof path, "formats/%s", name);
	text = file(path, &len);
	if (!text)
		return false;
	r = raw_event_learn(&table, kind, text, 0, first, n);
	free(text);
	return tap_ok(r == 0, "%s: learn %s", kernel->name, name);
}

/* Returns whether the flags of forks are known. */
static bool
learn_all(bool newtask)
{
	size_t len;
	char *text = file("formats/rec:exit", &len);
	bool flags;

	table.count = 0;
	tap_ok(text && format_parse(&exit_format, text) == 0 &&
	    (exit_code = format_field(&exit_format, "code")) &&
	    (exit_tid = format_field(&exit_format, "common_pid")),
	    "%s: learn rec:exit", kernel->name);
	free(text);
	learn(RAW_STACK, "rec:exec", 0, 0);
	learn(RAW_ARGS, "rec:args0", 0, 4);
	learn(RAW_ARGS, "rec:args4", 4, 4);
	learn(RAW_ARGS, "rec:args8", 8, 8);
	learn(RAW_ARGS, "rec:args16", 16, 16);
	learn(RAW_EXEC, "sched:sched_process_exec", 0, 0);
	learn(RAW_EXIT, "sched:sched_process_exit", 0, 0);
	learn(RAW_RENAME, "task:task_rename", 0, 0);
	flags = newtask && learn(RAW_NEWTASK, "task:task_newtask", 0, 0);
	if (!flags)
		learn(RAW_FORK, "sched:sched_process_fork", 0, 0);
	mode = flags ? "newtask" : "fork";
	return flags;
}

/* All records of a CPU; they point into the bytes. */
static void
read_pages(const struct ring_layout *l, const char *bytes, size_t len, int cpu)
{
	struct ring_page page;
	int r = 0, n = 0;

	for (size_t at = 0; at < len && r == 0; at += l->page_size) {
		r = ring_page_open(&page, l, bytes + at, len - at <
			l->page_size ? len - at : l->page_size);
		if (r == 0 && page.missed)
			r = -1;
		while (r == 0 && count < sizeof records / sizeof *records &&
		    (r = ring_page_next(&page, &records[count].r)) == 1) {
			records[count].cpu = cpu;
			records[count].seq = count;
			count++, n++;
			r = 0;
			if (page.pos == page.len)
				break;
		}
	}
	tap_is_int(r, 0, "%s: cpu%d: pages read whole", kernel->name, cpu);
	tap_is_int(n, kernel->entries[cpu], "%s: cpu%d: entries", kernel->name,
	    cpu);
}

static int
by_time(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	if (x->r.ts != y->r.ts)
		return x->r.ts < y->r.ts ? -1 : 1;
	return x->seq < y->seq ? -1 : 1;
}

/* The steps and their pids: "plain pid=72 exit=0".  NULL at the end. */
static const char *
next_step(char **at, int *pid, int *status)
{
	char *line = *at, *p;
	int n;

	if (!*line || strncmp(line, "done", 4) == 0)
		return NULL;
	*at += strcspn(line, "\n");
	*(*at)++ = '\0';
	p = strchr(line, ' ');
	*p++ = '\0';
	*status = -1;
	if (sscanf(p, "pid=%d exit=%d", pid, &n) == 2)
		*status = n << 8;
	else if (sscanf(p, "pid=%d signal=%d", pid, &n) == 2)
		*status = n | (strstr(p, "core=1") ? 0x80 : 0);
	return line;
}

/* ---- what happened ---- */

static void
see_exec(struct seen *s, const struct event *e)
{
	struct exec_seen *x = &s->exec[s->execs < EXECS ? s->execs : 0];

	s->execs++;
	snprintf(x->path, sizeof x->path, "%s", e->path ? e->path : "");
	memcpy(x->comm, e->comm, COMM_LEN);
	x->ppid = e->task.ppid;
	x->old_tid = e->exec.old_tid;
	x->argc = e->args.argc;
	x->count = e->args.count;
	x->state = e->args.state;
	x->len = e->args.len;
	free(x->text);
	x->text = malloc(x->len + 1);
	if (x->text && x->len)
		memcpy(x->text, e->args.text, x->len);
}

static void
see(const struct event *e)
{
	struct seen *s = &seen[e->tid > 0 && e->tid < PIDS ? e->tid : 0];

	inside += e->type == EVENT_FORK && e->task.inside;
	switch (e->type) {
	case EVENT_FORK:
		s->forks++;
		s->ppid = e->task.ppid;
		s->flags = e->fork.flags;
		s->born = e->ts;
		break;
	case EVENT_EXEC:
		see_exec(s, e);
		break;
	case EVENT_EXIT:
		s->exits++;
		s->exit_ppid = e->task.ppid;
		s->dead = e->task.last;
		s->began = e->task.start;
		s->died = e->ts;
		memcpy(s->comm, e->comm, COMM_LEN);
		break;
	default:
		break;
	}
}

static void
take(struct exec_assembler *j, uint64_t until)
{
	struct event e;

	while (exec_next(j, until, &e) == 1) {
		backwards += e.ts < latest;
		latest = e.ts;
		tasks_apply(&tasks, &e);
		if (e.type == EVENT_FORK && e.tid == work)
			tasks_choose(&tasks, work);
		see(&e);
	}
}

static void
see_code(const struct ring_record *r)
{
	int tid = (int)field_int(exit_tid, r->data, r->len);
	uint16_t id;

	memcpy(&id, r->data, sizeof id);
	if (id != exit_format.id || tid <= 0 || tid >= PIDS)
		return;
	seen[tid].codes++;
	seen[tid].code = (int)field_int(exit_code, r->data, r->len);
}

static void
replay(void)
{
	struct exec_assembler j = { .order = EXEC_PATH_LAST, .want = WANT };
	struct raw_event k;

	if (exec_init(&j) != 0)
		err(1, NULL);
	qsort(records, count, sizeof *records, by_time);
	for (size_t i = 0; i < count; i++) {
		const struct record *p = &records[i];

		if (raw_event_decode(&table, &p->r, p->cpu, &k) == 1)
			exec_feed(&j, &k, NULL);
		else
			see_code(&p->r);
		take(&j, p->r.ts);
	}
	take(&j, UINT64_MAX);
	tap_ok(!exec_pending(&j) && backwards == 0, "%s: in order, nothing "
	    "kept", kernel->name);
	exec_free(&j);
}

/* ---- comparing ---- */

/* Is argument i of the exec this one? */
static bool
is_arg(const struct exec_seen *x, int i, const char *s, size_t len)
{
	const char *p = x->text, *end = x->text + x->len;

	while (i-- > 0 && p < end)
		p += strlen(p) + 1;
	return p < end && strlen(p) == len && memcmp(p, s, len) == 0;
}

static const char *
meant(const char *arg)
{
	return strcmp(arg, NOP) == 0 ? nop :
	    strcmp(arg, WORK) == 0   ? self :
				       arg;
}

static void
check_args(const char *name, const struct exec_seen *x, const char *const *argv)
{
	int argc = 0, known = 0;
	bool all = true;

	while (argc < STEP_ARGS && argv[argc])
		argc++;
	/* Newer kernels say (fault) of an empty string. */
	for (int i = 0; i < argc; i++)
		if (kernel->newer && argv[i][0] == '\0')
			all = false;
		else
			known = i + 1;
	if (argc == 0 && kernel->newer) {
		argc = 1;
		all = false;
	}
	tap_is_int(x->argc, argc, "%s: %s: argc", kernel->name, name);
	tap_is_int(x->count, known, "%s: %s: count", kernel->name, name);
	tap_is_int(x->state, all ? ARGS_ALL : known ? ARGS_CUT :
	    ARGS_NONE, "%s: %s: state", kernel->name, name);
	for (int i = 0; i < known; i++)
		tap_ok((kernel->newer && !*argv[i]) || is_arg(x, i, meant(argv[i]), strlen(meant(argv[i]))),
		    "%s: %s: argument %d", kernel->name, name, i);
}

static void
check_path(const char *name, const struct exec_seen *x, const struct step *s)
{
	const char *path = s->path ? s->path : nop, *comm = s->comm;

	if (strcmp(kernel->name, "3.2") == 0)
		path = comm = "";	/* no event has it */
	else if (!comm)
		comm = "nop";
	tap_is_str(x->path, path, "%s: %s: path", kernel->name, name);
	tap_is_str(x->comm, comm, "%s: %s: comm", kernel->name, name);
}

/* One long argument: all of them, or none when the kernel dropped the event
 * for its size; never a wrong one. */
static void
check_long(const char *name, const struct exec_seen *x)
{
	char letter = 0, *s = malloc(20001);
	int n = step_len(name, &letter);
	bool fits = n <= LEN_FIT;

	memset(s, letter, (size_t)n);
	tap_is_int(x->argc, 3, "%s: %s: argc", kernel->name, name);
	tap_is_int(x->state, fits ? ARGS_ALL : ARGS_NONE, "%s: %s: state",
	    kernel->name, name);
	tap_is_int(x->count, fits ? 3 : 0, "%s: %s: count", kernel->name, name);
	if (fits)
		tap_ok(is_arg(x, 0, "nop", 3) && is_arg(x, 1, s, (size_t)n) &&
		    is_arg(x, 2, "end", 3), "%s: %s: all arguments",
		    kernel->name, name);
	free(s);
}

static void
check_execs(const char *name, int pid, int ppid)
{
	const struct seen *s = &seen[pid];
	char letter;
	int want = 0;

	if (step_len(name, &letter)) {
		check_long(name, &s->exec[want++]);
		check_path(name, &s->exec[0], &steps[0]);
	}
	for (size_t i = 0; i < STEPS; i++)
		if (strcmp(steps[i].name, name) == 0) {
			check_args(name, &s->exec[want], steps[i].argv);
			check_path(name, &s->exec[want++], &steps[i]);
		}
	tap_is_int(s->execs, want, "%s: %s: execs", kernel->name, name);
	for (int i = 0; i < want && i < s->execs; i++) {
		/* Without flags a thread looks like a process, and the exit
		 * of the first one like the end of all. */
		if (mode[0] == 'n' || strcmp(name, "thread-exec") != 0)
			tap_is_int(s->exec[i].ppid, ppid, "%s: %s: parent of "
			    "the exec", kernel->name, name);
		if (strcmp(kernel->name, "3.2") != 0)
			tap_is_int(s->exec[i].old_tid,
			    pid + (strcmp(name, "thread-exec") == 0),
			    "%s: %s: the thread", kernel->name, name);
	}
}

static void
check_exit(const char *name, int pid, int ppid)
{
	const struct seen *s = &seen[pid], *t = &seen[pid + 1];

	tap_is_int(s->exit_ppid, ppid, "%s: %s: parent at the exit",
	    kernel->name, name);
	tap_is_int(s->began, s->born, "%s: %s: began", kernel->name, name);
	/* A thread wakes who joins it before its exit is recorded, so either
	 * may be the last. */
	if (strcmp(name, "thread") == 0 && mode[0] == 'n')
		tap_ok(s->dead == (s->died > t->died) && t->dead == !s->dead,
		    "%s: %s: the last thread", kernel->name, name);
	else
		tap_is_int(s->dead, 1, "%s: %s: the last thread", kernel->name,
		    name);
}

static void
check_step(const char *name, int pid, int ppid, int status)
{
	const struct seen *s = &seen[pid];
	int exits = 1 + (strcmp(name, "thread-exec") == 0);

	tap_is_int(s->forks, 1, "%s: %s: forks", kernel->name, name);
	tap_is_int(s->ppid, ppid, "%s: %s: parent (%s)", kernel->name, name,
	    mode);
	tap_is_int(s->exits, exits, "%s: %s: exits", kernel->name, name);
	tap_is_int(s->codes, exits, "%s: %s: exit codes", kernel->name, name);
	tap_is_int(s->code, status < 0 ? 0 : status, "%s: %s: exit code",
	    kernel->name, name);
	if (exits == 1 || mode[0] == 'n')
		check_exit(name, pid, ppid);
	check_execs(name, pid, ppid);
}

/* What only some steps have; flags: those of forks are known. */
static void
check_special(const char *name, int pid, bool flags)
{
	const struct seen *s = &seen[pid], *t = &seen[pid + 1];

	if (strcmp(name, "comm-hostile") == 0) {
		tap_is_str(s->comm, "a b pid=1\n", "%s: comm", kernel->name);
		tap_is_int(t->ppid, pid, "%s: child", kernel->name);
	}
	if (!flags)
		return;
	tap_ok(!(s->flags & FLAG_THREAD) && !(s->flags & FLAG_VFORK) ==
	    !!strcmp(name, "vfork"), "%s: %s: flags", kernel->name, name);
	if (strncmp(name, "thread", 6) == 0)
		tap_ok(t->forks == 1 && (t->flags & FLAG_THREAD) &&
		    t->ppid == work && t->exits == (name[6] == '\0'),
		    "%s: %s: its thread", kernel->name, name);
}

static void
check_work(char *text, bool flags)
{
	const char *name;
	int pid, status, checked = 0, orphan = 0, last = 0;

	tap_is_int(seen[work].execs, 1, "%s: work: execs", kernel->name);
	tap_is_int(seen[work].exec[0].argc, 2, "%s: work: argc", kernel->name);
	if (seen[work].exec[0].count == 2) {
		snprintf(self, sizeof self, "%s", seen[work].exec[0].text);
		snprintf(nop, sizeof nop, "%s", seen[work].exec[0].text +
		    strlen(self) + 1);
	}
	while ((name = next_step(&text, &pid, &status))) {
		if (strcmp(name, "orphan") == 0)
			orphan = pid;	/* its parent is named next */
		else
			check_step(name, pid, work, status);
		if (strcmp(name, "orphan-parent") == 0)
			check_step("orphan", orphan, pid, -1);
		check_special(name, pid, flags);
		checked++;
		last = pid > last ? pid : last;
	}
	tap_is_int(checked, 33, "%s: steps", kernel->name);
	/* and two threads, and the child of comm-hostile */
	tap_is_int(inside, checked + 3, "%s: forks in all", kernel->name);
	tap_is_int(seen[last].ppid, work, "%s: the last one", kernel->name);
}

static void
forget(void)
{
	for (int i = 0; i < PIDS; i++)
		for (int x = 0; x < EXECS; x++)
			free(seen[i].exec[x].text);
	memset(seen, 0, sizeof seen);
	tasks_free(&tasks);
	count = 0;
	inside = backwards = 0;
	latest = 0;
}

static void
test_kernel(bool newtask)
{
	struct ring_layout l;
	size_t len, n[2] = { 0, 0 };
	char *header = file("header_page", &len), *steps_run, *cpu[2];
	bool flags = learn_all(newtask);

	steps_run = file("workload.txt", &len);
	cpu[0] = file("cpu0.raw", &n[0]);
	cpu[1] = file("cpu1.raw", &n[1]);
	if (!tap_ok(header && steps_run && cpu[0] && cpu[1] &&
		sscanf(steps_run, "work pid=%d", &work) == 1 &&
		ring_layout_parse(&l, header) == 0, "%s: files", kernel->name))
		return;
	for (int i = 0; i < 2; i++)
		read_pages(&l, cpu[i], n[i], i);
	replay();
	check_work(steps_run + strcspn(steps_run, "\n") + 1, flags);
	forget();
	free(header);
	free(steps_run);
	free(cpu[0]);
	free(cpu[1]);
}

int
main(int argc, char **argv)
{
	dir = argc > 1 ? argv[1] : "tests/data/recordings";
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	/* A ring buffer is read where it was written. */
	for (kernel = kernels; kernel < kernels + sizeof kernels /
		sizeof *kernels; kernel++)
		tap_ok(true, "%s # SKIP little-endian recording", kernel->name);
	return tap_done();
#endif
	for (kernel = kernels; kernel < kernels + sizeof kernels /
		sizeof *kernels; kernel++) {
		test_kernel(true);
		test_kernel(false);
	}
	return tap_done();
}
