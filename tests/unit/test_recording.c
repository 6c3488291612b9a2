/*
 * recording: what is written is read back, whatever a traced process chose;
 * lines that are cut or wrong are refused or read, and never crash.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "events/recording.h"
#include "same_kind.h"
#include "tap.h"

#define EVENTS	 5000
#define ARGS	 12
#define ARGS_LEN 400

static struct recording r;
static struct buf out;
static uint32_t seed = 1;

static unsigned
rnd(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* ---- random events ---- */

static const char *const pieces[] = { " ", "\n", "\\", "\\x20", "=", "-", "\r",
	"\x1b", "\xff", "\xc3\xa9", "\xe2\x80\xae", "\t", "#", "exec 1.0",
	"\x7f", "end 1.000000000" };

/* A string of fewer than size bytes. */
static size_t
random_string(char *s, size_t size)
{
	size_t n = 0, want = rnd((unsigned)size);

	while (n < want) {
		const char *p = pieces[rnd(sizeof pieces / sizeof *pieces)];

		if (rnd(2))
			s[n++] = (char)(1 + rnd(255));
		else if (n + strlen(p) <= want) {
			memcpy(s + n, p, strlen(p));
			n += strlen(p);
		} else {
			s[n++] = ' ';
		}
	}
	s[n] = '\0';
	return n;
}

static void
random_usage(struct usage *u)
{
	*u = (struct usage){ .known = true, .no_cpu = rnd(2),
		.unbounded = rnd(2), .no_wait = rnd(2), .no_delays = rnd(2),
		.user = rnd(1 << 20), .system = rnd(9),
		.cpu_min = (uint64_t)rnd(1 << 20) << rnd(40), .life = rnd(99),
		.nvcsw = rnd(9), .nivcsw = rnd(9), .majflt = rnd(9),
		.maxrss = rnd(99), .read = 1, .write = 10 };
	if (!u->no_cpu)
		u->cpu = u->cpu_min + rnd(99);
	if (!u->unbounded)
		u->cpu_max = u->cpu_min + rnd(999);
	if (!u->no_wait)
		u->wait = rnd(1 << 20);
	if (!u->no_delays) {
		u->blkio = rnd(1 << 20);
		u->swap = rnd(1 << 20);
		u->reclaim = rnd(1 << 20);
	}
}

static void
random_args(struct event *e, char *text)
{
	struct args *a = &e->args;

	a->count = (int)rnd(ARGS);
	a->text = text;
	for (int i = 0; i < a->count; i++) {
		/* Never the last one. */
		bool missing = i < ARGS_MISSING && i + 1 < a->count &&
		    rnd(16) == 0;

		a->missing |= (uint32_t)missing << (i % ARGS_MISSING);
		a->len += random_string(text + a->len, missing ? 1 : 30) + 1;
	}
	a->argc = a->count + (int)rnd(3);
	if (a->argc == a->count && !a->missing)
		a->state = rnd(2) ? ARGS_ALL : ARGS_PROC;
	else
		a->state = a->count ? ARGS_CUT : ARGS_NONE;
	if (a->state < ARGS_PROC && rnd(4) == 0)
		a->argc = -1;
}

static void
random_exit(struct event *e)
{
	e->exit.group_dead = (int)rnd(3) - 1;
	e->exit.grouped = -1;
	e->exit.has_status = true;
	e->exit.process_code = rnd(3) ? (int)rnd(65536) : CODE_UNKNOWN;
	e->exit.code = rnd(3) ? (int)rnd(65536) : CODE_UNKNOWN;
	e->exit.code |= rnd(8) == 0 ? CODE_CORE_ANY : 0;
	e->exit.stats_code = CODE_UNKNOWN;
	if (rnd(2))
		random_usage(&e->usage);
	if (rnd(2)) {
		e->by = (struct event_by){ (enum sent_by)rnd(5),
			(int)rnd(99), "" };
		if (e->by.why)
			memcpy(e->by.comm, e->comm, COMM_LEN);
		else
			e->by.pid = 0;
	}
}

static void
random_user(struct event *e)
{
	e->comm[0] = '\0';
	for (int i = 0; i < USER_IDS; i++)
		if ((i == USER_UID || i == USER_RUID || i == USER_GID) &&
		    rnd(3)) {
			e->user.id[i] = (uint32_t)rnd(1 << 24) << rnd(8);
			e->user.known |= 1u << i;
		}
}

static void
random_found(struct event *e)
{
	e->found.start = e->ts;
	e->ts = 0;
	e->found.pid = (int)rnd(4194304);
	e->found.ppid = (int)rnd(100) - 1;
	e->found.state = (enum found_state)rnd(3);
	e->args.argc = -1;
}

/* What is not of a task. */
static void
random_other(struct event *e, char *path, size_t size)
{
	e->tid = 0;
	e->comm[0] = '\0';
	if (e->type == EVENT_MARK) {
		random_string(path, size);
		e->path = path;
	} else if (e->type == EVENT_MACHINE) {
		e->machine.used = rnd(1 << 20);
		e->machine.cpus = 1 + (int)rnd(9);
	} else {
		e->lost.count = (uint64_t)rnd(1 << 24) << rnd(30);
		e->lost.until = rnd(2) ? (uint64_t)rnd(1 << 24) << rnd(30) : 0;
	}
}

static void
random_event(struct event *e)
{
	static char path[64], text[ARGS_LEN];

	*e = (struct event){ .type = (enum event_type)(1 + rnd(13)), .cpu = -1,
		.ts = (uint64_t)rnd(1 << 24) * 1000003 * rnd(999),
		.tid = 1 + (int)rnd(4194304) };
	random_string(e->comm, COMM_LEN);
	switch (e->type) {
	case EVENT_TASK:
		random_found(e);
		if (rnd(2))
			random_args(e, text);
		random_string(path, sizeof path);
		if (e->args.argc >= 0 && rnd(2))
			e->path = path;
		break;
	case EVENT_FORK:
		e->fork.parent = (int)rnd(4194304);
		e->fork.flags = rnd(4) ? (uint64_t)rnd(1 << 24) << rnd(20) :
		    FLAG_UNKNOWN;
		random_string(path, sizeof path);
		e->path = rnd(2) ? path : NULL;
		break;
	case EVENT_CGROUP:
		e->comm[0] = '\0';
		e->cgroup.how = (enum cgroup_how)(1 + rnd(4));
		random_string(path, sizeof path);
		e->path = rnd(2) ? path : NULL;
		break;
	case EVENT_USER:
		random_user(e);
		break;
	case EVENT_TRAIT:
		e->comm[0] = '\0';
		random_string(path, sizeof path);
		for (int i = 0; i < TRAITS_SHOWN; i++)
			e->trait.text[i] = rnd(2) ? path : NULL;
		break;
	case EVENT_EXEC:
	case EVENT_EXECFAIL:
		e->exec.old_tid = e->type == EVENT_EXEC ? (int)rnd(9) : 0;
		e->exec.error = e->type == EVENT_EXEC ? 0 : 1 + (int)rnd(200);
		random_string(path, sizeof path);
		e->path = rnd(4) ? path : NULL;
		random_args(e, text);
		break;
	case EVENT_EXIT:
		random_exit(e);
		break;
	case EVENT_RENAME:
		break;
	case EVENT_WAIT:
		e->comm[0] = '\0';
		e->waited = 1 + (int)rnd(4194304);
		break;
	default:
		random_other(e, path, sizeof path);
	}
}

static bool
same_string(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool
same(const struct event *a, const struct event *b)
{
	return a->type == b->type && a->ts == b->ts && a->tid == b->tid &&
	    a->cpu == b->cpu && same_kind(a, b) &&
	    a->by.why == b->by.why && a->by.pid == b->by.pid &&
	    strcmp(a->by.comm, b->by.comm) == 0 &&
	    memcmp(&a->usage, &b->usage, sizeof a->usage) == 0 &&
	    memcmp(&a->user, &b->user, sizeof a->user) == 0 &&
	    strcmp(a->comm, b->comm) == 0 &&
	    same_string(a->path, b->path) &&
	    a->args.state == b->args.state && a->args.argc == b->args.argc &&
	    a->args.count == b->args.count && a->args.len == b->args.len &&
	    a->args.missing == b->args.missing &&
	    (a->args.len == 0 ||
		memcmp(a->args.text, b->args.text, a->args.len) == 0);
}

/* ---- lines ---- */

/* A line in a block of its own, lent until the next call. */
static int
parse(const char *line, size_t len, struct event *e)
{
	static char *block;

	free(block);
	block = malloc(len + 1);
	memcpy(block, line, len);
	block[len] = '\0';
	r.why = NULL;
	return recording_parse(&r, block, len, e);
}

/* One printable line, with its newline. */
static bool
is_line(const struct buf *b)
{
	for (size_t i = 0; i + 1 < b->len; i++)
		if ((unsigned char)b->data[i] < ' ' || b->data[i] == 0x7f)
			return false;
	return b->len > 0 && b->data[b->len - 1] == '\n';
}

/* What a cut or changed line became: an event that keeps its promises. */
static bool
is_sound(const struct event *e)
{
	const char *s = e->args.text;

	for (int i = 0; i < e->args.count; i++)
		s += strlen(s) + 1;
	return e->type >= EVENT_TASK && e->type <= EVENT_WAIT &&
	    strnlen(e->comm, COMM_LEN) < COMM_LEN && e->args.count >= 0 &&
	    (!s || s == e->args.text + e->args.len) && e->args.argc >= -1 &&
	    (e->args.argc < 0 || e->args.count <= e->args.argc);
}

static void
test_round(void)
{
	int wrong = 0, lines = 0, types = 0;
	struct event a, b;

	for (int i = 0; i < EVENTS; i++) {
		random_event(&a);
		types |= 1 << a.type;
		out.len = 0;
		recording_write(&out, &a);
		lines += is_line(&out);
		wrong += parse(out.data, out.len - 1, &b) != 1 || !same(&a, &b);
	}
	tap_is_int(types, 16382, "events of all types");
	tap_is_int(lines, EVENTS, "each is one printable line");
	tap_is_int(wrong, 0, "each comes back");
}

/* Every beginning of a line. */
static void
test_cut(void)
{
	int unsound = 0, whole = 0, silent = 0;
	struct event a, b;

	for (int i = 0; i < EVENTS / 10; i++) {
		random_event(&a);
		out.len = 0;
		recording_write(&out, &a);
		for (size_t n = 0; n < out.len - 1; n++) {
			int x = parse(out.data, n, &b);

			unsound += x == 1 && !is_sound(&b);
			silent += x < -1 || x > 1 || (x == 0 && n > 0) ||
			    (x == -1 && !r.why);
			whole += x == 1 && same(&a, &b);
		}
	}
	tap_is_int(unsound, 0, "cut lines: refused, or sound");
	tap_is_int(silent, 0, "cut lines: never nothing, and why");
	tap_is_int(whole, 0, "cut lines: never the whole");
}

/* Lines with one byte changed. */
static void
test_flipped(void)
{
	struct event a, b;
	int unsound = 0;

	for (int i = 0; i < EVENTS; i++) {
		size_t at;

		random_event(&a);
		out.len = 0;
		recording_write(&out, &a);
		at = rnd((unsigned)out.len - 1);
		out.data[at] = rnd(3) ? (char)(32 + rnd(95)) : (char)rnd(256);
		unsound += parse(out.data, out.len - 1, &b) == 1 &&
		    !is_sound(&b);
	}
	tap_is_int(unsound, 0, "changed lines: refused, or sound");
}

/* ---- by hand ---- */

static void
is_written(struct event e, const char *want)
{
	out.len = 0;
	recording_write(&out, &e);
	buf_putc(&out, '\0');
	tap_is_str(out.data, want, "written: %.20s", want);
}

static void
test_written(void)
{
	static const char args[] = "ls\0\0a b", delays[] =
	    "exit 0.000000003 12 1 =a 0 0 0 0 0 0 0 0 1 1 0 1 7 - 7 0 0 0";
	struct event e;

	is_written((struct event){ .type = EVENT_TASK, .found.start = 1500000000,
	    .tid = 12, .found.pid = 10, .found.ppid = -1, .comm = "a b",
	    .args.argc = -1 },
	    "task 1.500000000 12 10 -1 =a\\x20b\n");
	is_written((struct event){ .type = EVENT_FORK, .ts = 1, .tid = 12,
	    .fork.parent = 10, .fork.flags = 0x3d0f00, .comm = "sh" },
	    "fork 0.000000001 12 10 3d0f00 =sh\n");
	is_written((struct event){ .type = EVENT_FORK, .ts = 1, .tid = 12,
	    .fork.parent = 10, .fork.flags = FLAG_UNKNOWN },
	    "fork 0.000000001 12 10 - =\n");
	is_written((struct event){ .type = EVENT_EXEC, .ts = 2, .tid = 12,
	    .exec.old_tid = 13, .comm = "ls", .path = "/bin/ls", .args = {
	    ARGS_ALL, 3, 3, args, sizeof args, 0, false } },
	    "exec 0.000000002 12 13 3 3 =ls =/bin/ls =ls = =a\\x20b\n");
	is_written((struct event){ .type = EVENT_EXEC, .ts = 2, .tid = 12,
	    .comm = "ls", .path = "/bin/ls", .args = { .argc = -1 } },
	    "exec 0.000000002 12 0 -1 0 =ls =/bin/ls\n");
	is_written((struct event){ .type = EVENT_EXECFAIL, .ts = 2, .tid = 12,
	    .exec.error = 2, .args = { .argc = -1 } },
	    "execfail 0.000000002 12 2 -1 0 = -\n");
	is_written((struct event){ .type = EVENT_EXIT, .ts = 3, .tid = 12,
	    .exit.group_dead = -1, .comm = "\n", .exit.code = CODE_UNKNOWN,
	    .exit.process_code = CODE_UNKNOWN,
	    .exit.grouped = -1, .exit.stats_code = CODE_UNKNOWN },
	    "exit 0.000000003 12 -1 =\\n - -\n");
	is_written((struct event){ .type = EVENT_EXIT, .ts = 3, .tid = 12,
	    .exit.group_dead = 1, .comm = "a", .exit.code = 11 | CODE_CORE_ANY,
	    .exit.process_code = 256, .exit.stats_code = CODE_UNKNOWN,
	    .usage = { .known = true, .user = 1, .system = 2, .cpu_min = 3,
		.maxrss = 4096, .read = 5, .write = 6, .cpu = 7, .cpu_max = 8,
		.life = 9, .wait = 10, .blkio = 11, .swap = 12, .reclaim = 13,
		.nvcsw = 14, .nivcsw = 15, .majflt = 16 } },
	    "exit 0.000000003 12 1 =a 65547 256 1 2 3 4096 5 6 7 8 9 10 11 12 "
	    "13 14 15 16\n");
	is_written((struct event){ .type = EVENT_EXIT, .ts = 3, .tid = 12,
	    .exit.group_dead = 1, .comm = "a", .exit.code = 0,
	    .exit.stats_code = CODE_UNKNOWN,
	    .usage = { .known = true, .no_cpu = true, .unbounded = true,
		.no_wait = true, .no_delays = true } },
	    "exit 0.000000003 12 1 =a 0 0 0 0 0 0 0 0 - - 0 - - - - 0 0 0\n");
	is_written((struct event){ .type = EVENT_EXIT, .ts = 3, .tid = 12,
	    .exit.group_dead = 1, .comm = "a", .exit.code = 9,
	    .exit.process_code = 9, .exit.stats_code = CODE_UNKNOWN,
	    .by = { BY_USER, 812, "a b" } },
	    "exit 0.000000003 12 1 =a 9 9 user 812 =a\\x20b\n");
	tap_ok(parse(delays, sizeof delays - 1, &e) == 1 &&
	    e.usage.no_delays && !e.usage.blkio && !e.usage.reclaim,
	    "a delay is known if all are");
	is_written((struct event){ .type = EVENT_LOST, .ts = 3, .lost.count = 7 },
	    "lost 0.000000003 7\n");
	is_written((struct event){ .type = EVENT_LOST, .ts = 3, .lost.count = 7,
	    .lost.until = 1000000004 }, "lost 0.000000003 7 1.000000004\n");
}

/* The first lines and the last, with an offset of the wall clock. */
static bool
keeps_offset(int64_t offset)
{
	struct event e;
	char *l;

	r = (struct recording){ 0 };
	out.len = 0;
	recording_begin(&out, offset, 0);
	recording_end(&out, 12345678901);
	buf_putc(&out, '\0');
	for (l = out.data; *l; l = strchr(l, '\n') + 1)
		if (parse(l, strcspn(l, "\n"), &e) != 0)
			return false;
	return r.wall_offset == offset && r.complete;
}

static void
test_frame(void)
{
	struct event e;

	tap_ok(keeps_offset(1795556300123456789), "boot and end");
	tap_ok(keeps_offset(0), "boot: not known");
	tap_ok(keeps_offset(1), "boot: in 1970");
	tap_ok(
	    keeps_offset(-1500000000), "boot: before 1970, a clock set back");
	tap_ok(strncmp(out.data, RECORDING_MAGIC "\n",
	    strlen(RECORDING_MAGIC) + 1) == 0, "the magic is the first line");
	r.complete = false;
	tap_ok(parse("# comment", 9, &e) == 0 && parse("", 0, &e) == 0 &&
	    !r.complete, "comments and empty lines");
	tap_ok(parse("procsnoop-recording 2", 21, &e) == -1,
	    "another version");
}

/* What came with 0.2 may be missing. */
static void
test_optional(void)
{
	static const char old[] = "exit 1.000000000 12 1 =a",
		     none[] = "exit 1.000000000 12 1 =a - -",
		     used[] = "exit 1.000000000 12 1 =a 65547 256 1 2 3 4 5 6",
		     by[] = "exit 1.000000000 12 1 =a 9 9 oom 0 =",
		     task[] = "task 1.000000000 12 10 -1 =a",
		     args[] = "task 1.000000000 12 10 -1 =a 2 3 =/x =x =";
	struct event e;

	tap_ok(parse(old, sizeof old - 1, &e) == 1 && !e.exit.has_status &&
	    e.exit.code == CODE_UNKNOWN && !e.usage.known, "an exit of 0.1");
	tap_ok(parse(none, sizeof none - 1, &e) == 1 && e.exit.has_status &&
	    e.exit.code == CODE_UNKNOWN && e.exit.process_code == CODE_UNKNOWN &&
	    !e.usage.known, "an exit of which nothing is known");
	tap_ok(parse(used, sizeof used - 1, &e) == 1 &&
	    e.exit.code == (11 | CODE_CORE_ANY) && e.exit.process_code == 256 &&
	    e.usage.known && e.usage.user == 1 && e.usage.write == 6 &&
	    e.usage.cpu_min == 3 && e.usage.no_cpu && e.usage.unbounded &&
	    e.usage.no_wait && e.usage.no_delays,
	    "an exit of 0.2, whose CPU time is a lower bound");
	tap_ok(parse(by, sizeof by - 1, &e) == 1 && !e.usage.known &&
	    e.by.why == BY_OOM && e.by.pid == 0 && !e.by.comm[0],
	    "an exit, and who killed it");
	tap_ok(parse(task, sizeof task - 1, &e) == 1 && e.args.argc == -1 &&
	    e.args.state == ARGS_NONE, "a task of 0.1");
	tap_ok(parse(args, sizeof args - 1, &e) == 1 && e.args.count == 2 &&
	    e.args.state == ARGS_ALL && e.args.len == 3 &&
	    strcmp(e.path, "/x") == 0, "a task with its arguments");
}

static void
is_refused(const char *line, size_t len, const char *name)
{
	struct event e;

	r.complete = false;
	tap_ok(parse(line, len, &e) == -1 && r.why && !r.complete, "refused: %s",
	    name);
}

#define REFUSED(line) is_refused(line, sizeof line - 1, line)

static void
test_refused(void)
{
	REFUSED("fork");
	REFUSED("spoon 1.000000000 1 2 3 =a");
	REFUSED("exit 1.00000000 12 1 =a");
	REFUSED("exit 1 12 1 =a");
	REFUSED("exit -1.000000000 12 1 =a");
	REFUSED("exit 1.0000000000 12 1 =a");
	REFUSED("exit 1.00000000x 12 1 =a");
	REFUSED("exit 1.000000000x 12 1 =a");
	REFUSED("exit 99999999999.000000000 12 1 =a");
	REFUSED("exit 99999999999999999999.000000000 12 1 =a");
	REFUSED("exit 1.000000000 0 1 =a");
	REFUSED("exit 1.000000000 -12 1 =a");
	REFUSED("exit 1.000000000 0x12 1 =a");
	REFUSED("exit 1.000000000 4294967308 1 =a");
}

static void
test_refused_cgroups(void)
{
	REFUSED("cgroup 1.000000000 12 1");
	REFUSED("cgroup 1.000000000 12 0 =/a");
	REFUSED("cgroup 1.000000000 12 5 =/a");
	REFUSED("cgroup 1.000000000 -1 1 =/a");
	REFUSED("cgroup 1.000000000 12 1 /a");
	REFUSED("cgroup 1.000000000 12 1 =/a =/b");
	REFUSED("fork 1.000000000 12 1 0 =a /a");
	REFUSED("fork 1.000000000 12 1 0 =a =/a =/b");
}

static void
test_refused_by(void)
{
	REFUSED("exit 1.000000000 12 1 =a 9 9 user");
	REFUSED("exit 1.000000000 12 1 =a 9 9 user 1");
	REFUSED("exit 1.000000000 12 1 =a 9 9 user 1 -");
	REFUSED("exit 1.000000000 12 1 =a 9 9 user -1 =a");
	REFUSED("exit 1.000000000 12 1 =a 9 9 user 1 =a =b");
	REFUSED("exit 1.000000000 12 1 =a 9 9 nobody 1 =a");
	REFUSED("exit 1.000000000 12 1 =a 9 9  1 =a");
	REFUSED("exit 1.000000000 12 1 =a user 1 =a");
}

static void
test_refused_fields(void)
{
	REFUSED("exit 1.000000000 12 -2 =a");
	REFUSED("exit 1.000000000 12 1 a");
	REFUSED("exit 1.000000000 12 1 -");
	REFUSED("exit 1.000000000 12 1 =sixteen_bytes_xx");
	REFUSED("exit 1.000000000 12 1 =a ");
	REFUSED("exit 1.000000000 12 1 =a =b");
	REFUSED("exit  1.000000000 12 1 =a");
	REFUSED("exit 1.000000000 12 1 =a\\");
	REFUSED("exit 1.000000000 12 1 =a\\x4");
	REFUSED("exit 1.000000000 12 1 =a\\x00");
	REFUSED("exit 1.000000000 12 1 =a\\q");
	is_refused("exit 1.000000000 12 1 =a\0b", 26, "a NUL");
	REFUSED("exit 1.000000000 12 1 =a 256");
	REFUSED("exit 1.000000000 12 1 =a -");
	REFUSED("exit 1.000000000 12 1 =a x 0");
	REFUSED("exit 1.000000000 12 1 =a -1 0");
	REFUSED("exit 1.000000000 12 1 =a 0 131072");
	REFUSED("exit 1.000000000 12 1 =a - - -");
	REFUSED("exit 1.000000000 12 1 =a 0 0 1 2 3 4 5");
	REFUSED("exit 1.000000000 12 1 =a 0 0 1 2 3 4 5 6 7");
	REFUSED("exit 1.000000000 12 1 =a 0 0 1 2 -3 4 5 6");
	REFUSED("exit 1.000000000 12 1 =a 0 0 1 2 3 4 5 9223372036854775808");
	REFUSED("task 1.000000000 12 10 -1 =a 2");
	REFUSED("task 1.000000000 12 10 -1 =a 2 4 - =x =y");
	REFUSED("task 1.000000000 12 10 -1 =a 0 3");
	REFUSED("task 1.000000000 12 10 -1 =a 1 3 -");
	REFUSED("task 1.000000000 12 10 -1 =a 1 3 - =x =y");
	REFUSED("task 1.000000000 12 10 -1 =a 1 3 - -");
	REFUSED("task 1.000000000 12 10 -1 =a 2 0 - =x");
	REFUSED("task 1.000000000 12 10 -1 =a -2 0 -");
	REFUSED("fork 1.000000000 12 10 xyz =a");
	REFUSED("fork 1.000000000 12 10 -1 =a");
	REFUSED("fork 1.000000000 12 10 =a");
	REFUSED("exec 1.000000000 12 -1 2 3 =a =/x =a =b");
	REFUSED("exec 1.000000000 0 0 2 3 =a =/x =a =b");
	REFUSED("exec 1.000000000 12 12 2 4 =a =/x =a =b");
	REFUSED("exec 1.000000000 12 12 2 3 =a =/x =a");
	REFUSED("exec 1.000000000 12 12 1 1 =a =/x =a =b");
	REFUSED("exec 1.000000000 12 12 1 0 =a =/x =a");
	REFUSED("exec 1.000000000 12 12 -2 0 =a =/x");
	REFUSED("exec 1.000000000 12 12 2 3 =a =/x =a -");
	REFUSED("exec 1.000000000 12 12 2 3 =a /x =a =b");
	REFUSED("exec 1.000000000 12 12 2 3 =a -x =a =b");
	REFUSED("execfail 1.000000000 12 0 0 3 =a =/x");
	REFUSED("lost 1.000000000");
	REFUSED("lost 1.000000000 -1");
	REFUSED("lost 1.000000000 1 2");
	REFUSED("lost 1.000000000 1 2.000000000 3");
	REFUSED("boot");
	REFUSED("boot x");
	REFUSED("boot 1.000000000 2");
	REFUSED("end");
	REFUSED("end 1.000000000 2");
}

int
main(void)
{
	test_round();
	test_cut();
	test_flipped();
	test_written();
	test_frame();
	test_optional();
	test_refused();
	test_refused_cgroups();
	test_refused_by();
	test_refused_fields();
	buf_free(&out);
	return tap_done();
}
