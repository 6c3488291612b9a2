/* rights: what is kept, of what this process has, and what is dropped from each
 * set. */
#include "kernel/rights.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tap.h"

/* A line of /proc/self/status; hexadecimal. */
static uint64_t
status_line(const char *key)
{
	static char text[8192];
	const char *p = NULL;

	if (file_read(AT_FDCWD, "/proc/self/status", text, sizeof text) > 0)
		p = strstr(text, key);
	return p ? strtoull(p + strlen(key), NULL, 16) : UINT64_MAX;
}

/* What is given up does not come back.  The numbering goes on. */
static void
in_child(void (*body)(void))
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		body();
		fflush(stdout);
		_exit(tap_count << 1 | (tap_failed != 0));
	}
	waitpid(pid, &status, 0);
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	tap_count = status >> 1;
	tap_failed += status & 1;
}

/* Of any user; root has them, others have none. */
static void
keep_some(void)
{
	uint64_t held = rights_held(), bounding = status_line("\nCapBnd:\t");
	uint64_t set = RIGHT_KILL | RIGHT_SYS_PTRACE, kept = held & set;
	struct rights r;

	tap_ok(held == status_line("\nCapEff:\t"), "those that are effective");
	tap_is_int(rights_keep(set, &r), 0, "some are kept");
	tap_ok(r.kept == kept, "of those that were there");
	tap_ok(rights_held() == kept, "and they are");
	tap_ok(status_line("\nCapPrm:\t") == kept, "no more are permitted");
	tap_ok(status_line("\nCapInh:\t") == 0, "none is inheritable");
	if (r.bounding)
		tap_ok(status_line("\nCapBnd:\t") == (kept & bounding),
		    "none else can come back by exec");
	else
		tap_ok(status_line("\nCapBnd:\t") == bounding,
		    "without CAP_SETPCAP the bounding set stays");
	tap_ok(
	    !r.ambient || status_line("\nCapAmb:\t") == 0, "none is ambient");
	tap_ok(!r.no_new_privs || status_line("\nNoNewPrivs:\t") == 1,
	    "no_new_privs is set");
	tap_ok(r.known >= 32 && r.known <= 64, "a kernel has %d", r.known);
}

static void
keep_none(void)
{
	struct rights r;

	tap_is_int(rights_keep(0, &r), 0, "none is kept");
	tap_ok(rights_held() == 0, "and none is there");
	tap_is_int(rights_keep(RIGHT_KILL, &r), 0, "once more");
	tap_ok(r.kept == 0 && rights_held() == 0, "none comes back");
}

static void
test_helper(void)
{
	uint64_t of = rights_of_helper(), held = rights_held();

	tap_ok(of & RIGHT_SYS_PTRACE, "a helper looks at other processes");
	tap_ok(!(of & RIGHT_DAC_OVERRIDE) || !(held & RIGHT_DAC_READ_SEARCH),
	    "and writes no file, if it can read them without that");
}

static void
test_print(void)
{
	char text[128], few[20];

	rights_print(text, sizeof text, 0, true);
	tap_is_str(text, "none", "no right");
	rights_print(text, sizeof text, RIGHT_KILL, false);
	tap_is_str(text, "CAP_KILL", "one");
	rights_print(text, sizeof text, RIGHT_SYS_ADMIN | RIGHT_KILL, true);
	tap_is_str(text, "CAP_KILL (command), CAP_SYS_ADMIN (cgroups)",
	    "two, and their uses");
	memset(few, 'x', sizeof few);
	rights_print(few, 10, ~0ull, true);
	tap_is_str(few, "CAP_DAC_O", "as many as there is room for");
	tap_ok(few[10] == 'x', "and not one byte more");
}

int
main(void)
{
	in_child(keep_some);
	in_child(keep_none);
	test_helper();
	test_print();
	return tap_done();
}
