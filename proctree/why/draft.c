/* How a verdict is written: its text, and the numbers in it. */
#include <stdarg.h>

#include "base/number.h"
#include "cli/columns.h"
#include "why/tally.h"

#define LINE_WIDTH 60 /* columns of a command line */

static const char *const names[] = { [VERDICT_SERIAL] = "serial",
	[VERDICT_CPUS] = "cpus",
	[VERDICT_COMMAND] = "command",
	[VERDICT_LINE] = "line",
	[VERDICT_SHORT] = "short",
	[VERDICT_FAILURE] = "failure" };

const char *
verdict_name(enum verdict_kind kind)
{
	return names[kind];
}

/* The numbers, by the letter that stands for them in a format. */
static const struct figure {
	char letter;
	enum verdict_unit unit;
	const char *name;
} figures[] = {
	{ 'a', UNIT_NS, "wait" },
	{ 'b', UNIT_PERCENT, "percent_max" },
	{ 'c', UNIT_NS, "cpu" },
	{ 'e', UNIT_NS, "at" },
	{ 'f', UNIT_COUNT, "failed" },
	{ 'i', UNIT_NS, "in" },
	{ 'l', UNIT_PERCENT, "percent_min" },
	{ 'm', UNIT_COUNT, "most" },
	{ 'n', UNIT_COUNT, "count" },
	{ 'o', UNIT_NS, "one" },
	{ 'p', UNIT_COUNT, "cpus" },
	{ 'w', UNIT_NS, "wall" },
};

/* The next letter has the next number, which is so much, or more. */
static void
put_figure(struct tally *t, const struct figure *f, uint64_t value, bool least)
{
	struct verdict *v = &t->verdict;

	v->number[v->numbers++] = (struct verdict_number){
		.name = f->name, .unit = f->unit, .least = least, .value = value
	};
	if (least)
		buf_puts(&t->text, ">=");
	if (f->unit == UNIT_NS)
		print_milliseconds(&t->text, value, 1);
	else
		number_put(&t->text, value, 1, '0');
}

void
draft_put(struct tally *t, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	for (; *format; format++) {
		const struct figure *f = figures;
		bool least = format[0] == '%' && format[1] == '>';

		if (*format != '%' || format[1] == ' ') {
			buf_putc(&t->text, *format);
			continue;
		}
		format += least ? 2 : 1;
		while (f->letter != *format)
			f++;
		put_figure(t, f, va_arg(ap, uint64_t), least);
	}
	va_end(ap);
}

void
draft_put_name(struct tally *t, uint32_t node)
{
	const struct view *v = t->why->view;
	size_t len;
	const char *name = view_name(v, tree_node(v->tree, node), &len);

	escape_text(&t->text, len ? name : "?", len ? len : 1);
}

void
draft_put_line(struct tally *t, uint32_t node)
{
	struct view narrow = *t->why->view;
	const struct node *n = tree_node(narrow.tree, node);
	size_t start = t->text.len;

	view_line(&narrow, &t->text, n, n->exec);
	narrow.cut = true;
	narrow.width = LINE_WIDTH;
	view_line_cut(&narrow, &t->text, start);
}

void
draft_put_cpus(struct tally *t)
{
	int cpus = t->why->cpus;

	if (cpus)
		draft_put(t, cpus == 1 ? " on %p CPU" : " on %p CPUs",
		    (uint64_t)cpus);
}

void
draft_done(struct tally *t, enum verdict_kind kind)
{
	struct why *w = t->why;

	buf_putc(&t->text, '\0');
	w->failed |= t->text.failed;
	if (t->text.failed || w->verdicts == VERDICTS_MOST)
		buf_free(&t->text);
	t->verdict.kind = kind;
	t->verdict.text = t->text.data;
	if (t->text.data)
		w->verdict[w->verdicts++] = t->verdict;
	t->verdict = (struct verdict){ 0 };
	t->text = (struct buf){ 0 };
}
