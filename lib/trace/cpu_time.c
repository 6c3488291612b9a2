/* A second instance, whose events are only summed. */
#include "trace/cpu_time.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "kernel/clock.h"

#define OWNER	   "procsnoop" /* in the name of the instance */
#define EVENT	   "events/sched/sched_stat_runtime"
#define BUFFER_KB  512 /* a CPU: 14,000 events */
#define SWEEPS_MAX 8   /* to read all */

/* The trace clock in force is the one in brackets. */
static int
copy_clock(const struct cpu_time *c, const struct instance *beside)
{
	char clocks[256], *name;

	if (file_read(beside->dir, "trace_clock", clocks, sizeof clocks) <= 0)
		return -1;
	name = strchr(clocks, '[');
	if (!name || !strchr(name, ']')) {
		errno = EINVAL;
		return -1;
	}
	*strchr(name, ']') = '\0';
	return file_write(c->instance.dir, "trace_clock", name + 1);
}

static int
learn_event(struct cpu_time *c)
{
	char text[4096];

	if (file_read(c->instance.dir, EVENT "/format", text, sizeof text) < 0)
		return -1;
	if (format_parse(&c->format, text) != 0)
		return -1;
	c->pid = format_field(&c->format, "pid");
	c->ns = format_field(&c->format, "runtime");
	if (c->pid && c->ns)
		return 0;
	errno = EINVAL;
	return -1;
}

/* What is recorded begins with the last of these writes. */
static int
begin(struct cpu_time *c, const struct instance *beside, int self)
{
	char text[32];
	int dir = c->instance.dir;

	snprintf(text, sizeof text, "%d", BUFFER_KB);
	if (copy_clock(c, beside) != 0 || learn_event(c) != 0 ||
	    file_write(dir, "buffer_size_kb", text) != 0 ||
	    reader_open(&c->reader, dir, BUFFER_KB) != 0)
		return -1;
	snprintf(text, sizeof text, "pid != %d", self);
	if (file_write(dir, EVENT "/filter", text) != 0 ||
	    file_write(dir, EVENT "/enable", "1") != 0)
		return -1;
	runtime_forget(&c->runtime, clock_boot());
	return 0;
}

int
cpu_time_open(struct cpu_time *c, const struct instance *beside, int64_t offset,
    int self, struct error *error)
{
	*c = (struct cpu_time){ .instance.dir = -1, .offset = offset };
	if (beside->top)
		return error_set(error, "no instance");
	if (!file_exists(beside->dir, EVENT))
		return error_set(error, "no event sched_stat_runtime");
	if (instance_name(&c->instance, beside->tracefs, OWNER, error) != 0 ||
	    instance_create(&c->instance, error) != 0)
		return -1;
	if (begin(c, beside, self) == 0)
		return 0;
	error_set(error, "%m");
	cpu_time_stop(c);
	cpu_time_close(c);
	return -1;
}

/* Of tasks that run now, something is missing. */
static void
forget(struct cpu_time *c)
{
	runtime_forget(&c->runtime, clock_boot());
}

static void
take_record(struct cpu_time *c, const struct reader_record *r)
{
	const char *data = c->reader.data.data + r->offset;
	uint16_t id = 0;

	if (r->len >= sizeof id)
		memcpy(&id, data, sizeof id); /* common_type comes first */
	if (r->len == 0)
		runtime_forget(&c->runtime, r->until + (uint64_t)c->offset);
	else if (id == c->format.id &&
	    runtime_add(&c->runtime, (int)field_int(c->pid, data, r->len),
		r->ts + (uint64_t)c->offset,
		(uint64_t)field_int(c->ns, data, r->len)) != 0)
		forget(c);
}

int
cpu_time_sweep(struct cpu_time *c)
{
	const struct reader_record *r;
	int sweeps = 0;

	if (c->instance.dir < 0)
		return 0;
	do {
		if (reader_sweep(&c->reader) < 0)
			return -1;
		while (reader_next(&c->reader, true, &r))
			take_record(c, r);
	} while (!c->reader.quiet && ++sweeps < SWEEPS_MAX);
	if (c->reader.corrupt)
		forget(c);
	c->reader.corrupt = 0;
	if (c->reader.quiet)
		c->read = c->reader.looked;
	return 0;
}

void
cpu_time_join(struct cpu_time *c, struct event *e)
{
	if (c->instance.dir < 0)
		return;
	if (e->type == EVENT_LOST)
		runtime_forget(
		    &c->runtime, e->lost.until ? e->lost.until : clock_boot());
	/* By another thread than the first: execve(2). */
	if (e->type == EVENT_EXEC && e->exec.old_tid != e->tid)
		runtime_drop(&c->runtime, e->exec.old_tid);
	if (e->type != EVENT_EXIT)
		return;
	/* What is not read yet may be of its last moments. */
	if (e->exit.left > c->read)
		forget(c);
	if (runtime_exit(&c->runtime, e) != 0)
		forget(c);
}

void
cpu_time_stop(struct cpu_time *c)
{
	if (c->instance.dir >= 0)
		reader_free(&c->reader);
	runtime_free(&c->runtime);
}

int
cpu_time_close(struct cpu_time *c)
{
	return c->instance.dir < 0 ? 0 : instance_remove(&c->instance);
}
