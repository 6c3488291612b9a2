/* What an event says itself: when it was, the program, the end, resource usage.
 */
#include "cli/column_event.h"

#include <string.h>

#include "base/number.h"
#include "base/units.h"
#include "cli/column_who.h"
#include "cli/columns.h"
#include "cli/json.h"
#include "events/usage.h"
#include "kernel/start_time.h"

/* ---- times ---- */

bool
number_times(NUMBER)
{
	*n = e->ts;
	return !e->untimed;
}

void
json_times(PRINT)
{
	json_seconds(b, "ts", !e->untimed, e->ts);
}

void
text_time(PRINT)
{
	if (v->wall_offset)
		print_time(b, e->ts + (uint64_t)v->wall_offset);
	else
		buf_putc(b, '?');
}

void
json_time(PRINT)
{
	if (!v->wall_offset) {
		json_string(b, "time", NULL);
		return;
	}
	buf_puts(b, ",\"time\":\"");
	text_time(b, v, e);
	buf_putc(b, '"');
}

/* Of an end the table has it; else the lineage. */
static bool
find_age(const struct event *e, uint64_t *age, bool *coarse)
{
	bool end = e->type == EVENT_EXIT || e->type == EVENT_END;
	uint64_t start = end ? e->task.start : column_start(e);

	*coarse = end ? e->task.coarse : start % USER_TICK_NS == 0;
	*age = e->ts - start;
	return start && start <= e->ts;
}

void
text_age(PRINT)
{
	uint64_t age;
	bool coarse;

	if (!find_age(e, &age, &coarse)) {
		buf_putc(b, '?');
		return;
	}
	print_seconds(b, age);
	if (coarse) /* a start time of /proc has two decimals */
		b->len -= 4;
}

void
json_age(PRINT)
{
	uint64_t age;
	bool coarse;

	if (!find_age(e, &age, &coarse)) {
		json_string(b, "age", NULL);
		return;
	}
	json_seconds(b, "age", true, age);
	if (coarse)
		b->len -= 4;
}

/* ---- the program ---- */

bool
column_has_program(const struct event *e)
{
	return e->type != EVENT_EXIT && e->type != EVENT_FORK;
}

const char *
string_path(STRING)
{
	return column_has_program(e) ? e->path : NULL;
}

bool
number_argc(NUMBER)
{
	*n = (unsigned)e->args.argc;
	return column_has_program(e) && e->args.argc >= 0;
}

void
text_args(PRINT)
{
	if (column_has_program(e))
		print_args(b, e, v->max_args, v->quote);
}

void
json_argv(PRINT)
{
	if (column_has_program(e))
		json_args(b, e, v->max_args);
}

void
text_ret(PRINT)
{
	print_errno(b, e->exec.error);
}

void
json_ret(PRINT)
{
	buf_puts(b, ",\"ret\":");
	if (e->exec.error) {
		buf_putc(b, '"');
		print_errno(b, e->exec.error);
		buf_putc(b, '"');
	} else
		buf_putc(b, '0');
}

/* ---- the end ---- */

void
text_exit(PRINT)
{
	print_status(b, e->task.code);
}

void
json_exit(PRINT)
{
	json_status(b, e->task.code);
}

void
text_by(PRINT)
{
	print_by(b, e->task.code, &e->by);
}

void
json_sender(PRINT)
{
	json_by(b, &e->by);
}

/* ---- resource usage ---- */

void
text_cpu(PRINT)
{
	print_cpu(b, &e->usage, 6);
}

void
json_cpu_time(PRINT)
{
	json_cpu(b, &e->usage);
}

/* utime or stime */
bool
number_part(NUMBER)
{
	uint64_t part[2];
	bool known = usage_split(&e->usage, &part[0], &part[1]);

	*n = part[*c->name == 's'];
	return known;
}

bool
number_blocked(NUMBER)
{
	return usage_blocked(&e->usage, n);
}

bool
number_usage(NUMBER)
{
	const char *usage = (const char *)&e->usage;

	memcpy(n, usage + c->at, sizeof *n);
	return e->usage.known &&
	    (!c->unknown || !*(const bool *)(usage + c->unknown));
}
