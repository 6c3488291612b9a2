#include "instance.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "find.h"
#include "fmt.h"
#include "number.h"
#include "proc.h"
#include "toplevel.h"
#include "tracefs.h"

static const char *const tools[] = { "execsnoop", "forksnoop", "exitsnoop",
	"proctree" };
static const char *const definitions[] = { "kprobe_events", "uprobe_events" };

#define PASSES	 100 /* over the list of probe events */
#define COUNT(a) (sizeof(a) / sizeof *(a))

/*
 * Where a pid and the start of a process mean the same: a number for our
 * namespaces of pids (3.8+) and of time (5.6+); where there is nothing to read
 * it is that of the first ones.
 */
static unsigned
namespaces(void)
{
	unsigned pids = proc_namespace("pid"), time = proc_namespace("time");

	if (!pids)
		pids = PROC_FIRST_PIDS;
	return time ? pids ^ (time ^ PROC_FIRST_TIME) << 1 : pids;
}

/* tool-pid-start, and -namespaces unless they are the first. */
static void
owner_name(char *name, const char *tool, char sep, const struct proc_stat *s,
    unsigned ns)
{
	int n = fmt_print(name, INSTANCE_NAME, "%s%c%d%c%llu", tool, sep,
	    s->pid, sep, (unsigned long long)s->start);

	if (ns != PROC_FIRST_PIDS)
		fmt_print(name + n, INSTANCE_NAME - (size_t)n, "%c%u", sep, ns);
}

const char *
instance_tool(const char *name, char separator)
{
	for (size_t i = 0; i < COUNT(tools); i++) {
		size_t n = strlen(tools[i]);

		if (strncmp(name, tools[i], n) == 0 && name[n] == separator)
			return tools[i];
	}
	return NULL;
}

/* Parse what owner_name wrote, to the letter: all else is not ours. */
static bool
owner_parse(const char *name, char sep, struct proc_stat *s, unsigned *ns)
{
	char again[INSTANCE_NAME], *end;
	const char *tool = instance_tool(name, sep);

	if (!tool)
		return false;
	*s = (struct proc_stat){ 0 };
	s->pid = (int)number_signed(name + strlen(tool) + 1, &end, 10);
	if (s->pid <= 0 || *end != sep)
		return false;
	s->start = number_unsigned(end + 1, &end, 10);
	*ns = PROC_FIRST_PIDS;
	if (*end == sep)
		*ns = (unsigned)number_unsigned(end + 1, &end, 10);
	owner_name(again, tool, sep, s, *ns);
	return strcmp(again, name) == 0;
}

bool
instance_is_dead(const char *name, char separator)
{
	struct proc_stat owner, now;
	unsigned ns;

	if (!owner_parse(name, separator, &owner, &ns) || ns != namespaces())
		return false;
	if (proc_stat_read(&now, owner.pid) == 0)
		return now.zombie || now.start != owner.start;
	/* /proc may hide those who live (hidepid). */
	return kill(owner.pid, 0) != 0 && errno == ESRCH;
}

bool
instance_is_ours(const char *name)
{
	struct proc_stat owner;
	unsigned ns;

	return owner_parse(name, '-', &owner, &ns);
}

static int
delete_listed(int tracefs, const char *group, const char *event)
{
	char prefix[2 * INSTANCE_NAME], command[256];
	int deleted = 0, e = 0;

	fmt_print(prefix, sizeof prefix, ":%s/%s", group, event);
	for (size_t i = 0; i < COUNT(definitions); i++) {
		struct buf b = { 0 };

		if (file_read_all(tracefs, definitions[i], &b) != 0) {
			e = errno == ENOENT ? e : errno;
			buf_free(&b);
			continue;
		}
		for (char *p = b.data; (p = find_text(p, prefix)); p++) {
			fmt_print(command, sizeof command, "-%.*s\n",
			    (int)strcspn(p, " \n"), p);
			if (file_write(tracefs, definitions[i], command) == 0)
				deleted++;
			else if (errno != ENOENT)
				e = errno;
		}
		buf_free(&b);
	}
	errno = e;
	return e ? -1 : deleted;
}

/* The list skips entries when somebody else deletes at the same time; the
 * group's folder goes with its last event. */
int
probes_delete(int tracefs, const char *group, const char *event)
{
	char folder[INSTANCE_NAME + 16];
	int n, deleted = 0;

	fmt_print(folder, sizeof folder, "events/%s", group);
	for (int pass = 0; pass < PASSES; pass++) {
		n = delete_listed(tracefs, group, event);
		if (n < 0)
			return -1;
		deleted += n;
		if (*event || !file_exists(tracefs, folder))
			return deleted;
	}
	errno = EBUSY;
	return -1;
}

/*
 * Somebody may hold its pipe open, from Linux 4.0 to 5.8 that of any instance
 * (cf6ab6d9143b, 7ef282e05132): then at least its events go quiet, and its
 * buffer.  Returns 0, or -1 with errno.
 */
static int
remove_instance(int tracefs, const char *name)
{
	char path[300];

	fmt_print(path, sizeof path, "instances/%s", name);
	if (unlinkat(tracefs, path, AT_REMOVEDIR) == 0)
		return 0;
	if (errno == EBUSY) {
		file_writef(tracefs, "0", "instances/%s/events/enable", name);
		file_writef(tracefs, "1", "instances/%s/buffer_size_kb", name);
		errno = EBUSY;
	}
	return -1;
}

static int
sweep_instances(int tracefs)
{
	DIR *dir = dir_open(tracefs, "instances");
	struct dirent *d;
	int removed = 0;

	if (!dir)
		return 0;
	while ((d = readdir(dir)))
		if (instance_is_dead(d->d_name, '-'))
			removed += remove_instance(tracefs, d->d_name) == 0;
	closedir(dir);
	return removed;
}

static int
sweep_probes(int tracefs, const char *file)
{
	struct buf b = { 0 };
	char group[INSTANCE_NAME];
	int removed = 0, n;

	if (file_read_all(tracefs, file, &b) != 0)
		return 0;
	/* "p:GROUP/EVENT PLACE ...", "r4:GROUP/EVENT ..." */
	for (const char *l = b.data; *l; l = find_line(l)) {
		const char *colon = strchr(l, ':');
		size_t len = colon ? strcspn(colon + 1, "/ \n") : 0;

		if (!colon || len >= sizeof group || colon[1 + len] != '/')
			continue;
		memcpy(group, colon + 1, len);
		group[len] = '\0';
		if (instance_is_dead(group, '_') &&
		    (n = probes_delete(tracefs, group, "")) > 0)
			removed += n;
	}
	buf_free(&b);
	return removed;
}

int
instance_sweep(int tracefs)
{
	struct proc_stat self;
	int removed;

	/* Without /proc everybody would seem dead. */
	if (proc_stat_read(&self, (int)getpid()) != 0)
		return 0;
	removed = sweep_instances(tracefs) + toplevel_sweep(tracefs);
	for (size_t i = 0; i < COUNT(definitions); i++)
		removed += sweep_probes(tracefs, definitions[i]);
	return removed;
}

static int
explain(char *why, int e)
{
	if (e == EROFS)
		why_set(why,
		    "tracefs: mounted read-only "
		    "(try: mount -o remount,rw /sys/kernel/tracing)");
	else if (e == EACCES || (e == EPERM && geteuid() != 0))
		why_set(why, "tracefs: need root (try sudo)");
	else if (e == EPERM)
		why_set(why,
		    "tracefs: %s: lockdown or a security "
		    "module forbids tracing (see "
		    "/sys/kernel/security/lockdown)",
		    strerror(e));
	else
		why_set(why, "instances: mkdir: %s", strerror(e));
	return -1;
}

int
instance_name(struct instance *in, int tracefs, const char *tool, char *why)
{
	struct proc_stat self;

	*in = (struct instance){ .tracefs = tracefs, .dir = -1, .lock = -1 };
	if (proc_stat_read(&self, (int)getpid()) != 0)
		return why_set(why, "/proc/self/stat: %m (is /proc mounted?)");
	owner_name(in->name, tool, '-', &self, namespaces());
	owner_name(in->group, tool, '_', &self, namespaces());
	return 0;
}

int
instance_create(struct instance *in, int tracefs, const char *tool, char *why)
{
	char path[INSTANCE_NAME + 16];
	int e;

	if (instance_name(in, tracefs, tool, why) != 0)
		return -1;
	fmt_print(path, sizeof path, "instances/%s", in->name);
	if (mkdirat(tracefs, path, 0700) != 0)
		return explain(why, errno);
	in->dir = openat(tracefs, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in->dir >= 0)
		return 0;
	e = errno;
	remove_instance(tracefs, in->name);
	return explain(why, e);
}

int
instance_write(
    const struct instance *in, const char *text, const char *name, ...)
{
	char path[PATH_MAX];
	va_list ap;

	va_start(ap, name);
	fmt_vprint(path, sizeof path, name, ap);
	va_end(ap);
	return in->top ? toplevel_write(in, path, text) :
			 file_write(in->dir, path, text);
}

int
instance_destroy(struct instance *in)
{
	int e = 0;

	if (in->dir < 0)
		return 0;
	if (in->top)
		return toplevel_give(in);
	close(in->dir);
	in->dir = -1;
	/* The instance first: it disables all of its events at once, and
	 * deleting them is cheap then (one grace period, not one each). */
	if (remove_instance(in->tracefs, in->name) != 0)
		e = errno;
	if (probes_delete(in->tracefs, in->group, "") < 0)
		e = errno;
	errno = e;
	return e ? -1 : 0;
}
