/*
 * exitsnoop: a line for each process that ends.  See exitsnoop(8).
 */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "../lib/complain.h"
#include "../lib/print.h"
#include "../lib/tasks.h"
#include "../lib/tool.h"
#include "../lib/usage.h"

#define ARGS_KEPT 64 /* of the last exec, for -a */

static const char usage[] =
    "[-aFhHjLqRtTvVx] [-b kb] [-d secs] [-i file] [-p pid] [-w file]\n"
    "                 [-- cmd ...]\n"
    "       exitsnoop --check [option ...]\n"
    "  -a        the arguments of the last exec\n"
    "  -b kb     kernel buffer per CPU\n"
    "  -d secs   stop after secs seconds\n"
    "  -F        take the kernel's only buffer, though somebody uses it\n"
    "  -h        this text\n"
    "  -H        no column header\n"
    "  -i file   replay a recording or a saved trace (-: standard input)\n"
    "  -j        JSON Lines\n"
    "  -L        threads too, and a TID column\n"
    "  -p pid    only pid and its descendants\n"
    "  -q        quote arguments for a shell\n"
    "  -R        CPU time, peak memory and I/O\n"
    "  -t        time since boot, in seconds\n"
    "  -T        local time\n"
    "  -v        tell on stderr what is used to trace\n"
    "  -V        version\n"
    "  -w file   record, for -i\n"
    "  -x        only what failed: not exit status 0\n"
    "  --check   only tell what works here, and what does not (bug reports)\n"
    "  --row=n   see execs only in this way (1 to 5, see the manual)\n"
    "  --top-level\n"
    "            use the kernel's own buffer, not one of its own\n"
    "  -- cmd    run cmd, trace it and its descendants, end with it\n";

static struct tool tool = { .opt.tool = "exitsnoop" };
static bool args, threads, resources, failed;
static unsigned long long unknown; /* exits after a loss, of whom? */

static bool
wanted(const struct event *e)
{
	/* After a loss: who it was, and whether a process ended with it. */
	if (e->type == EVENT_EXIT && (!e->pid || e->group_dead < 0))
		unknown += e->group_dead != 0;
	if (e->type == EVENT_EXIT && (!threads || e->tid == e->pid || !e->pid))
		return false;
	if (e->type != EVENT_EXIT && e->type != EVENT_END)
		return false;
	return !failed || e->code != 0;
}

/* ---- text ---- */

static void
header(struct buf *b)
{
	buf_printf(b, "%6s ", "PID");
	if (threads)
		buf_printf(b, "%6s ", "TID");
	buf_printf(b, "%6s %-16s %12s %s", "PPID", "COMM", "AGE(s)",
	    resources || args ? "EXIT         " : "EXIT");
	if (resources)
		buf_printf(b, " %10s %10s %10s %9s %9s", "USER(s)", "SYS(s)",
		    "MAXRSS(KB)", "READ(KB)", "WRITE(KB)");
	if (args)
		buf_puts(b, " ARGS");
}

static void
put_age(struct buf *b, const struct event *e)
{
	if (!e->start || e->start > e->ts)
		buf_putc(b, '?');
	else
		print_seconds(b, e->ts - e->start);
	/* A start time of /proc has two decimals. */
	if (e->coarse && b->len > 4)
		b->len -= 4;
}

static void
put_usage(struct buf *b, struct buf *field, const struct usage *u)
{
	uint64_t user, system;

	usage_cpu(u, &user, &system);
	if (!u->known) {
		buf_printf(
		    b, "%10s %10s %10s %9s %9s ", "?", "?", "?", "?", "?");
		return;
	}
	print_seconds(field, user);
	buf_column(b, field, 10);
	print_seconds(field, system);
	buf_column(b, field, 10);
	buf_printf(b, "%10llu %9llu %9llu ",
	    (unsigned long long)(u->maxrss >> 10),
	    (unsigned long long)(u->read >> 10),
	    (unsigned long long)(u->write >> 10));
}

static bool
show(struct buf *b, const struct event *e)
{
	static struct buf field;

	if (!wanted(e))
		return false;
	print_pid(b, e->pid);
	if (threads)
		print_pid(b, e->tid);
	print_pid(b, e->ppid);
	print_comm(&field, e->comm);
	buf_column(b, &field, -16);
	put_age(&field, e);
	buf_column(b, &field, 12);
	print_status(&field, e->code);
	buf_column(b, &field, resources || args ? -13 : 0);
	if (resources)
		put_usage(b, &field, &e->usage);
	if (args && e->type == EVENT_END)
		print_args(b, e, INT_MAX, tool.opt.quote);
	else
		b->len--; /* the blank */
	return true;
}

/* ---- JSON ---- */

static void
put_usage_json(struct buf *b, const struct usage *u)
{
	uint64_t user, system;

	if (!u->known) {
		buf_puts(b,
		    ",\"utime\":null,\"stime\":null,\"maxrss\":null,"
		    "\"read\":null,\"write\":null");
		return;
	}
	usage_cpu(u, &user, &system);
	buf_puts(b, ",\"utime\":");
	print_seconds(b, user);
	buf_puts(b, ",\"stime\":");
	print_seconds(b, system);
	buf_printf(b, ",\"maxrss\":%llu,\"read\":%llu,\"write\":%llu",
	    (unsigned long long)u->maxrss, (unsigned long long)u->read,
	    (unsigned long long)u->write);
}

static bool
show_json(struct buf *b, const struct event *e)
{
	if (!wanted(e))
		return false;
	tool_json_common(b, e, "exit");
	buf_puts(b, ",\"age\":");
	if (!e->start || e->start > e->ts)
		buf_puts(b, "null");
	else
		put_age(b, e);
	tool_json_status(b, e->code);
	if (resources)
		put_usage_json(b, &e->usage);
	if (args && e->type == EVENT_END)
		tool_json_args(b, e, INT_MAX);
	return true;
}

/* ---- */

static void
own_option(int letter, const char *arg)
{
	(void)arg;
	args |= letter == 'a';
	threads |= letter == 'L';
	tool.opt.quote |= letter == 'q';
	resources |= letter == 'R';
	failed |= letter == 'x';
}

static void
summary(void)
{
	if (unknown)
		complain("%llu exit%s not shown: it is not certain of which "
			 "process",
		    unknown, unknown == 1 ? "" : "s");
}

int
main(int argc, char **argv)
{
	tool_is_proof(argc, argv);
	tool_options(&tool, argc, argv, "aLqRx", own_option, usage);
	tool_no_operands(&tool, argc, argv);
	tool.header = header;
	tool.show = show;
	tool.json = show_json;
	tool.summary = summary;
	tool.session.exits = true;
	tool.session.usage = resources;
	tool.session.execs = tool.session.keep = args;
	tool.session.args = args ? ARGS_KEPT : 0;
	return tool_run(&tool);
}
