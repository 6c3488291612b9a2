/* What a tool is called with; running it is in tool.c. */
#include "tool.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "find.h"
#include "fmt.h"
#include "letters.h"
#include "proof.h"

static const char *usage_text;

void
tool_is_proof(int argc, char **argv)
{
	if (argc == PROOF_ARGS && strcmp(argv[1], PROOF_OPTION) == 0)
		_exit(0);
}

/* brief: what it is called with, not what that means. */
static int
print_usage(int fd, const struct tool *t, bool brief)
{
	const char *options = find_text(usage_text, "\n  -");
	size_t len = brief ? (size_t)(options + 1 - usage_text) :
			     strlen(usage_text);
	struct buf b = { 0 };
	int r;

	buf_printf(&b, "usage: %s ", t->opt.tool);
	buf_add(&b, usage_text, len);
	r = buf_write(&b, fd);
	buf_free(&b);
	return r;
}

/* -h, -V */
static _Noreturn void
answer(const struct tool *t, int letter)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s (procsnoop) %s\n", t->opt.tool, PROCSNOOP_VERSION);
	if ((letter == 'h' ? print_usage(STDOUT_FILENO, t, false) :
			     buf_write(&b, STDOUT_FILENO)) != 0)
		die_errno(STATUS_FAILED, "standard output");
	exit(0);
}

void
tool_usage(const struct tool *t, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vcomplain(format, ap);
	va_end(ap);
	print_usage(STDERR_FILENO, t, true);
	exit(STATUS_USAGE);
}

void
tool_options(struct tool *t, int argc, char **argv, const char *letters,
    void (*own)(int letter, const char *arg), const char *usage)
{
	char all[128];
	struct letters l = { .argv = argv, .argc = argc, .at = 1 };
	const char *why = NULL, *last = NULL;
	int c, r;

	usage_text = usage;
	fmt_print(all, sizeof all, "hV%s%s", OPTIONS_COMMON, letters);
	while ((c = letters_next(&l, all)) != -1) {
		last = l.arg;
		if (c == 'h' || c == 'V')
			answer(t, c);
		if (c == ':')
			tool_usage(t, "option -%c needs an argument", l.letter);
		if (c == '?')
			tool_usage(t, "unknown option -%c", l.letter);
		r = options_take(&t->opt, c, l.arg, &why);
		if (r < 0)
			tool_usage(t, c == '-' ? "-%c%s: %s" : "-%c %s: %s", c,
			    l.arg, why);
		if (r == 0)
			own(c, l.arg);
	}
	t->operand = l.at;
	/* A "--" was passed by, unless it is the argument of an option. */
	if (l.at > 1 && argv[l.at - 1] != last &&
	    strcmp(argv[l.at - 1], "--") == 0)
		t->opt.command = &argv[l.at];
	for (int i = l.at; i < argc && !t->opt.command; i++)
		if (strcmp(argv[i], "--") == 0)
			t->opt.command = &argv[i + 1];
	if (t->opt.command && !*t->opt.command)
		tool_usage(t, "a command is expected behind --");
	if (options_check(&t->opt, &why) != 0)
		tool_usage(t, "%s", why);
}

void
tool_no_operands(const struct tool *t, int argc, char **argv)
{
	int i = t->operand;

	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	if (i < argc && &argv[i] != t->opt.command)
		tool_usage(t, "%s: not understood (a command goes behind --)",
		    argv[i]);
}
