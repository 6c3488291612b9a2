/*
 * exec: the assembler on kernels before 3.4, where only the entries of do_execve
 * and do_fork and the probes of the stack tell of an exec.
 */
#include <errno.h>

#include "events/exec_node.h"
#include "feed.h"

#define MS 1000000ull

/* want of the arguments, of which probes fetch some. */
static void
begin_old(int want, int fetch)
{
	begin(EXEC_STACK_ONLY, want, true);
	j.fetch = fetch;
}

static void
test_plain(void)
{
	begin_old(8, 8);
	calls(10, 99, "/bin/ls");
	is_records(99, "", "a call is no exec");
	tap_ok(!exec_pending(&j), "nothing waits for it");
	stack(10, 100, 2);
	is_records(100, "", "waits for its arguments");
	args(10, 101, 2, 0, "ls", "-l");
	is_records(101, "exec 10 @100 /bin/ls all 2: ls|-l| old=0",
	    "complete: at once, and no event has the thread");
	returns(10, 102, 0);
	is_records(END, "", "the return value begins nothing");
	stack(10, 200, 1);
	args(10, 201, 1, 0, "x");
	is_records(201, "exec 10 @200 - all 1: x| old=0",
	    "no path, and not the one before");
	calls(10, 299, "/x");
	stack(10, 300, 0);
	is_records(300, "exec 10 @300 /x all 0:  old=0", "argc 0: at once");
	calls(10, 399, NULL);
	stack(10, 400, 0);
	is_records(400, "exec 10 @400 - all 0:  old=0", "an unreadable path");
	calls(10, 499, "/x");
	renames(10, 500, "new");
	stack(10, 501, 0);
	is_records(501, "exec 10 @501 /x all 0:  old=0 comm=new", "its name");
	begin_old(0, 0);
	calls(10, 99, "/x");
	stack(10, 100, 3);
	is_records(100, "exec 10 @100 /x none 3:  old=0", "none wanted");
	begin_old(1, 2);
	calls(10, 99, "/x");
	stack(10, 100, 3);
	args(10, 101, 3, 0, "a", "b");
	is_records(101, "exec 10 @100 /x cut 3: a| old=0", "one wanted");
}

/* The parts of one hit, each once, in all orders. */
static void
test_orders(void)
{
	int good = 0, early = 0, all = 0;

	for (int n = 0; n < 256; n++) {
		int o[4] = { n & 3, n >> 2 & 3, n >> 4 & 3, n >> 6 };

		if ((1 << o[0] | 1 << o[1] | 1 << o[2] | 1 << o[3]) != 15)
			continue;
		begin_old(8, 8);
		calls(10, 99, "/x");
		for (int i = 0; i < 4; i++) {
			uint64_t ts = 100 + (unsigned)i;

			early += *records(ts - 1) != '\0';
			if (o[i] == 0)
				stack(10, ts, 5);
			else if (o[i] == 1)
				args(10, ts, 5, 0, "a", "b");
			else if (o[i] == 2)
				args(10, ts, 5, 2, "c", "d");
			else
				args(10, ts, 5, 4, "e", "HOME=/");
		}
		good += strcmp(records(103),
			    "exec 10 @100 /x all 5: a|b|c|d|e| old=0") == 0;
		all++;
	}
	tap_is_int(all, 24, "orders");
	tap_is_int(good, all, "any order");
	tap_is_int(early, 0, "none before its last part");
}

/* More arguments than the probes fetch, or an argument that they cannot. */
static void
test_fetch(void)
{
	begin_old(8, 2);
	calls(10, 99, "/x");
	stack(10, 100, 3);
	args(10, 101, 3, 0, "a", "b");
	is_records(101, "exec 10 @100 /x cut 3: a|b| old=0",
	    "more than fetched: nothing else will come");
	calls(10, 199, "/x");
	stack(10, 200, 2);
	args(10, 201, 2, 0, NULL, "b");
	is_records(201, "exec 10 @200 /x cut 2: ?|b| old=0",
	    "a page that is not there: nor does it now");
	begin_sample(EXEC_STACK_ONLY, 8, true);
	j.fetch = 2;
	proc_says("a\0b\0c\0", 250);
	calls(10, 199, "/x");
	stack(10, 200, 3);
	args(10, 201, 3, 0, "a", "b");
	is_records(249, "", "what /proc says may be of the next one");
	is_records(250, "exec 10 @200 /x proc 3: a|b|c| old=0",
	    "unless none came: /proc's word");
	tap_is_int(proc.asked, 1, "asked once");
	tap_ok(exec_wants_sample(
		   &j, &(struct raw_event){ .kind = RAW_STACK, .argc = 3 }) &&
		!exec_wants_sample(
		    &j, &(struct raw_event){ .kind = RAW_STACK, .argc = 2 }),
	    "it is asked at once when there are more than fetched");
	proc_says("new", 500);
	stack(10, 300, 3);
	args(10, 301, 3, 0, "a", "b");
	records(301);
	stack(10, 400, 1);
	args(10, 401, 1, 0, "new");
	is_records(600,
	    "exec 10 @300 - cut 3: a|b| old=0; "
	    "exec 10 @400 - all 1: new| old=0",
	    "/proc showed the next one");
}

/* A chunk that was dropped for its size. */
static void
test_missing(void)
{
	begin_old(8, 8);
	calls(10, 99, "/x");
	stack(10, 100, 4);
	args(10, 101, 4, 0, "a", "b");
	is_records(101 + 100 * MS - 1, "", "it may still come");
	is_records(101 + 100 * MS, "exec 10 @100 /x cut 4: a|b| old=0",
	    "not for ever");
	calls(10, 199, "/x");
	stack(10, 200, 4);
	args(10, 201, 4, 2, "c", "d");
	is_records(END, "exec 10 @200 /x cut 4: ?|?|c|d| old=0",
	    "the first chunk");
	calls(10, 299, "/x");
	args(10, 300, 1, 0, "a");
	is_records(300 + 100 * MS - 1, "", "the number");
	is_records(300 + 100 * MS, "exec 10 @300 /x all 1: a| old=0",
	    "not for ever, either");
	calls(10, 399, "/x");
	stack(10, 400, 2);
	exits(10, 401);
	is_records(401, "exec 10 @400 /x none 2:  old=0; exit 10 @401",
	    "it ended: at once");
	stack(10, 500, 2);
	newtask(10, 501, 11, 0);
	is_records(501, "exec 10 @500 - none 2:  old=0; fork 11 by 10 @501",
	    "it went on: at once");
	calls(10, 599, "/a");
	stack(10, 600, 2);
	calls(10, 649, "/b");
	is_records(
	    649, "exec 10 @600 /a none 2:  old=0", "it calls execve: at once");
	args(10, 650, 2, 0, "b", "c");
	stack(10, 651, 2);
	is_records(651, "exec 10 @650 /b all 2: b|c| old=0",
	    "and the late number is of the second");
}

/* One thread execs twice, the first waiting after another or missing a part.
 */
static void
test_again(void)
{
	begin_old(8, 8);
	calls(20, 10, "/w");
	stack(20, 11, 1);
	calls(10, 99, "/a");
	stack(10, 100, 1);
	args(10, 101, 1, 0, "a");
	calls(10, 199, "/b");
	stack(10, 200, 1);
	args(10, 201, 1, 0, "b");
	is_records(201, "", "after another that waits");
	args(20, 202, 1, 0, "w");
	is_records(202,
	    "exec 20 @11 /w all 1: w| old=0; "
	    "exec 10 @100 /a all 1: a| old=0; exec 10 @200 /b all 1: b| old=0",
	    "then both, each its own");
	calls(20, 300, "/w");
	stack(20, 301, 1);
	calls(10, 400, "/a");
	args(10, 401, 3, 0, "a", "x");
	stack(10, 402, 3);
	calls(10, 500, "/b");
	args(10, 501, 3, 2, "c", "HOME=/");
	args(10, 502, 3, 0, "b", "y");
	stack(10, 503, 3);
	args(20, 504, 1, 0, "w");
	is_records(504,
	    "exec 20 @301 /w all 1: w| old=0; "
	    "exec 10 @401 /a cut 3: a|x| old=0; "
	    "exec 10 @501 /b all 3: b|y|c| old=0",
	    "what the first misses is not taken from the second");
	calls(10, 600, "/a");
	stack(10, 601, 0);
	stack(10, 602, 0);
	is_records(602,
	    "exec 10 @601 /a all 0:  old=0; "
	    "exec 10 @602 - all 0:  old=0",
	    "twice without arguments");
	calls(10, 700, "/first");
	calls(10, 701, "/second");
	stack(10, 702, 0);
	is_records(702, "exec 10 @702 /second all 0:  old=0",
	    "a search along PATH: the last one");
}

/* 2.6.32: of a program of 32 bits only the call and its return are seen. */
static void
test_compat(void)
{
	begin_sample(EXEC_STACK_ONLY, 8, true);
	j.fetch = 8;
	proc_says("a\0b\0", 50);
	calls(10, 99, "/x");
	returns(10, 100, 0);
	is_records(100, "exec 10 @100 /x proc 2: a|b| old=0", "as /proc says");
	tap_is_int(proc.asked, 1, "asked once");
	calls(10, 199, "/y");
	stack(10, 200, 1);
	args(10, 201, 1, 0, "y");
	returns(10, 202, 0);
	is_records(202, "exec 10 @200 /y all 1: y| old=0", "one of 64 is one");
	calls(10, 299, "/y");
	stack(10, 300, 0);
	calls(10, 399, "/z");
	proc_says("z\0", 400);
	returns(10, 400, 0);
	is_records(400,
	    "exec 10 @300 /y all 0:  old=0; exec 10 @400 /z proc 1: z| old=0",
	    "though the return of the one before was missed");
	calls(10, 499, "/y");
	stack(10, 500, 1);
	args(10, 501, 1, 0, "y");
	exits(10, 503);
	newtask(1, 504, 10, 0);
	returns(10, 505, 0);
	is_records(505,
	    "exec 10 @500 /y all 1: y| old=0; exit 10 @503; "
	    "fork 10 by 1 @504; exec 10 @505 - proc 1: z| old=0",
	    "of the next with its number");
	calls(10, 599, "/no");
	returns(10, 600, -ENOENT);
	is_records(600, "fail 10 error 2 @600 /no none -1: ", "no success");
}

/* Calls that fail, with their arguments (-x), before and after. */
static void
test_failed(void)
{
	begin_old(8, 8);
	entry(10, 100, ARGV, "/usr/x", 1, 2, 0);
	fetched(10, 101, ARGV, 0, "x", "y");
	calls(10, 102, "/usr/x");
	returns(10, 103, -ENOENT);
	entry(10, 200, ARGV, "/bin/x", 1, 2, 0);
	fetched(10, 201, ARGV, 0, "x", "y");
	calls(10, 202, "/bin/x");
	stack(10, 203, 2);
	args(10, 204, 2, 0, "x", "y");
	returns(10, 205, 0);
	returns(10, 300, -EACCES);
	is_records(300,
	    "fail 10 error 2 @103 /usr/x all 2: x|y|; "
	    "exec 10 @203 /bin/x all 2: x|y| old=0; "
	    "fail 10 error 13 @300 - none -1: ",
	    "a search");
	calls(10, 400, "/no");
	returns(10, 401, -ENOENT);
	stack(10, 500, 0);
	is_records(500,
	    "fail 10 error 2 @401 /no none -1: ; "
	    "exec 10 @500 - all 0:  old=0",
	    "the path of the one that failed");
	entry(10, 600, ARGV, "/gone", 1, 0);
	calls(10, 601, "/gone");
	exits(10, 602);
	newtask(1, 603, 10, 0);
	stack(10, 604, 0);
	is_records(604,
	    "exit 10 @602; fork 10 by 1 @603; "
	    "exec 10 @604 - all 0:  old=0",
	    "the path of one that is gone");
	/* A thread: the first one ends, and its number goes to that thread. */
	calls(10, 700, "/loser");
	calls(12, 701, "/winner");
	exits(10, 702);
	stack(10, 703, 0);
	is_records(703, "exit 10 @702; exec 10 @703 - all 0:  old=0",
	    "by a thread: rather no path than that of another call");
	calls(10, 800, "/a");
	calls(10 + EXEC_BUCKETS, 801, "/b");
	stack(10, 802, 0);
	stack(10 + EXEC_BUCKETS, 803, 0);
	is_records(803,
	    "exec 10 @802 /a all 0:  old=0; "
	    "exec 1034 @803 /b all 0:  old=0",
	    "two of one bucket");
	/* Without -x no event reports that a call failed. */
	for (uint64_t ts = 3000 * MS; ts < 6000 * MS; ts += MS)
		calls(10, ts, "/a/path/that/is/not/there/over/and/over/again");
	tap_ok(j.entry[node_bucket(10)]->bytes.cap < 128 << 10,
	    "failed calls in a row do not pile up: %zu bytes",
	    j.entry[node_bucket(10)]->bytes.cap);
}

static void
test_gap(void)
{
	begin_old(8, 8);
	calls(10, 100, "/old");
	lost(101, 5);
	stack(10, 102, 0);
	is_records(102, "lost 5 @101; exec 10 @102 - all 0:  old=0",
	    "a path from before a gap");
	calls(10, 200, "/x");
	stack(10, 201, 2);
	lost(202, 5);
	args(10, 203, 2, 0, "new", "b");
	records(END);
	tap_ok(!strstr(shown, "/x all") && !strstr(shown, "/x cut"),
	    "arguments from after a gap: %s", shown);
	renames(10, 300, "old");
	lost(301, 5);
	stack(10, 302, 0);
	is_records(302, "lost 5 @301; exec 10 @302 - all 0:  old=0",
	    "a name from before a gap");
}

static void
test_order(void)
{
	begin_old(8, 8);
	calls(10, 98, "/x");
	newtask(1, 99, 11, 0);
	stack(10, 100, 1);
	calls(11, 101, "/y");
	stack(11, 102, 0);
	newtask(1, 103, 12, 0);
	exits(20, 104);
	is_records(104, "fork 11 by 1 @99", "all wait for the first");
	args(10, 105, 1, 0, "a");
	is_records(105,
	    "exec 10 @100 /x all 1: a| old=0; "
	    "exec 11 @102 /y all 0:  old=0; fork 12 by 1 @103; exit 20 @104",
	    "in the order of time");
}

/* The flags of the next fork, FLAG_UNKNOWN when no probe reported them. */
static uint64_t
next_flags(void)
{
	struct event e;

	while (exec_next(&j, END, &e) == 1)
		if (e.type == EVENT_FORK)
			return e.fork.flags;
	return 1;
}

static void
test_clone(void)
{
	begin_old(8, 8);
	clones(10, 100, FLAG_THREAD);
	clones(11, 101, 0x11);
	forks(11, 102, 11, 21);
	forks(10, 103, 10, 20);
	forks(10, 104, 10, 22);
	tap_ok(next_flags() == 0x11, "of the same thread");
	tap_ok(next_flags() == FLAG_THREAD, "though others come between");
	tap_ok(next_flags() == FLAG_UNKNOWN, "once");
	clones(10, 200, FLAG_THREAD);
	clones(10, 201, 0x11);
	forks(10, 202, 10, 23);
	tap_ok(next_flags() == 0x11, "a call before, which failed");
	/* CLONE_PARENT: the parent is not who called. */
	clones(10, 300, FLAG_PARENT);
	forks(10, 301, 9, 24);
	tap_ok(next_flags() == FLAG_PARENT, "of who called");
	clones(9, 302, FLAG_THREAD);
	forks(10, 303, 9, 25);
	tap_ok(next_flags() == FLAG_UNKNOWN, "not of the parent");
	clones(10, 400, FLAG_THREAD);
	lost(401, 1);
	forks(10, 402, 10, 26);
	tap_ok(next_flags() == FLAG_UNKNOWN, "not across a gap");
	clones(10, 500, FLAG_THREAD);
	forks(10 + EXEC_BUCKETS, 501, 10 + EXEC_BUCKETS, 27);
	tap_ok(next_flags() == FLAG_UNKNOWN, "not of another of its bucket");
	clones(10, 600, FLAG_THREAD);
	newtask(10, 601, 28, 0x12);
	tap_ok(next_flags() == 0x12, "task_newtask knows better");
}

/* The paths of calls that fail replace each other, in a node used again too. */
static void
test_calls(void)
{
	begin_old(8, 8);
	for (int round = 0; round < 2; round++) {
		uint64_t ts = 1000 + (unsigned)round * 5000 * MS;

		for (unsigned i = 0; i < 1000; i++)
			calls(10, ts + i, "/bin/prog");
		tap_is_int((long)j.entry[10]->bytes.len, sizeof "/bin/prog",
		    "the last of 1000 paths");
		args(10, ts + 2000, 1, 0, "prog");
		stack(10, ts + 2001, 1);
		records(END);
	}
}

int
main(void)
{
	test_plain();
	test_orders();
	test_fetch();
	test_missing();
	test_again();
	test_compat();
	test_failed();
	test_gap();
	test_order();
	test_clone();
	test_calls();
	exec_free(&j);
	return tap_done();
}
