/* Root can change anything in tracefs, also the buffer of a tool that runs. */
#include "trace/watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/scan.h"
#include "base/units.h"
#include "base/number.h"
#include "kernel/clock.h"
#include "kernel/global_buffer.h"

#define OFTEN_NS  NS_PER_S	  /* a change is reported within a second */
#define SOON_NS	  (NS_PER_S / 10) /* while another program changes it again */
#define ENDING_NS SOON_NS /* a look takes no longer when a signal came */
#define NAME_LEN  160
#define VALUE	  2048
#define SHOWN	  100 /* of it, in a message */

/* Disarms all kprobes of the machine: it is not ours to put back. */
#define KPROBES	  "/sys/kernel/debug/kprobes"

struct setting {
	char name[NAME_LEN];
	size_t value; /* that it is to have: where it is in values */
	bool gone;
	uint32_t reported; /* hash of the value then; 0: it was wanted */
};

/* ---- what is to stay ---- */

/* The value of a setting.  Returns 0, or -1. */
static int
setting_read(const struct watch *w, const char *name, char value[VALUE])
{
	char shown[VALUE];

	if (file_read(w->instance->dir, name, shown, sizeof shown) < 0)
		return -1;
	setting_value(name, shown, value, VALUE);
	return 0;
}

/* What a setting has to be, whatever it is now: another program may have
 * changed it already. */
static const char *
known_value(const struct watch *w, const char *name)
{
	if (strcmp(name, "tracing_on") == 0)
		return "1";
	if (!w->instance->top && strncmp(name, "set_event_", 10) == 0)
		return "";
	return NULL;
}

/* Returns whether it is new. */
static bool
setting_add(struct watch *w, const char *name)
{
	const char *known = known_value(w, name);
	struct setting *p = w->setting;
	char value[VALUE];

	for (size_t i = 0; i < w->count; i++)
		if (strcmp(p[i].name, name) == 0)
			return false;
	if (setting_read(w, name, value) != 0 ||
	    !(p = realloc(p, (w->count + 1) * sizeof *p)))
		return false;
	w->setting = p;
	p += w->count;
	snprintf(p->name, sizeof p->name, "%s", name);
	p->reported = 0;
	p->gone = false;
	p->value = w->values.len;
	known = known ? known : value;
	buf_add(&w->values, known, strlen(known) + 1);
	if (w->values.failed)
		return false;
	w->count++;
	return true;
}

/* The value that a setting is to have. */
static const char *
setting_wanted(const struct watch *w, const struct setting *p)
{
	return w->values.data + p->value;
}

/* ---- what was changed ---- */

static void
report(struct watch *w, const char *name, const char *what)
{
	if (w->say)
		w->say("%s: another program has %s", name, what);
	w->changes++;
}

static int
put_back(const struct watch *w, const struct setting *p)
{
	const char *value = setting_wanted(w, p);

	if (*value)
		return file_write(w->instance->dir, p->name, value);
	file_empty(w->instance->dir, p->name); /* set_event_pid */
	return 0;
}

static void
setting_report(struct watch *w, const struct setting *p, const char *value,
    const char *outcome)
{
	char what[4 * SHOWN];

	snprintf(what, sizeof what, "changed \"%.*s\" to \"%.*s\" (%s)", SHOWN,
	    setting_wanted(w, p), SHOWN, value, outcome);
	report(w, p->name, what);
}

/* A larger buffer does no harm. */
static bool
is_as_wanted(const struct watch *w, const struct setting *p, const char *value)
{
	const char *wanted = setting_wanted(w, p);

	if (strcmp(p->name, "buffer_size_kb") == 0)
		return number_parse(value, NULL) >= number_parse(wanted, NULL);
	return strcmp(value, wanted) == 0;
}

static void
setting_restore(struct watch *w, struct setting *p, const char *value)
{
	uint32_t hash = hash_bytes(HASH_EMPTY, value, strlen(value)) | 1;
	char outcome[64] = "left as it is";
	bool keep = w->keep || *p->name == '/';

	if (!keep && put_back(w, p) == 0) {
		setting_report(w, p, value, "put back");
		p->reported = 0;
		return;
	}
	if (!keep)
		snprintf(outcome, sizeof outcome, "cannot be put back: %m");
	if (hash != p->reported)
		setting_report(w, p, value, outcome);
	p->reported = hash;
}

static unsigned
setting_look(struct watch *w, struct setting *p)
{
	unsigned found = WATCH_FOUND;
	char value[VALUE];

	if (p->gone)
		return 0;
	if (strcmp(p->name, "trace_clock") == 0)
		found |= WATCH_CLOCK;
	if (setting_read(w, p->name, value) != 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
			return 0;		 /* not now */
		if (!strstr(p->name, "/filter")) /* enable is enough */
			report(w, p->name, "removed it");
		p->gone = true;
	} else if (!is_as_wanted(w, p, value))
		setting_restore(w, p, value);
	else if (p->reported) {
		report(w, p->name, "put it back");
		p->reported = 0;
	} else
		found = 0;
	return found;
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
		report(w, "trace_pipe_raw", what);
		return found ? found : WATCH_STOLEN;
	}
	if (n == 0 || found)
		return 0;
	report(w, "trace", "emptied the buffer");
	return WATCH_FOUND;
}

/* What inotify has shown. */
static unsigned
look_at_seen(struct watch *w)
{
	unsigned seen = w->seen;

	w->seen = 0;
	if (!w->counts && seen & SEEN_EMPTIED)
		report(w, "trace", "emptied the buffer");
	else if (!(seen & SEEN_EMPTIED) && seen & SEEN_OPENED)
		report(w, "trace",
		    "opened it (nothing is recorded until it is closed)");
	if (w->filtered && seen & SEEN_PIDS) {
		report(w, "set_event_pid",
		    w->keep ? "changed it (left as it is)" :
			      "changed it (emptied)");
		if (!w->keep)
			file_empty(w->instance->dir, "set_event_pid");
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
	notify_dir(&w->notify, w->instance->dir, name);
	if (w->active && w->notify.fd < 0)
		reader_notify(w->reader, -1);
}

/* An event by its name, of n bytes, of which the first are its system. */
static void
event_add(struct watch *w, const char *name, int system, int n)
{
	char dir[NAME_LEN], path[NAME_LEN];

	snprintf(dir, sizeof dir, "events/%.*s/%.*s", system, name,
	    n - system - 1, name + system + 1);
	snprintf(path, sizeof path, "%s/enable", dir);
	if (!setting_add(w, path))
		return;
	snprintf(path, sizeof path, "%s/filter", dir);
	setting_add(w, path);
	add_dir(w, dir);
	*strrchr(dir, '/') = '\0';
	add_dir(w, dir);
}

void
watch_events(struct watch *w)
{
	struct buf list = { 0 };

	if (file_read_all(w->instance->dir, "set_event", &list) != 0) {
		buf_free(&list);
		return;
	}
	/* "sched:sched_process_exec" */
	for (char *l = list.data; *l; l = find_line(l)) {
		size_t system = strcspn(l, ":\n"), n = strcspn(l, "\n");

		if (l[system] == ':' && n < NAME_LEN / 2)
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
			setting_add(w, names[i]);
	for (size_t i = 0; i < COUNT(dirs); i++)
		add_dir(w, dirs[i]);
	if (setting_add(w, KPROBES "/enabled"))
		add_dir(w, KPROBES);
	notify_trace(&w->notify, w->instance->dir);
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
	for (size_t i = 0; i < w->count; i++) {
		if (!is_cut(w, begin)) {
			found |= setting_look(w, &w->setting[i]);
			continue;
		}
		if (w->notify.fd >= 0 && !changed && !notify_read(&w->notify))
			break;
		report(w, "events",
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
	free(w->setting);
	buf_free(&w->values);
	w->setting = NULL;
	w->count = 0;
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
