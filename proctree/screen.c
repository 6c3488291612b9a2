/* The control sequences are those of ECMA-48, which all terminals of today
 * know: no terminfo is needed. */
#include "screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/output.h"

#define HOME	   "\033[H" /* CUP */
#define ERASE_LINE "\033[K" /* EL */
#define ERASE_REST "\033[J" /* ED */

void
screen_init(struct screen *s, struct tool *t, const struct view_request *q)
{
	struct error error;

	s->in_place = q->view.cut && !q->output && !t->opt.json &&
	    isatty(STDOUT_FILENO);
	if (!q->output)
		return;
	t->sink.fd = output_open(q->output, &error);
	if (t->sink.fd < 0) {
		tool_say("%s", error.text);
		exit(tool_failed(t));
	}
}

void
screen_measure(struct screen *s, struct view *v)
{
	struct winsize size;

	v->cut = s->in_place && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
	    size.ws_col > 0;
	v->width = v->cut ? size.ws_col : 0;
	s->lines = v->cut ? size.ws_row : 0;
}

/* Each line is erased before it is written: after one that is as wide as the
 * terminal, EL would erase its last character.  The line feed of the last line
 * of the terminal would scroll. */
static void
draw(const struct screen *s, struct buf *b, const char *line, size_t len)
{
	const char *end = line + len, *next;
	int left = s->lines > 1 ? s->lines - 1 : -1;

	buf_puts(b, HOME);
	for (; line < end && left-- != 0; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next + 1 : end;
		buf_puts(b, ERASE_LINE);
		buf_add(b, line, (size_t)(next - line));
	}
	buf_puts(b, ERASE_REST);
}

void
screen_place(const struct screen *s, struct buf *b, size_t start)
{
	struct buf block = { 0 };

	if (!s->in_place) {
		buf_putc(b, '\n');
		return;
	}
	if (b->failed)
		return;
	buf_add(&block, b->data + start, b->len - start);
	b->failed |= block.failed;
	b->len = start;
	if (block.data)
		draw(s, b, block.data, block.len);
	buf_free(&block);
}
