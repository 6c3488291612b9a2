/* The command line of a tool; running it is in tool.c. */
#include "cli/tool.h"

#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "trace/selftest.h"

#define OPTIONS_MAX 64

static const struct tool_option *
find_option(const struct tool_option *o, int letter)
{
	while (o->name && o->letter != letter)
		o++;
	return o->name ? o : NULL;
}

/* List the options of own, then the shared and common ones that these do not
 * replace, then NULL.  Returns how many. */
static size_t
list_options(const struct tool *t, const struct tool_option *own,
    const struct tool_option **list)
{
	const struct tool_option *o;
	size_t n = 0;

	for (o = own; o->name; o++)
		list[n++] = o;
	for (o = t->shared; o && o->name; o++)
		if (!find_option(own, o->letter))
			list[n++] = o;
	for (o = options_common; o->name; o++)
		if (!find_option(own, o->letter))
			list[n++] = o;
	list[n] = NULL;
	return n;
}

/* The small letter before the large one, then what has no letter. */
static int
rank(const struct tool_option *o)
{
	if (o->letter > UCHAR_MAX)
		return o->letter;
	return 2 * tolower(o->letter) + !islower(o->letter);
}

static int
compare_options(const void *a, const void *b)
{
	return rank(*(const struct tool_option *const *)a) -
	    rank(*(const struct tool_option *const *)b);
}

/* The left side of the line of an option. */
static void
put_name(struct buf *b, const struct tool_option *o)
{
	bool plain = o->letter == OPTION_OPERAND || o->letter == OPTION_COMMAND;

	if (o->letter <= UCHAR_MAX)
		buf_printf(b, "  -%c, --", o->letter);
	else
		buf_puts(b, plain ? "  " : "      --");
	buf_puts(b, o->name);
	if (o->arg)
		buf_printf(b, " %s", o->arg);
}

static void
put_options(const struct tool *t, struct buf *b)
{
	const struct tool_option *list[OPTIONS_MAX];
	const struct tool_option *own = t->usage_options ? t->usage_options :
							   t->options;
	size_t n = list_options(t, own, list), width = 0;
	struct buf name = { 0 };

	qsort(list, n, sizeof *list, compare_options);
	for (int i = 0; list[i]; i++) {
		name.len = 0;
		put_name(&name, list[i]);
		width = name.len > width ? name.len : width;
	}
	for (int i = 0; list[i]; i++)
		if (list[i]->help) {
			name.len = 0;
			put_name(&name, list[i]);
			buf_column(b, &name, -(int)width - 2);
			buf_printf(b, "%s\n", list[i]->help);
		}
	buf_free(&name);
}

/* -h, -V */
static _Noreturn void
print_and_exit(const struct tool *t, int letter)
{
	struct buf b = { 0 };

	if (letter == 'h') {
		buf_printf(&b, "usage: %s %s", t->opt.tool, t->usage);
		put_options(t, &b);
	} else
		buf_printf(
		    &b, "%s (procsnoop) %s\n", t->opt.tool, PROCSNOOP_VERSION);
	if (buf_write(&b, STDOUT_FILENO, NULL, NULL) == 0)
		exit(0);
	complain("standard output: %m");
	exit(STATUS_FAILED);
}

void
tool_usage(const struct tool *t, const char *format, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, format);
	vcomplain(format, ap);
	va_end(ap);
	buf_printf(&b, "usage: %s %s", t->opt.tool, t->usage);
	buf_write(&b, STDERR_FILENO, NULL, NULL);
	exit(STATUS_USAGE);
}

/* For getopt_long(3): '+', options end at the first operand; ':', it says which
 * options lack an argument, and prints nothing; the letters of the list. */
static void
put_getopt(
    char *letters, struct option *names, const struct tool_option *const *list)
{
	const struct tool_option *o;

	*letters++ = '+';
	*letters++ = ':';
	while ((o = *list++)) {
		if (o->letter == OPTION_OPERAND || o->letter == OPTION_COMMAND)
			continue;
		*names++ = (struct option){ .name = o->name,
			.has_arg = o->arg ? required_argument : no_argument,
			.val = o->letter };
		if (o->letter > UCHAR_MAX)
			continue;
		*letters++ = (char)o->letter;
		if (o->arg)
			*letters++ = ':';
	}
	*letters = '\0';
	*names = (struct option){ 0 };
}

/* An abbreviation of more than one long option? */
static bool
is_ambiguous(const char *name, const struct option *o)
{
	int n = 0;

	for (; o->name; o++)
		if (strncmp(o->name, name, strlen(name)) == 0)
			n++;
	return n > 1;
}

/* What getopt_long(3) returned ':' or '?' for. */
static _Noreturn void
wrong_option(const struct tool *t, int c, const struct option *names)
{
	const char *option = t->option;
	bool is_long = strncmp(option, "--", 2) == 0;

	if (c == ':')
		tool_usage(t, "option %s needs an argument", option);
	if (is_long && optopt)
		tool_usage(t, "option %s takes no argument", option);
	if (is_long && is_ambiguous(option + 2, names))
		tool_usage(t, "ambiguous option %s", option);
	tool_usage(t, "unknown option %s", option);
}

/* The next option, and its name as it was given.  Returns as getopt_long(3). */
static int
next_option(struct tool *t, int argc, char **argv, const char *letters,
    const struct option *names)
{
	const char *word = optind < argc ? argv[optind] : "";
	bool is_long = strncmp(word, "--", 2) == 0;
	int c, i = -1;

	optopt = 0;
	c = getopt_long(argc, argv, letters, names, &i);
	if (!is_long)
		snprintf(t->option, sizeof t->option, "-%c",
		    c == ':' || c == '?' ? optopt : c);
	else if (c == ':' || c == '?')
		snprintf(t->option, sizeof t->option, "%.*s",
		    (int)strcspn(word, "="), word);
	else if (c != -1)
		snprintf(t->option, sizeof t->option, "--%s", names[i].name);
	return c;
}

/* Take an option that getopt_long(3) returned. */
static void
take_option(struct tool *t, int c)
{
	const struct tool_option *o = find_option(t->options, c);
	const char *why = NULL;
	int r;

	if (c == 'h' || c == 'V')
		print_and_exit(t, c);
	if (o && o->flag) {
		*(bool *)((char *)t->arg + o->flag) = true;
		return;
	}
	o = find_option(options_common, c);
	r = o ? options_take(&t->opt, o, optarg, &why) : 0;
	if (r < 0)
		tool_usage(t, "%s %s: %s", t->option, optarg, why);
	if (r == 0)
		t->own_option(t->arg, c, optarg);
}

void
tool_options(struct tool *t, int argc, char **argv)
{
	const struct tool_option *list[OPTIONS_MAX];
	struct option names[OPTIONS_MAX];
	const char *why = NULL, *last = NULL;
	char letters[128];
	int c;

	if (argc == SELFTEST_ARGS && strcmp(argv[1], SELFTEST_OPTION) == 0)
		_exit(0);
	list_options(t, t->options, list);
	put_getopt(letters, names, list);
	while ((c = next_option(t, argc, argv, letters, names)) != -1) {
		last = optarg;
		if (c == ':' || c == '?')
			wrong_option(t, c, names);
		take_option(t, c);
	}
	t->operand = optind;
	/* A "--" was passed by, unless it is the argument of an option. */
	if (optind > 1 && argv[optind - 1] != last &&
	    strcmp(argv[optind - 1], "--") == 0)
		t->opt.request.command = &argv[optind];
	for (int i = optind; i < argc && !t->opt.request.command; i++)
		if (strcmp(argv[i], "--") == 0)
			t->opt.request.command = &argv[i + 1];
	if (t->opt.request.command && !*t->opt.request.command)
		tool_usage(t, "a command is expected after --");
	if (options_check(&t->opt, &why) != 0)
		tool_usage(t, "%s", why);
}

void
tool_no_operands(const struct tool *t, int argc, char **argv)
{
	int i = t->operand;

	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	if (i < argc && &argv[i] != t->opt.request.command)
		tool_usage(
		    t, "%s: not understood (a command goes after --)", argv[i]);
}
