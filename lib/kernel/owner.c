/* Names that say which process made something, and whether it still runs. */
#include "kernel/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel/proc.h"
#include "base/count.h"
#include "base/number.h"

static const char *const tools[] = { "execsnoop", "forksnoop", "exitsnoop",
	"proctree", "procsnoop" };

/* README: closing any descriptor of it would release our lock, fcntl(2). */
static int locks = -1;

struct owner {
	int pid;
	unsigned long long start; /* as in struct proc_stat */
	unsigned ns;
	bool locks; /* it holds a lock while it lives */
};

/* ---- names ---- */

/*
 * Where a pid and the start of a process mean the same: a number for our
 * namespaces of pids (3.8+) and of time (5.6+); where there is nothing to read
 * it is that of the first ones.  0: not known which.
 */
static unsigned
namespaces(void)
{
	unsigned pids = proc_namespace("pid"), time = proc_namespace("time");

	if (!pids)
		pids = proc_is_first() ? PROC_FIRST_PIDS : 0;
	return time ? pids ^ (time ^ PROC_FIRST_TIME) << 1 : pids;
}

/* tool-pid-start, -namespaces unless they are the first, -L with a lock. */
static void
name_print(char *name, const char *tool, char sep, const struct owner *o)
{
	int n = snprintf(
	    name, OWNER_NAME, "%s%c%d%c%llu", tool, sep, o->pid, sep, o->start);

	if (o->ns != PROC_FIRST_PIDS)
		n += snprintf(
		    name + n, OWNER_NAME - (size_t)n, "%c%u", sep, o->ns);
	if (o->locks)
		snprintf(name + n, OWNER_NAME - (size_t)n, "%cL", sep);
}

const char *
owner_tool(const char *name, char separator)
{
	for (size_t i = 0; i < COUNT(tools); i++) {
		size_t n = strlen(tools[i]);

		if (strncmp(name, tools[i], n) == 0 && name[n] == separator)
			return tools[i];
	}
	return NULL;
}

/* What print wrote, to the letter: all else is not ours. */
static bool
name_parse(const char *name, char sep, struct owner *o)
{
	char again[OWNER_NAME], *end;
	const char *tool = owner_tool(name, sep);
	size_t len = strlen(name);

	if (!tool || len >= sizeof again)
		return false;
	*o = (struct owner){ .ns = PROC_FIRST_PIDS };
	o->locks = name[len - 2] == sep && name[len - 1] == 'L';
	o->pid = (int)number_parse(name + strlen(tool) + 1, &end);
	if (o->pid <= 0 || *end != sep)
		return false;
	o->start = number_parse(end + 1, &end);
	if (*end == sep && end[1] != 'L')
		o->ns = (unsigned)number_parse(end + 1, NULL);
	name_print(again, tool, sep, o);
	return strcmp(again, name) == 0;
}

bool
owner_is_ours(const char *name)
{
	struct owner o;

	return name_parse(name, '-', &o);
}

void
owner_group(char *group, const char *name)
{
	snprintf(group, OWNER_NAME, "%s", name);
	for (char *p = group; *p; p++)
		*p = *p == '-' ? '_' : *p;
}

/* ---- locks ---- */

void
owner_open(int tracefs)
{
	if (locks < 0)
		locks = openat(tracefs, "README", O_RDONLY | O_CLOEXEC);
}

/* The byte that a name, or its group, stands for: 62 bits of FNV-1a. */
static struct flock
lock_of(const char *name, short type)
{
	uint64_t h = 14695981039346656037u;

	for (; *name; name++)
		h = (h ^ (unsigned char)(*name == '_' ? '-' : *name)) *
		    1099511628211u;
	return (struct flock){ .l_type = type,
		.l_whence = SEEK_SET,
		.l_start = (off_t)(h >> 2),
		.l_len = 1 };
}

int
owner_begin(char *name, int tracefs, const char *tool)
{
	struct proc_stat self;
	struct owner o = { .pid = (int)getpid(), .locks = true };
	struct flock l;

	if (proc_stat_read(&self, PROC_SELF) != 0)
		return -1;
	o.start = self.start;
	o.ns = namespaces();
	owner_open(tracefs);
	name_print(name, tool, '-', &o);
	l = lock_of(name, F_RDLCK);
	if (locks >= 0 && fcntl(locks, F_SETLK, &l) == 0)
		return 0;
	o.locks = false; /* a security module may forbid it */
	name_print(name, tool, '-', &o);
	return 0;
}

/* ---- does it live? ---- */

enum life { DEAD, ALIVE, UNKNOWN };

static enum life
life_by_lock(const char *name)
{
	struct flock l = lock_of(name, F_WRLCK);

	if (locks < 0 || fcntl(locks, F_GETLK, &l) != 0)
		return UNKNOWN;
	return l.l_type == F_UNLCK ? DEAD : ALIVE;
}

/* A pid means something in its own namespace only. */
static enum life
life_by_pid(const struct owner *o)
{
	unsigned ns = namespaces();
	struct proc_stat now;

	if (!ns || o->ns != ns)
		return UNKNOWN;
	if (kill(o->pid, 0) != 0 && errno == ESRCH)
		return DEAD;
	/* /proc may hide a process that lives (hidepid). */
	if (!proc_has_our_pids() || proc_stat_read(&now, o->pid) != 0)
		return ALIVE;
	return now.zombie || now.start != o->start ? DEAD : ALIVE;
}

bool
owner_is_dead(const char *name, char separator)
{
	enum life life, lock;
	struct owner o;

	if (!name_parse(name, separator, &o))
		return false;
	life = life_by_pid(&o);
	lock = o.locks ? life_by_lock(name) : UNKNOWN;
	if (life == ALIVE || lock == ALIVE)
		return false;
	return life == DEAD || lock == DEAD;
}
