/* The command line of a tool; running it is in tool.c. */
#include "cli/tool.h"

#include <ctype.h>
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

/* Take an option, with its argument, if it has one. */
static void
take_option(struct tool *t, int letter, const char *value)
{
	const struct tool_option *o = find_option(t->options, letter);
	const char *why = NULL;
	int r;

	if (letter == 'h' || letter == 'V')
		print_and_exit(t, letter);
	if (o && o->flag) {
		*(bool *)((char *)t->arg + o->flag) = true;
		return;
	}
	o = find_option(options_common, letter);
	r = o ? options_take(&t->opt, o, value, &why) : 0;
	if (r < 0)
		tool_usage(t, "%s %s: %s", t->option, value, why);
	if (r == 0)
		t->own_option(t->arg, letter, value);
}

/* The argument of the option that was named last, which is the next word. */
static const char *
next_argument(const struct tool *t, char ***next)
{
	if (!**next)
		tool_usage(t, "option %s needs an argument", t->option);
	return *(*next)++;
}

/* Take "abc" of a word "-abc", where the rest after a letter may be its
 * argument. */
static void
take_letters(struct tool *t, const struct tool_option *const *list,
    const char *word, char ***next)
{
	for (const char *p = word; *p; p++) {
		const struct tool_option *const *o = list;

		snprintf(t->option, sizeof t->option, "-%c", *p);
		while (*o && (*o)->letter != (unsigned char)*p)
			o++;
		if (!*o)
			tool_usage(t, "unknown option %s", t->option);
		if ((*o)->arg) {
			take_option(t, (*o)->letter,
			    p[1] ? p + 1 : next_argument(t, next));
			return;
		}
		take_option(t, (*o)->letter, NULL);
	}
}

/* The option with a name of len bytes, or the only one that begins so. */
static const struct tool_option *
find_name(const struct tool *t, const struct tool_option *const *list,
    const char *name, size_t len)
{
	const struct tool_option *found = NULL;
	int n = 0;

	for (; *list; list++) {
		if ((*list)->letter == OPTION_OPERAND ||
		    (*list)->letter == OPTION_COMMAND ||
		    strncmp((*list)->name, name, len) != 0)
			continue;
		if (!(*list)->name[len])
			return *list;
		found = *list;
		n++;
	}
	if (n != 1)
		tool_usage(
		    t, "%s option %s", n ? "ambiguous" : "unknown", t->option);
	return found;
}

/* Take a word "--name" or "--name=value". */
static void
take_name(struct tool *t, const struct tool_option *const *list,
    const char *word, char ***next)
{
	size_t len = strcspn(word, "=");
	const char *value = word[len] ? word + len + 1 : NULL;
	const struct tool_option *o;

	snprintf(t->option, sizeof t->option, "%.*s", (int)len, word);
	o = find_name(t, list, word + 2, len - 2);
	if (value && !o->arg)
		tool_usage(t, "option %s takes no argument", t->option);
	if (o->arg && !value)
		value = next_argument(t, next);
	snprintf(t->option, sizeof t->option, "--%s", o->name);
	take_option(t, o->letter, value);
}

void
tool_options(struct tool *t, int argc, char **argv)
{
	const struct tool_option *list[OPTIONS_MAX];
	char **command = NULL, **next = argv + (argc > 0), *word;
	const char *why = NULL;

	if (argc == SELFTEST_ARGS && strcmp(argv[1], SELFTEST_OPTION) == 0)
		_exit(0);
	list_options(t, t->options, list);
	while (!command && (word = *next) && *word == '-' && word[1]) {
		next++;
		if (word[1] != '-')
			take_letters(t, list, word + 1, &next);
		else if (word[2])
			take_name(t, list, word, &next);
		else
			command = next;
	}
	t->operand = (int)(next - argv);
	while (!command && *next)
		if (strcmp(*next++, "--") == 0)
			command = next;
	if (command && !*command)
		tool_usage(t, "a command is expected after --");
	t->opt.request.command = command;
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
