/*
 * exec: the assembler where probes come before the path (start_thread, finalize_exec): parts in
 * any order, parts that never come, re-execs, threads, order of the output.
 */
#include "events/exec_node.h"
#include "feed.h"

#define MS 1000000ull

static void
test_plain(void)
{
	begin(EXEC_PATH_LAST, 8, true);
	stack(10, 100, 2);
	args(10, 101, 2, 0, "ls", "-l");
	is_records(50, "", "nothing before the path");
	tap_ok(exec_pending(&j), "but it waits");
	path(10, 102, "/bin/ls");
	is_records(102, "exec 10 @100 /bin/ls all 2: ls|-l|",
	    "complete: at once");
	tap_ok(!exec_pending(&j), "nothing waits");
	returns(10, 103, 0);
	is_records(END, "", "the return value begins nothing");
	stack(10, 200, 0);
	args(10, 201, 0, 0, "HOME=/", "TERM=x");
	path(10, 202, "/x");
	is_records(END, "exec 10 @200 /x all 0: ", "no arguments");
	stack(10, 300, 3);
	args(10, 301, 3, 0, "a", "b");
	args(10, 302, 3, 2, "c", "HOME=/");
	tap_ok(!memmem(j.head->bytes.data, j.head->bytes.len, "HOME", 4),
	    "the environment is not stored");
	path(10, 303, "/x");
	is_records(END, "exec 10 @300 /x all 3: a|b|c|", "nor reported");
	begin(EXEC_PATH_LAST, 1, false);
	stack(10, 100, 3);
	args(10, 101, 3, 0, "a");
	path(10, 102, "/x");
	is_records(102, "exec 10 @100 /x cut 3: a|", "only one wanted");
	begin(EXEC_PATH_LAST, 0, false);
	stack(10, 100, 3);
	path(10, 102, "/x");
	is_records(102, "exec 10 @100 /x none 3: ", "none wanted");
}

/* The parts of one exec, each once, in the order given. */
static void
feed_order(const int *order)
{
	for (int i = 0; i < 4; i++) {
		uint64_t ts = 100 + (unsigned)i;

		switch (order[i]) {
		case 0:
			stack(10, ts, 5);
			break;
		case 1:
			args(10, ts, 5, 0, "a", "b");
			break;
		case 2:
			args(10, ts, 5, 2, "c", "d");
			break;
		case 3:
			args(10, ts, 5, 4, "e", "HOME=/");
		}
	}
}

/* All orders of four parts: want, before and after them what the caller
 * feeds.  Of a probe that a program can hit again, the stack is the first or
 * the last one. */
static void
test_orders(enum exec_order order)
{
	int good = 0, all = 0;

	for (int n = 0; n < 256; n++) {
		int o[4] = { n & 3, n >> 2 & 3, n >> 4 & 3, n >> 6 };

		if ((1 << o[0] | 1 << o[1] | 1 << o[2] | 1 << o[3]) != 15)
			continue;
		if (order == EXEC_PATH_FIRST && o[0] != 0 && o[3] != 0)
			continue;
		begin(order, 8, true);
		if (order == EXEC_PATH_FIRST)
			path(10, 99, "/x");
		feed_order(o);
		if (order == EXEC_PATH_LAST)
			path(10, 104, "/x");
		records(END);
		good += strcmp(shown, order == EXEC_PATH_FIRST ?
		    "exec 10 @99 /x all 5: a|b|c|d|e|" :
		    "exec 10 @100 /x all 5: a|b|c|d|e|") == 0;
		all++;
	}
	tap_is_int(all, order == EXEC_PATH_FIRST ? 12 : 24, "orders");
	tap_is_int(good, all, "any order, path %s",
	    order == EXEC_PATH_FIRST ? "first" : "last");
}

static void
test_missing(void)
{
	begin(EXEC_PATH_LAST, 8, false);
	stack(10, 100, 4);
	args(10, 101, 4, 0, "a", "b");
	path(10, 102, "/x");
	is_records(102, "exec 10 @100 /x cut 4: a|b|", "the second chunk");
	stack(10, 200, 4);
	args(10, 201, 4, 2, "c", "d");
	path(10, 202, "/x");
	is_records(END, "exec 10 @200 /x cut 4: ?|?|c|d|", "the first chunk");
	stack(10, 300, 3);
	args(10, 301, 3, 0, "a", NULL);
	args(10, 302, 3, 2, "c", NULL);
	path(10, 303, "/x");
	is_records(END, "exec 10 @300 /x cut 3: ?|?|c|",
	    "a fetch failed: what is before it may be cut");
	path(10, 400, "/x");
	is_records(END, "exec 10 @400 /x none -1: ", "all but the path");
	args(10, 500, 2, 0, "a", "b");
	path(10, 501, "/x");
	is_records(END, "exec 10 @500 /x all 2: a|b|", "the number alone");
	stack(10, 600, 40);
	path(10, 601, "/x");
	is_records(END, "exec 10 @600 /x none 40: ", "all but the number");
	begin(EXEC_PATH_LAST, 2, false);
	stack(10, 700, 4);
	args(10, 701, 4, 2, "c", "d");
	args(10, 702, 4, 0, "a", "b");
	path(10, 703, "/x");
	is_records(703, "exec 10 @700 /x cut 4: a|b|", "enough");
}

static char *
repeat(char c, size_t n)
{
	static char s[5000];

	memset(s, c, n);
	s[n] = '\0';
	return s;
}

/* The kernel cuts a string at 4095 bytes: one that long may be longer. */
static void
test_long(void)
{
	struct event e;

	begin(EXEC_PATH_LAST, 8, false);
	stack(10, 100, 1);
	args(10, 101, 1, 0, repeat('x', 4094));
	path(10, 102, "/x");
	tap_ok(exec_next(&j, END, &e) == 1 && e.args.state == ARGS_ALL &&
	    e.args.len == 4095, "4094 bytes are whole");
	stack(10, 200, 1);
	args(10, 201, 1, 0, repeat('x', 4095));
	path(10, 202, "/x");
	is_records(END, "exec 10 @200 /x none 1: ", "4095 may be cut");
	stack(10, 300, 1);
	args(10, 301, 1, 0, "x");
	path(10, 302, repeat('/', 4051));
	tap_ok(exec_next(&j, END, &e) == 1 && strlen(e.path) == 4051,
	    "a long path");
}

/* The next pointer shows how long an argument is: 5.x has no bytes for an
 * empty one, and a long one may be cut to the room there was. */
static void
test_pointers(void)
{
	struct raw_event k = { .kind = RAW_ARGS, .ts = 100, .tid = 10,
		.argc = 4, .count = 4, .arg = { "a", NULL, NULL, NULL },
		.arg_len = { 1 }, .pointer = { 1000, 1002, 1003, 1024, 0,
		1025 } };

	begin(EXEC_PATH_LAST, 8, false);
	feed(k);
	path(10, 101, "/x");
	is_records(
	    END, "exec 10 @100 /x cut 4: a||?||", "empty, then a failed one");
	k.pointer[3] = 1004;
	k.pointer[5] = 1005;
	feed(k);
	path(10, 101, "/x");
	is_records(END, "exec 10 @100 /x all 4: a||||", "empty to the end");
	k.pointer[5] = 0;
	feed(k);
	path(10, 101, "/x");
	is_records(END, "exec 10 @100 /x cut 4: a|||",
	    "the last one, without an environment");
	k.pointer[5] = 1005;
	k.pointer[1] = 1003;
	feed(k);
	path(10, 101, "/x");
	is_records(END, "exec 10 @100 /x cut 4: ?|?|||",
	    "the first one is cut");
	k.arg[1] = k.arg[2] = k.arg[3] = "";
	k.pointer[1] = 1002;
	feed(k);
	path(10, 101, "/x");
	is_records(END, "exec 10 @100 /x all 4: a||||", "a NUL each");
	memset(k.pointer, 0, sizeof k.pointer);
	feed(k);
	path(10, 101, "/x");
	is_records(
	    END, "exec 10 @100 /x all 4: a||||", "without pointers, too");
	k.arg[1] = k.arg[2] = k.arg[3] = NULL;
	feed(k);
	path(10, 101, "/x");
	is_records(END, "exec 10 @100 /x none 4: ", "no pointers, no strings");
}

/* sched_process_exec with a path over 4,051 bytes never comes. */
static void
test_no_path(void)
{
	begin(EXEC_PATH_LAST, 8, true);
	stack(10, 100, 1);
	args(10, 101, 1, 0, "a");
	returns(10, 102, 0);
	is_records(103, "", "it might still come");
	exits(10, 200);
	is_records(200, "exec 10 @100 - all 1: a|; exit 10 @200",
	    "the thread goes on: no path");
	stack(10, 300, 1);
	args(10, 301, 1, 0, "b");
	newtask(10, 302, 11, 0);
	is_records(302, "exec 10 @300 - all 1: b|; fork 11 by 10 @302",
	    "it forks");
	stack(10, 400, 1);
	args(10, 401, 1, 0, "c");
	is_records(400 + 999 * MS, "", "waits long enough");
	is_records(400 + 1000 * MS, "exec 10 @400 - all 1: c|",
	    "not for ever");
	stack(10, 100, 1);
	args(10, 101, 1, 0, "d");
	path(11, 102, "/y");
	is_records(END, "exec 10 @100 - all 1: d|; exec 11 @102 /y none -1: ",
	    "the path of another");
}

/* A process execs again, and the first path never came. */
static void
test_again(void)
{
	begin(EXEC_PATH_LAST, 8, false);
	stack(10, 100, 1);
	args(10, 101, 1, 0, "a");
	path(10, 102, "/x");
	stack(10, 200, 1);
	args(10, 201, 1, 0, "b");
	path(10, 202, "/y");
	is_records(END, "exec 10 @100 /x all 1: a|; exec 10 @200 /y all 1: b|",
	    "twice");
	stack(10, 300, 1);
	args(10, 301, 1, 0, "a");
	stack(10, 400, 1);
	args(10, 401, 1, 0, "b");
	path(10, 402, "/y");
	is_records(END, "exec 10 @300 - all 1: a|; exec 10 @400 /y all 1: b|",
	    "without the first path");
	args(10, 500, 1, 0, "a");
	stack(10, 501, 1);
	args(10, 600, 1, 0, "b");
	stack(10, 601, 1);
	path(10, 602, "/y");
	is_records(END, "exec 10 @500 - all 1: a|; exec 10 @600 /y all 1: b|",
	    "the number last");
	args(10, 700, 1, 0, "a");
	stack(10, 701, 1);
	args(10, 800, 3, 2, "d", NULL);
	args(10, 801, 3, 0, "b", "c");
	stack(10, 802, 3);
	path(10, 803, "/y");
	is_records(END, "exec 10 @700 - all 1: a|; "
	    "exec 10 @800 /y all 3: b|c|d|",
	    "the second has a chunk more, which comes first");
	stack(10, 900, 0);
	args(10, 901, 0, 0, "HOME=/");
	stack(10, 950, 0);
	args(10, 951, 0, 0, "HOME=/");
	path(10, 952, "/y");
	is_records(END, "exec 10 @900 - all 0: ; exec 10 @950 /y all 0: ",
	    "twice without arguments");
}

static void
test_threads(void)
{
	begin(EXEC_PATH_LAST, 8, true);
	stack(10, 100, 1);
	args(10, 101, 1, 0, "a");
	path_note(10, 12, 102, "/x", NULL);
	is_records(END, "exec 10 @100 /x all 1: a| old=12", "of a thread");
	renames(10, 200, "new");
	stack(10, 201, 0);
	path(10, 202, "/x");
	is_records(END, "exec 10 @201 /x all 0:  comm=new", "its new name");
	renames(10, 300, "a name that is far too long");
	path(10, 301, "/x");
	is_records(END, "exec 10 @301 /x none -1:  comm=a name that is ",
	    "a long one");
	renames(10 + EXEC_BUCKETS, 400, "other");
	path(10, 401, "/x");
	is_records(END, "exec 10 @401 /x none -1: ", "another task's name");
	begin(EXEC_PATH_LAST, 8, true);
	for (int i = 0; i < 3; i++)
		stack(10 + i * EXEC_BUCKETS, 500 + (unsigned)i, i);
	for (int i = 2; i >= 0; i--)
		path(10 + i * EXEC_BUCKETS, 510 - (unsigned)i, "/x");
	is_records(END, "exec 10 @500 /x all 0: ; exec 1034 @501 /x none 1: ; "
	    "exec 2058 @502 /x none 2: ", "three of one bucket");
}

static void
test_order(void)
{
	begin(EXEC_PATH_LAST, 8, true);
	newtask(1, 90, 10, 0);
	is_records(90, "fork 10 by 1 @90", "a fork: at once");
	stack(10, 100, 1);
	newtask(1, 101, 11, 0);
	stack(11, 102, 0);
	exits(20, 103);
	path(11, 105, "/y");
	is_records(105, "", "all wait for the first");
	args(10, 106, 1, 0, "a");
	path(10, 107, "/x");
	is_records(107, "exec 10 @100 /x all 1: a|; fork 11 by 1 @101; "
	    "exec 11 @102 /y all 0: ; exit 20 @103",
	    "in the order of time");
	forks(7, 200, 5, 6);
	is_records(END, "fork 6 by 5 flags ? @200", "sched_process_fork");
	lost(300, 0);
	is_records(END, "lost 0 @300", "an unknown number lost");
	is_records(END, "", "nothing more");
}

/* What was before a gap is not joined with what comes after it. */
static void
test_gap(void)
{
	begin(EXEC_PATH_LAST, 8, false);
	stack(10, 100, 1);
	args(10, 101, 1, 0, "old");
	lost(102, 5);
	path(10, 103, "/new");
	records(END);
	tap_ok(!strstr(shown, "/new all 1: old|"),
	    "arguments from before a gap");
	renames(10, 200, "old");
	lost(201, 5);
	path(10, 202, "/new");
	records(END);
	tap_ok(!strstr(shown, "comm=old"), "a name from before a gap");
}

int
main(void)
{
	test_plain();
	test_orders(EXEC_PATH_LAST);
	test_orders(EXEC_PATH_FIRST);
	test_missing();
	test_long();
	test_pointers();
	test_no_path();
	test_again();
	test_threads();
	test_order();
	test_gap();
	exec_free(&j);
	return tap_done();
}
