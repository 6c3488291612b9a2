#include "cmdline.h"

#include "args.h"
#include "proc.h"

#define CMDLINE_MAX (256 << 10)

void
cmdline_args(struct event *e)
{
	static char bytes[CMDLINE_MAX];
	static struct buf text;
	struct args_pieces none = { .argc = -1 };
	long n = proc_cmdline(e->pid, bytes, sizeof bytes);

	if (n > 0)
		args_from_cmdline(&e->args, &text, bytes, (size_t)n,
		    n < CMDLINE_MAX, &none, CMDLINE_ARGS);
}
