/*
 * Lines of a recording of any kind: no crash, an event that keeps its
 * promises, and that is the same when it is written and read again.
 */
#include <stdlib.h>
#include <string.h>

#include "events/recording.h"
#include "words.h"
#include "../unit/same_kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const words[] = { "task 1.000000000", "fork 1.000000000",
	"exec 1.000000000 12 12", "execfail 1.000000000 12 2",
	" user 7 =a", " kernel 0 =", " oom", " self",
	"exit 1.000000000 12", "exit 1.000000000 12 1 =a 0 -",
	"user 1.000000000 12", "cgroup 1.000000000 12", " =/a", "name 1.000000000 12",
	"machine 1.000000000", "lost 1.000000000", "boot ", "end ", " =a", " =", " -", " 1", " 2", " 3", " 0", "\\x41", "\\n", "\\\\", "\n" };

static size_t
args_len(const struct event *e)
{
	const char *s = e->args.text;

	for (int i = 0; i < e->args.count; i++)
		s += strlen(s) + 1;
	return s ? (size_t)(s - e->args.text) : 0;
}

static void
check(const struct event *e)
{
	const struct args *a = &e->args;

	if (e->type < EVENT_TASK || e->type > EVENT_WAIT ||
	    strnlen(e->comm, COMM_LEN) == COMM_LEN || e->cpu != -1)
		abort();
	if (e->type == EVENT_LOST || e->type == EVENT_MACHINE ? e->tid != 0 :
		e->tid < (e->type != EVENT_CGROUP))
		abort();
	if (a->count < 0 || a->argc < -1 || a->len != args_len(e) ||
	    (a->argc >= 0 && a->count > a->argc) ||
	    (a->state >= ARGS_PROC && a->count != a->argc) ||
	    (a->state == ARGS_NONE && a->count))
		abort();
}

static bool
same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void
check_again(const struct event *e)
{
	struct recording r = { 0 };
	struct buf line = { 0 };
	struct event again;

	recording_write(&line, e);
	if (!line.len || line.data[line.len - 1] != '\n' ||
	    memchr(line.data, '\n', line.len - 1))
		abort();
	line.data[line.len - 1] = '\0';
	if (recording_parse(&r, line.data, line.len - 1, &again) != 1)
		abort();
	if (e->type == EVENT_EXIT) /* it is always written, known or not */
		again.exit.has_status = e->exit.has_status;
	if (again.type != e->type || again.ts != e->ts ||
	    again.tid != e->tid || !same_kind(&again, e) ||
	    memcmp(&again.usage, &e->usage, sizeof e->usage) != 0 ||
	    strcmp(again.comm, e->comm) != 0 ||
	    again.by.why != e->by.why || again.by.pid != e->by.pid ||
	    strcmp(again.by.comm, e->by.comm) != 0 ||
	    !same_text(again.path, e->path) ||
	    again.args.state != e->args.state ||
	    again.args.argc != e->args.argc ||
	    again.args.count != e->args.count ||
	    again.args.len != e->args.len ||
	    (e->args.len &&
		memcmp(again.args.text, e->args.text, e->args.len) != 0))
		abort();
	buf_free(&line);
}

/* Each line is a block of its own, so that reading beyond it is seen. */
static void
feed(struct recording *r, const uint8_t *bytes, size_t len)
{
	char *line = malloc(len + 1);
	struct event e;
	int n;

	if (!line)
		abort();
	memcpy(line, bytes, len);
	line[len] = '\0';
	r->why = NULL;
	n = recording_parse(r, line, len, &e);
	if (n < -1 || n > 1 || (n == -1 && !r->why))
		abort();
	if (n == 1) {
		check(&e);
		check_again(&e);
	}
	free(line);
}

static void
feed_lines(const uint8_t *data, size_t size)
{
	struct recording r = { 0 };

	while (size > 0) {
		const uint8_t *nl = memchr(data, '\n', size);
		size_t len = nl ? (size_t)(nl - data) : size;

		feed(&r, data, len);
		len += nl != NULL;
		data += len;
		size -= len;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len;
	uint8_t *text = words_expand(data, size, words,
	    sizeof words / sizeof *words, &len);

	feed_lines(text, len);
	free(text);
	return 0;
}
