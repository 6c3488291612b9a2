/* Members of JSON objects that several tools have. */
#include "print.h"
#include "tool.h"

#include <string.h>

void
tool_json_args(struct buf *b, const struct event *e, int max)
{
	static const char *const states[] = { [ARGS_NONE] = "none",
		[ARGS_CUT] = "cut",
		[ARGS_PROC] = "proc",
		[ARGS_ALL] = "all" };
	int shown = e->args.count < max ? e->args.count : max;
	enum args_state state = e->args.state;
	const char *s = e->args.text;

	buf_puts(b, ",\"path\":");
	if (e->path)
		print_json(b, e->path, strlen(e->path));
	else
		buf_puts(b, "null");
	if (e->args.argc >= 0)
		buf_printf(b, ",\"argc\":%d", e->args.argc);
	else
		buf_puts(b, ",\"argc\":null");
	buf_puts(b, ",\"args\":[");
	for (int i = 0; i < shown; i++) {
		size_t n = strlen(s);

		if (i)
			buf_putc(b, ',');
		print_json(b, s, n);
		s += n + 1;
	}
	if (state >= ARGS_PROC && shown < e->args.count)
		state = ARGS_CUT;
	buf_printf(b, "],\"args_state\":\"%s\"", states[state]);
}

void
tool_json_status(struct buf *b, int code)
{
	bool known = code != CODE_UNKNOWN;
	int sig = known ? code & 0x7f : 0;

	if (known && !sig)
		buf_printf(
		    b, ",\"exit\":%d,\"signal\":null", (code >> 8) & 0xff);
	else if (known) {
		buf_puts(b, ",\"exit\":null,\"signal\":\"");
		print_signal(b, sig);
		buf_putc(b, '"');
	} else
		buf_puts(b, ",\"exit\":null,\"signal\":null");
	buf_printf(b, ",\"core\":%s",
	    !known || (code & CODE_CORE_ANY) ? "null" :
		code & CODE_CORE	     ? "true" :
					       "false");
}
