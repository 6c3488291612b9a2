/* Defining the events of a place that must not fetch strings: see window.h. */
#include "trace/probe_window.h"

#include <stdio.h>

#include "base/buf.h"
#include "kernel/arch.h"
#include "trace/probe_event.h"

#define WORD	      8	   /* bytes of what is fetched as u64 */
#define ARRAY_WORDS   64   /* MAX_ARRAY_LEN, kernel/trace/trace_probe.h, 4.20 */
#define SINGLES	      128  /* MAX_TRACE_ARGS */
#define EVENT_MAX     3072 /* MAX_PROBE_EVENT_SIZE, in kernels since 2026 */
/* What an event has of the window, besides argc and argv[0]; the first one has
 * the pointers, too. */
#define FIRST_BYTES   1536
#define MORE_BYTES    (EVENT_MAX - 16)
#define POINTERS      62
#define FIRST_SINGLES 96
#define FEW_POINTERS  (SINGLES - 2 - FIRST_SINGLES)
#define MORE_SINGLES  (SINGLES - 2)

/* Single numbers one after the other, or arrays of them. */
static void
fetch_words(const struct probe_site *p, struct buf *b, bool arrays, size_t from,
    size_t to)
{
	size_t words = arrays ? ARRAY_WORDS : 1;

	for (int i = 0; from < to; i++, from += words * WORD) {
		if (words > (to - from) / WORD)
			words = (to - from) / WORD;
		buf_printf(b, " s%d=+%zu(+%d(%s)):u64", i, from,
		    arch_word_size(), p->base);
		if (arrays)
			buf_printf(b, "[%zu]", words);
	}
}

/* Those above argv[0]. */
static void
fetch_pointers(const struct probe_site *p, struct buf *b, bool arrays)
{
	int slot = arch_word_size();

	if (arrays)
		buf_printf(b, " p1=+%d(%s):u%d[%d]", 2 * slot, p->base,
		    8 * slot, POINTERS);
	for (int i = 1; !arrays && i <= FEW_POINTERS; i++)
		buf_printf(b, " p%d=+%d(%s):u%d", i, slot * (i + 1), p->base,
		    8 * slot);
}

static int
arm_part(const struct probe_site *p, const struct instance *in,
    struct raw_event_table *table, const char *name, bool arrays, size_t from,
    size_t to, struct error *error)
{
	int slot = arch_word_size(), r;
	struct buf b = { 0 };
	struct probe_event e = { .file = "uprobe_events",
		.name = name,
		.kind = RAW_WINDOW,
		.place = p->index,
		.first = (int)from };

	/* argc fills a slot, whose lower half it is. */
	buf_printf(&b, "%s argc=+%d(%s):s32 v=+%d(%s):u%d", p->target,
	    arch_low_half(slot), p->base, slot, p->base, 8 * slot);
	if (from == 0)
		fetch_pointers(p, &b, arrays);
	fetch_words(p, &b, arrays, from, to);
	buf_putc(&b, '\0');
	e.text = b.data;
	r = b.failed ? error_memory(error) :
		       probe_event_arm(&e, in, table, error);
	buf_free(&b);
	if (r != 0)
		probe_event_forget(in, name);
	return r;
}

int
probe_window_arm(struct probe_site *p, const struct instance *in,
    struct raw_event_table *table, struct error *error)
{
	bool arrays = true;
	size_t from, to = FIRST_BYTES, step = MORE_BYTES;
	char name[32];

	snprintf(name, sizeof name, "exec%d", p->index);
	if (arm_part(p, in, table, name, arrays, 0, to, error) != 0) {
		arrays = false;
		to = FIRST_SINGLES * WORD;
		step = MORE_SINGLES * WORD;
		if (arm_part(p, in, table, name, arrays, 0, to, error) != 0)
			return -1;
	}
	for (int i = 0; (from = to) < p->window; i++) {
		to = p->window - from < step ? p->window : from + step;
		snprintf(name, sizeof name, "args%d_%d", p->index, i);
		if (arm_part(p, in, table, name, arrays, from, to, error) != 0)
			break; /* the rest comes from /proc */
	}
	p->window = from;
	return 0;
}
