/*
 * kept: the last seconds of a recording, against a model that has everything;
 * its memory; and what lived when the window begins.
 */
#include <stdlib.h>
#include <string.h>

#include "events/recording.h"
#include "input/kept.h"
#include "tap.h"

#define MS     1000000ull
#define S      1000000000ull
#define PIDS   300
#define EVENTS 60000

/* What was added, and is it a fork (else the exit) of that process? */
static struct {
	uint64_t ts;
	int pid, parent;
	bool fork;
} all[EVENTS];
static int count;
static uint64_t born[PIDS]; /* 0: does not live */

static struct kept k;
static struct buf line;

static void
add(const struct event *e)
{
	recording_write(&line, e);
	kept_add(&k, &line, e);
}

static void
add_fork(int pid, int parent, uint64_t ts)
{
	add(&(struct event){ .type = EVENT_FORK,
	    .ts = ts,
	    .tid = pid,
	    .fork.parent = parent,
	    .comm = "p" });
}

static void
add_exit(int pid, uint64_t ts)
{
	add(&(struct event){ .type = EVENT_EXIT,
	    .ts = ts,
	    .tid = pid,
	    .exit = { .group_dead = 1,
		.has_status = true,
		.code = 0,
		.process_code = 0 },
	    .comm = "p" });
}

static void
add_exec(int pid, const char *path, uint64_t ts)
{
	add(&(struct event){ .type = EVENT_EXEC,
	    .ts = ts,
	    .tid = pid,
	    .exec.old_tid = pid,
	    .path = path,
	    .args = { .state = ARGS_ALL,
		.argc = 2,
		.count = 2,
		.text = "a\0b",
		.len = 4 },
	    .comm = "prog" });
}

static void
begin(uint64_t ns, size_t most)
{
	k = (struct kept){ .ns = ns, .most = most, .base.keep = true };
	add(
	    &(struct event){ .type = EVENT_TASK,
		.tid = 1,
		.found = { .pid = 1, .start = 5 },
		.comm = "init",
		.args.argc = -1 });
}

/* Of kept_each: all lines in one. */
static int
collect(void *arg, const char *bytes, size_t len)
{
	buf_add(arg, bytes, len);
	return 0;
}

/* The lines, and no other, are those since then, up to the last. */
static int
has_lines_since(uint64_t since)
{
	struct buf b = { 0 }, want = { 0 };
	int same;

	kept_each(&k, collect, &b);
	for (int i = 0; i < count; i++) {
		struct event e = { .type = EVENT_FORK,
			.ts = all[i].ts,
			.tid = all[i].pid,
			.fork.parent = all[i].parent,
			.comm = "p" };

		if (!all[i].fork) {
			e.type = EVENT_EXIT;
			e.exit = (struct event_exit){ .group_dead = 1,
				.has_status = true };
		}
		if (all[i].ts >= since)
			recording_write(&want, &e);
	}
	same = b.len == want.len &&
	    (b.len == 0 || memcmp(b.data, want.data, b.len) == 0);
	buf_free(&b);
	buf_free(&want);
	return same;
}

/* The base has who lived before then, with parent and start. */
static int
has_base_before(uint64_t since)
{
	static uint64_t start[PIDS];
	static int parent[PIDS];
	size_t lives = 1;
	int right = 1;

	memset(start, 0, sizeof start);
	for (int i = 0; i < count && all[i].ts < since; i++) {
		start[all[i].pid] = all[i].fork ? all[i].ts : 0;
		parent[all[i].pid] = all[i].parent;
	}
	for (int pid = 2; pid < PIDS; pid++) {
		const struct task *p = tasks_find(&k.base, pid);

		lives += start[pid] != 0;
		if (!p != !start[pid])
			right = 0;
		else if (p && (p->start != start[pid] || p->ppid != parent[pid]))
			right = 0;
	}
	return right && k.base.count == lives;
}

static void
test_model(void)
{
	static const uint64_t window = 50 * MS;
	uint64_t ts = S;
	int bad_lines = 0, bad_base = 0;

	srand(1);
	begin(window, 64 << 20);
	count = 0;
	memset(born, 0, sizeof born);
	for (int i = 0; i < tap_rounds(20000); i++) {
		int pid = 2 + rand() % (PIDS - 2), up = 1 + rand() % (PIDS - 1);

		if (up != 1 && !born[up])
			up = 1;
		ts += (uint64_t)(rand() % 3) * 50000; /* often the same */
		if (up == pid)
			continue;
		all[count].ts = ts;
		all[count].pid = pid;
		all[count].parent = up;
		all[count++].fork = !born[pid];
		if (born[pid])
			add_exit(pid, ts);
		else
			add_fork(pid, up, ts);
		born[pid] = born[pid] ? 0 : ts;
		if (i % 997 == 0) {
			uint64_t since = kept_since(&k, ts);

			bad_lines += !has_lines_since(since);
			bad_base += !has_base_before(since);
			bad_lines += since != (ts > window ? ts - window : 0);
		}
	}
	tap_is_int(bad_lines, 0, "the lines are those of the window");
	tap_is_int(bad_base, 0, "the base is what lived when it begins");
	tap_ok(!k.failed && k.base.count > 50, "with many that live");
	kept_free(&k);
}

/* The window moves on without an event. */
static void
test_quiet(void)
{
	begin(S, 1 << 20);
	add_fork(2, 1, 10 * S);
	add_exec(2, "/bin/x", 10 * S + 1);
	tap_is_int(kept_since(&k, 10 * S + 5), 9 * S + 5, "a window");
	tap_is_int(k.base.count, 1, "the fork is in it");
	tap_is_int(kept_since(&k, 11 * S), 10 * S, "the last moment of it");
	tap_is_int(k.base.count, 1, "the fork is still in it");
	tap_is_int(kept_since(&k, 20 * S), 19 * S, "a window without an event");
	tap_ok(!k.first && k.size == 0, "no line, no memory");
	tap_is_int(k.base.count, 2, "what it forked lives");
	add_exit(2, 21 * S);
	tap_is_int(kept_since(&k, 30 * S), 29 * S, "and after its end");
	tap_is_int(k.base.count, 1, "it does not");
	kept_free(&k);
}

static void
see(void *arg, const struct event *e)
{
	if (e->tid == 2)
		recording_write(arg, e);
}

static void
test_task_line(void)
{
	struct buf b = { 0 };

	begin(S, 1 << 20);
	add_fork(2, 1, 10 * S + 123456789);
	add_exec(2, "/bin/x", 10 * S + 200000000);
	kept_since(&k, 20 * S);
	tasks_each(&k.base, see, &b);
	buf_putc(&b, '\0');
	tap_is_str(b.data,
	    "task 10.123456789 2 2 1 =prog 2 3 =/bin/x =a =b\n",
	    "the exact start, the parent, the program");
	buf_free(&b);
	kept_free(&k);
}

/* Not enough memory for the window: it begins later, and says when. */
static void
test_most(void)
{
	uint64_t since = 0, ts = S;
	size_t most = 1 << 20, peak = 0;
	struct buf b = { 0 };

	begin(3600 * S, most);
	for (int i = 0; i < 40000; i++, ts += MS) {
		add_fork(2, 1, ts);
		add_exec(2, "/usr/bin/some/program", ts + 1);
		add_exit(2, ts + 2);
		peak = k.size > peak ? k.size : peak;
	}
	since = kept_since(&k, ts);
	tap_ok(peak <= most && peak > most / 2, "%zu bytes at most", peak);
	tap_ok(since > 2 * S && since == k.gone, "it begins later");
	kept_each(&k, collect, &b);
	tap_ok(b.len > most / 4, "with most of the memory in use");
	buf_free(&b);
	kept_free(&k);
}

/* A line that is larger than all of it is not lost for the base. */
static void
test_huge(void)
{
	size_t len = 3 << 20;
	char *path = malloc(len);

	memset(path, 'x', len);
	path[len - 1] = '\0';
	begin(100 * S, 1 << 20);
	add_fork(2, 1, 10 * S);
	add_exec(2, path, 11 * S);
	tap_ok(!k.first && k.gone == 11 * S, "nothing is kept before it");
	tap_is_int(k.base.count, 2, "the fork is in the base");
	tap_ok(tasks_find(&k.base, 2) && tasks_find(&k.base, 2)->program,
	    "and the program");
	add_exit(2, 12 * S);
	tap_is_int(kept_since(&k, 12 * S), 11 * S, "the window begins there");
	kept_free(&k);
	free(path);
}

/* Tasks that are listed after a loss have no time: they stay behind the loss. */
static void
test_lost(void)
{
	begin(S, 1 << 20);
	add_fork(2, 1, 10 * S);
	add(&(struct event){
	    .type = EVENT_LOST, .ts = 11 * S, .lost.count = 3 });
	add(&(struct event){ .type = EVENT_TASK,
	    .ts = 11 * S + 5,
	    .tid = 1,
	    .found = { .pid = 1, .start = 5 },
	    .comm = "init",
	    .args.argc = -1 });
	kept_since(&k, 12 * S);
	tap_ok(tasks_find(&k.base, 2)->epoch == k.base.epoch,
	    "before the loss");
	kept_since(&k, 12 * S + 1);
	tap_ok(!k.first, "the loss and the list leave together");
	tap_ok(tasks_find(&k.base, 2)->epoch != k.base.epoch &&
	    tasks_find(&k.base, 1)->epoch == k.base.epoch,
	    "what was not listed again is not certain");
	kept_free(&k);
}

static void
add_look(uint64_t ts)
{
	add(&(struct event){ .type = EVENT_MACHINE,
	    .ts = ts,
	    .machine = { .used = ts / 2, .cpus = 3 } });
}

/* The last look before the window, though events come a little late. */
static void
test_looks(void)
{
	int wrong = 0;

	begin(10 * S, 1 << 20);
	tap_is_int(k.machine.cpus, 0, "nothing is known of the machine");
	for (uint64_t ts = 100 * S; ts < 400 * S; ts += 100 * MS) {
		uint64_t since;

		if (ts % S == 0)
			add_look(ts + 20 * MS);
		add_fork(2, 1, ts + 10 * MS);
		add_exit(2, ts + 50 * MS);
		since = kept_since(&k, ts + 50 * MS);
		if (ts > 120 * S)
			wrong += k.looked > since || k.looked + S < since ||
			    k.machine.used != k.looked / 2 ||
			    since != ts + 50 * MS - 10 * S;
	}
	tap_is_int(wrong, 0, "the last look is from before the window");
	tap_is_int(k.last, 399 * S + 950 * MS, "a look is not the last event");
	for (uint64_t ts = 400 * S; ts < 90000 * S; ts += S) {
		add_look(ts);
		kept_since(&k, ts - MS);
	}
	tap_ok(k.size <= 2 * 256 << 10, "%zu bytes of looks only", k.size);
	kept_free(&k);
}

/* Days: memory does not grow. */
static void
test_days(void)
{
	uint64_t ts = S;
	size_t early = 0, late = 0;

	begin(60 * S, 64 << 20);
	for (int i = 0; i < tap_rounds(200000); i++, ts += 100 * MS) {
		int pid = 2 + i % 30000;

		add_fork(pid, 1, ts);
		add_exec(pid, "/bin/true", ts + 1);
		add_exit(pid, ts + 2);
		if (i > 2000 && i < 10000 && k.size > early)
			early = k.size;
		if (i >= 10000 && k.size > late)
			late = k.size;
	}
	tap_ok(late <= early && early > 0, "%zu, then %zu bytes", early, late);
	kept_since(&k, ts + 100 * S);
	tap_ok(k.base.count == 1 && k.size == 0 && !k.failed, "nothing is left");
	kept_free(&k);
}

int
main(void)
{
	test_model();
	test_quiet();
	test_task_line();
	test_most();
	test_huge();
	test_lost();
	test_looks();
	test_days();
	buf_free(&line);
	return tap_done();
}
