/* The letters and values of options that all tools have. */
#include "cli/options.h"

#include <limits.h>
#include <string.h>

#include "input/recorder.h"
#include "kernel/buffer_size.h"
#include "trace/probe.h"
#include "base/number.h"
#include "base/scan.h"
#include "base/units.h"

#define SECONDS_MAX (366 * 24 * 3600)
#define KB_MAX	    (1 << 20) /* 1 GB a CPU */
#define FILES_MAX   1000000
#define KEEP_MB_MAX 2047

int
parse_number(const char *s, long min, long max, long *n)
{
	struct span t = { s, s + strlen(s) };
	uint64_t v;

	if (!scan_number(&t, 10, (uint64_t)max, &v) || t.p != t.end ||
	    v < (uint64_t)min)
		return -1;
	*n = (long)v;
	return 0;
}

int
parse_seconds(const char *s, uint64_t *ns)
{
	size_t whole = strspn(s, "0123456789");
	const char *p = s + whole;
	uint64_t frac = 0, unit = NS_PER_S;
	uint64_t sec = (uint64_t)number_parse(s, NULL);

	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++) {
			unit /= 10;
			frac += (uint64_t)(*p - '0') * unit;
		}
	if (*p || p == s || (whole == 0 && p == s + 1) || whole > 9 ||
	    sec > SECONDS_MAX)
		return -1;
	*ns = sec * NS_PER_S + frac;
	return *ns ? 0 : -1;
}

/* The name, or the number, of a method (enum method). */
static int
parse_method(const char *s, int *method)
{
	long number;

	if (parse_number(s, METHOD_START_THREAD, METHOD_PROC, &number) == 0) {
		*method = (int)number;
		return 0;
	}
	for (enum method i = METHOD_START_THREAD; i <= METHOD_PROC; i++)
		if (strcmp(s, probe_method_name(i)) == 0) {
			*method = (int)i;
			return 0;
		}
	return -1;
}

const struct tool_option options_common[] = {
	{ 'b', "buffer-size", "kb",
	    "ring buffer size per CPU (0: kernel default)", 0 },
	{ 'd', "duration", "secs", "stop after secs seconds", 0 },
	{ 'F', "force", NULL, "use the global ring buffer even if in use",
	    offsetof(struct options, force) },
	{ 'h', "help", NULL, "print this text", 0 },
	{ 'H', "no-header", NULL, "do not print the column header",
	    offsetof(struct options, no_header) },
	{ 'i', "replay", "file",
	    "replay a recording or trace output (-: stdin)", 0 },
	{ 'j', "json", NULL, "print JSON Lines",
	    offsetof(struct options, json) },
	{ 'k', "keep", "secs", "with -w: the last secs before each line", 0 },
	{ 'p', "pid", "pid", "only pid and its descendants", 0 },
	{ 't', "timestamp", NULL, "print the time in seconds since boot",
	    offsetof(struct options, seconds) },
	{ 'T', "time", NULL, "print the local time",
	    offsetof(struct options, wall) },
	{ 'v', "verbose", NULL, "report what is used to trace",
	    offsetof(struct options, verbose) },
	{ 'V', "version", NULL, "print the version", 0 },
	{ 'w', "record", "file", "record to file, for -i", 0 },
	{ OPTION_CHECK, "check", NULL,
	    "test what a trace needs, without tracing",
	    offsetof(struct options, check) },
	{ OPTION_KEEP_FILES, "keep-files", "n",
	    "how many files, the last ones (-k: 10)", 0 },
	{ OPTION_KEEP_SIZE, "keep-size", "mb", "memory for -k (64)", 0 },
	{ OPTION_METHOD, "method", "name",
	    "use only this method to trace execs", 0 },
	{ OPTION_METHOD, "row", "name", NULL, 0 },
	{ OPTION_NO_REPAIR, "no-repair", NULL,
	    "leave what others change in the buffer",
	    offsetof(struct options, no_repair) },
	{ OPTION_PROC, "proc", "dir",
	    "look processes up in dir, in a container", 0 },
	{ OPTION_TOP_LEVEL, "top-level", NULL,
	    "use the global ring buffer, not an instance",
	    offsetof(struct options, toplevel) },
	{ 0 },
};

/* -k, and what belongs to it.  Returns as options_take. */
static int
take_keep(struct request *q, int letter, const char *arg, const char **why)
{
	long n;

	switch (letter) {
	case 'k':
		*why = "seconds are expected";
		q->recorder = &keep_recorder;
		return parse_seconds(arg, &q->keep) == 0 ? 1 : -1;
	case OPTION_KEEP_FILES:
		*why = "a number from 1 to 1000000 is expected";
		if (parse_number(arg, 1, FILES_MAX, &n) != 0)
			return -1;
		q->files = (int)n;
		return 1;
	case OPTION_KEEP_SIZE:
		*why = "a number from 1 to 2047 is expected";
		if (parse_number(arg, 1, KEEP_MB_MAX, &n) != 0)
			return -1;
		q->keep_size = (size_t)n << 20;
		return 1;
	default:
		return 0;
	}
}

int
options_take(struct options *o, const struct tool_option *option,
    const char *arg, const char **why)
{
	long n;

	if (option->flag) {
		*(bool *)((char *)o + option->flag) = true;
		return 1;
	}
	switch (option->letter) {
	case 'b':
		*why = "a number of KB up to 1048576 is expected";
		if (parse_number(arg, 0, KB_MAX, &n) != 0)
			return -1;
		o->kb = n ? (int)n : BUFFER_KERNEL;
		return 1;
	case 'd':
		*why = "a number of seconds above 0 is expected";
		return parse_seconds(arg, &o->request.duration) == 0 ? 1 : -1;
	case 'i':
		o->request.input = arg;
		return 1;
	case 'p':
		*why = "a pid is expected";
		if (parse_number(arg, 1, INT_MAX, &n) != 0)
			return -1;
		o->request.pid = (int)n;
		return 1;
	case 'w':
		o->request.output = arg;
		o->request.stream = strcmp(arg, "-") == 0;
		return 1;
	case OPTION_METHOD:
		*why = "start_thread, finalize_exec, ldso, execve or proc is "
		       "expected";
		return parse_method(arg, &o->method) == 0 ? 1 : -1;
	case OPTION_PROC:
		*why = "a directory is expected";
		if (!*arg)
			return -1;
		o->proc = arg;
		return 1;
	default:
		return take_keep(&o->request, option->letter, arg, why);
	}
}

int
options_check(const struct options *o, const char **why)
{
	const struct request *q = &o->request;

	if (q->input && q->command)
		*why = "-i and a command exclude each other";
	else if (q->input && q->duration)
		*why = "-i and -d exclude each other";
	else if (q->input && q->output && !q->keep)
		*why = "-i and -w exclude each other";
	else if (q->stream && o->json)
		*why = "-w - and -j exclude each other";
	else if (q->pid && q->command)
		*why = "-p and a command exclude each other";
	else if (q->input && o->proc)
		*why = "-i and --proc exclude each other";
	else if (o->check && (q->input || q->command))
		*why = "--check traces nothing: no -i, no command";
	else if (q->keep && (!q->output || q->stream))
		*why = "-k needs -w file";
	else if (q->keep_size && !q->keep)
		*why = "--keep-size needs -k";
	else if (q->files && !q->recorder)
		*why = "--keep-files needs -k or --rotate";
	else
		return 0;
	return -1;
}
