/*
 * proctree: the tree of everything that ran.  See proctree(8).
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "diff/diff.h"
#include "keep.h"
#include "output/formats.h"
#include "run.h"
#include "svg/svg.h"
#include "top.h"
#include "why/why.h"
#include "base/count.h"
#include "input/cgroups.h"

#define EVERY_MIN 10000000u /* ns, of -r */
#define CPUS_MOST 65536	    /* of --cpus */

static const char usage[] =
    "[-afFhHjLnqsStTvVW] [-A pid] [-b kb] [-d secs] [-i file]\n"
    "                [-k secs] [-m secs] [-o format] [-O file] [-p pid]\n"
    "                [-r secs] [-w file] [-- cmd ...]\n"
    "       proctree --check [option ...]\n"
    "       proctree --diff [-aHj] [-m secs] [-o format] file file\n";

static const struct output {
	const char *name;
	int (*draw)(const struct view *, struct buf *);
	enum weight weight;
	bool waits; /* it has the critical path */
} formats[] = {
	{ "text", draw_text, 0, false },
	{ "json", draw_json, 0, true },
	{ "dot", draw_dot, 0, false },
	{ "folded", draw_folded, WEIGHT_COUNT, false },
	{ "folded:wall", draw_folded, WEIGHT_WALL, false },
	{ "folded:cpu", draw_folded, WEIGHT_CPU, false },
	{ "perfetto", draw_perfetto, 0, false },
	{ "svg", draw_svg, 0, true },
	{ "why", draw_why, 0, true },
};

struct proctree {
	struct tool tool;
	struct view_request request;
	bool now, by_command, by_format, wide; /* -s, -S, -o, -W */
};

static const struct tool_option options[] = {
	{ 'a', "all-execs", NULL, "all execs of a process, not only its last",
	    offsetof(struct proctree, request.view.all) },
	{ 'A', "ancestors", "pid", "pid and its ancestors in the same cgroup",
	    0 },
	{ 'f', "follow", NULL, "print a line for each exec at once, no tree",
	    offsetof(struct proctree, request.follow) },
	{ 'i', "replay", "file", "draw a recording or trace output (-: stdin)",
	    0 },
	{ 'j', "json", NULL, "the same as -o json; with -r JSON Lines",
	    offsetof(struct proctree, tool.opt.json) },
	{ 'k', "keep", "secs", "no tree; with -w: the last secs, for SIGUSR1",
	    0 },
	{ 'L', "threads", NULL, "threads too",
	    offsetof(struct proctree, request.view.threads) },
	{ 'm', "min-duration", "secs",
	    "hide shorter ones with nothing longer below", 0 },
	{ 'n', "new-only", NULL, "hide what existed before and forked nothing",
	    offsetof(struct proctree, request.new_only) },
	{ 'o', "format", "format",
	    "text, json, dot, folded, perfetto, svg or why", 0 },
	{ 'O', "output", "file", "draw to file, not to standard output", 0 },
	{ 'q', "quote", NULL, "quote arguments for a shell",
	    offsetof(struct proctree, request.view.quote) },
	{ 'r', "repeat", "secs", "with -S: again every secs seconds", 0 },
	{ 's', "snapshot", NULL, "draw all processes as they are now",
	    offsetof(struct proctree, now) },
	{ 'S', "summary", NULL, "print a summary by command",
	    offsetof(struct proctree, by_command) },
	{ 't', "timestamp", NULL, "print START in seconds since boot",
	    offsetof(struct proctree, tool.opt.seconds) },
	{ 'T', "time", NULL, "print START as local time",
	    offsetof(struct proctree, tool.opt.wall) },
	{ 'W', "wide", NULL, "do not cut lines at the terminal's width",
	    offsetof(struct proctree, wide) },
	{ OPTION_ALL, "all", NULL, "with -A: up to the first process",
	    offsetof(struct proctree, request.to_first) },
	{ OPTION_BY, "by", "what",
	    "with -S: by command, parent, comm, cgroup or user", 0 },
	{ OPTION_CPUS, "cpus", "number",
	    "with -o why: predict the time with so many CPUs", 0 },
	{ OPTION_COMMAND, "-- cmd", NULL, "run cmd, draw its tree when it ends",
	    0 },
	{ 0 },
};

static const struct tool_option diff_options[] = {
	{ 'a', "all", NULL, NULL, offsetof(struct proctree, request.view.all) },
	{ 'm', "min-duration", "secs", NULL, 0 },
	{ 'o', "format", "format", NULL, 0 },
	{ 0 },
};

static void
choose_format(struct proctree *p, const char *name)
{
	for (size_t i = 0; i < COUNT(formats); i++)
		if (strcmp(formats[i].name, name) == 0) {
			p->request.draw = formats[i].draw;
			p->request.view.weight = formats[i].weight;
			p->request.waits = formats[i].waits;
			p->by_format = true;
			return;
		}
	tool_usage(&p->tool,
	    "%s %s: text, json, dot, folded, folded:wall, folded:cpu, "
	    "perfetto, svg or why is expected",
	    p->tool.option, name);
}

static void
choose_ancestors(struct proctree *p, const char *value)
{
	if (strcmp(value, "-") == 0)
		p->request.answer = true;
	else if (parse_number(value, 1, INT_MAX, &p->request.ancestors) != 0)
		tool_usage(&p->tool, "%s %s: a pid is expected", p->tool.option,
		    value);
}

static void
choose_group(struct proctree *p, const char *name)
{
	static const char *const groups[] = { "command", "parent", "comm",
		"cgroup", "user" };
	int i = COUNT(groups);

	while (--i >= 0 && strcmp(groups[i], name) != 0)
		;
	if (i < 0)
		tool_usage(&p->tool,
		    "%s %s: command, parent, comm, cgroup or user is "
		    "expected",
		    p->tool.option, name);
	p->request.view.group = (enum group)i;
}

static void
choose_cpus(struct proctree *p, const char *value)
{
	long cpus;

	if (parse_number(value, 1, CPUS_MOST, &cpus) != 0)
		tool_usage(&p->tool, "%s %s: a number from 1 to %d is expected",
		    p->tool.option, value, CPUS_MOST);
	p->request.view.cpus = (int)cpus;
}

static void
own_option(void *arg, int letter, const char *value)
{
	struct proctree *p = arg;

	if (letter == 'A')
		choose_ancestors(p, value);
	else if (letter == 'o')
		choose_format(p, value);
	else if (letter == 'O')
		p->request.output = value;
	else if (letter == OPTION_BY)
		choose_group(p, value);
	else if (letter == OPTION_CPUS)
		choose_cpus(p, value);
	else if (letter == 'r') {
		if (parse_seconds(value, &p->request.every) != 0 ||
		    p->request.every < EVERY_MIN)
			tool_usage(&p->tool,
			    "%s %s: a number of seconds from 0.01 is expected",
			    p->tool.option, value);
	} else if (parse_seconds(value, &p->request.shortest) != 0)
		tool_usage(&p->tool,
		    "%s %s: a number of seconds above 0 is expected",
		    p->tool.option, value);
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

/* -r prints summaries of events, not of a tree. */
static void
check_repeat(const struct proctree *p)
{
	const struct view_request *r = &p->request;

	if (!p->by_command)
		tool_usage(&p->tool, "-r repeats the summary: it needs -S");
	if (r->view.all || r->ancestors || r->view.threads || r->shortest ||
	    r->new_only || p->now)
		tool_usage(
		    &p->tool, "-r draws no tree: no -a, -A, -L, -m, -n, -s");
}

/* The output would empty what is to be drawn, or recorded. */
static bool
is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	if (!a || !b)
		return false;
	return strcmp(a, b) == 0 ||
	    (stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) &&
		x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

static void
check_files(const struct proctree *p)
{
	const struct view_request *r = &p->request;
	const struct tool *t = &p->tool;
	const struct request *q = &t->opt.request;

	if (is_same_file(r->output, q->input) ||
	    is_same_file(r->output, q->output))
		tool_usage(t, "-O names the file of -i or -w");
	if (t->opt.check && (p->now || r->output))
		tool_usage(t, "--check draws nothing: no -O, -s");
}

/* Options that do not go together would be ignored. */
static void
check_options(const struct proctree *p)
{
	const struct view_request *r = &p->request;
	const struct tool *t = &p->tool;
	const struct request *q = &t->opt.request;
	bool picture = p->by_format || p->by_command || r->output ||
	    r->shortest || r->new_only;
	bool traced = q->input || q->output || q->duration || q->command;

	if (r->every)
		check_repeat(p);
	if (r->view.group && (!p->by_command || r->every))
		tool_usage(
		    t, "--by groups the summary: it needs -S, and no -r");
	if (r->view.group == GROUP_USER && !q->input)
		tool_usage(t,
		    "--by=user is of recordings (execsnoop -d 60 -w - | "
		    "proctree -S --by=user -i -)");
	if (r->to_first && !r->ancestors && !r->answer)
		tool_usage(t, "--all needs -A");
	if (p->by_command && p->by_format)
		tool_usage(t, "-S and -o exclude each other");
	if (r->follow && (picture || r->view.all))
		tool_usage(t, "-f draws no tree: no -a, -m, -n, -o, -O, -S");
	if (r->answer && (picture || p->now || r->follow || q->input))
		tool_usage(t,
		    "-A - only answers: no -f, -i, -m, -n, -o, "
		    "-O, -s, -S");
	if (r->ancestors && (r->follow || q->pid || p->now))
		tool_usage(t, "-A: no -f, -p, -s");
	if (q->stream && picture && !r->output)
		tool_usage(t, "-w - takes standard output: a tree needs -O");
	if (q->stream && !picture && (r->follow || r->answer))
		tool_usage(t, "-w - takes standard output: no -A -, -f");
	if (p->now && (traced || r->follow || r->new_only))
		tool_usage(t, "-s is now: no -d, -f, -i, -n, -w, no command");
	if (r->view.cpus && r->draw != draw_why)
		tool_usage(t, "--cpus needs -o why");
	if (r->draw == draw_why && (p->now || r->ancestors))
		tool_usage(t, "-o why is of a trace: no -A, -s");
	if (q->keep && !r->every &&
	    (picture || r->view.all || r->ancestors || r->answer || p->now ||
		r->follow))
		tool_usage(t,
		    "-k draws no tree: no -a, -A, -f, -m, -n, -o, "
		    "-O, -s, no -S without -r");
	check_files(p);
}

/* proctree --diff [-aHj] [-m secs] [-o format] file file */
static int
main_diff(struct proctree *p, int argc, char **argv)
{
	struct tool *t = &p->tool;
	struct diff d = { 0 };

	t->usage_options = options;
	t->options = diff_options;
	tool_options(t, argc, argv);
	if (argc - t->operand != 2 || t->opt.request.command || t->opt.check)
		tool_usage(t, "--diff: two files are expected");
	d.file[0] = argv[t->operand];
	d.file[1] = argv[t->operand + 1];
	d.least = p->request.shortest;
	d.all = p->request.view.all;
	d.no_header = t->opt.no_header;
	d.json = t->opt.json || p->request.draw == draw_json;
	d.svg = p->request.draw == draw_svg;
	if (!d.json && !d.svg && p->request.draw != draw_text)
		tool_usage(t, "--diff: text, json or svg is expected");
	return diff_main(&d);
}

/* What the options ask for. */
static int
draw_tree(struct proctree *p)
{
	struct tool *t = &p->tool;
	struct view_request *r = &p->request;
	const struct request *q = &t->opt.request;

	if (t->opt.json && !(r->every && p->by_command))
		choose_format(p, "json");
	check_options(p);
	if (p->by_command)
		r->draw = draw_summary;
	r->view.no_header = t->opt.no_header;
	r->view.seconds = t->opt.seconds;
	r->view.wall = t->opt.wall;
	r->view.cut = !p->wide;
	if (p->now ||
	    (r->ancestors && !q->input && !q->duration && !q->command &&
		!t->opt.check))
		return run_snapshot(t, r);
	if (r->every)
		return top_trace(t, r);
	if (q->keep)
		return keep_trace(t);
	return run_trace(t, r);
}

int
main(int argc, char **argv)
{
	struct proctree p = { .tool.opt.tool = "proctree",
		.request.draw = draw_text };
	struct tool *t = &p.tool;
	struct view_request *r = &p.request;

	t->usage = usage;
	t->options = options;
	t->arg = &p;
	t->cgroups = &cgroup_lookup;
	t->own_option = own_option;
	r->view.ascii = !is_utf8();
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--diff") == 0) {
			memmove(argv + 1, argv, (size_t)i * sizeof(*argv));
			return main_diff(&p, argc - 1, argv + 1);
		}
	tool_options(t, argc, argv);
	tool_no_operands(t, argc, argv);
	return draw_tree(&p);
}
