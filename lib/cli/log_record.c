/* --rotate: a recording that is more than one file. */
#include <string.h>

#include "cli/log.h"
#include "input/recorder.h"
#include "base/number.h"

#define ROTATE_MAX (1 << 20)

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

void
log_rotate(struct log *x, const char *value)
{
	struct tool *t = &x->tool;
	struct request *q = &t->opt.request;

	q->recorder = &rotate_recorder;
	if (parse_rotate(value, q) != 0)
		tool_usage(t,
		    "%s %s: seconds, or a size such as 10M, are expected",
		    t->option, value);
}

void
log_rotate_check(const struct log *x)
{
	const struct request *q = &x->tool.opt.request;

	if (q->recorder == &rotate_recorder &&
	    (!q->output || q->stream || q->keep))
		tool_usage(&x->tool, "--rotate needs -w file, and no -k");
}
