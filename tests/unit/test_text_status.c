/*
 * trace_text, hints of how a task will end: lines as kernels print them, lines that
 * lie, and the real text of 6.1 against the workload that made it.
 *
 * usage: test_text_status [directory of 6.1.txt and 6.1-workload.txt]
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events/trace_text.h"
#include "tap.h"

#define PIDS 256
#define SIG  "signal_generate: sig=9 errno=0 code=0 "

static struct text text;
static struct event e;

/* What the rest of a line of task 7 gives: "code 768", "none", "cut". */
static const char *
hint(const char *rest)
{
	static const char *const names[] = { "no hint", "code", "group", "exit",
		"exit_group", "sent", "delivered", "handled" };
	static char got[64];
	char line[512];
	int r;

	snprintf(line, sizeof line, "               x-7       [001] ..... "
	    "    3.000001: %s", rest);
	text_init(&text);
	r = text_parse(&text, line, strlen(line), &e);
	text_end(&text);
	if (r < 0)
		return text.unparsed == 1 ? "cut" : "not counted";
	if (r == 0)
		return "none";
	if (text.events != 1 || e.type != EVENT_STATUS || e.ts != 3000001000 ||
	    e.cpu != 1 || e.task.pid != 0)
		return "another event";
	snprintf(got, sizeof got, "%s %d", names[e.status.hint], e.status.code);
	if (e.tid != 7)
		snprintf(got + strlen(got), sizeof got - strlen(got), " to %d",
		    e.tid);
	return got;
}

#define is(rest, want) tap_is_str(hint(rest), want, "%s", rest)

static void
test_probes(void)
{
	is("exit: (do_exit+0x0/0xab0) code=768", "code 768");
	is("code: (do_exit+0x0/0xab0) code=0x300", "code 768");
	is("exec: (do_exit+0x0/0xab0) code=0", "code 0");
	is("args0: (do_exit+0x0/0xab0) code=139", "code 139");
	is("p_do_exit_0: (do_exit+0x4/0xab0) code=9", "code 9");
	is("e: (do_exit+0x8/0xab0) code=0xff00 x=\"code=1\"", "code 65280");
	is("group: (do_group_exit+0x0/0xb0) code=768", "group 768");
	is("group: (do_group_exit+0x0/0xb0)", "group -1");
	is("group: (do_group_exit+0x0/0xb0) code=300", "group -1");
	is("exit: (do_exit+0x0/0xab0) code=300", "cut"); /* hex, of 3.2 */
	is("exit: (do_exit+0x0/0xab0) code=100", "cut");
	is("exit: (do_exit+0x0/0xab0) code=8b", "cut");
	is("exit: (do_exit+0x0/0xab0) code=128", "cut");
	is("exit: (do_exit+0x0/0xab0) code=65536", "cut");
	is("exit: (do_exit+0x0/0xab0) code=0x100000000", "cut");
	is("exit: (do_exit+0x0/0xab0) code=4294967292", "cut");
	is("exit: (do_exit+0x0/0xab0) code=-4", "none"); /* kernel thread */
	is("exit: (do_exit+0x0/0xab0) code=0x", "cut");
	is("exit: (do_exit+0x0/0xab0) code=", "cut");
	is("exit: (do_exit+0x0/0xab0", "cut");
	is("exit: (do_exit+0x0", "cut");
	is("exit: (do_exit+0x0/0xab0) x=1", "none");
	is("exit: (do_exit+0x0/0xab0) x=\" code=9\" code=0", "none");
	is("exit: (do_exit+0x2a/0xab0) code=9", "none");
	is("ret: (do_exit+0x2a/0xab0 <- foo) code=9", "none");
	is("ret: (do_exit+0x0/0xab0 <- foo) code=9", "none");
	is("exit: (foo+0x2a/0xab0 <- do_exit) code=9", "none");
	is("exit: (do_exit_x+0x0/0xab0) code=9", "none");
	is("exit: (0xffffffff810a1230) code=9", "none");
	is("tracing_mark_write: (do_exit+0x0/0xab0) code=9", "none");
	is("0: (do_exit+0x0/0xab0) code=9", "none");
	is("(do_exit+0x0/0xab0) code=9", "none");
	is("do_exit <-do_group_exit", "none");
}

static void
test_calls(void)
{
	is("sys_exit_group(error_code: 7)", "exit_group 1792");
	is("sys_exit_group(error_code: ff)", "exit_group 65280");
	is("sys_exit_group(error_code: 10)", "exit_group 4096");
	is("sys_exit_group(error_code: 0x11)", "exit_group 4352"); /* 6.18 */
	is("sys_exit_group(error_code: 0)", "exit_group 0");
	is("sys_exit_group(error_code: ffffffff)", "exit_group 65280");
	is("sys_exit_group(error_code: ffffffffffffffff)", "exit_group 65280");
	is("sys_exit_group(int error_code: 7)", "exit_group 1792");
	is("sys_exit(error_code: 103)", "exit 768");
	is("sys_enter_exit_group: error_code: 0x00000007", "exit_group 1792");
	is("sys_enter_exit: error_code: 0x000000ff", "exit 65280");
	is("sys_exit_group(error_code: 7", "cut");
	is("sys_exit_group(error_code: ", "cut");
	is("sys_exit_group(error_code: -1)", "cut");
	is("sys_exit_group(error_code: 7) x", "cut");
	is("sys_exit_group(error_code: 1ffffffffffffffff)", "cut");
	is("sys_exit_group(", "cut");
	is("sys_exit_group", "none");
	is("sys_exit: NR 231 = 0", "none"); /* raw_syscalls */
	is("sys_enter: NR 231 (7, 0, 0, 0, 0, 0)", "none");
	is("sys_exit_group: (error_code: 7)", "none");
	is("sys_wait4 -> 0x7", "none");
	is("tracing_mark_write: sys_exit_group(error_code: 7)", "none");
}

static void
test_signals(void)
{
	is("signal_deliver: sig=9 errno=0 code=0 sa_handler=0 sa_flags=0",
	    "delivered 9");
	is("signal_deliver: sig=11 errno=-14 code=-2147483648 sa_handler=1 "
	   "sa_flags=14000000", "handled 11");
	is("signal_deliver: sig=17 errno=0 code=1 sa_handler=55d4cd65be40 "
	   "sa_flags=14000000", "handled 17");
	is("signal_deliver: sig=10 errno=0 code=0 sa_handler=ffffffffffffffff "
	   "sa_flags=ffffffff", "handled 10");
	is("signal_deliver: sig=9 errno=0 code=0 sa_handler=0", "cut");
	is("signal_deliver: sig=9 errno=0 code=0 sa_handler=0 sa_flags=", "cut");
	is("signal_deliver: sig=9 errno=0", "cut");
	is(SIG "comm=bash pid=42", "sent 9 to 42"); /* 2.6.33 to 3.2 */
	is(SIG "comm=bash pid=42 grp=1 res=0", "sent 9 to 42");
	is(SIG "comm=bash pid=42 grp=0 res=2", "none");
	is(SIG "comm=bash pid=42 grp=0 res=4", "sent 9 to 42");
	is(SIG "comm= pid=42 grp=1 res=0", "sent 9 to 42");
	is(SIG "comm=x pid=1 grp=1 r pid=42 grp=1 res=0", "sent 9 to 42");
	is(SIG "comm=x pid=1 grp=1 r pid=42", "sent 9 to 42");
	is(SIG "comm= pid=1 pid=2 pid=42", "sent 9 to 42");
	is(SIG "comm=grp=0 res=1 pid=42", "sent 9 to 42");
	is(SIG "comm=x pid=1 grp=1 res=0 pid=42", "cut"); /* no comm */
	is(SIG "comm=x pid=1 grp=1 res=0 pid=42 grp=1 res=0", "cut");
	is(SIG "comm=0123456789abcdef pid=42 grp=1 res=0", "cut");
	is(SIG "comm=x pid=0 grp=1 res=0", "cut");
	is(SIG "comm=x pid=42 grp=1 res=", "cut");
	is(SIG "comm=x pid=42 grp=1", "cut");
	is(SIG "comm=x pid=42 ", "sent 9 to 42");
	is(SIG "comm=x", "cut");
	is("signal_generate: sig=-9 errno=0 code=0 comm=x pid=42", "cut");
	is("signal_generate: sig=9 errno=0 code=2147483648 comm=x pid=42",
	    "cut");
	is("signal_generate:      sig=15 errno=0 code=-6 comm=bash pid=42 "
	   "grp=1 res=0", "sent 15 to 42"); /* trace-cmd */
}

/* Who sent the signal of a line with that context: "sender process group
 * [interrupt] [queued] name". */
static const char *
sender(const char *context, const char *rest)
{
	const struct event_status *s = &e.status;
	static char got[64];
	char line[512];

	snprintf(line, sizeof line, "%s: %s", context, rest);
	text_init(&text);
	if (text_parse(&text, line, strlen(line), &e) != 1 ||
	    e.type != EVENT_STATUS || e.tid != 42)
		return "none";
	snprintf(got, sizeof got, "%d %d %d %d%s%s %s", s->sender, s->process,
	    s->si_code, s->group, s->interrupt ? " interrupt" : "",
	    s->queued ? " queued" : "", e.comm);
	return got;
}

#define from(context, rest, want) \
	tap_is_str(sender(context, rest), want, "%s", context)
#define TO_42 SIG "comm=bash pid=42 grp=1 res=0"

static void
test_senders(void)
{
	from("      cleanup.sh-1465  [001] d...  6264.582237", TO_42,
	    "1465 0 0 1 queued cleanup.sh");
	from("      cleanup.sh-1465  [001] d...  6264.582237",
	    SIG "comm=bash pid=42", "1465 0 0 -1 cleanup.sh");
	from("      cleanup.sh-1465  [001] d...  6264.582237",
	    "signal_generate: sig=9 errno=0 code=-6 comm=b pid=42 grp=0 res=4",
	    "1465 0 -6 0 queued cleanup.sh");
	from("             x-y-1465  ( 1460) [001] d...  6264.582237", TO_42,
	    "1465 1460 0 1 queued x-y");
	from("         two words-7       [001] d.h.  6264.582237", TO_42,
	    "7 0 0 1 interrupt queued two words");
	from(" fifteen bytes x-7       [001] d.s1.  6264.582237", TO_42,
	    "7 0 0 1 interrupt queued fifteen bytes x");
	from("           <...>-7       [001] d..2.  6264.582237", TO_42,
	    "7 0 0 1 queued ");
	from("          <idle>-0       [001] d.h2.  6264.582237", TO_42,
	    "0 0 0 1 interrupt queued <idle>");
	/* pasted */
	from("sh-7 [001] d... 6264.582237", TO_42, "7 0 0 1 queued sh");
	from("> sh-7 [001] d... 6264.582237", TO_42, "7 0 0 1 queued sh");
	from("trace.txt:12:sh-7 [001] d... 6264.582237", TO_42,
	    "7 0 0 1 queued sh");
	from(">               sh-7 [001] d... 6264.582237", TO_42,
	    "7 0 0 1 queued sh");
	from("              sh       7 [001]  6264.582237",
	    "signal:" TO_42, "7 0 0 1 queued sh");
	from("              sh-7 [001] d... 6264.582237", "mark_victim: pid=42",
	    "7 0 0 0 sh");
	from("              sh-7 [001] d... 6264.582237",
	    "mark_victim: pid=42 comm=x total-vm=1kB", "7 0 0 0 sh");
	from("              sh-7 [001] d... 6264.582237",
	    "mark_victim: pid=42x", "none");
}

static int codes[PIDS]; /* by pid, of the text of 6.1 */

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

static int
read_6_1(const char *dir)
{
	FILE *f = data(dir, "6.1.txt");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int hints = 0;

	text_init(&text);
	for (int i = 0; i < PIDS; i++)
		codes[i] = CODE_UNKNOWN;
	while ((n = getline(&line, &size, f)) > 0) {
		if (line[n - 1] == '\n')
			n--;
		if (text_parse(&text, line, (size_t)n, &e) != 1 ||
		    e.type != EVENT_STATUS)
			continue;
		hints += e.status.hint == HINT_CODE;
		if (e.tid < PIDS)
			codes[e.tid] = e.status.code;
	}
	free(line);
	fclose(f);
	return hints;
}

static void
test_6_1(const char *dir)
{
	char line[128], step[64], how[16];
	int pid, n, checked = 0;
	FILE *f;

	/* two of them after a newline in a comm */
	tap_is_int(read_6_1(dir), 77, "6.1: do_exit");
	f = data(dir, "6.1-workload.txt");
	while (fgets(line, sizeof line, f)) {
		/* comm-hostile: its comm has a newline */
		if (sscanf(line, "%63s pid=%d %15[a-z]=%d", step, &pid, how,
			&n) != 4 || strcmp(step, "comm-hostile") == 0)
			continue;
		tap_is_int(codes[pid], strcmp(how, "exit") ? n : n << 8,
		    "6.1: %s", step);
		checked++;
	}
	fclose(f);
	tap_is_int(checked, 31, "6.1: steps with a status");
}

int
main(int argc, char **argv)
{
	test_probes();
	test_calls();
	test_signals();
	test_senders();
	test_6_1(argc > 1 ? argv[1] : "tests/data/text");
	return tap_done();
}
