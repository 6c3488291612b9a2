/*
 * proctree: the tree of everything that ran.  See proctree(8).
 */
#include <err.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diff.h"
#include "run.h"

static const char usage[] =
    "[-afFhHjLnqsStTvVW] [-A pid] [-b kb] [-d secs] [-i file]\n"
    "                [-m secs] [-o format] [-O file] [-p pid] [-w file]\n"
    "                [-- cmd ...]\n"
    "       proctree --check [option ...]\n"
    "       proctree --diff [-aHj] [-m secs] file file\n"
    "  -A pid    pid and its ancestors in the same cgroup (-: of the pids on\n"
    "            standard input, while tracing)\n"
    "  -a        every exec of a process, not only its last\n"
    "  -b kb     kernel buffer per CPU\n"
    "  -d secs   stop after secs seconds\n"
    "  -f        a line for each exec, indented, as it happens\n"
    "  -F        take the kernel's only buffer, though somebody uses it\n"
    "  -h        this text\n"
    "  -H        no column header\n"
    "  -i file   from a recording or a saved trace (-: standard input)\n"
    "  -j        the same as -o json\n"
    "  -L        threads too\n"
    "  -m secs   hide what took less and has nothing longer below it\n"
    "  -n        only what began while tracing, and its ancestors\n"
    "  -o format text, json, dot, folded, folded:wall, folded:cpu, perfetto\n"
    "            or svg\n"
    "  -O file   draw into file, not to standard output\n"
    "  -p pid    only pid and its descendants\n"
    "  -q        quote arguments for a shell\n"
    "  -s        all processes as they are now\n"
    "  -S        a summary by command\n"
    "  -t        START since boot, in seconds\n"
    "  -T        START in local time\n"
    "  -v        tell on stderr what is used to trace\n"
    "  -V        version\n"
    "  -w file   record, for -i\n"
    "  -W        do not cut lines at the width of the terminal\n"
    "  --check   only tell what works here, and what does not (bug reports)\n"
    "  --row=n   see execs only in this way (1 to 5, see the manual)\n"
    "  --top-level\n"
    "            use the kernel's own buffer, not one of its own\n"
    "  -- cmd    run cmd, and draw the tree of it when it ends\n";

static const struct output {
	const char *name;
	int (*draw)(const struct view *, struct buf *);
	enum weight weight;
} formats[] = {
	{ "text", draw_text, 0 },
	{ "json", draw_json, 0 },
	{ "dot", draw_dot, 0 },
	{ "folded", draw_folded, WEIGHT_COUNT },
	{ "folded:wall", draw_folded, WEIGHT_WALL },
	{ "folded:cpu", draw_folded, WEIGHT_CPU },
	{ "perfetto", draw_perfetto, 0 },
	{ "svg", draw_svg, 0 },
};

static struct tool tool = { .opt.tool = "proctree" };
static struct request request = { .draw = draw_text, .view.cut = true };
static bool now, by_command, by_format; /* -s, -S, -o */

static void
choose_format(const char *name)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (strcmp(formats[i].name, name) == 0) {
			request.draw = formats[i].draw;
			request.view.weight = formats[i].weight;
			by_format = true;
			return;
		}
	tool_usage(&tool,
	    "-o %s: text, json, dot, folded, folded:wall, folded:cpu, "
	    "perfetto or svg is expected",
	    name);
}

static void
choose_ancestors(const char *arg)
{
	if (strcmp(arg, "-") == 0)
		request.answer = true;
	else if (parse_number(arg, 1, INT_MAX, &request.ancestors) != 0)
		tool_usage(&tool, "-A %s: a pid is expected", arg);
}

static void
own_option(int letter, const char *arg)
{
	request.view.all |= letter == 'a';
	request.view.threads |= letter == 'L';
	request.view.quote |= letter == 'q';
	request.view.cut &= letter != 'W';
	request.fresh |= letter == 'n';
	request.follow |= letter == 'f';
	by_command |= letter == 'S';
	now |= letter == 's';
	if (letter == 'A')
		choose_ancestors(arg);
	if (letter == 'o')
		choose_format(arg);
	if (letter == 'O')
		request.output = arg;
	if (letter == 'm' && parse_seconds(arg, &request.shortest) != 0)
		tool_usage(&tool,
		    "-m %s: a number of seconds above 0 is expected", arg);
}

static bool
is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *s = NULL;

	for (int i = 0; i < 3 && (!s || !*s); i++)
		s = getenv(names[i]);
	return s && (strcasestr(s, "utf-8") || strcasestr(s, "utf8"));
}

/* Options that do not go together would be ignored. */
static void
check_options(void)
{
	const struct options *o = &tool.opt;
	bool picture = by_format || by_command || request.output ||
	    request.shortest || request.fresh;
	bool traced = o->input || o->output || o->duration || o->command;

	if (by_command && by_format)
		tool_usage(&tool, "-S and -o exclude each other");
	if (request.follow && (picture || request.view.all))
		tool_usage(
		    &tool, "-f draws no tree: no -a, -m, -n, -o, -O, -S");
	if (request.answer && (picture || now || request.follow || o->input))
		tool_usage(&tool,
		    "-A - only answers: no -f, -i, -m, -n, -o, "
		    "-O, -s, -S");
	if (request.ancestors && (request.follow || o->pid || now))
		tool_usage(&tool, "-A: no -f, -p, -s");
	if (now && (traced || request.follow || request.fresh))
		tool_usage(
		    &tool, "-s is now: no -d, -f, -i, -n, -w, no command");
	if (o->check && (now || request.output))
		tool_usage(&tool, "--check draws nothing: no -O, -s");
}

/* proctree --diff [-aHj] [-m secs] file file */
static int
main_diff(int argc, char **argv)
{
	struct diff d = { 0 };

	tool_options(&tool, argc, argv, "am:o:", own_option, usage);
	if (argc - tool.operand != 2 || tool.opt.command || tool.opt.check)
		tool_usage(&tool, "--diff: two files are expected");
	d.file[0] = argv[tool.operand];
	d.file[1] = argv[tool.operand + 1];
	d.least = request.shortest;
	d.all = request.view.all;
	d.bare = tool.opt.bare;
	d.json = tool.opt.json || request.draw == draw_json;
	return diff_main(&d);
}

int
main(int argc, char **argv)
{
	tool_is_proof(argc, argv);
	request.view.ascii = !is_utf8();
	if (argc > 1 && strcmp(argv[1], "--diff") == 0) {
		argv[1] = argv[0];
		return main_diff(argc - 1, argv + 1);
	}
	tool_options(&tool, argc, argv, "A:afLm:no:O:qsSW", own_option, usage);
	tool_no_operands(&tool, argc, argv);
	if (tool.opt.json)
		choose_format("json");
	check_options();
	if (by_command)
		request.draw = draw_summary;
	request.view.bare = tool.opt.bare;
	request.view.seconds = tool.opt.seconds;
	request.view.wall = tool.opt.wall;
	if (now ||
	    (request.ancestors && !tool.opt.input && !tool.opt.duration &&
		!tool.opt.command && !tool.opt.check))
		return run_snapshot(&tool, &request);
	return run_trace(&tool, &request);
}
