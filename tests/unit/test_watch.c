/*
 * watch: what another program changes is reported, put back once, and seen at
 * once where there is inotify.
 */
#include "trace/watch.h"

#include <poll.h>
#include <sys/resource.h>

#include "kernel/clock.h"
#include "top.h"

static const struct {
	const char *name, *is, *becomes, *back, *says;
} changes[] = {
	{ "tracing_on", "1\n", "0\n", "1",
	    "tracing_on: another program has changed \"1\" to \"0\" (put "
	    "back)" },
	{ "trace_clock", "local [boot] mono\n", "[local] boot mono\n", "boot",
	    "trace_clock: another program has changed \"boot\" to \"local\" "
	    "(put back)" },
	{ "set_event_pid", "", "1\n2\n", "",
	    "set_event_pid: another program has changed \"\" to \"1\" (put "
	    "back)" },
	{ "tracing_cpumask", "3\n", "0\n", "3",
	    "tracing_cpumask: another program has changed \"3\" to \"0\" (put "
	    "back)" },
	{ "buffer_size_kb", "1410\n", "X\n", "1410",
	    "buffer_size_kb: another program has changed \"1410\" to \"X\" "
	    "(put back)" },
	{ "options/overwrite", "1\n", "0\n", "1",
	    "options/overwrite: another program has changed \"1\" to \"0\" "
	    "(put back)" },
	{ "events/sched/sched_process_exec/enable", "1\n", "0\n", "1",
	    "events/sched/sched_process_exec/enable: another program has "
	    "changed \"1\" to \"0\" (put back)" },
	{ "events/sched/sched_process_exec/filter", "none\n", "pid == 1\n", "0",
	    "events/sched/sched_process_exec/filter: another program has "
	    "changed \"0\" to \"pid == 1\" (put back)" },
};

#define CHANGES (sizeof changes / sizeof *changes)

static char said[4096]; /* by the last look */
static struct reader reader;

static void
say(const char *format, ...)
{
	size_t len = strlen(said);
	va_list ap;

	va_start(ap, format);
	vsnprintf(said + len, sizeof said - len - 1, format, ap);
	va_end(ap);
	memcpy(said + strlen(said), "\n", 2);
}

static unsigned
look(struct watch *w)
{
	uint64_t since;

	*said = '\0';
	return watch_look(w, &since);
}

/* Is there something to read? */
static bool
notified(void)
{
	return poll(reader.poll, 1, 0) == 1;
}

static void
fill(void)
{
	for (size_t i = 0; i < CHANGES; i++)
		put(top, changes[i].name, changes[i].is);
	put(top, "set_event", "sched:sched_process_exec\n");
	put(top, "trace", "");
}

static void
begin(struct watch *w, bool keep)
{
	fill();
	*w = (struct watch){ .settings = { .instance = &in, .keep = keep },
		.changes.say = say,
		.reader = &reader,
		.notify.fd = -1 };
	reader_notify(&reader, -1);
}

static void
change_is_put_back(struct watch *w, size_t i)
{
	char want[512];

	begin(w, false);
	notify_open(&w->notify);
	watch_begin(w);
	tap_ok(look(w) == 0 && !*said, "%s: nothing at first", changes[i].name);
	tap_ok(!notified(), "no notification");
	put(top, changes[i].name, changes[i].becomes);
	tap_ok(notified(), "a notification");
	tap_ok(watch_is_due(w, clock_boot()), "it is time to look");
	snprintf(want, sizeof want, "%s\n", changes[i].says);
	tap_ok(look(w) & WATCH_FOUND, "found");
	tap_is_str(said, want, "reported");
	is_says(changes[i].name, changes[i].back, "put back");
	notified();
	watch_is_due(w, clock_boot());
	tap_ok(look(w) == 0 && !*said, "and that is all");
	watch_close(w);
}

static void
change_is_kept(struct watch *w)
{
	begin(w, true);
	watch_begin(w);
	put(top, "tracing_on", "0\n");
	tap_ok(look(w) == WATCH_FOUND, "kept: found");
	tap_is_str(said,
	    "tracing_on: another program has changed \"1\" to \"0\" (left as "
	    "it is)\n",
	    "reported");
	is_says("tracing_on", "0\n", "left");
	tap_ok(look(w) == WATCH_FOUND && !*said, "found again, reported once");
	put(top, "tracing_on", "1\n");
	tap_ok(look(w) == WATCH_FOUND, "until it is put back");
	tap_is_str(said, "tracing_on: another program has put it back\n",
	    "which is reported");
	tap_ok(look(w) == 0, "and then nothing");
	watch_close(w);
}

static void
event_is_removed(struct watch *w)
{
	begin(w, false);
	watch_begin(w);
	unlinkat(top, changes[6].name, 0);
	unlinkat(top, changes[7].name, 0);
	tap_ok(look(w) == WATCH_FOUND, "an event is removed: found");
	tap_is_str(said,
	    "events/sched/sched_process_exec/enable: another program has "
	    "removed it\n",
	    "reported");
	tap_ok(look(w) == 0 && !*said, "once");
	watch_close(w);
}

/* What cannot be opened now is not known to be gone. */
static void
no_descriptor_is_left(struct watch *w)
{
	struct rlimit before, none = { 0 };

	begin(w, false);
	watch_begin(w);
	getrlimit(RLIMIT_NOFILE, &before);
	none.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_NOFILE, &none);
	tap_ok(look(w) == 0 && !*said, "no descriptor is left: nothing");
	setrlimit(RLIMIT_NOFILE, &before);
	put(top, "tracing_on", "0\n");
	tap_ok(look(w) == WATCH_FOUND, "later: a change is found");
	watch_close(w);
}

/* Tracing was turned off while the tool started. */
static void
change_was_before(struct watch *w)
{
	begin(w, false);
	put(top, "tracing_on", "0\n");
	put(top, "set_event_pid", "1\n");
	watch_begin(w);
	tap_ok(look(w) == WATCH_FOUND, "what was changed before: found");
	is_says("tracing_on", "1", "put back");
	is_says("set_event_pid", "", "put back");
	watch_close(w);
}

static void
larger_is_no_change(struct watch *w)
{
	begin(w, false);
	watch_begin(w);
	put(top, "buffer_size_kb", "9999\n");
	tap_ok(look(w) == 0, "a larger buffer is no change");
	watch_close(w);
}

static void
without_inotify(struct watch *w)
{
	begin(w, false);
	watch_begin(w);
	tap_ok(!watch_is_due(w, clock_boot()), "no inotify: not at once");
	tap_ok(watch_patience(w) <= 1000000000u, "but within a second");
	tap_ok(watch_is_due(w, clock_boot() + 1000000000u), "and then it is");
	watch_close(w);
	begin(w, false);
	notify_open(&w->notify);
	watch_begin(w);
	tap_ok(watch_patience(w) == UINT64_MAX, "inotify: no need to wake");
	watch_close(w);
}

static int
tests(void)
{
	struct watch w;

	reader.poll = calloc(1, sizeof *reader.poll);
	reader.instance = in.dir = top;
	for (size_t i = 0; i < CHANGES; i++)
		change_is_put_back(&w, i);
	change_is_kept(&w);
	event_is_removed(&w);
	no_descriptor_is_left(&w);
	change_was_before(&w);
	larger_is_no_change(&w);
	without_inotify(&w);
	free(reader.poll);
	return tap_done();
}

int
main(void)
{
	in_own_world(tests);
}
