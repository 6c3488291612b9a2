/* A private ring buffer: made, and removed again. */
#include "kernel/instance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/dynevent.h"
#include "kernel/leftover.h"

/* Why mkdir failed, by errno. */
static int
mkdir_error(struct error *error)
{
	if (errno == EROFS)
		return error_set(error,
		    "tracefs: mounted read-only "
		    "(try: mount -o remount,rw /sys/kernel/tracing)");
	if (errno == EACCES || (errno == EPERM && geteuid() != 0))
		return error_set(error, "tracefs: need root (try sudo)");
	if (errno == EPERM)
		return error_set(error,
		    "tracefs: %m: lockdown or a security "
		    "module forbids tracing (see "
		    "/sys/kernel/security/lockdown)");
	return error_set(error, "instances: mkdir: %m");
}

int
instance_name(
    struct instance *in, int tracefs, const char *tool, struct error *error)
{
	*in = (struct instance){ .tracefs = tracefs, .dir = -1, .lock = -1 };
	if (owner_begin(in->name, tracefs, tool) != 0)
		return error_set(
		    error, "/proc/self/stat: %m (is /proc mounted?)");
	owner_group(in->group, in->name);
	return 0;
}

int
instance_create(struct instance *in, struct error *error)
{
	char path[INSTANCE_NAME + 16];
	int e;

	in->dir = leftover_adopt(in->tracefs, in->name);
	in->adopted = in->dir >= 0;
	if (in->adopted)
		return 0;
	snprintf(path, sizeof path, "instances/%s", in->name);
	if (mkdirat(in->tracefs, path, 0700) != 0)
		return mkdir_error(error);
	in->dir = openat(in->tracefs, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in->dir >= 0) {
		leftover_lock(in->dir);
		return 0;
	}
	e = errno;
	unlinkat(in->tracefs, path, AT_REMOVEDIR);
	errno = e;
	return mkdir_error(error);
}

int
instance_remove(struct instance *in)
{
	int dir = in->dir, e = 0;

	in->dir = -1;
	/* The instance first: it disables all of its events at once, and
	 * deleting them is cheap then (one grace period, not one each). */
	if (leftover_give(in->tracefs, dir, in->name) != 0)
		e = errno;
	if (dynevent_delete(in->tracefs, in->group, "") < 0)
		return -1;
	errno = e;
	if (e == EBUSY)
		return 1;
	return e ? -1 : 0;
}
