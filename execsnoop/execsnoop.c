/*
 * execsnoop: a line for each program that is run.  See execsnoop(8).
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/complain.h"
#include "../lib/ere.h"
#include "../lib/print.h"
#include "../lib/tasks.h"
#include "../lib/tool.h"

#define ARGS_DEFAULT 8
#define ARGS_LIMIT   100000
#define ARGS_KEPT    64 /* at least, for -l */

static const char usage[] =
    "[-FhHjqrtTvVx] [-a argc] [-b kb] [-d secs] [-i file] [-l regex]\n"
    "                 [-p pid] [-w file] [name] [-- cmd ...]\n"
    "       execsnoop --check [option ...]\n"
    "  -a argc   show at most argc arguments (default 8)\n"
    "  -b kb     kernel buffer per CPU\n"
    "  -d secs   stop after secs seconds\n"
    "  -F        take the kernel's only buffer, though somebody uses it\n"
    "  -h        this text\n"
    "  -H        no column header\n"
    "  -i file   replay a recording or a saved trace (-: standard input)\n"
    "  -j        JSON Lines\n"
    "  -l regex  only lines whose arguments match\n"
    "  -p pid    only pid and its descendants\n"
    "  -q        quote arguments for a shell\n"
    "  -r        re-execs too, not only the first exec of a process\n"
    "  -t        time since boot, in seconds\n"
    "  -T        local time\n"
    "  -v        tell on stderr what is used to trace\n"
    "  -V        version\n"
    "  -w file   record, for -i\n"
    "  -x        failed execs too, and a RET column\n"
    "  name      only programs whose path matches this regular expression\n"
    "  --check   only tell what works here, and what does not (bug reports)\n"
    "  --row=n   see execs only in this way (1 to 5, see the manual)\n"
    "  --top-level\n"
    "            use the kernel's own buffer, not one of its own\n"
    "  -- cmd    run cmd, trace it and its descendants, end with it\n";

static struct tool tool = { .opt.tool = "execsnoop" };
static int max_args = ARGS_DEFAULT;
static bool reexecs, failed;
static struct ere *name, *line;
static struct buf text; /* what -l is matched against */

/* Who has exec'd before, a bit a pid; cleared when the pid is reused. */
static unsigned char *ran;
static unsigned long long hidden;

static struct ere *
compile(const char *what, const char *expression)
{
	struct ere *r = malloc(sizeof *r);
	const char *why;

	if (!r)
		die_errno(1, "memory");
	why = ere_compile(r, expression);
	if (!why)
		return r;
	tool_usage(&tool, "%s %s: %s", what, expression, why);
}

static void
own_option(int letter, const char *arg)
{
	long n;

	switch (letter) {
	case 'a':
		if (parse_number(arg, 0, ARGS_LIMIT, &n) != 0)
			tool_usage(&tool,
			    "-a %s: a number from 0 to %d is "
			    "expected",
			    arg, ARGS_LIMIT);
		max_args = (int)n;
		break;
	case 'l':
		line = compile("-l", arg);
		break;
	case 'q':
		tool.opt.quote = true;
		break;
	case 'r':
		reexecs = true;
		break;
	case 'x':
		failed = true;
	}
}

static void
header(struct buf *b)
{
	buf_printf(b, "%6s %6s ", "PID", "PPID");
	if (failed)
		buf_printf(b, "%7s ", "RET");
	buf_puts(b, "ARGS");
}

/* After a gap any pid may be a new process. */
static void
forget(void)
{
	free(ran);
	ran = calloc(EXEC_TIDS / 8, 1);
	if (!ran)
		die_errno(1, "memory");
}

static bool
matches(const struct event *e)
{
	if (name && (!e->path || !ere_match(name, e->path)))
		return false;
	if (!line)
		return true;
	text.len = 0;
	print_args(&text, e, INT_MAX, tool.opt.quote);
	buf_putc(&text, '\0');
	return !text.failed && ere_match(line, text.data);
}

/* Is it the first exec of this process?  Remembers that it was. */
static bool
is_first(const struct event *e)
{
	unsigned char *byte, bit = (unsigned char)(1u << (e->pid & 7));
	bool first;

	if (e->pid < 0 || e->pid >= EXEC_TIDS)
		return true;
	byte = &ran[e->pid / 8];
	first = !(*byte & bit);
	if (e->type == EVENT_FORK)
		*byte &= (unsigned char)~bit;
	else
		*byte |= bit;
	return first;
}

static bool
wanted(const struct event *e)
{
	bool first;

	if (e->type == EVENT_FORK && e->tid == e->pid)
		is_first(e);
	if (e->type == EVENT_LOST)
		forget();
	if (e->type == EVENT_EXECFAIL)
		return failed && matches(e);
	if (e->type != EVENT_EXEC)
		return false;
	first = is_first(e);
	if (!matches(e))
		return false;
	hidden += !first && !reexecs;
	return first || reexecs;
}

static bool
show(struct buf *b, const struct event *e)
{
	if (!wanted(e))
		return false;
	print_pid(b, e->pid ? e->pid : e->tid);
	print_pid(b, e->ppid);
	if (failed) {
		struct buf ret = { 0 };

		print_errno(&ret, e->error);
		buf_putc(&ret, '\0');
		buf_printf(b, "%7s ", ret.failed ? "?" : ret.data);
		buf_free(&ret);
	}
	print_args(b, e, max_args, tool.opt.quote);
	return true;
}

static bool
show_json(struct buf *b, const struct event *e)
{
	if (!wanted(e))
		return false;
	tool_json_common(b, e, "exec");
	tool_json_args(b, e, max_args);
	if (failed) {
		buf_puts(b, ",\"ret\":");
		if (e->error) {
			buf_putc(b, '"');
			print_errno(b, e->error);
			buf_putc(b, '"');
		} else
			buf_putc(b, '0');
	}
	return true;
}

static void
summary(void)
{
	if (hidden)
		complain("%llu re-exec%s not shown (-r shows them)", hidden,
		    hidden == 1 ? "" : "s");
}

int
main(int argc, char **argv)
{
	tool_is_proof(argc, argv);
	tool_options(&tool, argc, argv, "a:l:qrx", own_option, usage);
	if (tool.operand < argc && &argv[tool.operand] != tool.opt.command)
		name = compile("name", argv[tool.operand++]);
	tool_no_operands(&tool, argc, argv);
	forget();
	tool.header = header;
	tool.show = show;
	tool.json = show_json;
	tool.summary = summary;
	tool.session.execs = true;
	tool.session.failed = failed;
	tool.session.args = max_args;
	if (line && max_args < ARGS_KEPT)
		tool.session.args = ARGS_KEPT;
	return tool_run(&tool);
}
