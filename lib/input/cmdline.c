/* No event has the arguments of a process that existed before. */
#include "input/cmdline.h"

#include "events/args.h"
#include "kernel/remote.h"

void
cmdline_args(struct event *e)
{
	static struct buf text;
	struct args_pieces none = { .argc = -1 };
	const char *bytes;
	long n = remote_cmdline(e->tid, &bytes, HELPER_BYTES);

	if (n > 0)
		args_from_cmdline(&e->args, &text, bytes, (size_t)n,
		    n < HELPER_BYTES, &none, CMDLINE_ARGS);
}
