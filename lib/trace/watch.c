/* Root can change anything in tracefs, also the buffer of a tool that runs. */
#include "trace/watch.h"

#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "base/file.h"
#include "base/scan.h"
#include "base/units.h"
#include "kernel/clock.h"

#define OFTEN_NS  NS_PER_S	  /* a change is reported within a second */
#define SOON_NS	  (NS_PER_S / 10) /* while another program changes it again */
#define ENDING_NS SOON_NS /* a look takes no longer when a signal came */

/* Disarms all kprobes of the machine: it is not ours to put back. */
#define KPROBES	  "/sys/kernel/debug/kprobes"

static unsigned
setting_look(struct watch *w, size_t i)
{
	if (!settings_look(&w->settings, i, &w->changes))
		return 0;
	return strcmp(settings_name(&w->settings, i), "trace_clock") == 0 ?
	    WATCH_FOUND | WATCH_CLOCK :
	    WATCH_FOUND;
}

/* found: what else was. */
static unsigned
look_at_counts(struct watch *w, unsigned found)
{
	int64_t foreign = reader_foreign(w->reader), n = foreign - w->foreign;
	char what[64];

	if (!w->counts || w->reader->corrupt)
		return 0;
	w->foreign = foreign;
	if (n > 0) {
		w->stolen += (uint64_t)n;
		snprintf(what, sizeof what, "read %lld events from it",
		    (long long)n);
		changes_report(&w->changes, "trace_pipe_raw", what);
		return found ? found : WATCH_STOLEN;
	}
	if (n == 0 || found)
		return 0;
	changes_report(&w->changes, "trace", "emptied the buffer");
	return WATCH_FOUND;
}

/* What inotify has shown. */
static unsigned
look_at_seen(struct watch *w)
{
	unsigned seen = w->seen;

	w->seen = 0;
	if (!w->counts && seen & SEEN_EMPTIED)
		changes_report(&w->changes, "trace", "emptied the buffer");
	else if (!(seen & SEEN_EMPTIED) && seen & SEEN_OPENED)
		changes_report(&w->changes, "trace",
		    "opened it (nothing is recorded until it is closed)");
	if (w->filtered && seen & SEEN_PIDS) {
		changes_report(&w->changes, "set_event_pid",
		    w->settings.keep ? "changed it (left as it is)" :
				       "changed it (emptied)");
		if (!w->settings.keep)
			file_empty(w->settings.instance->dir, "set_event_pid");
	} else
		seen &= ~(unsigned)SEEN_PIDS;
	if (w->counts)
		seen &= ~(unsigned)SEEN_EMPTIED;
	return seen ? WATCH_FOUND : 0;
}

/* ---- looking ---- */

static void
add_dir(struct watch *w, const char *name)
{
	notify_dir(&w->notify, w->settings.instance->dir, name);
	if (w->active && w->notify.fd < 0)
		reader_notify(w->reader, -1);
}

/* An event by its name, of n bytes, of which the first are its system. */
static void
event_add(struct watch *w, const char *name, int system, int n)
{
	char dir[SETTING_NAME_LEN], path[SETTING_NAME_LEN];

	snprintf(dir, sizeof dir, "events/%.*s/%.*s", system, name,
	    n - system - 1, name + system + 1);
	snprintf(path, sizeof path, "%s/enable", dir);
	if (!settings_add(&w->settings, path))
		return;
	snprintf(path, sizeof path, "%s/filter", dir);
	settings_add(&w->settings, path);
	add_dir(w, dir);
	*strrchr(dir, '/') = '\0';
	add_dir(w, dir);
}

void
watch_events(struct watch *w)
{
	struct buf list = { 0 };

	if (file_read_all(w->settings.instance->dir, "set_event", &list) != 0) {
		buf_free(&list);
		return;
	}
	/* "sched:sched_process_exec" */
	for (char *l = list.data; *l; l = find_line(l)) {
		size_t system = strcspn(l, ":\n"), n = strcspn(l, "\n");

		if (l[system] == ':' && n < SETTING_NAME_LEN / 2)
			event_add(w, l, (int)system, (int)n);
	}
	buf_free(&list);
}

void
watch_begin(struct watch *w)
{
	/* The clock first: to set it empties the buffer. */
	static const char *const names[] = { "trace_clock", "buffer_size_kb",
		"buffer_subbuf_size_kb", "set_event_pid",
		"set_event_notrace_pid", "tracing_cpumask", "current_tracer",
		"options/overwrite", "options/event-fork",
		"options/pause-on-trace", "tracing_on" };
	static const char *const dirs[] = { ".", "options", "events" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (!w->filtered || strcmp(names[i], "set_event_pid") != 0)
			settings_add(&w->settings, names[i]);
	for (size_t i = 0; i < COUNT(dirs); i++)
		add_dir(w, dirs[i]);
	if (settings_add(&w->settings, KPROBES "/enabled"))
		add_dir(w, KPROBES);
	notify_trace(&w->notify, w->settings.instance->dir);
	watch_events(w);
	/* Of a buffer that was empty at first only we have read: else this
	 * kernel does not count that, or in another way. */
	w->foreign = reader_foreign(w->reader);
	w->counts = w->foreign == 0;
	w->looked = clock_boot();
	w->active = true;
	if (w->notify.fd >= 0)
		reader_notify(w->reader, w->notify.fd);
}

bool
watch_is_due(struct watch *w, uint64_t now)
{
	unsigned seen;

	if (!w->active)
		return false;
	if (w->notify.fd >= 0 && reader_notified(w->reader) &&
	    (seen = notify_read(&w->notify))) {
		w->seen |= seen & ~(unsigned)SEEN_WRITE;
		w->pending = w->alert = true;
		w->noticed = clock_boot();
	}
	if (w->pending)
		return !w->fight || now >= w->looked + SOON_NS;
	return now >= w->looked + OFTEN_NS;
}

/* Each file may be locked by the other program for as long as its write takes,
 * and there are a hundred.  A signal does not wait for that. */
static bool
is_cut(struct watch *w, uint64_t begin)
{
	return clock_boot() > begin + ENDING_NS && w->ending && w->ending();
}

unsigned
watch_look(struct watch *w, uint64_t *since)
{
	bool changed = w->pending || w->fight;
	uint64_t begin = clock_boot();
	unsigned found = 0;

	if (!w->active)
		return 0;
	*since = w->looked;
	if (w->pending && w->noticed > *since + SOON_NS)
		*since = w->noticed - SOON_NS;
	w->pending = false;
	for (size_t i = 0; i < w->settings.count; i++) {
		if (!is_cut(w, begin)) {
			found |= setting_look(w, i);
			continue;
		}
		if (w->notify.fd >= 0 && !changed && !notify_read(&w->notify))
			break;
		changes_report(&w->changes, "events",
		    "changed files (a signal came: not all were looked at)");
		found |= WATCH_FOUND;
		break;
	}
	found |= look_at_seen(w);
	found |= look_at_counts(w, found);
	w->fight = found != 0;
	w->alert |= w->fight;
	w->looked = clock_boot();
	return found;
}

uint64_t
watch_patience(const struct watch *w)
{
	uint64_t now, next;

	if (!w->active || (w->notify.fd >= 0 && !w->alert))
		return UINT64_MAX;
	now = clock_boot();
	next = w->looked + (w->pending ? SOON_NS : OFTEN_NS);
	return next > now ? next - now : 0;
}

void
watch_stop(struct watch *w)
{
	settings_free(&w->settings);
	if (w->active && w->notify.fd >= 0) {
		notify_stop(&w->notify);
		if (w->reader->cpus)
			reader_notify(w->reader, -1);
	}
	w->active = false;
}

void
watch_close(struct watch *w)
{
	watch_stop(w);
	if (w->reader)
		notify_close(&w->notify);
}
