#include "toplevel.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpus.h"
#include "find.h"
#include "fmt.h"
#include "lock.h"
#include "number.h"
#include "tracefs.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define SETTING	 256 /* a name, or what it is */

/* ---- what is changed ---- */

/* The value to write back, from what a file shows. */
static void
value_of(const char *name, const char *shown, char *value, size_t size)
{
	const char *from = shown, *to = shown + strcspn(shown, "\n");
	const char *p;

	if (strcmp(name, "trace_clock") == 0 && (p = strchr(shown, '['))) {
		from = p + 1;
		to = from + strcspn(from, "]\n");
	} else if ((p = find_text(shown, "expanded: ")) && p < to) {
		/* "7 (expanded: 1408)": any event expands it for good. */
		from = p + strlen("expanded: ");
		to = from + strspn(from, "0123456789");
	} else if (strncmp(shown, "none", 4) == 0) {
		from = "0"; /* of a filter: there is none */
		to = from + 1;
	} else if (find_text(name, "/enable") && *shown)
		to = from + 1; /* "1*": with a trigger */
	fmt_print(value, size, "%.*s", (int)(to - from), from);
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
	return strncmp(name, "events/", 7) == 0 && !find_text(name, "..") &&
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
		if (find_text(name, "/filter") &&
		    file_write(tracefs, name, "0") == 0)
			continue;
		if (errno != ENOENT)
			e = errno;
	}
	errno = e;
	return e ? -1 : 0;
}

/* Writing it with O_TRUNC empties the buffers of all CPUs: tracing_open(),
 * kernel/trace/trace.c. */
static void
empty(int tracefs)
{
	int fd = openat(tracefs, "trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
}

int
toplevel_write(const struct instance *in, const char *name, const char *text)
{
	char shown[SETTING], value[SETTING], line[2 * SETTING + 2];
	bool own = find_text(name, in->group) != NULL; /* goes with the group */
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
	value_of(name, shown, value, sizeof value);
	if (strcmp(value, text) == 0)
		return 0;
	if (!is_setting(name) || *value == 'X') {
		errno = EBUSY; /* differs between CPUs */
		return -1;
	}
	n = fmt_print(line, sizeof line, "%s %s\n", name, value);
	if (write(in->lock, line, (size_t)n) != n)
		return -1;
	return file_write(in->dir, name, text);
}

/* ---- is it in use? ---- */

static bool
first_line_is(int tracefs, const char *name, const char *wanted)
{
	char text[64];

	if (file_read(tracefs, name, text, sizeof text) < 0)
		return true;
	text[strcspn(text, "\n")] = '\0';
	return strcmp(text, wanted) == 0;
}

/* Does this process hold a pipe of the buffer open? */
static bool
reads(const char *pid)
{
	char path[300], link[256];
	struct dirent *d;
	bool found = false;
	ssize_t n;
	DIR *dir;

	fmt_print(path, sizeof path, "/proc/%s/fd", pid);
	dir = opendir(path);
	while (dir && !found && (d = readdir(dir))) {
		fmt_print(path, sizeof path, "/proc/%s/fd/%s", pid, d->d_name);
		n = readlink(path, link, sizeof link - 1);
		link[n > 0 ? n : 0] = '\0';
		found = find_text(link, "/trace_pipe") &&
		    !find_text(link, "/instances/");
	}
	if (dir)
		closedir(dir);
	return found;
}

/* Who?  0: nobody. */
static int
find_reader(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *d;
	int pid = 0;

	while (dir && !pid && (d = readdir(dir)))
		if (isdigit((unsigned char)d->d_name[0]) && reads(d->d_name))
			pid = number_int(d->d_name);
	if (dir)
		closedir(dir);
	return pid;
}

/* How many events wait to be read? */
static unsigned long
entries(int tracefs)
{
	unsigned long sum = 0;
	char path[64], stats[1024], *p;

	for (int cpu = 0; cpu < cpus_possible(); cpu++) {
		fmt_print(path, sizeof path, "per_cpu/cpu%d/stats", cpu);
		if (file_read(tracefs, path, stats, sizeof stats) > 0 &&
		    (p = find_text(stats, "entries: ")))
			sum += number_unsigned(
			    p + strlen("entries: "), NULL, 10);
	}
	return sum;
}

static const char only[] = "the kernel has only one trace buffer, and ";
static const char faster[] = "another tool was faster: try again";

static int
is_free(int tracefs, char *why)
{
	unsigned long n;
	int pid;

	if (!first_line_is(tracefs, "set_event_pid", ""))
		return why_set(
		    why, "%ssomebody has set set_event_pid (-F insists)", only);
	if (!first_line_is(tracefs, "current_tracer", "nop"))
		return why_set(why,
		    "%sa tracer uses it (see current_tracer; -F insists)",
		    only);
	if (!first_line_is(tracefs, "events/enable", "0"))
		return why_set(why,
		    "%ssomebody has enabled events (see set_event; -F insists)",
		    only);
	if ((pid = find_reader()))
		return why_set(
		    why, "%sprocess %d reads it (-F insists)", only, pid);
	if ((n = entries(tracefs)))
		return why_set(why,
		    "%sit holds %lu events of somebody else (see trace; -F "
		    "discards them)",
		    only, n);
	return 0;
}

/* The lock of somebody else, if any, is dead or to be ignored. */
static int
is_unlocked(bool insist, char *why)
{
	struct lock l;

	int r = 0;

	if (!lock_find(&l))
		return 0;
	if (!l.dead && l.ours)
		r = why_set(why, "%s%s uses it (%s; remove it if that is dead)",
		    only, l.name, l.path);
	else if (!l.dead && !insist)
		r = why_set(why, "%sprocess %d has locked it (%s; -F insists)",
		    only, l.pid, l.path);
	else if (lock_remove(&l) != 0)
		r = why_set(why, "%s: %m (%s)", l.path,
		    errno == EAGAIN ? faster : "remove it");
	lock_close(&l);
	return r;
}

/* ---- taking and giving ---- */

int
toplevel_take(struct instance *in, bool insist, char *why)
{
	int fd = openat(in->tracefs, "trace", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return why_set(why, "tracefs: trace: %m%s",
		    errno == EACCES ? ": need root (try sudo)" : "");
	close(fd);
	if (is_unlocked(insist, why) != 0 ||
	    (!insist && is_free(in->tracefs, why) != 0))
		return -1;
	in->dir = openat(in->tracefs, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in->dir < 0)
		return why_set(why, "tracefs: %m");
	in->lock = lock_make(in->name);
	if (in->lock >= 0) {
		in->top = true;
		empty(in->tracefs);
		if (toplevel_write(in, "tracing_on", "1") == 0)
			return 0;
		why_set(why, "tracing_on: %m");
		toplevel_give(in);
		return -1;
	}
	why_set(why, "/var/tmp/.ftrace-lock: %m (%s)",
	    errno == EEXIST ? faster : "is /var/tmp writable?");
	close(in->dir);
	in->dir = -1;
	return -1;
}

/* What a lock of ours stands for. */
static int
undo(int tracefs, const char *group, const struct lock *l)
{
	int e = 0;

	file_writef(tracefs, "0", "events/%s/enable", group);
	if (probes_delete(tracefs, group, "") < 0)
		e = errno;
	if (put_back(tracefs, l->changes) != 0)
		e = errno;
	empty(tracefs);
	/* Else the next start tries again; it may be gone, or another's. */
	if (!e && lock_remove(l) != 0 && errno != EAGAIN)
		e = errno;
	errno = e;
	return e ? -1 : 0;
}

int
toplevel_give(struct instance *in)
{
	struct lock l;
	int r, e;

	lock_own(&l, in->lock);
	r = undo(in->tracefs, in->group, &l);
	e = errno;
	lock_close(&l);
	close(in->dir);
	in->lock = in->dir = -1;
	in->top = false;
	errno = e;
	return r;
}

int
toplevel_sweep(int tracefs)
{
	char group[INSTANCE_NAME];
	struct lock l;
	int r = 0;

	if (!lock_find(&l))
		return 0;
	if (l.ours && l.dead && lock_claim(&l) == 0) {
		fmt_print(group, sizeof group, "%s", l.name);
		for (char *p = group; *p; p++)
			*p = *p == '-' ? '_' : *p;
		r = undo(tracefs, group, &l) == 0;
	}
	lock_close(&l);
	return r;
}
