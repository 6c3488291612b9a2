/* Private or global: what differs between the two is known below this file. */
#include "kernel/buffer.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "kernel/dynevent.h"
#include "kernel/global_buffer.h"
#include "kernel/leftover.h"
#include "base/file.h"

/* Instances of 3.10 to 3.15 can never be removed again once their pipe was
 * opened; 3.16 has saved_cmdlines_size. */
static const char *
no_instances(int tracefs, unsigned flags)
{
	if (flags & BUFFER_GLOBAL)
		return "asked for";
	if (!file_exists(tracefs, "instances"))
		return "this kernel has no instances";
	if (!file_exists(tracefs, "saved_cmdlines_size"))
		return "this kernel cannot remove an instance that was read";
	return NULL;
}

int
buffer_open(struct instance *in, int tracefs, const char *tool, unsigned flags,
    const char **reason, struct error *error)
{
	*reason = no_instances(tracefs, flags);
	if (instance_name(in, tracefs, tool, error) != 0)
		return -1;
	if (!*reason) {
		if (instance_create(in, error) == 0)
			return 0;
		if (error->code != ENOMEM)
			return -1;
		/* Its first size is not ours to choose: trace_buf_size of the
		 * kernel's command line, of each CPU. */
		*reason = "no memory for an instance";
	}
	return global_buffer_acquire(in, flags & BUFFER_FORCE, error);
}

int
buffer_write(const struct instance *in, const char *text, const char *name, ...)
{
	char path[PATH_MAX];
	va_list ap;

	va_start(ap, name);
	vsnprintf(path, sizeof path, name, ap);
	va_end(ap);
	return in->top ? global_buffer_write(in, path, text) :
			 file_write(in->dir, path, text);
}

int
buffer_close(struct instance *in)
{
	int r, e;

	if (in->dir < 0)
		return 0;
	if (in->top)
		return global_buffer_release(in);
	if (dynevent_must_stay(in->tracefs, in->group)) {
		file_write(in->dir, "tracing_on", "0");
		close(in->dir);
		in->dir = -1;
		errno = EDEADLK;
		return 1;
	}
	r = instance_remove(in);
	e = errno;
	buffer_sweep(in->tracefs);
	errno = e;
	return r;
}

int
buffer_sweep(int tracefs)
{
	int removed;

	owner_open(tracefs);
	if (dynevent_must_stay(tracefs, NULL))
		return 0;
	removed = leftover_sweep(tracefs) + global_buffer_sweep(tracefs);
	return removed + dynevent_sweep(tracefs);
}
