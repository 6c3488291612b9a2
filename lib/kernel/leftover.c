/* Instances that are no longer in use: removed, or used again. */
#include "kernel/leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "kernel/dynevent.h"
#include "kernel/owner.h"
#include "kernel/pipe_reader.h"
#include "kernel/proc.h"
#include "base/file.h"

#define TRIES	 5 /* to remove one, while others look at it */
#define NAP_NS	 5000000
#define PATH_LEN 300 /* "instances/" and a name of a directory */

static bool
dir_lock(int dir)
{
	return flock(dir, LOCK_EX | LOCK_NB) == 0;
}

static void
nap(void)
{
	static const struct timespec t = { 0, NAP_NS };

	nanosleep(&t, NULL);
}

void
leftover_lock(int dir)
{
	/* Another tool may look at it just now. */
	for (int i = 0; i < TRIES && !dir_lock(dir); i++)
		nap();
}

/* Returns 0, also when another tool has removed it, or is about to (ENODEV:
 * instance_rmdir(), kernel/trace/trace.c); or -1 with errno. */
static int
try_remove(int tracefs, const char *name)
{
	char path[PATH_LEN];

	snprintf(path, sizeof path, "instances/%s", name);
	if (unlinkat(tracefs, path, AT_REMOVEDIR) == 0 || errno == ENOENT ||
	    errno == ENODEV)
		return 0;
	return -1;
}

/* One that has to stay a while records nothing and takes little memory.  (A
 * size that was never set is left to be: buffer.c.) */
static void
instance_silence(int tracefs, const char *name)
{
	char path[PATH_LEN + 32], size[64];

	file_writef(tracefs, "0", "instances/%s/tracing_on", name);
	file_writef(tracefs, "0", "instances/%s/events/enable", name);
	snprintf(path, sizeof path, "instances/%s/buffer_size_kb", name);
	if (file_read(tracefs, path, size, sizeof size) > 0 &&
	    !strchr(size, '('))
		file_write(tracefs, path, "1");
}

int
leftover_give(int tracefs, int dir, const char *name)
{
	file_write(dir, "tracing_on", "0");
	close(dir);
	for (int i = 0; i < TRIES; i++) {
		if (try_remove(tracefs, name) == 0)
			return 0;
		if (errno != EBUSY)
			return -1;
		if (i == 0)
			instance_silence(tracefs, name);
		else
			nap();
	}
	errno = EBUSY;
	return -1;
}

static bool
is_stopped(int tracefs, const char *name)
{
	char path[PATH_LEN], on[4];

	snprintf(path, sizeof path, "instances/%s/tracing_on", name);
	return file_read(tracefs, path, on, sizeof on) > 0 && *on == '0';
}

/* The directory of an instance, locked; -1: it is in use, or gone. */
static int
dir_claim(int tracefs, const char *name)
{
	char path[PATH_LEN];
	int dir;

	snprintf(path, sizeof path, "instances/%s", name);
	dir = openat(tracefs, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0 && !dir_lock(dir)) {
		close(dir);
		dir = -1;
	}
	return dir;
}

/*
 * The directory of one that is not in use, locked, and whether its owner is
 * dead; else -1.  No file is opened of one that is in use: that may have to
 * wait for the process that removes it, and keeps it from being removed as
 * well.
 */
static int
find_left(int tracefs, const char *name, bool *dead)
{
	int dir = owner_is_ours(name) ? dir_claim(tracefs, name) : -1;

	*dead = dir >= 0 && owner_is_dead(name, '-');
	if (dir >= 0 && !*dead && !is_stopped(tracefs, name)) {
		close(dir);
		dir = -1;
	}
	return dir;
}

bool
leftover_is(int tracefs, const char *name)
{
	bool dead;
	int dir = find_left(tracefs, name, &dead);

	if (dir >= 0)
		close(dir);
	return dir >= 0;
}

/* Returns whether it was removed. */
static bool
leftover_remove(int tracefs, const char *name)
{
	bool dead, removed;
	int dir = find_left(tracefs, name, &dead);

	if (dir < 0)
		return false;
	removed = try_remove(tracefs, name) == 0;
	if (!removed && dead)
		instance_silence(tracefs, name);
	close(dir);
	return removed;
}

int
leftover_sweep(int tracefs)
{
	DIR *dir = dir_open(tracefs, "instances");
	struct dirent *d;
	int removed = 0;

	if (!dir)
		return 0;
	while ((d = readdir(dir)))
		removed += leftover_remove(tracefs, d->d_name);
	closedir(dir);
	return removed;
}

/* As if it was new.  Its filters are cleared where events are enabled
 * (tracepoint_arm), and the clock and the size are set by all tools. */
static int
instance_renew(int dir)
{
	if (file_write(dir, "events/enable", "0") != 0)
		return -1;
	file_empty(dir, "set_event_pid");
	file_write(dir, "options/event-fork", "0");
	file_empty(dir, "trace");
	return file_write(dir, "tracing_on", "1");
}

/*
 * One that another process reads would lose its events to that process:
 * from 5.9 on that is why it could not be removed.  The /proc of another pid
 * namespace may not show that process.
 */
int
leftover_adopt(int tracefs, char *name)
{
	bool may = proc_has_kernel_pids() && !dynevent_must_stay(tracefs, NULL);
	DIR *list = may ? dir_open(tracefs, "instances") : NULL;
	struct dirent *d;
	int dir = -1;

	while (list && dir < 0 && (d = readdir(list))) {
		if (!owner_is_dead(d->d_name, '-'))
			continue;
		dir = dir_claim(tracefs, d->d_name);
		if (dir >= 0 &&
		    (pipe_reader(tracefs, d->d_name) ||
			instance_renew(dir) != 0)) {
			close(dir);
			dir = -1;
		}
		if (dir >= 0)
			snprintf(name, OWNER_NAME, "%s", d->d_name);
	}
	if (list)
		closedir(list);
	return dir;
}
