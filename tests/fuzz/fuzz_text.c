/*
 * Kernel trace text of any kind: no crash, and an event that keeps its
 * promises.
 */
#include <stdlib.h>
#include <string.h>

#include "../../lib/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct event *e)
{
	const char *s = e->args.text;

	if (e->type != EVENT_FORK && e->type != EVENT_EXEC &&
	    e->type != EVENT_EXIT && e->type != EVENT_LOST)
		abort();
	if (strnlen(e->comm, COMM_LEN) == COMM_LEN)
		abort();
	if (e->type != EVENT_EXEC)
		return;
	if (strlen(e->path) >= TEXT_PATH || e->args.count < 0)
		abort();
	for (int i = 0; i < e->args.count; i++)
		s += strlen(s) + 1;
	if (s != e->args.text + e->args.len)
		abort();
	if (e->args.state == ARGS_ALL ? e->args.count != e->args.argc :
	    e->args.count > 0 && e->args.count >= e->args.argc)
		abort();
}

/* Each line is a block of its own, so that reading beyond it is seen. */
static void
feed(struct text *t, const uint8_t *bytes, size_t len)
{
	char *line = malloc(len + 1);
	struct event e;

	if (!line)
		abort();
	memcpy(line + 1, bytes, len);
	if (text_parse(t, line + 1, len, &e) == 1)
		check(&e);
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct text t;

	text_init(&t);
	text_detect((const char *)data, size);
	while (size > 0) {
		const uint8_t *nl = memchr(data, '\n', size);
		size_t len = nl ? (size_t)(nl - data) : size;

		feed(&t, data, len);
		len += nl != NULL;
		data += len;
		size -= len;
	}
	if (t.events + t.unparsed > t.lines)
		abort();
	return 0;
}
