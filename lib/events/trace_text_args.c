/* The arguments of execs, from probe events. */
#include <stdio.h>
#include <string.h>

#include "events/trace_text_line.h"

#define VALUES_MAX 64 /* arguments in the largest chunk */
#define SEEN_EXEC  (1u << TEXT_CHUNKS)

/* Chunk 0 is args0 with 4 arguments, 1 args4 with 4, 2 args8 with 8, ... */
static int
chunk_first(int chunk)
{
	return chunk ? 2 << chunk : 0;
}

static int
chunk_count(int chunk)
{
	return chunk ? 2 << chunk : 4;
}

/* Take the quotes off; false if it is (fault), or cut. */
static bool
value_string(struct span *v)
{
	if (span_len(v) < 2 || *v->p != '"' || v->end[-1] != '"')
		return false;
	v->p++;
	v->end--;
	return true;
}

/*
 * Find the values in ` a4="..." a5=(fault) ...`.  Returns how many of them,
 * from the first, certainly end where they seem to: those before a delimiter
 * that occurs once more, in a string.  -1 if the line is cut.
 */
static int
chunk_values(struct span s, int chunk, struct span *value)
{
	int first = chunk_first(chunk), count = chunk_count(chunk);
	int certain = count;
	char key[16];

	for (int i = 0; i < count; i++) {
		struct span more = s;

		snprintf(key, sizeof key, " a%d=", first + i);
		more.p = span_find(&s, key);
		if (!more.p || (i == 0 && more.p != s.p))
			return -1;
		if (i > 0)
			value[i - 1].end = more.p;
		more.p += strlen(key);
		if (i > 0 && i <= certain && span_find(&more, key))
			certain = i - 1;
		s = value[i] = more;
	}
	return value_string(&s) || span_is(&s, "(fault)") ? certain : -1;
}

/* After argc follows the environment, which is private.  Returns 0, or -1 when
 * the line is cut. */
static int
chunk_store(struct text_exec *x, int chunk, struct span s)
{
	struct text_chunk *c = &x->chunk[chunk];
	struct span value[VALUES_MAX];
	int n = chunk_values(s, chunk, value);

	c->offset = x->len;
	for (int i = 0; i < n && chunk_first(chunk) + i < x->argc; i++) {
		if (!value_string(&value[i]) ||
		    !span_copy(
			&value[i], x->bytes + x->len, sizeof x->bytes - x->len))
			break;
		x->len += span_len(&value[i]) + 1;
		c->count++;
	}
	c->len = x->len - c->offset;
	return n < 0 ? -1 : 0;
}

static struct text_exec *
exec_slot(struct text *t, int tid)
{
	return &t->execs[tid % TEXT_EXECS];
}

void
text_args_forget(struct text *t, int tid)
{
	if (exec_slot(t, tid)->tid == tid)
		exec_slot(t, tid)->tid = -1;
}

void
text_args_forget_all(struct text *t)
{
	for (int i = 0; i < TEXT_EXECS; i++)
		t->execs[i].tid = -1;
}

/* The exec to which a probe event belongs: a new one if it cannot be that of
 * the events before; then the event of that exec was lost. */
static struct text_exec *
exec_join(struct text *t, int tid, int argc, unsigned bit)
{
	struct text_exec *x = exec_slot(t, tid);

	if (x->tid != tid || x->argc != argc || (x->seen & bit)) {
		x->tid = tid;
		x->argc = argc;
		x->seen = 0;
		x->len = 0;
		memset(x->chunk, 0, sizeof x->chunk);
	}
	x->seen |= bit;
	return x;
}

/*
 * A probe event of ours: "exec: (symbol...) argc=5" or "args4: (symbol...)
 * argc=5 a4=...".  An address instead of the symbol is that of a uprobe, which
 * may come after the exec event.
 */
int
text_args_probe(struct text *t, const struct text_line *h)
{
	struct span s = h->rest, name = h->name;
	struct text_exec *x;
	int argc, first, chunk = 0;
	bool exec = span_is(&name, "exec");

	if (!exec && !scan(&name, "args%d$", &first))
		return 1;
	while (!exec && first != chunk_first(chunk))
		if (++chunk == TEXT_CHUNKS)
			return 1;
	if (memchr(s.p, '\n', span_len(&s)))
		return -1; /* an argument may have had that newline */
	if (!scan(&s, "(") || scan_set(&s, "0123456789") ||
	    !(s.p = span_find(&s, ")")) || !scan(&s, ") argc=%d", &argc))
		return 1;
	if (exec && !scan(&s, "$"))
		return 1;
	x = exec_join(t, h->pid, argc, exec ? SEEN_EXEC : 1u << chunk);
	if (exec)
		return 0;
	t->last = &x->chunk[chunk];
	return chunk_store(x, chunk, s);
}

void
text_args_take(struct text *t, int tid, struct args *a)
{
	const struct text_exec *x = exec_slot(t, tid);

	*a = (struct args){ .argc = -1, .text = t->args };
	if (x->tid != tid)
		return;
	a->argc = x->argc;
	for (int i = 0; i < TEXT_CHUNKS && a->count == chunk_first(i); i++) {
		const struct text_chunk *c = &x->chunk[i];

		memcpy(t->args + a->len, x->bytes + c->offset, c->len);
		a->len += c->len;
		a->count += c->count;
	}
	if (a->count == a->argc)
		a->state = ARGS_ALL;
	else if (a->count > 0)
		a->state = ARGS_CUT;
}
