/* The options of a recording that is more than one file: -k, --rotate. */
#include <string.h>

#include "cli/log.h"
#include "input/recorder.h"
#include "base/number.h"

#define ROTATE_MAX  (1 << 20)
#define FILES_MAX   1000000
#define KEEP_MB_MAX 2047
#define KEEP_MB	    64
#define KEEP_FILES  10

/* A size with K, M or G, or seconds. */
static int
parse_rotate(const char *s, struct request *q)
{
	static const char units[] = "KMG";
	size_t digits = strspn(s, "0123456789");
	const char *unit = s[digits] ? strchr(units, s[digits]) : NULL;
	int64_t n = number_parse(s, NULL);

	q->rotate = q->rotate_size = 0;
	if (!unit)
		return parse_seconds(s, &q->rotate);
	if (!digits || s[digits + 1] || n < 1 || n > ROTATE_MAX)
		return -1;
	q->rotate_size = (uint64_t)n << (10 * (unit - units + 1));
	return 0;
}

/* A number from 1 to max. */
static int
take_number(const struct log *x, const char *value, int max)
{
	const struct tool *t = &x->tool;
	long n;

	if (parse_number(value, 1, max, &n) != 0)
		tool_usage(t, "%s %s: a number from 1 to %d is expected",
		    t->option, value, max);
	return (int)n;
}

bool
log_record_option(struct log *x, int letter, const char *value)
{
	struct tool *t = &x->tool;
	struct request *q = &t->opt.request;

	switch (letter) {
	case 'k':
		q->recorder = &keep_recorder;
		if (parse_seconds(value, &q->keep) != 0)
			tool_usage(
			    t, "%s %s: seconds are expected", t->option, value);
		return true;
	case OPTION_KEEP_FILES:
		q->files = take_number(x, value, FILES_MAX);
		return true;
	case OPTION_KEEP_SIZE:
		q->keep_size = (size_t)take_number(x, value, KEEP_MB_MAX) << 20;
		return true;
	case OPTION_ROTATE:
		q->recorder = &rotate_recorder;
		if (parse_rotate(value, q) != 0)
			tool_usage(t,
			    "%s %s: seconds, or a size such as 10M, are "
			    "expected",
			    t->option, value);
		return true;
	default:
		return false;
	}
}

void
log_record_check(struct log *x)
{
	const struct tool *t = &x->tool;
	struct request *q = &x->tool.opt.request;
	bool rotates = q->rotate || q->rotate_size;

	if (q->recorder && (!q->output || q->stream || (q->keep && rotates)))
		tool_usage(t, "-k or --rotate, with -w file");
	if ((q->keep_size && !q->keep) || (q->files && !q->recorder))
		tool_usage(t, "--keep-files, --keep-size: of -k");
	if (q->keep && !q->files)
		q->files = KEEP_FILES;
	if (q->keep && !q->keep_size)
		q->keep_size = (size_t)KEEP_MB << 20;
}
