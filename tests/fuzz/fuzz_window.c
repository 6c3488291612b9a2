/*
 * Windows on the stack of a new program, as the kernel makes it or not, in
 * parts, some of which do not come, with pages that could not be fetched: what
 * is taken for an argument is one, whole.
 */
#include <stdlib.h>
#include <string.h>

#include "ring/window.h"

#define ARGV0	0x7ffd00001235ull
#define STRINGS 256

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const uint8_t *in, *end;
static struct {
	char bytes[2 * WINDOW_BYTES];
	size_t len, begins[STRINGS];
	uint64_t pointer[STRINGS + 8];
	int argc, pointers;
} stack;

static uint8_t
byte(void)
{
	return in < end ? *in++ : 0;
}

static void
add_string(void)
{
	size_t n = byte();

	n = n > 250 ? 500 : n % 24;
	stack.pointer[stack.pointers++] = ARGV0 + stack.len;
	for (; n && stack.len < sizeof stack.bytes - 2; n--)
		stack.bytes[stack.len++] = (char)(1 + byte() % 255);
	if (stack.len < sizeof stack.bytes - 1)
		stack.bytes[stack.len++] = '\0';
}

static void
make_stack(void)
{
	int argc = byte() % STRINGS, environment = byte() % 3;

	memset(&stack, 0, sizeof stack);
	while (stack.argc < argc && stack.len < WINDOW_BYTES + 600) {
		stack.begins[stack.argc++] = stack.len;
		add_string();
	}
	stack.pointers++;
	for (int i = 0; i < environment; i++)
		add_string();
	stack.pointers++;
	/* Behind them is the path. */
	memcpy(stack.bytes + stack.len, "/x", stack.len + 3 <
	    sizeof stack.bytes ? 3 : 0);
}

/* A page that is not there is zeros: from some byte on. */
static void
make_fault(void)
{
	size_t from = byte() * (size_t)16 + byte() % 16;

	if (from < WINDOW_BYTES)
		memset(stack.bytes + from, 0, WINDOW_BYTES - from);
}

/* What it gives: the truth, from the first on. */
static void
take(struct window *w, const char *truth, bool genuine)
{
	const char *s;
	size_t len;
	int i = w->next;

	while (window_next(w, &s, &len)) {
		if (i == w->argc || s < w->bytes || len >= WINDOW_BYTES ||
		    s + len >= w->bytes + WINDOW_BYTES || memchr(s, 0, len))
			abort();
		if (genuine &&
		    (i >= stack.argc || strcmp(s, truth + stack.begins[i])))
			abort();
		i++;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct window w;
	static char truth[sizeof stack.bytes];
	uint8_t how;
	bool genuine;

	in = data;
	end = data + size;
	how = byte();
	genuine = how & 1;
	make_stack();
	memcpy(truth, stack.bytes, sizeof truth);
	if (how & 2)
		make_fault();
	for (int n = byte(); !genuine && n > 0; n -= 16)
		stack.pointer[byte() % 64] += byte();
	memset(&w, 'Z', sizeof w);
	window_init(&w, genuine ? stack.argc : (int8_t)byte(), ARGV0);
	for (int parts = how >> 4; parts >= 0 && in <= end; parts--) {
		size_t from = byte() % 6 * (size_t)512, len = 512;
		char *part;

		if (from == 0)
			window_point(&w, stack.pointer,
			    how & 4 ? stack.pointers : 1);
		if (!window_wants(&w, w.argc, ARGV0, from))
			continue;
		part = malloc(len); /* reading behind it is seen */
		if (!part)
			abort();
		memcpy(part, stack.bytes + from, len);
		window_add(&w, from, part, len);
		free(part);
		take(&w, truth, genuine);
	}
	return 0;
}
