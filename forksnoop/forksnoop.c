/*
 * forksnoop: a line for each new process.  See forksnoop(8).
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/print.h"
#include "../lib/tasks.h"
#include "../lib/tool.h"

static const char usage[] =
    "[-FhHjLtTvV] [-b kb] [-d secs] [-i file] [-p pid] [-w file]\n"
    "                 [-- cmd ...]\n"
    "       forksnoop --check [option ...]\n"
    "  -b kb     kernel buffer per CPU\n"
    "  -d secs   stop after secs seconds\n"
    "  -F        take the kernel's only buffer, though somebody uses it\n"
    "  -h        this text\n"
    "  -H        no column header\n"
    "  -i file   replay a recording or a saved trace (-: standard input)\n"
    "  -j        JSON Lines\n"
    "  -L        threads too, and a TID column\n"
    "  -p pid    only what pid and its descendants make\n"
    "  -t        time since boot, in seconds\n"
    "  -T        local time\n"
    "  -v        tell on stderr what is used to trace\n"
    "  -V        version\n"
    "  -w file   record, for -i\n"
    "  --check   only tell what works here, and what does not (bug reports)\n"
    "  --row=n   see execs only in this way (1 to 5, see the manual)\n"
    "  --top-level\n"
    "            use the kernel's own buffer, not one of its own\n"
    "  -- cmd    run cmd, trace it and its descendants, end with it\n";

/* Flags of clone(2) that leave the new process a mere copy: a signal at its
 * end (CSIGNAL), where its number is written to, and who may trace it. */
#define FLAGS_OF_FORK 0x101f830ffu

static struct tool tool = { .opt.tool = "forksnoop" };
static bool threads;

static const char *
type_of(const struct event *e)
{
	if (e->flags == FLAG_UNKNOWN)
		return e->pid != e->tid ? "thread" : "?";
	if (e->flags & FLAG_THREAD)
		return "thread";
	if (e->flags & FLAG_VFORK)
		return "vfork";
	return e->flags & ~(uint64_t)FLAGS_OF_FORK ? "clone" : "fork";
}

static bool
wanted(const struct event *e)
{
	if (e->type != EVENT_FORK)
		return false;
	return threads || strcmp(type_of(e), "thread") != 0;
}

static void
header(struct buf *b)
{
	buf_printf(b, "%6s ", "PID");
	if (threads)
		buf_printf(b, "%6s ", "TID");
	buf_printf(b, "%6s %-6s COMM", "PPID", "TYPE");
}

static bool
show(struct buf *b, const struct event *e)
{
	if (!wanted(e))
		return false;
	print_pid(b, e->pid ? e->pid : PPID_UNKNOWN);
	if (threads)
		print_pid(b, e->tid);
	print_pid(b, e->ppid);
	buf_printf(b, "%-6s ", type_of(e));
	print_comm(b, e->comm);
	return true;
}

static bool
show_json(struct buf *b, const struct event *e)
{
	const char *type = type_of(e);

	if (!wanted(e))
		return false;
	tool_json_common(b, e, "fork");
	if (*type == '?')
		buf_puts(b, ",\"type\":null");
	else
		buf_printf(b, ",\"type\":\"%s\"", type);
	return true;
}

static void
own_option(int letter, const char *arg)
{
	(void)arg;
	threads |= letter == 'L';
}

int
main(int argc, char **argv)
{
	tool_is_proof(argc, argv);
	tool_options(&tool, argc, argv, "L", own_option, usage);
	tool_no_operands(&tool, argc, argv);
	tool.header = header;
	tool.show = show;
	tool.json = show_json;
	return tool_run(&tool);
}
