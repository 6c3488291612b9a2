/*
 * text: real text of 6.1 against the workload that made it, samples of the
 * formats of other kernels and of trace-cmd, and text that lies.
 *
 * usage: test_text [directory of 6.1.txt and 6.1-workload.txt]
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events/trace_text.h"
#include "tap.h"

#define PIDS 256
#define EXIT(comm, pid) "sched_process_exit: comm=" comm " pid=" pid " prio=120"

static struct text text;
static struct event e;
static char shown[2 * TEXT_BYTES];

static int
parse(const char *line)
{
	return text_parse(&text, line, strlen(line), &e);
}

/* What the last exec event says about its arguments: "all 2: nop|x|" */
static const char *
args(void)
{
	static const char *const state[] = { "none", "cut", "proc", "all" };
	const char *s = e.args.text;
	int n = snprintf(shown, sizeof shown, "%s %d: ", state[e.args.state],
	    e.args.argc);

	for (int i = 0; i < e.args.count; i++, s += strlen(s) + 1)
		n += snprintf(shown + n, sizeof shown - (size_t)n, "%s|", s);
	if (s != e.args.text + e.args.len)
		return "len is wrong";
	return shown;
}

/* One line in a text of its own. */
static int
only(const char *line)
{
	text_init(&text);
	return parse(line);
}

static void
is_unparsed(const char *line, const char *why)
{
	int r = only(line);

	text_end(&text);
	tap_ok(r == -1 && text.unparsed == 1, "unparsed: %s", why);
}

static void
is_nothing(const char *line, const char *why)
{
	tap_ok(only(line) == 0 && text.unparsed == 0, "nothing: %s", why);
}

/* All of what one call gave, as one string. */
static void
is_event(int r, const char *want, const char *name)
{
	static const char *const type[] = { "none", "task", "fork", "exec",
		"execfail", "exit", "lost" };
	char got[512];

	snprintf(got, sizeof got,
	    "%s ts=%llu cpu=%d tid=%d parent=%d old=%d comm=%s "
	    "flags=%llx dead=%d lost=%llu path=%s",
	    r == 1 ? type[e.type] : "no", (unsigned long long)e.ts, e.cpu,
	    e.tid, e.type == EVENT_FORK ? e.fork.parent : 0,
	    e.type == EVENT_EXEC ? e.exec.old_tid : 0, e.comm,
	    e.type == EVENT_FORK ? (unsigned long long)e.fork.flags : 0,
	    e.type == EVENT_EXIT ? e.exit.group_dead : 0,
	    e.type == EVENT_LOST ? (unsigned long long)e.lost.count : 0,
	    e.path ? e.path : "");
	tap_is_str(got, want, "%s", name);
}

static void
test_2_6_32(void)
{
	is_event(only("            bash-1234  [001]  1234.567890: "
		      "sched_process_fork: parent bash:1234  child bash:1240"),
	    "fork ts=1234567890000 cpu=1 tid=1240 parent=1234 old=0 "
	    "comm=bash flags=ffffffffffffffff dead=0 lost=0 path=",
	    "2.6.32 fork");
	is_event(only("           <...>-1240  [000]     0.000001: "
		      "sched_process_exit: task bash:1240 [120]"),
	    "exit ts=1000 cpu=0 tid=1240 parent=0 old=0 comm=bash "
	    "flags=0 dead=-1 lost=0 path=",
	    "2.6.32 exit");
	is_event(only("             a:b-1234  [001]  1234.567890: "
		      "sched_process_fork: parent y:5  child z:1234  child "
		      "y:5  child z:1240"),
	    "fork ts=1234567890000 cpu=1 tid=1240 parent=1234 old=0 "
	    "comm=y:5  child z flags=ffffffffffffffff dead=0 lost=0 path=",
	    "2.6.32 comms like the event");
	is_unparsed("            bash-1234  [001]  1234.567890: "
		    "sched_process_fork: parent bash:1235  child bash:1240",
	    "2.6.32 fork by another task than the header's");
	is_unparsed("            bash-1234  [001]  1234.567890: "
		    "sched_process_exit: task bash:1234 [120",
	    "2.6.32 exit without its bracket");
}

static void
test_3_2_to_6_19(void)
{
	is_event(only("            bash-2345  [000]   123.456789: "
		      "sched_process_fork: comm=bash pid=2345 "
		      "child_comm=bash child_pid=2346"),
	    "fork ts=123456789000 cpu=0 tid=2346 parent=2345 old=0 "
	    "comm=bash flags=ffffffffffffffff dead=0 lost=0 path=",
	    "3.2 fork, no flags column");
	is_event(only("            bash-2345  [011] d.h3   123.456789: "
		      "sched_process_exec: filename=/bin/ls pid=2345 "
		      "old_pid=2347"),
	    "exec ts=123456789000 cpu=11 tid=2345 parent=0 old=2347 "
	    "comm= flags=0 dead=0 lost=0 path=/bin/ls",
	    "3.4 exec, 4 flags");
	is_event(only("           <...>-40000 (-----) [000] .... 99999.000001: "
		      EXIT("ls", "40000")),
	    "exit ts=99999000001000 cpu=0 tid=40000 parent=0 old=0 "
	    "comm=ls flags=0 dead=-1 lost=0 path=",
	    "4.14 exit, tgid not known");
	is_event(only("            bash-2345  ( 2340) [000] ....   1.000000: "
		      "task_newtask: pid=2346 comm=bash clone_flags=3d0f00 "
		      "oom_score_adj=-1000"),
	    "fork ts=1000000000 cpu=0 tid=2346 parent=2345 old=0 "
	    "comm=bash flags=3d0f00 dead=0 lost=0 path=",
	    "4.14 newtask, tgid");
	is_event(only("            bash-2345    (   2340) [000] d..2.     "
		      "1.000000: " EXIT("bash", "2345") " group_dead=true"),
	    "exit ts=1000000000 cpu=0 tid=2345 parent=0 old=0 comm=bash "
	    "flags=0 dead=1 lost=0 path=",
	    "5.15 columns, 6.18 exit of the last thread");
	is_event(only("            bash-2345    [000] .N.2.     1.000000: "
		      "sched_process_exit: comm=dl pid=2345 prio=-1 "
		      "group_dead=false"),
	    "exit ts=1000000000 cpu=0 tid=2345 parent=0 old=0 comm=dl "
	    "flags=0 dead=0 lost=0 path=",
	    "6.18 exit, deadline priority");
	tap_ok(only("            bash-2345    [000] d..h2..   1.000000: "
		    EXIT("b", "2345")) == 1, "rt kernel, 7 flags");
}

/* What options of the kernel, and other programs, print before an event. */
static void
test_contexts(void)
{
	static const char want[] = "exit ts=8500000 cpu=1 tid=23 parent=0 old=0 "
	    "comm=b flags=0 dead=-1 lost=0 path=";
	static const char *const lines[] = {
		"       b-23        1d..2 8500us!: " EXIT("b", "23"),
		"       b-23        1..... 8500us : " EXIT("b", "23"),
		"               b      23   1 0 00000000 00000001 [00000001] "
		"8.500ms (+0.001ms): " EXIT("b", "23"),
		"               b-23      1...2.     0.008500: " EXIT("b", "23"),
		"b 23 [001] 0.008500: sched:" EXIT("b", "23"),
		"b 20/23 [001] 0.008500: 1 sched:" EXIT("b", "23"),
		"           b-23 [001]     0.008500: (+12)  " EXIT("b", "23"),
		"b-23\t[001] .....\t0.008500: " EXIT("b", "23"),
		"    0.008500 |   1)  b-23  |  d..1 |  |  /* " EXIT("b", "23")
		" */",
		"[   12.3456] web-3 kernel: b-23 [001] 0.008500: " EXIT("b",
		    "23"),
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		is_event(only(lines[i]), want, lines[i]);
	tap_is_int(text.unparsed, 0, "all are understood");
	only("b 20/23 [001] 0.008500: sched:" EXIT("b", "23"));
	tap_ok(text.tid == 23 && text.tgid == 20, "perf script -F pid,tid");
	only("   b-23   (     20) [100] ..... 1.000000: " EXIT("b", "23"));
	tap_ok(text.tid == 23 && text.tgid == 20 && e.cpu == 100, "TGID");
	/* comms that imitate another form, or a clock without a unit */
	is_event(only("x-5 0.... 8us:-23 [001] .....  1.000000: "
		      EXIT("x-5 0.... 8us:", "23")),
	    "exit ts=1000000000 cpu=1 tid=23 parent=0 old=0 comm=x-5 0.... 8us: "
	    "flags=0 dead=-1 lost=0 path=", "comm like latency-format");
	is_event(only("-1 [0] 5: e: x-23 [001] .....  1.000000: "
		      EXIT("-1 [0] 5: e: x", "23")),
	    "exit ts=1000000000 cpu=1 tid=23 parent=0 old=0 comm=-1 [0] 5: e: x "
	    "flags=0 dead=-1 lost=0 path=", "comm like a counter");
	is_event(only("x-5 0.... 8us: 23 [001] 1.000000: sched:"
		      EXIT("x-5 0.... 8us:", "23")),
	    "exit ts=1000000000 cpu=1 tid=23 parent=0 old=0 comm=x-5 0.... 8us: "
	    "flags=0 dead=-1 lost=0 path=", "the same in perf script");
}

static void
test_lost(void)
{
	static const char no_time[] = "lost ts=0 cpu=3 tid=0 parent=0 "
	    "old=0 comm= flags=0 dead=0 lost=17 path=";

	is_event(only("CPU:3 [LOST 17 EVENTS]"), no_time, "lost");
	is_event(only("CPU:3 [17 EVENTS DROPPED]"), no_time, "trace-cmd lost");
	tap_ok(only("CPU:3 [LOST EVENTS]") == 1 && e.lost.count == 0 &&
	    e.type == EVENT_LOST, "lost, not known how many");
	tap_ok(only("CPU:3 [EVENTS DROPPED]") == 1 && e.lost.count == 0 &&
	    e.type == EVENT_LOST, "trace-cmd lost, not known how many");
	only("            bash-2345    [000] .....     7.000000: foo: bar");
	parse("CPU:3 [LOST EVENTS]");
	tap_is_int(e.ts, 7000000000, "lost has the time of the line before");
	tap_is_int(only("CPU:3 [LOST 17 EVENTS] "), 1, "lost, and a blank");
	tap_is_int(only("> CPU:3 [LOST 17 EVENTS]"), 1, "lost, quoted");
	is_unparsed("CPU:3 [LOST 17 EVENTS] x", "lost, and a word");
	is_unparsed("CPU:x [LOST 17 EVENTS]", "lost without cpu");
}

static void
test_forks(void)
{
	text_init(&text);
	parse("            make-10      [000] .....     1.000000: "
	      "task_newtask: pid=11 comm=make clone_flags=4100 "
	      "oom_score_adj=0");
	tap_is_int(e.fork.flags, 0x4100, "newtask gives the flags");
	parse("            bash-20      [001] .....     1.000001: "
	      "task_newtask: pid=21 comm=bash clone_flags=0 oom_score_adj=0");
	tap_is_int(parse("            make-10      [000] .....     1.000002: "
			 "sched_process_fork: comm=make pid=10 "
			 "child_comm=make child_pid=11"),
	    0, "its fork event is swallowed");
	tap_is_int(parse("            bash-20      [001] .....     1.000003: "
			 "sched_process_fork: comm=bash pid=20 "
			 "child_comm=bash child_pid=21"),
	    0, "that of another CPU too");
	tap_is_int(parse("            make-10      [000] .....     9.000000: "
			 "sched_process_fork: comm=make pid=10 "
			 "child_comm=make child_pid=11"),
	    1, "but only once: the pid was used again");
	tap_is_int(parse("            bash-20      [000] .....     9.000000: "
			 "sched_process_fork: comm=bash pid=20 "
			 "child_comm=bash child_pid=22"),
	    1, "a fork event without newtask counts");
	tap_ok(e.fork.flags == FLAG_UNKNOWN, "with unknown flags");
	parse("            bash-20      [001] .....     9.100000: "
	      "task_newtask: pid=23 comm=bash clone_flags=0 oom_score_adj=0");
	tap_is_int(parse("            bash-20      [000] .....     9.200000: "
			 "sched_process_fork: comm=bash pid=20 "
			 "child_comm=bash child_pid=24"),
	    1, "and one that is not that of the newtask before");
	tap_is_int(text.events, 6, "events are counted");
	tap_is_int(text.lines, 8, "lines are counted");
}

/* More parents between newtask and fork event than there is room for. */
static void
test_many_forks(void)
{
	char line[160];
	int events = 0;

	text_init(&text);
	for (int i = 1; i <= TEXT_FORKS; i++) {
		snprintf(line, sizeof line, "               a-%-7d [000] ..... "
		    "1.000000: task_newtask: pid=%d comm=a clone_flags=0 "
		    "oom_score_adj=0", i, 1000 + i);
		events += parse(line);
	}
	for (int i = 1; i <= TEXT_FORKS; i++) {
		snprintf(line, sizeof line, "               a-%-7d [000] ..... "
		    "1.000000: sched_process_fork: comm=a pid=%d child_comm=a "
		    "child_pid=%d", i, i, 1000 + i);
		events += parse(line);
	}
	tap_is_int(events, TEXT_FORKS, "all pairs of %d parents", TEXT_FORKS);
}

/* trace-cmd 3.1.6: record only, the header of a buffer, -R, -t. */
static void
test_trace_cmd(void)
{
	is_nothing("cpus=2", "trace-cmd cpus");
	is_nothing("version = 6", "trace-cmd version");
	is_nothing("CPU 1 is empty", "trace-cmd empty CPU");
	is_event(only("     a b-7 [00]1-29613 [001]  1303.389254926: "
		      "sched_process_exec:   filename=/bin/sh pid=29613 "
		      "old_pid=29613"),
	    "exec ts=1303389254926 cpu=1 tid=29613 parent=0 "
	    "old=29613 comm= flags=0 dead=0 lost=0 path=/bin/sh",
	    "trace-cmd report -t, comm like a header");
	is_event(only("            bash-29613 [001] d..2.  1303.391603: "
		      "sched_process_fork:    parent_comm=bash "
		      "parent_pid=29613 child_comm=bash child_pid=29614"),
	    "fork ts=1303391603000 cpu=1 tid=29614 parent=29613 old=0 "
	    "comm=bash flags=ffffffffffffffff dead=0 lost=0 path=",
	    "trace-cmd report -R fork, flags");
	only("            bash-29613 [001]  1303.391603: sched_process_exit:  "
	     "  comm=bash pid=29613 prio=120 group_dead=1");
	tap_is_int(e.exit.group_dead, 1, "trace-cmd report -R exit, last thread");
	tap_ok(only("            bash-29613 [001]  1303.391603: "
		    "sched_process_exit:    comm=bash pid=29613 prio=120 "
		    "group_dead=0") == 1 && e.exit.group_dead == 0,
	    "trace-cmd report -R exit, not the last");
}

static void
test_buffer_prefix(void)
{
	static const char one[] =
	    "mine:             bash-29613 [001]  1.000000: "
	    "sched_process_exit:   comm=bash pid=29613 prio=120";
	static const char top[] =
	    "                  bash-29613 [001]  1.000000: "
	    "sched_process_exit:   comm=bash pid=29613 prio=120";
	tap_ok(only("cpus=2") == 0 && parse(one) == 1, "prefix of trace-cmd");
	tap_is_int(parse(top), 1, "and its blank prefix");
}

static void
test_other_lines(void)
{
	static const char nul[] = "            bash-2345    [000] .....     "
	    "7.000000: sched_process_exec: filename=/a\0b pid=2345 "
	    "old_pid=2345";

	is_nothing("", "empty");
	is_nothing("   ", "blank");
	is_nothing("# tracer: nop", "comment");
	is_nothing("##### CPU 1 buffer started ####", "annotation");
	is_nothing(" => do_exit", "stack trace");
	is_nothing("            bash-2345    [000] .....     7.000000: foo: x",
	    "another event");
	is_nothing("            bash-2345    [000] .....     7.000000: f <-g",
	    "function tracer");
	is_nothing("            bash-2345    [000] .....     7.000000: exec: x",
	    "another task's exec");
	is_nothing("          <idle>-0       [000] d.h1.     7.000000: irq: x",
	    "idle");
	tap_ok(only("            bash-2345    [000] .....   123456789: "
		    EXIT("bash", "2345")) == 1 && e.untimed &&
	    e.ts == 123456789 && text.untimed,
	    "a clock that counts something else");
	is_unparsed("            bash-2345    [000] .....   1.0000001: "
		    EXIT("bash", "2345"), "seven decimals");
	is_unparsed("            bash-2345    [000] ..... "
		    "99999999999.000000: " EXIT("bash", "2345"),
	    "a time beyond 64 bits of ns");
	is_unparsed("            bash-99999999999 [000] .....   1.000000: foo:",
	    "a pid beyond int");
	is_unparsed("            bash-2345    [000] . .   1.000000: foo: x",
	    "two flags columns");
	is_nothing("bash-2345    [000] .....   1.000000: foo: x",
	    "context in another column");
	is_unparsed("            bash-2345    [000] .....   1.000000: "
		    "sched_process_fork: comm=bash pid=2345 child_comm=bash "
		    "child_pid=0", "a child 0");
	is_unparsed("            bash-2345    [000] .....   1.000000: "
		    "task_newtask: pid=0 comm=x clone_flags=0 "
		    "oom_score_adj=0", "a new task 0");
	is_unparsed("            bash-2345    [000] .....   1.000000: "
		    "task_newtask: pid=9 comm=x clone_flags=0 "
		    "oom_score_adj=", "newtask without the last number");
	is_unparsed("            bash-2345    [000] .....   1.000000: "
		    "task_newtask: pid=9 comm=x clone_flags=0 "
		    "oom_score_adj=0 x", "newtask and more");
	is_unparsed("[LINE TOO BIG]", "too big");
	text_init(&text);
	tap_is_int(text_parse(&text, nul, sizeof nul - 1, &e), -1, "NUL");
	tap_is_int(text_parse(&text, "            bash-2345", 21, &e), -1,
	    "a cut header");
}

static void
test_hostile(void)
{
	is_event(only(" x-1 [0] 1.00000-29613 [001]  1303.000001: "
		      EXIT("x-1 [0] 1.00000", "29613")),
	    "exit ts=1303000001000 cpu=1 tid=29613 parent=0 old=0 "
	    "comm=x-1 [0] 1.00000 flags=0 dead=-1 lost=0 path=",
	    "comm x-1 [0] 1.00000");
	is_event(only("         x pid=1-29613 [001]  1.000000: "
		      "sched_process_fork: comm=x pid=1 pid=29613 "
		      "child_comm=x child_pid=2 child_pid=7"),
	    "fork ts=1000000000 cpu=1 tid=7 parent=29613 old=0 "
	    "comm=x child_pid=2 flags=ffffffffffffffff dead=0 lost=0 path=",
	    "comms with pids in them");
	is_event(only("               x-29613 [001]  1.000000: "
		      "sched_process_exec: filename=/tmp/a pid=29613 "
		      "old_pid=2 pid=29613 old_pid=29613"),
	    "exec ts=1000000000 cpu=1 tid=29613 parent=0 old=29613 "
	    "comm= flags=0 dead=0 lost=0 path=/tmp/a pid=29613 old_pid=2",
	    "a path that ends like the event");
	is_event(only("               x-29613 [001]  1.000000: task_newtask: "
		      "pid=7 comm= clone_flags=1 clone_flags=11 "
		      "oom_score_adj=0"),
	    "fork ts=1000000000 cpu=1 tid=7 parent=29613 old=0 "
	    "comm= clone_flags=1 flags=11 dead=0 lost=0 path=",
	    "a comm that ends like newtask");
	is_unparsed("               x-29613 [001]  1.000000: "
		    "sched_process_exec: filename=/tmp/a", "a path's newline");
	is_unparsed("               x-29613 [001]  1.000000: "
		    "sched_process_exec: filename=/tmp/a pid=1 old_pid=1",
	    "exec of another task than the header's");
	is_unparsed("               x-29613 [001]  1.000000: " EXIT("x", "1"),
	    "exit of another task than the header's");
	is_unparsed("               x-29613 [001]  1.000000: "
		    EXIT("0123456789abcdef", "29613"), "a comm of 16 bytes");
	is_unparsed("               x-29613 [001]  1.000000: "
		    "sched_process_fork: comm=x pid=1 child_comm=x "
		    "child_pid=2", "fork by another task than the header's");
	is_unparsed("               x-29613 [001]  1.000000: task_newtask: "
		    "pid=7 comm=x clone_flags=11", "newtask cut");
	is_unparsed("               x-29613 [001]  1.000000: "
		    "sched_process_exit: comm=a b pid=1", "a comm's newline");
	tap_is_int(only("-29613 [001]  1.000000: " EXIT("x", "29613")), 1,
	    "what is left of the context then");
}

/* A path of n bytes. */
static int
long_path(size_t n)
{
	static char line[2 * TEXT_PATH];
	int at = snprintf(line, sizeof line, "               x-7       [000] "
	    ".....     1.000000: sched_process_exec: filename=");

	memset(line + at, 'p', n);
	memcpy(line + at + n, " pid=7 old_pid=7", 17);
	return only(line);
}

/* Lines of task 7 (! others, whole), then its exec: what that says. */
static const char *
exec_after(const char *const lines[])
{
	char line[2048];

	text_init(&text);
	for (; *lines; lines++) {
		snprintf(line, sizeof line, "             nop-7       [001] "
		    ".....     3.628236: %s", *lines);
		parse(**lines == '!' ? *lines + 1 : line);
	}
	if (parse("             nop-7       [001] .....     3.628251: "
		  "sched_process_exec: filename=/n pid=7 old_pid=7") != 1)
		return "no exec";
	return args();
}

#define K "(start_thread+0x0/0x20) "
#define is_args(want, name, ...)                                              \
	tap_is_str(exec_after((const char *const[]){ __VA_ARGS__, NULL }),    \
	    want, name)

static void
test_args(void)
{
	is_args("none -1: ", "no probe", "foo: x");
	is_args("none 3: ", "argc only", "exec: " K "argc=3");
	is_args("all 0: ", "no arguments", "exec: " K "argc=0");
	is_args("all 2: nop|x|", "all, environment dropped",
	    "args0: " K "argc=2 a0=\"nop\" a1=\"x\" a2=(fault) a3=\"A=1\"");
	is_args("all 5: a|b|c|d|e|", "two chunks, the later first",
	    "args4: " K "argc=5 a4=\"e\" a5=(fault) a6=\"E=1\" a7=\"\"",
	    "args0: " K "argc=5 a0=\"a\" a1=\"b\" a2=\"c\" a3=\"d\"",
	    "exec: " K "argc=5");
	is_args("cut 5: a|b|c|d|", "the second chunk missing",
	    "args0: " K "argc=5 a0=\"a\" a1=\"b\" a2=\"c\" a3=\"d\"");
	is_args("none 5: ", "the first chunk missing",
	    "args4: " K "argc=5 a4=\"e\" a5=(fault) a6=\"E=1\" a7=\"\"");
	is_args("cut 3: a|", "an argument that faulted",
	    "args0: " K "argc=3 a0=\"a\" a1=(fault) a2=\"c\" a3=(fault)");
	is_args("all 4: |\"||(fault)|", "empty, quote, faulted by name",
	    "args0: " K "argc=4 a0=\"\" a1=\"\"\" a2=\"\" a3=\"(fault)\"");
	is_args("none -1: ", "uprobe: may be of the exec before",
	    "args0: (0x7f0011223344) argc=1 a0=\"nop\" a1=\"\" a2=\"\" "
	    "a3=\"\"");
	is_args("none -1: ", "an event between: of another exec",
	    "args0: " K "argc=1 a0=\"nop\" a1=(fault) a2=\"\" a3=\"\"",
	    "task_rename: pid=7 oldcomm=a newcomm=b oom_score_adj=0");
	is_args("none 2: ", "a chunk of another exec",
	    "args0: " K "argc=1 a0=\"nop\" a1=(fault) a2=\"\" a3=\"\"",
	    "exec: " K "argc=2");
	is_args("all 1: two|", "the same chunk again",
	    "args0: " K "argc=1 a0=\"one\" a1=(fault) a2=\"\" a3=\"\"",
	    "args0: " K "argc=1 a0=\"two\" a1=(fault) a2=\"\" a3=\"\"");
	is_args("none -1: ", "exec of another task",
	    "exec: " K "argc=3 x=1");
	is_args("all 1: one|", "a broken line, but not of the arguments",
	    "args0: " K "argc=1 a0=\"one\" a1=(fault) a2=\"\" a3=\"\"",
	    "exec: " K "argc=1", "!junk");
	is_args("none -1: ", "events lost",
	    "args0: " K "argc=1 a0=\"one\" a1=(fault) a2=\"\" a3=\"\"",
	    "!CPU:0 [LOST EVENTS]");
	parse("             nop-7       [001] .....     3.628251: "
	      "sched_process_exec: filename=/n pid=7 old_pid=7");
	tap_is_str(args(), "none -1: ", "arguments are used once");
}

static void
test_args_forged(void)
{
	is_args("cut 3: nop|", "delimiter of the next argument",
	    "args0: " K "argc=3 a0=\"nop\" a1=\"x\" a2=\"y\" a2=\"z\" "
	    "a3=(fault)");
	is_args("none 3: ", "delimiter right in the first",
	    "args0: " K "argc=3 a0=\"x\" a1=\"y\" a1=\"z\" a2=\"\" a3=(fault)");
	is_args("all 3: x a2=\"|y|z|", "delimiter before its turn",
	    "args0: " K "argc=3 a0=\"x a2=\"\" a1=\"y\" a2=\"z\" a3=(fault)");
	is_args("none 1: ", "delimiter in the environment",
	    "args0: " K "argc=1 a0=\"x\" a1=(fault) a2=\"\" a3=\" a1=\"");
	is_args("none 4: ", "two delimiters twice",
	    "args0: " K "argc=4 a0=\"p\" a1=\"q\" a1=\"r\" a2=\"\" "
	    "a3=\"\" a3=\"\"");
	is_args("none 3: ", "a string without end",
	    "args0: " K "argc=3 a0=\"n a1=\"x\" a2=\"y\" a3=\"\"");
	is_args("none 4: ", "cut in the last",
	    "args0: " K "argc=4 a0=\"n\" a1=\"x\" a2=\"y\" a3=\"z");
	tap_is_int(text.unparsed, 1, "and counted");
	is_args("none 3: ", "cut by a newline",
	    "args0: " K "argc=3 a0=\"nop\" a1=\"line1", "!line2\" a2=\"\"");
	is_args("none 3: ", "a newline, after it looks whole",
	    "args0: " K "argc=3 a0=\"n\" a1=\"x\" a2=\"y\" a3=\"\"",
	    "!\" a1=\"b\" a2=\"c\" a3=\"d\"");
	is_args("none 3: ", "a newline, and the piece a comment",
	    "args0: " K "argc=3 a0=\"n\" a1=\"x\" a2=\"y\" a3=\"\"", "!#\"");
	is_args("none 3: ", "too big",
	    "args0: " K "argc=3 a0=\"nop\" a1=[LINE TOO BIG]");
	is_args("none 3: ", "something before the first",
	    "args0: " K "argc=3 x a0=\"n\" a1=\"x\" a2=\"y\" a3=\"\"");
	is_args("none -1: ", "no such chunk",
	    "args5: " K "argc=3 a5=\"n\" a6=\"x\" a7=\"y\" a8=\"\"");
	is_args("none -1: ", "argc not a number",
	    "args0: " K "argc=-3 a0=\"n\" a1=\"x\" a2=\"y\" a3=\"\"");
}

/* Another task takes the slot: the arguments are lost, not mixed up. */
static void
test_args_collision(void)
{
	char line[160];

	text_init(&text);
	for (int i = 0; i < 2; i++) {
		snprintf(line, sizeof line, "%16s-%-7d [000] .....   1.000000: "
		    "args0: " K "argc=1 a0=\"%d\" a1=(fault) a2=\"\" a3=\"\"",
		    "nop", 7 + i * TEXT_EXECS, i);
		parse(line);
	}
	parse("             nop-7       [001] .....     3.628251: "
	      "sched_process_exec: filename=/n pid=7 old_pid=7");
	tap_is_str(args(), "none -1: ", "arguments of an evicted task");
	snprintf(line, sizeof line, "%16s-%-7d [000] .....   1.000000: "
	    "sched_process_exec: filename=/n pid=%d old_pid=%d",
	    "nop", 7 + TEXT_EXECS, 7 + TEXT_EXECS, 7 + TEXT_EXECS);
	parse(line);
	tap_is_str(args(), "all 1: 1|", "arguments of the task that evicted");
}

/* Two chunks that do not fit into TEXT_BYTES: cut, and only what fits. */
static void
test_args_overflow(void)
{
	static char line[2 * TEXT_BYTES];
	static const char head[] = "             nop-7       [001] .....     "
	    "3.628251: args";
	int n;

	text_init(&text);
	n = snprintf(line, sizeof line, "%s4: " K "argc=5 a4=\"", head);
	memset(line + n, 'x', TEXT_BYTES - 4);
	memcpy(line + n + TEXT_BYTES - 4, "\" a5=\"\" a6=\"\" a7=\"\"", 20);
	parse(line);
	snprintf(line, sizeof line, "%s0: " K "argc=5 a0=\"a\" a1=\"b\" a2=\"c\" a3=\"d\"",
	    head);
	parse(line);
	parse("             nop-7       [001] .....     3.628251: "
	      "sched_process_exec: filename=/n pid=7 old_pid=7");
	tap_is_str(args(), "cut 5: a|", "more bytes than there is room for");
}

static void
test_detect(void)
{
	static const char trace[] = "\n# tracer: nop\n#\n";
	static const char pipe[] = "            bash-2345    [000] .....     "
	    "7.000000: foo: x\n            ba";
	static const char nul[] = "\0\0\0\0            bash-";

	tap_ok(text_detect(trace, strlen(trace)), "detect trace");
	tap_ok(text_detect(pipe, strlen(pipe)), "detect trace_pipe");
	tap_ok(text_detect("x\nCPU:0 [LOST 5 EVENTS]\n", 25), "detect lost");
	tap_ok(text_detect("cpus=2\n", 7), "detect trace-cmd");
	tap_ok(!text_detect("", 0), "detect nothing");
	tap_ok(!text_detect("# comment\nhello world\n", 22), "detect prose");
	tap_ok(!text_detect(nul, sizeof nul - 1), "detect binary");
}

/* What the text of 6.1 says about each pid. */
static struct seen {
	int forks, execs, exits, ppid, old_tid;
	uint64_t flags, fork_ts;
	char comm[COMM_LEN], path[64];
	char args[256]; /* of the last exec; longer are cut */
	size_t args_len;
} seen[PIDS];

static void
see(void)
{
	struct seen *s = &seen[e.tid];

	if (e.type == EVENT_FORK) {
		s->forks++;
		s->ppid = e.fork.parent;
		s->flags = e.fork.flags;
		s->fork_ts = e.ts;
	} else if (e.type == EVENT_EXIT) {
		s->exits++;
		memcpy(s->comm, e.comm, sizeof s->comm);
	} else if (e.type == EVENT_EXEC) {
		s->execs++;
		s->old_tid = e.exec.old_tid;
		snprintf(s->path, sizeof s->path, "%s", e.path);
		snprintf(s->args, sizeof s->args, "%.255s", args());
		s->args_len = e.args.len;
	}
}

static FILE *
data(const char *dir, const char *name)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "r");
	if (!f)
		err(1, "%s", path);
	return f;
}

static void
read_6_1(const char *dir)
{
	FILE *f = data(dir, "6.1.txt");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	text_init(&text);
	while ((n = getline(&line, &size, f)) > 0) {
		if (line[n - 1] == '\n')
			n--;
		if (text_parse(&text, line, (size_t)n, &e) == 1 &&
		    e.tid > 0 && e.tid < PIDS)
			see();
	}
	free(line);
	fclose(f);
}

/* The workload's steps that end in an exec: what it must say. */
static const struct {
	const char *step, *path, *args;
} steps[] = {
	{ "plain", "/root/nop", "all 4: nop|a|b|c d|" },
	{ "argc1", "/root/nop", "all 1: nop|" },
	{ "argc0", "/root/nop", "none 1: " }, /* the kernel added a "" */
	{ "empty-arg", "/root/nop", "cut 3: nop|" },
	{ "argc25", "/root/nop", "all 25: nop|1|2|3|4|5|6|7|8|9|10|11|12|13|"
	  "14|15|16|17|18|19|20|21|22|23|24|" },
	{ "hostile", "/root/nop", "none 8: " },
	{ "forge", "/root/nop", "cut 3: nop|" },
	{ "len100", "/root/nop", "all 3: nop|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	  "|end|" },
	/* cut at the page's end, without newline, and the next event there */
	{ "len3980", "/root/nop", "none 3: " },
	{ "len4010", "/root/nop", "none 3: " },
	{ "len20000", "/root/nop", "none 3: " },
	{ "shebang", "/tmp/scr", "all 4: /root/nop|interp-arg|/tmp/scr|s1|" },
	{ "vfork", "/root/nop", "all 2: nop|vforked|" },
	{ "reexec", "/root/nop", "all 2: nop|re-exec-2|" },
	{ "thread-exec", "/root/nop", "all 2: nop|from-a-thread|" },
	{ "orphan", "/root/nop", "all 2: nop|orphaned|" },
};

static void
check_step(const char *step, const struct seen *s)
{
	int exits = 1;

	if (strcmp(step, "comm-hostile") == 0)
		exits = 0; /* a newline in its comm broke the line */
	if (strcmp(step, "thread-exec") == 0)
		exits = 2; /* the leader; the thread that took its place */
	tap_is_int(s->forks, 1, "%s: forks", step);
	tap_is_int(s->exits, exits, "%s: exits", step);
	if (strcmp(step, "orphan") != 0)
		tap_is_int(s->ppid, 151, "%s: parent", step);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		if (strcmp(step, steps[i].step) != 0)
			continue;
		tap_is_str(s->path, steps[i].path, "%s: path", step);
		tap_is_str(s->args, steps[i].args, "%s: arguments", step);
	}
}

static void
test_6_1(const char *dir)
{
	FILE *f;
	char line[128], step[64];
	int pid, checked = 0;

	read_6_1(dir);
	f = data(dir, "6.1-workload.txt");
	while (fgets(line, sizeof line, f)) {
		if (sscanf(line, "%63s pid=%d", step, &pid) != 2 || pid == 151)
			continue;
		check_step(step, &seen[pid]);
		checked++;
	}
	fclose(f);
	tap_is_int(checked, 33, "steps of the workload");
	tap_is_int(text.unparsed, 20 + 5, "pieces and lines cut");
}

static void
test_6_1_more(void)
{
	tap_is_str(seen[151].args, "all 2: /root/work|/root/nop|", "work");
	tap_is_int(seen[152].fork_ts, 3622443000, "time");
	tap_is_int(seen[161].args_len, 4 + 3901 + 4, "len3900: bytes");
	tap_is_int(seen[160].args_len, 4 + 1001 + 4, "len1000: bytes");
	tap_is_int(seen[169].execs, 0, "path-newline: does not parse");
	tap_is_int(seen[170].execs, 0, "enoent: none");
	tap_is_int(seen[171].execs, 0, "eacces: none");
	tap_is_int(seen[174].execs, 2, "reexec: two");
	tap_is_int(seen[173].flags, FLAG_VFORK | 0x100, "vfork: flags");
	tap_ok(seen[176].flags & FLAG_THREAD, "thread: flags");
	tap_is_int(seen[176].ppid, 175, "thread: parent");
	tap_is_int(seen[177].old_tid, 178, "thread-exec: the thread");
	tap_is_int(seen[186].ppid, 185, "orphan: parent");
	tap_is_str(seen[172].comm, "scr", "comm at exit");
	tap_ok(seen[1].forks + seen[2].forks == 0, "forged fork not seen");
}

int
main(int argc, char **argv)
{
	test_2_6_32();
	test_3_2_to_6_19();
	test_contexts();
	test_lost();
	test_forks();
	test_many_forks();
	test_trace_cmd();
	test_buffer_prefix();
	test_other_lines();
	test_hostile();
	tap_ok(long_path(TEXT_PATH - 1) == 1, "the longest path");
	tap_is_int(long_path(TEXT_PATH), -1, "a longer path");
	test_args();
	test_args_forged();
	test_args_collision();
	test_args_overflow();
	test_detect();
	test_6_1(argc > 1 ? argv[1] : "tests/data/text");
	test_6_1_more();
	return tap_done();
}
