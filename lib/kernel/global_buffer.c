/* Only kernels before 3.16 need this: there is one buffer for all users. */
#include "kernel/global_buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel/cpus.h"
#include "kernel/dynevent.h"
#include "kernel/ftrace_lock.h"
#include "kernel/pipe_reader.h"
#include "base/file.h"
#include "base/count.h"
#include "base/number.h"

#define SETTING 256 /* a name, or what it is */

/* ---- what is changed ---- */

void
setting_value(const char *name, const char *shown, char *value, size_t size)
{
	const char *from = shown, *to = shown + strcspn(shown, "\n");
	const char *p;

	if (strcmp(name, "trace_clock") == 0 && (p = strchr(shown, '['))) {
		from = p + 1;
		to = from + strcspn(from, "]\n");
	} else if ((p = strstr(shown, "expanded: ")) && p < to) {
		/* "7 (expanded: 1408)": any event expands it for good. */
		from = p + strlen("expanded: ");
		to = from + strspn(from, "0123456789");
	} else if (strncmp(shown, "none", 4) == 0) {
		from = "0"; /* of a filter: there is none */
		to = from + 1;
	} else if (strstr(name, "/enable") && *shown)
		to = from + 1; /* "1*": with a trigger */
	snprintf(value, size, "%.*s", (int)(to - from), from);
}

/* Only below tracefs, and nothing that runs or deletes anything. */
static bool
is_setting(const char *name)
{
	static const char *const known[] = { "trace_clock", "tracing_on",
		"buffer_size_kb", "buffer_percent" };
	const char *last = strrchr(name, '/');

	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(name, known[i]) == 0)
			return true;
	return strncmp(name, "events/", 7) == 0 && !strstr(name, "..") &&
	    (strcmp(last, "/enable") == 0 || strcmp(last, "/filter") == 0);
}

static int
put_back(int tracefs, const char *changes)
{
	const char *line = changes + strlen(changes);
	char name[2 * SETTING], *value;
	int e = 0;

	/* From the last to the first; one that was being written is none. */
	while (line > changes) {
		const char *end = line;

		for (line--; line > changes && line[-1] != '\n'; line--)
			;
		if (end[-1] != '\n' || end - line > (long)sizeof name)
			continue;
		memcpy(name, line, (size_t)(end - line));
		name[end - line - 1] = '\0';
		value = strchr(name, ' ');
		if (!value)
			continue;
		*value++ = '\0';
		if (!is_setting(name) || file_write(tracefs, name, value) == 0)
			continue;
		/* One that was refused is shown all the same (3.2). */
		if (strstr(name, "/filter") &&
		    file_write(tracefs, name, "0") == 0)
			continue;
		if (errno != ENOENT)
			e = errno;
	}
	errno = e;
	return e ? -1 : 0;
}

int
global_buffer_write(
    const struct instance *in, const char *name, const char *text)
{
	char shown[SETTING], value[SETTING], line[2 * SETTING + 2];
	bool own = strstr(name, in->group) != NULL; /* goes with the group */
	int n;

	if (own)
		return file_write(in->dir, name, text);
	n = (int)file_read(in->dir, name, shown, sizeof shown);
	if (n < 0)
		return -1;
	if (n == sizeof shown - 1) {
		errno = EFBIG; /* a filter that could not be put back */
		return -1;
	}
	setting_value(name, shown, value, sizeof value);
	if (strcmp(value, text) == 0)
		return 0;
	if (!is_setting(name) || *value == 'X') {
		errno = EBUSY; /* differs between CPUs */
		return -1;
	}
	n = snprintf(line, sizeof line, "%s %s\n", name, value);
	if (write(in->lock, line, (size_t)n) != n)
		return -1;
	return file_write(in->dir, name, text);
}

/* ---- is it in use? ---- */

static bool
first_line_is(int tracefs, const char *name, const char *wanted)
{
	char text[64];

	return file_read_line(tracefs, name, text, sizeof text) < 0 ||
	    strcmp(text, wanted) == 0;
}

/* How many events wait to be read? */
static unsigned long
entries(int tracefs)
{
	unsigned long sum = 0;
	char path[64], stats[1024], *p;

	for (int cpu = 0; cpu < cpus_possible(); cpu++) {
		snprintf(path, sizeof path, "per_cpu/cpu%d/stats", cpu);
		if (file_read(tracefs, path, stats, sizeof stats) > 0 &&
		    (p = strstr(stats, "entries: ")))
			sum += number_parse(p + strlen("entries: "), NULL);
	}
	return sum;
}

static const char only[] = "global ring buffer in use: ";
static const char faster[] = "another tool was faster: try again";

static int
is_free(int tracefs, struct error *error)
{
	static const struct {
		const char *file, *unused, *use;
	} files[] = {
		{ "set_event_pid", "", "set_event_pid is set (" },
		{ "current_tracer", "nop",
		    "a tracer is active (see current_tracer; " },
		{ "events/enable", "0", "events are enabled (see set_event; " },
	};
	unsigned long n;
	int pid;

	for (size_t i = 0; i < COUNT(files); i++)
		if (!first_line_is(tracefs, files[i].file, files[i].unused))
			return error_set(
			    error, "%s%s-F overrides)", only, files[i].use);
	if ((pid = pipe_reader(tracefs, NULL)))
		return error_set(
		    error, "%sprocess %d reads it (-F overrides)", only, pid);
	if ((n = entries(tracefs)))
		return error_set(error,
		    "%sit holds %lu events (see trace; -F discards them)", only,
		    n);
	return 0;
}

/* No other program holds a lock, or it is dead or to be ignored. */
static int
is_unlocked(bool force, struct error *error)
{
	struct lock l;

	int r = 0;

	if (!lock_find(&l))
		return 0;
	if (!l.dead && l.ours)
		r = error_set(error,
		    "%s%s uses it (%s; remove it if that is dead)", only,
		    l.name, l.path);
	else if (!l.dead && !force)
		r = error_set(error,
		    "%sprocess %d has locked it (%s; -F overrides)", only,
		    l.pid, l.path);
	else if (lock_remove(&l) != 0)
		r = error_set(error, "%s: %m (%s)", l.path,
		    errno == EAGAIN ? faster : "remove it");
	lock_close(&l);
	return r;
}

/* ---- taking and giving ---- */

int
global_buffer_acquire(struct instance *in, bool force, struct error *error)
{
	int fd = openat(in->tracefs, "trace", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(error, "tracefs: trace: %m%s",
		    errno == EACCES ? ": need root (try sudo)" : "");
	close(fd);
	if (is_unlocked(force, error) != 0 ||
	    (!force && is_free(in->tracefs, error) != 0))
		return -1;
	in->dir = openat(in->tracefs, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in->dir < 0)
		return error_set(error, "tracefs: %m");
	in->lock = lock_make(in->name);
	if (in->lock >= 0) {
		in->top = true;
		file_empty(in->tracefs, "trace");
		if (global_buffer_write(in, "tracing_on", "1") == 0)
			return 0;
		error_set(error, "tracing_on: %m");
		global_buffer_release(in);
		return -1;
	}
	error_set(error, "/var/tmp/.ftrace-lock: %m (%s)",
	    errno == EEXIST ? faster : "is /var/tmp writable?");
	close(in->dir);
	in->dir = -1;
	return -1;
}

/* What a lock of ours stands for. */
static int
lock_undo(int tracefs, const char *group, const struct lock *l)
{
	int e = 0;

	file_writef(tracefs, "0", "events/%s/enable", group);
	if (dynevent_delete(tracefs, group, "") < 0)
		e = errno;
	if (put_back(tracefs, l->changes) != 0)
		e = errno;
	file_empty(tracefs, "trace");
	/* Else the next start tries again; it may be gone, or another's. */
	if (!e && lock_remove(l) != 0 && errno != EAGAIN)
		e = errno;
	errno = e;
	return e ? -1 : 0;
}

int
global_buffer_release(struct instance *in)
{
	struct lock l;
	int r;

	lock_own(&l, in->lock);
	r = lock_undo(in->tracefs, in->group, &l);
	lock_close(&l);
	file_close(in->dir);
	in->lock = in->dir = -1;
	in->top = false;
	return r;
}

int
global_buffer_sweep(int tracefs)
{
	char group[INSTANCE_NAME];
	struct lock l;
	int r = 0;

	if (!lock_find(&l))
		return 0;
	if (l.ours && l.dead && lock_claim(&l) == 0) {
		owner_group(group, l.name);
		r = lock_undo(tracefs, group, &l) == 0;
	}
	lock_close(&l);
	return r;
}
