/*
 * text, mangled: 10,000 events as a kernel prints them, 500 times, each time
 * with another combination of what mails, pagers, grep and logs do to them.
 * What comes out is the same, or less, and then lines were counted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events/trace_text.h"
#include "tap.h"

#define EVENTS	  10000
#define MANGLINGS 500
#define LINE	  512

static uint64_t seed;

static unsigned
pick(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static char (*original)[LINE];
static struct event *want, *got;
static int lines, wants, gots;
static struct text text;

static void
print_line(int tid, const char *comm, const char *event)
{
	static uint64_t us = 12000000;

	us += pick(900);
	snprintf(original[lines++], LINE, "%16s-%-7d [%03u] .....  %5llu.%06llu"
	    ": %s", comm, tid, pick(4), (unsigned long long)us / 1000000,
	    (unsigned long long)us % 1000000, event);
}

/* A fork, an exec and an exit; the names have what looks like other things. */
static void
print_life(int tid)
{
	static const char *const names[] = { "sh", "a b", "kworker/0:1-ev",
		"x-1 [0]", "runc:[1:CHILD]", "pid=7", "cc1" };
	const char *parent = names[pick(7)], *comm = names[pick(7)];
	int maker = 100 + (int)pick(50);
	char event[LINE];

	snprintf(event, sizeof event, "task_newtask: pid=%d comm=%s "
	    "clone_flags=%s oom_score_adj=%d", tid, parent,
	    pick(2) ? "1200000" : "4100", pick(3) ? 0 : -500);
	print_line(maker, parent, event);
	snprintf(event, sizeof event, "sched_process_fork: comm=%s pid=%d "
	    "child_comm=%s child_pid=%d", parent, maker, parent, tid);
	print_line(maker, parent, event);
	snprintf(event, sizeof event, "sched_process_exec: filename=/usr/lib/"
	    "gcc/%u %.*s/%s pid=%d old_pid=%d", pick(99), (int)pick(40),
	    "a-quite-long-directory-with-a-long-name/", comm, tid, tid);
	print_line(tid, comm, event);
	snprintf(event, sizeof event, "sched_process_exit: comm=%s pid=%d "
	    "prio=120 group_dead=%s", comm, tid, "true");
	print_line(tid, comm, event);
}

static void
feed(const char *line, size_t len)
{
	struct event e;

	if (text_parse(&text, line, len, &e) <= 0 || gots == EVENTS)
		return;
	got[gots] = e;
	got[gots++].path = e.path ? strdup(e.path) : NULL;
}

struct mangling {
	unsigned lead, prefix, tail, wrap, bom, cut, inside;
};

/* What becomes of the words of a line: grep --color=always, Markdown, an editor
 * that begins a line with a capital, a name that is cut or typed again. */
static void
mangle_words(char *line, unsigned how)
{
	static const struct {
		const char *from, *to;
	} words[] = { { "sched_process", "\033[01;31m\033[Ksched_process\033[m"
					 "\033[K" },
		{ "_process_", "\\_process\\_" }, { "sched_", "Sched_" },
		{ "sched_", "" }, { "process_", "process-" },
		{ " pid=", " pid =" } };
	const char *from, *to;
	char *at, rest[LINE];

	if (how == 0 || how > sizeof words / sizeof *words)
		return;
	from = words[how - 1].from;
	to = words[how - 1].to;
	at = strstr(line, ": ");
	if (!at || !(at = strstr(at, from)) ||
	    strlen(line) + strlen(to) >= LINE)
		return;
	snprintf(rest, sizeof rest, "%s", at + strlen(from));
	snprintf(at, (size_t)(LINE - (at - line)), "%s%s", to, rest);
}

/* What stands before a line. */
static void
prefix(char *to, size_t size, const struct mangling *m, int number)
{
	if (m->prefix == 1)
		snprintf(to, size, "%d:", number);
	else if (m->prefix == 2)
		snprintf(to, size, "trace.txt:%d:", number);
	else if (m->prefix == 3)
		snprintf(to, size, "[ %4d.%06d] ", number / 10, number);
	else if (m->prefix == 4)
		snprintf(to, size, "Nov 30 03:04:%02d web-3 kernel: ",
		    number % 60);
}

/* One line of what reaches the parser. */
static void
put(const struct mangling *m, int number, const char *s, size_t len)
{
	static const char *const lead[] = { "", "    ", "\t", "> ", ">> ", "| ",
		"> > " };
	char before[64] = "", line[2 * LINE];

	prefix(before, sizeof before, m, number);
	feed(line, (size_t)snprintf(line, sizeof line, "%s%s%s%.*s%s",
		       m->bom && number == 1 ? "\xef\xbb\xbf" : "", before,
		       lead[m->lead], (int)len, s,
		       m->tail == 1 ? "\r" : m->tail == 2 ? "   " : ""));
}

/* Broken at blanks, none of the pieces over width. */
static void
put_wrapped(const struct mangling *m, int number, const char *s, size_t width)
{
	size_t len = strlen(s), n;

	while (len > width) {
		for (n = width; n && s[n] != ' '; n--)
			;
		if (strspn(s, " ") >= n) /* nothing but the indent */
			break;
		put(m, number, s, n);
		s += n + 1;
		len -= n + 1;
	}
	put(m, number, s, len);
}

static void
mangle(const struct mangling *m, bool strip)
{
	char line[LINE];

	for (int i = 0; i < lines; i++) {
		const char *s = original[i];

		if (strip)
			s += strspn(s, " ");
		if (m->cut && i == 0)
			s += strlen(s) / 2;
		snprintf(line, sizeof line, "%s", s);
		mangle_words(line, m->inside);
		if (m->cut && i == lines - 1)
			line[strlen(line) - 3] = '\0';
		if (m->wrap)
			put_wrapped(m, i + 1, line, 71 + m->wrap);
		else
			put(m, i + 1, line, strlen(line));
	}
}

static bool
same(const struct event *a, const struct event *b)
{
	/* Of a pair, the second one may be what is left. */
	bool half = b->type == EVENT_FORK && b->fork.flags == FLAG_UNKNOWN;

	if (a->type != b->type || (a->ts != b->ts && !half) ||
	    a->tid != b->tid ||
	    strcmp(a->comm, b->comm) != 0 || !a->path != !b->path ||
	    (a->path && strcmp(a->path, b->path) != 0))
		return false;
	if (a->type == EVENT_FORK)
		return a->fork.parent == b->fork.parent &&
		    (a->fork.flags == b->fork.flags ||
			b->fork.flags == FLAG_UNKNOWN);
	return a->type != EVENT_EXIT ||
	    a->exit.group_dead == b->exit.group_dead ||
	    b->exit.group_dead == -1;
}

/* Are those that were got among the wanted ones, in order? */
static bool
compare(void)
{
	int i = 0;

	for (int k = 0; k < gots; k++, i++) {
		while (i < wants && !same(&want[i], &got[k]))
			i++;
		if (i == wants) {
			printf("# %d %llu tid %d comm %s path %s dead %d\n", got[k].type, (unsigned long long)got[k].ts, got[k].tid, got[k].comm, got[k].path, got[k].exit.group_dead);
			return false;
		}
	}
	return true;
}

static void
run(const struct mangling *m, bool strip)
{
	text_init(&text);
	gots = 0;
	mangle(m, strip);
	text_end(&text);
}

static void
forget(void)
{
	while (gots > 0)
		free((char *)got[--gots].path);
}

static int whole, told, wrong, silent;

static void
judge(int i, const struct mangling *m, bool strip)
{
	bool all = gots == wants && !text.unparsed, right = compare();

	/* What breaks or cuts no line costs nothing. */
	if (!right || (!m->wrap && !m->cut && !m->inside && !all)) {
		printf("# %d: lead %u prefix %u tail %u wrap %u bom %u cut %u "
		       "inside %u strip %d: %s\n", i, m->lead, m->prefix,
		    m->tail, m->wrap, m->bom, m->cut, m->inside, strip,
		    right ? "not whole" : "an event that never was");
		wrong++;
	} else if (all)
		whole++;
	else if (text.unparsed && text.first)
		told++;
	else
		silent++;
}

static void
test_mangling(int i)
{
	struct mangling m;
	bool strip;

	seed = 1000 + (uint64_t)i;
	m = (struct mangling){ .lead = pick(7),
		.prefix = pick(5),
		.tail = pick(3),
		.wrap = pick(3) ? 0 : 1 + pick(9),
		.bom = !pick(4),
		.cut = !pick(5),
		.inside = pick(4) ? 0 : 1 + pick(6) };
	strip = pick(2);
	run(&m, strip);
	judge(i, &m, strip);
	forget();
}

int
main(void)
{
	const struct mangling none = { 0 };

	original = calloc(EVENTS + 4, LINE);
	want = calloc(EVENTS, sizeof *want);
	got = calloc(EVENTS, sizeof *got);
	seed = 1;
	for (int tid = 1000; lines < EVENTS; tid++)
		print_life(tid);
	run(&none, false);
	memcpy(want, got, sizeof *want * (size_t)gots);
	wants = gots;
	tap_is_int(wants, EVENTS / 4 * 3, "unmangled: the events");
	tap_is_int(text.unparsed, 0, "unmangled: all lines are understood");
	for (int i = 0; i < MANGLINGS; i++)
		test_mangling(i);
	printf("# %d the same, %d with lines counted\n", whole, told);
	tap_is_int(wrong, 0, "%d manglings: nothing that is wrong", MANGLINGS);
	tap_is_int(silent, 0, "%d manglings: nothing is lost in silence",
	    MANGLINGS);
	tap_ok(whole > MANGLINGS / 3, "many lose nothing");
	for (int i = 0; i < wants; i++)
		free((char *)want[i].path);
	free(want);
	free(got);
	free(original);
	return tap_done();
}
