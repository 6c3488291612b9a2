/*
 * workload: what each step of tests/prog/workload.c execs, for the tests of
 * what was recorded while it ran.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP_ARGS 26

struct step {
	const char *name;
	const char *path;	/* NULL: the program nop */
	const char *comm;	/* of the new program, NULL: nop */
	const char *argv[STEP_ARGS];
};

#define ODD_PATH "/tmp/a\nb pid=1 old_pid=2/nop"
#define NOP	 "\1"	/* stands for the path of nop in argv */
#define WORK	 "\2"	/* and for that of the workload */

static const struct step steps[] = {
	{ "plain", NULL, NULL, { "nop", "a", "b", "c d" } },
	{ "argc1", NULL, NULL, { "nop" } },
	{ "argc0", NULL, NULL, { NULL } },
	{ "empty-arg", NULL, NULL, { "nop", "", "x" } },
	{ "argc25", NULL, NULL, { "nop", "1", "2", "3", "4", "5", "6", "7", "8",
	    "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
	    "20", "21", "22", "23", "24" } },
	{ "hostile", NULL, NULL, { "nop", "line1\nline2", "tab\t", "quote\"",
	    "back\\slash", "\x1b[31mred\x1b[0m", "utf8-\xc3\xa9",
	    "bad-\xff\xfe" } },
	{ "forge", NULL, NULL, { "nop", "x\" a2=\"forged", "     bash-123   "
	    "[000] d...     1.0: sched_process_fork: comm=x pid=1 "
	    "child_comm=y child_pid=2" } },
	{ "path-newline", ODD_PATH, NULL, { ODD_PATH, "nl-path" } },
	{ "shebang", "/tmp/scr", "scr", { NOP, "interp-arg", "/tmp/scr",
	    "s1" } },
	{ "vfork", NULL, NULL, { "nop", "vforked" } },
	{ "reexec", "/proc/self/exe", "exe", { WORK, NOP, "reexec" } },
	{ "reexec", NULL, NULL, { "nop", "re-exec-2" } },
	{ "thread-exec", NULL, NULL, { "nop", "from-a-thread" } },
	{ "orphan", NULL, NULL, { "nop", "orphaned" } },
};

#define STEPS (sizeof steps / sizeof *steps)

/* The steps len100 to len20000: nop, one long argument, "end".  Returns the
 * length, and the letter it is made of, or 0 when this is no such step. */
__attribute__((unused)) static int
step_len(const char *name, char *letter)
{
	static const int len[] = { 100, 1000, 3900, 3980, 4010, 4040, 4060,
		4095, 5000, 20000 };
	int n;

	if (sscanf(name, "len%d", &n) != 1)
		return 0;
	for (size_t i = 0; i < sizeof len / sizeof *len; i++)
		if (len[i] == n)
			*letter = (char)('A' + i);
	return n;
}

#endif
