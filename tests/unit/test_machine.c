/*
 * machine: what /proc/stat has is added up, and a recording keeps it.
 */
#include <string.h>

#include "events/recording.h"
#include "kernel/machine.h"
#include "same_kind.h"
#include "tap.h"

#define TICK 10000000ull

/* Linux 6.18; before 2.6.33 the line had no guest_nice, before 2.6.24 no
 * guest. */
static const char whole[] =
    "cpu  213213 7 26238 74039 2063 5 380 1752 3 1\n"
    "cpu0 99702 0 12070 45589 474 0 23 859 0 0\n"
    "cpu1 113511 0 14168 28449 1588 0 356 892 0 0\n"
    "intr 5 4 3\nctxt 7\nbtime 1795215622\nprocesses 8\n";

static int
parse(const char *text, struct event_machine *m)
{
	memset(m, 0xff, sizeof *m);
	return machine_parse(m, text);
}

static void
test_parse(void)
{
	struct event_machine m;

	tap_is_int(parse(whole, &m), 0, "a whole file");
	tap_is_int(m.used, (213213 + 7 + 26238 + 5 + 380) * TICK,
	    "used: not idle, iowait, steal; guests are in user");
	tap_is_int(m.cpus, 2, "CPUs that are online");
	tap_is_int(parse("cpu  1 2 3 4 5 6 7\ncpu3 1 2 3 4 5 6 7\n", &m), 0,
	    "an old kernel");
	tap_is_int(m.used, 19 * TICK, "its sum");
	tap_is_int(m.cpus, 1, "a CPU without the ones before");
	tap_is_int(parse("", &m), -1, "nothing");
	tap_is_int(m.cpus, 0, "and not known");
	tap_is_int(parse("cpu  1 2 3 4 5 6\ncpu0 1\n", &m), -1, "too short");
	tap_is_int(parse("cpu  1 2 3 4 5 6 7\nintr 1\n", &m), -1, "no CPU");
	tap_is_int(m.cpus, 0, "that is not known either");
	tap_is_int(parse("intr 1\ncpu  1 2 3 4 5 6 7\n", &m), -1,
	    "another first line");
}

static void
test_read(void)
{
	struct event_machine a, b;

	tap_is_int(machine_read(&a), 0, "this machine");
	tap_ok(a.cpus >= 1 && a.used > 0, "it has a CPU, and used it");
	machine_read(&b);
	tap_ok(b.used >= a.used, "and does not go back");
}

/* ---- recordings ---- */

static int
parse_line(const char *text, struct event *e)
{
	static struct recording r;
	static char line[200];

	snprintf(line, sizeof line, "%s", text);
	return recording_parse(&r, line, strlen(line), e);
}

static void
test_recorded(void)
{
	struct event a = { .type = EVENT_MACHINE,
		.cpu = -1,
		.ts = 1500000000,
		.machine = { .used = 29087800 * TICK, .cpus = 4096 } },
		     b;
	struct buf out = { 0 };

	recording_write(&out, &a);
	buf_putc(&out, '\0');
	tap_is_str(
	    out.data, "machine 1.500000000 290878000000000 4096\n", "written");
	out.data[out.len - 2] = '\0';
	tap_is_int(parse_line(out.data, &b), 1, "read");
	tap_ok(b.type == EVENT_MACHINE && b.ts == a.ts && b.cpu == -1 &&
		same_kind(&a, &b),
	    "it comes back");
	buf_free(&out);
}

static void
test_wrong(void)
{
	static const char *const lines[] = { "machine", "machine 1.000000000",
		"machine 1.000000000 5", "machine 1.000000000 5 0",
		"machine 1.000000000 5 -1", "machine 1.000000000 -5 1",
		"machine 1.000000000 5 1 1", "machine 1.0 5 1",
		"machine 1.000000000 x 1",
		"machine 1.000000000 9223372036854775808 1",
		"machine 1.000000000 5 2147483648", "machine 1.000000000 5 " };
	struct event e;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		tap_is_int(
		    parse_line(lines[i], &e), -1, "refused: %s", lines[i]);
}

int
main(void)
{
	test_parse();
	test_read();
	test_recorded();
	test_wrong();
	return tap_done();
}
