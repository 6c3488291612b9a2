/*
 * ties: events of two CPUs at one time.  Each test is a line of events in the
 * order in which they are read, CPU 0 first; and how they come out.
 *
 *	1+2	task 1 forks 2		2e	it executes a program: entry,
 *	2r 2s 2p	rename, stack, path	2t:1	path, by thread 2 of 1
 *	2c 2x	its exit code, its exit	1k2	1 sends 2 a signal
 *	|	what follows is of CPU 1
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events/ties.h"
#include "tap.h"

#define ROOM 4096

enum { NEWTASK = 300, ENTRY, RENAME, STACK, PATH, CODE, EXIT, SENT };

struct bytes {
	uint16_t type, pad;
	int32_t tid, pid, old;
	uint64_t flags;
};

static struct raw_event_table table;
static struct ties t;
static struct reader_record record[ROOM];
static struct bytes data[ROOM];
static size_t count;

static void
learn(enum raw_event_kind kind, int id, const char *fields)
{
	char text[1024];

	snprintf(text, sizeof text,
	    "name: x\nID: %d\nformat:\n"
	    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\n"
	    "\tfield:int common_pid;\toffset:4;\tsize:4;\n\n%s",
	    id, fields);
	if (raw_event_learn(&table, kind, text, 0, 0, 0) != 0)
		tap_ok(0, "format of %d", id);
}

/* A string is whatever is there: none is looked at. */
#define FIELD(name, at) "\tfield:int " name ";\toffset:" at ";\tsize:4;\n"
#define TEXT(name)	"\tfield:char " name "[4];\toffset:8;\tsize:4;\n"

static void
learn_all(void)
{
	learn(RAW_NEWTASK, NEWTASK,
	    FIELD("pid", "8") TEXT("comm") FIELD("clone_flags", "16"));
	learn(RAW_PATH, ENTRY, TEXT("fn"));
	learn(RAW_RENAME, RENAME, FIELD("pid", "8") TEXT("newcomm"));
	learn(RAW_STACK, STACK, FIELD("argc", "8"));
	learn(RAW_EXEC, PATH,
	    FIELD("pid", "8") FIELD("old_pid", "12") TEXT("filename"));
	learn(RAW_CODE, CODE, FIELD("code", "8"));
	learn(RAW_EXIT, EXIT, FIELD("pid", "8") TEXT("comm"));
	learn(RAW_SENT, SENT,
	    FIELD("pid", "8") FIELD("sig", "12") FIELD("code", "16"));
}

static void
put(int cpu, int type, int tid, int pid, int old)
{
	data[count] = (struct bytes){
		.type = (uint16_t)type, .tid = tid, .pid = pid, .old = old
	};
	record[count] = (struct reader_record){ .ts = 4000000,
		.seq = count,
		.cpu = cpu,
		.offset = count * sizeof *data,
		.len = sizeof *data };
	count++;
}

/* One word of a test. */
static void
parse(int cpu, const char *word)
{
	int other = 0, tid = (int)strtol(word, (char **)&word, 10);
	char what = *word++;

	if (*word)
		other = (int)strtol(word + (*word == ':'), NULL, 10);
	switch (what) {
	case '+':
		put(cpu, NEWTASK, tid, other, 0);
		break;
	case 'e':
		put(cpu, ENTRY, tid, 0, 0);
		break;
	case 'r':
		put(cpu, RENAME, tid, tid, 0);
		break;
	case 's':
		put(cpu, STACK, tid, 2, 0);
		break;
	case 'p':
		put(cpu, PATH, tid, tid, tid);
		break;
	case 't':
		put(cpu, PATH, tid, tid, other);
		break;
	case 'c':
		put(cpu, CODE, tid, 0, 0);
		break;
	case 'x':
		put(cpu, EXIT, tid, tid, 0);
		break;
	case 'k':
		put(cpu, SENT, tid, other, 15);
		break;
	}
}

static void
sort(void)
{
	struct raw_event k;

	ties_sort(&t, &table, (const char *)data, record, count);
	for (size_t i = 0; i < count; i++) {
		struct ring_record r = { .len = record[i].len,
			.data = &data[record[i].offset / sizeof *data] };

		if (raw_event_decode(&table, &r, record[i].cpu, &k))
			ties_note(&t, &k);
	}
}

/* Read as given, sorted as wanted; what the tasks did before is kept. */
static void
goes_on(const char *given, const char *want, const char *name)
{
	char text[512], words[64][16], got[512] = "";
	int cpu = 0;

	count = 0;
	snprintf(text, sizeof text, "%s", given);
	for (char *p = strtok(text, " "); p; p = strtok(NULL, " ")) {
		if (*p == '|') {
			cpu++;
			continue;
		}
		snprintf(words[count], sizeof *words, "%s", p);
		parse(cpu, p);
	}
	sort();
	for (size_t i = 0; i < count; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s",
		    i ? " " : "", words[record[i].offset / sizeof *data]);
	tap_is_str(got, want, "%s", name);
}

static void
comes_out(const char *given, const char *want, const char *name)
{
	ties_free(&t);
	ties_init(&t);
	goes_on(given, want, name);
}

static void
test_cases(void)
{
	comes_out("2r 2s 2p 2c 2x | 1+2", "1+2 2r 2s 2p 2c 2x",
	    "a fork that is read after all that its child did");
	comes_out("2r 2s 2p 2c 2x 3r 3s 3p 3x | 1+2 1+3",
	    "1+2 2r 2s 2p 1+3 2c 2x 3r 3s 3p 3x", "and the next one");
	comes_out("3p 3x | 2+3 2x | 1+2", "1+2 2+3 3p 3x 2x",
	    "a child's child, on three CPUs; the end rather late");
	comes_out("2r 2s 2p | 1+2 2e", "1+2 2e 2r 2s 2p",
	    "an exec that began on another CPU");
	comes_out("2c 2x | 1+2 2r 2s 2p", "1+2 2r 2s 2p 2c 2x",
	    "an end on another CPU than the exec");
	comes_out("1+2 | 1r 1s 1p", "1r 1s 1p 1+2",
	    "an exec and then a fork, of one that is not known");
	goes_on("1r 1s 1p | 1+3", "1+3 1r 1s 1p",
	    "a fork and then an exec, of one that has forked");
	goes_on("1s 1p | 1r", "1r 1s 1p", "an exec between two CPUs");
	comes_out("1r 1s 1t:2 1r 1p | 2c 1c 1x", "2c 1c 1x 1r 1s 1t:2 1r 1p",
	    "an exec by a thread, after the end of the first one");
	comes_out("1+2 | 2x", "1+2 2x", "one that ends");
	goes_on("1+2 2e | 1+3", "1+2 2e 1+3", "its number may be given again");
	goes_on("1+2 1+4 | 2x 2p", "2x 1+2 2p 1+4", "but only after its end");
	comes_out("2c 2x | 1k2", "1k2 2c 2x", "a signal, and an end by it");
	comes_out("1x 5x | 2x 6x", "2x 6x 1x 5x",
	    "a child, which has the larger number, ends before its parent");
}

/* ---- what really happened, cut up ---- */

static uint32_t seed = 1;

static unsigned
pick(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

#define TASKS 60

/* Tasks that fork, execute and end, each wherever it is woken; then each CPU
 * is read, one after the other. */
static void
live(int cpus)
{
	struct {
		int state, cpu;
	} task[TASKS] = { { 0, 0 } };
	int tasks = 1;
	static struct reader_record order[ROOM];
	size_t n = 0;

	count = 0;
	for (int i = 0; i < 400; i++) {
		int k = (int)pick((unsigned)tasks), tid = 10 + k;
		int *cpu = &task[k].cpu;

		if (pick(3) == 0 && (task[k].state < 2 || task[k].state == 5))
			*cpu = (int)pick((unsigned)cpus);
		switch (task[k].state) {
		case 0: /* born */
			put(*cpu, ENTRY, tid, 0, 0);
			break;
		case 1:
			put(*cpu, RENAME, tid, tid, 0);
			break;
		case 2:
			put(*cpu, STACK, tid, 2, 0);
			break;
		case 3:
			put(*cpu, PATH, tid, tid, tid);
			break;
		case 4:
			if (tasks < TASKS && pick(2)) {
				task[tasks].state = 0;
				task[tasks].cpu = *cpu;
				put(*cpu, NEWTASK, tid, 10 + tasks++, 0);
				continue;
			}
			break;
		case 5:
			put(*cpu, CODE, tid, 0, 0);
			break;
		case 6:
			put(*cpu, EXIT, tid, tid, 0);
			break;
		default:
			continue;
		}
		task[k].state++;
	}
	for (int c = 0; c < cpus; c++)
		for (size_t i = 0; i < count; i++)
			if (record[i].cpu == c)
				order[n++] = record[i];
	memcpy(record, order, n * sizeof *record);
}

/* How many come before what they follow from? */
static int
wrong(void)
{
	int done[TASKS + 10] = { [10] = 1 }, bad = 0;
	size_t last[8] = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct reader_record *r = &record[i];
		const struct bytes *b = &data[r->offset / sizeof *data];
		int *p = &done[b->tid];

		bad += r->seq + 1 <= last[r->cpu];
		last[r->cpu] = r->seq + 1;
		bad += !*p; /* not born */
		if (b->type == NEWTASK)
			done[b->pid] = 1;
		else {
			bad += b->type < *p;
			*p = b->type;
		}
	}
	return bad;
}

static void
test_model(void)
{
	int bad = 0, most = 0;

	for (int i = 0; i < 2000; i++) {
		int cpus = 2 + i % 4, before;

		ties_free(&t);
		ties_init(&t);
		live(cpus);
		before = wrong();
		most = before > most ? before : most;
		sort();
		bad += wrong();
	}
	tap_ok(most > 20, "as they were read many are wrong: %d", most);
	tap_is_int(bad, 0, "sorted, none is");
}

int
main(void)
{
	learn_all();
	test_cases();
	test_model();
	ties_free(&t);
	count = 2;
	ties_sort(&t, &table, (const char *)data, record, count);
	tap_ok(1, "without memory they stay as they are");
	/* Where the clock has no steps it was never begun. */
	ties_note(&t, &(struct raw_event){ .kind = RAW_LOST });
	ties_note(&t, &(struct raw_event){ .kind = RAW_NEWTASK, .tid = 1,
	    .pid = 3000000 });
	tap_ok(!t.last, "not begun: a loss begins nothing");
	return tap_done();
}
