/*
 * options: numbers and seconds, every common letter, and what contradicts
 * itself.
 */
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "kernel/buffer_size.h"
#include "cli/options.h"
#include "tap.h"

static void
is_number(const char *s, long min, long max, long want)
{
	long n = -77;

	tap_ok(parse_number(s, min, max, &n) == 0 && n == want, "number \"%s\"",
	    s);
}

static void
no_number(const char *s, long min, long max)
{
	long n;

	tap_is_int(parse_number(s, min, max, &n), -1, "no number \"%s\"", s);
}

static void
test_numbers(void)
{
	char most[32];

	is_number("1", 1, 10, 1);
	is_number("10", 1, 10, 10);
	is_number("0", 0, 10, 0);
	is_number("007", 1, 10, 7);
	snprintf(most, sizeof most, "%ld", LONG_MAX);
	is_number(most, 0, LONG_MAX, LONG_MAX);
	no_number("", 0, 10);
	no_number("0", 1, 10);
	no_number("11", 1, 10);
	no_number("-1", -10, 10);
	no_number("+1", 1, 10);
	no_number(" 1", 1, 10);
	no_number("1 ", 1, 10);
	no_number("1x", 1, 10);
	no_number("0x1", 1, 10);
	no_number("1.0", 1, 10);
	no_number("x", 1, 10);
	no_number("9223372036854775808", 0, LONG_MAX);
	no_number("99999999999999999999", 0, LONG_MAX);
}

static void
is_seconds(const char *s, uint64_t want)
{
	uint64_t ns = 77;

	tap_ok(parse_seconds(s, &ns) == 0 && ns == want, "seconds \"%s\"", s);
}

static void
no_seconds(const char *s)
{
	uint64_t ns;

	tap_is_int(parse_seconds(s, &ns), -1, "no seconds \"%s\"", s);
}

static void
test_seconds(void)
{
	is_seconds("1", 1000000000);
	is_seconds("0.5", 500000000);
	is_seconds(".5", 500000000);
	is_seconds("5.", 5000000000);
	is_seconds("1.000000001", 1000000001);
	is_seconds("1.0000000019", 1000000001);
	is_seconds("0.000000001", 1);
	is_seconds("31536000", 31536000000000000);
	no_seconds("");
	no_seconds(".");
	no_seconds("0");
	no_seconds("0.0");
	no_seconds("0.0000000001");
	no_seconds("-1");
	no_seconds("+1");
	no_seconds(" 1");
	no_seconds("1 ");
	no_seconds("1s");
	no_seconds("1e3");
	no_seconds("1,5");
	no_seconds("1.5.5");
	no_seconds("0x10");
	no_seconds("inf");
	no_seconds("nan");
	no_seconds("1000000000");
	no_seconds("99999999999999999999");
	no_seconds("18446744074");	/* 2^64 ns */
}

static struct options o;
static const char *why;

static int
take(int letter, const char *arg)
{
	const struct tool_option *p = options_common;

	why = NULL;
	while (p->name && p->letter != letter)
		p++;
	return options_take(&o, p, arg, &why);
}

static void
test_take(void)
{
	for (const struct tool_option *p = options_common; p->name; p++)
		if (p->letter != 'h' && p->letter != 'V')
			tap_is_int(take(p->letter, p->arg ? "1" : NULL), 1,
			    "--%s is taken", p->name);
	tap_ok(o.kb == 1 && o.request.duration == 1000000000 && o.no_header && o.json &&
		o.request.pid == 1 && o.seconds && o.wall && o.verbose &&
		o.check && o.method == 1 && o.toplevel && o.force &&
		strcmp(o.request.input, "1") == 0 && strcmp(o.request.output, "1") == 0 &&
		strcmp(o.proc, "1") == 0,
	    "all are set");
	for (const char *p = "acxzVhq?:-"; *p; p++)
		tap_is_int(take(*p, "1"), 0, "-%c is not common", *p);
	for (const char *p = "069x"; *p; p++)
		tap_ok(take(OPTION_METHOD, (char[]){ *p, '\0' }) == -1 && why,
		    "no method %c", *p);
	tap_ok(take(OPTION_PROC, "") == -1 && why, "no folder");
	tap_ok(take('b', "1048576") == 1 && o.kb == 1048576, "-b: most");
	tap_ok(take('b', "1048577") == -1 && why, "-b: more");
	tap_ok(take('b', "0") == 1 && o.kb == BUFFER_KERNEL,
	    "-b 0: the kernel's own");
	tap_ok(take('b', "-1") == -1 && why, "-b: negative");
	tap_ok(take('d', "x") == -1 && why, "-d: no number");
	tap_ok(take('p', "2147483648") == -1 && why, "-p: too large");
	tap_ok(take('p', "-1") == -1 && why, "-p: negative");
	tap_ok(o.kb == BUFFER_KERNEL && o.request.pid == 1 && o.check &&
	    o.request.duration == 1000000000,
	    "what is bad changes nothing");
}

static void
check(struct options options, int want, const char *name)
{
	why = NULL;
	tap_ok(options_check(&options, &why) == want && !why == !want,
	    "%s", name);
}

static void
test_check(void)
{
	char *command[] = { "true", NULL };

	check((struct options){ .tool = "x" }, 0, "nothing");
	check((struct options){ .request.input = "f" }, 0, "-i");
	check((struct options){ .request.input = "f", .request.pid = 1 }, 0, "-i -p");
	check((struct options){ .request.duration = 1, .request.command = command,
	    .request.output = "f" }, 0, "-d -w --");
	check((struct options){ .request.input = "f", .request.command = command }, -1,
	    "-i --");
	check((struct options){ .request.input = "f", .request.duration = 1 }, -1, "-i -d");
	check((struct options){ .request.input = "f", .request.output = "g" }, -1, "-i -w");
	check((struct options){ .request.pid = 1, .request.command = command }, -1, "-p --");
	check((struct options){ .check = true, .request.output = "f", .request.pid = 1 }, 0,
	    "--check -w -p");
	check((struct options){ .check = true, .request.input = "f" }, -1,
	    "--check -i");
	check((struct options){ .check = true, .request.command = command }, -1,
	    "--check --");
}

int
main(void)
{
	test_numbers();
	test_seconds();
	test_take();
	test_check();
	return tap_done();
}
