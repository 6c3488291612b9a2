/* What probes fetch, and how much of it an event holds. */
#include "trace/probe_define.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/count.h"
#include "base/scan.h"
#include "kernel/arch.h"
#include "kernel/buffer.h"
#include "kernel/dynevent.h"
#include "kernel/quirks.h"
#include "base/file.h"
#include "base/number.h"
#include "trace/probe_event.h"
#include "trace/probe_window.h"

#define ENTRY_POINTERS 16 /* of argv, to find its end */
#define SINGLE_ARGS    8  /* the first ones, an event each */

static bool
is_call(const struct probe_site *p)
{
	return p->method == METHOD_EXECVE || p->method == METHOD_FAILED;
}

static const char *
definitions(const struct probe_site *p)
{
	return p->user ? "uprobe_events" : "kprobe_events";
}

/* How many arguments the event that begins with argument first holds. */
static int
chunk_size(const struct probe_site *p, int first)
{
	if (p->program)
		return 8;
	if (first < SINGLE_ARGS)
		return 1;
	if (is_call(p))
		return 2;
	return first < 16 ? 8 : 16;
}

/* What follows the instruction that is probed: a copy in memory that was
 * changed may go on to another call. */
static void
fetch_code(const struct probe_site *p, struct buf *b)
{
	for (size_t i = 0; i < COUNT(p->code); i++)
		buf_printf(b, " c%zu=+%zu(%s):u64", i,
		    p->skip + i * sizeof *p->code, p->ip);
}

/*
 * The fetches of one chunk.  w is the upper half of argc's slot: not 0 when
 * the slots are 4 bytes wide, a 32-bit program with finalize_exec.  Entry
 * probes also fetch pointers: a NULL ends argv, a page that was not there does
 * not (kernel/trace/trace_probe.c says (fault) for both).
 */
static void
fetches(const struct probe_site *p, struct buf *b, int first, int count)
{
	int slot = arch_word_size(), skip = is_call(p) ? 0 : 1;
	/* Where user and kernel addresses overlap (s390x, sparc): 5.3+. */
	const char *u = p->ustring ? "u" : "";

	if (is_call(p)) {
		buf_printf(b, " v=%s:u%d", p->base, 8 * slot);
		for (int i = 0; i < (count ? first + 2 : ENTRY_POINTERS); i++)
			buf_printf(b, " p%d=+%s%d(%s):u%d", i, u, slot * i,
			    p->base, 8 * slot);
		if (!count)
			buf_printf(b, " fn=+%s0(%s):%sstring", u, p->name, u);
		if (p->user && !count)
			buf_printf(b, " n=%s:u%d", p->name, 8 * slot);
		if (p->user)
			fetch_code(p, b);
	} else {
		/* argc fills a slot, whose lower half it is. */
		buf_printf(
		    b, " argc=+%s%d(%s):s32", u, arch_low_half(slot), p->base);
		if (p->method == METHOD_FINALIZE_EXEC && slot == 8)
			buf_printf(b, " w=+%s%d(%s):u32", u,
			    4 - arch_low_half(slot), p->base);
		else if (p->compat) /* not 0: says so */
			buf_printf(b, " w=%s:u32", p->base);
		for (int i = first; count && i < first + count + 2; i++)
			buf_printf(b, " p%d=+%s%d(%s):u%d", i, u,
			    slot * (i + skip), p->base, 8 * slot);
	}
	for (int i = first; i < first + count; i++)
		buf_printf(b, " a%d=+%s0(+%s%d(%s)):%sstring", i, u, u,
		    slot * (i + skip), p->base, u);
}

/* Only execs that have these arguments: as in raw_event.c. */
static void
chunk_filter(const struct probe_site *p, struct buf *b, int first)
{
	if (is_call(p)) {
		for (int i = 0; i <= first; i++)
			buf_printf(b, "%sp%d != 0", i ? " && " : "", i);
		return;
	}
	buf_printf(b, "argc > %d", first);
	if (p->method == METHOD_FINALIZE_EXEC && arch_word_size() == 8)
		buf_puts(b, " && w == 0");
}

static int
arm_event(const struct probe_site *p, const struct instance *in,
    struct raw_event_table *table, const char *name, int first, int count,
    struct error *error)
{
	struct probe_event e = { .file = definitions(p),
		.name = name,
		.kind = count ? RAW_ARGS : RAW_STACK,
		.place = p->index,
		.first = first,
		.count = count };
	struct buf text = { 0 }, filter = { 0 };
	int r;

	if (is_call(p)) {
		e.kind = count ? RAW_ENTRY_ARGS : RAW_ENTRY;
		e.count = count ? count : ENTRY_POINTERS;
	}
	buf_puts(&text, p->target);
	fetches(p, &text, first, count);
	buf_putc(&text, '\0');
	if (count)
		chunk_filter(p, &filter, first);
	for (size_t i = 0; p->user && is_call(p) && i < COUNT(p->code); i++)
		buf_printf(&filter, "%sc%zu == %llu", filter.len ? " && " : "",
		    i, (unsigned long long)p->code[i]);
	buf_putc(&filter, '\0');
	e.text = text.data;
	e.filter = filter.len > 1 && quirk_filters_all() ? filter.data : NULL;
	r = text.failed || filter.failed ?
	    error_memory(error) :
	    probe_event_arm(&e, in, table, error);
	buf_free(&text);
	buf_free(&filter);
	return r;
}

/* The events of a place that fetches strings. */
static int
arm_strings(struct probe_site *p, const struct instance *in,
    struct raw_event_table *table, int args, struct error *error)
{
	int first = 0, most = PROBE_ARGS_MAX, r;
	char name[32];

	if (is_call(p) && args > ENTRY_POINTERS)
		args = ENTRY_POINTERS;
	snprintf(name, sizeof name, "exec%d", p->index);
	r = arm_event(p, in, table, name, 0, 0, error);
	while (r == 0 && !p->compat && first < args) {
		int count = chunk_size(p, first);

		count = count < most ? count : most;
		snprintf(name, sizeof name, "args%d_%d", p->index, first);
		r = arm_event(p, in, table, name, first, count, error);
		if (r != 0 && count > 1) { /* it may be less for this kernel */
			probe_event_forget(in, name);
			most = count / 2;
			r = 0;
			continue;
		}
		if (r != 0 && first > 0) { /* the rest comes from /proc */
			probe_event_forget(in, name);
			r = 0;
			break;
		}
		first += count;
		if (p->program)
			break; /* here, too */
	}
	p->args = first;
	return r;
}

int
probe_arm(struct probe_site *p, const struct instance *in,
    struct raw_event_table *table, int args, struct error *error)
{
	int known = table->count, r;

	p->args = args;
	if (p->window)
		r = probe_window_arm(p, in, table, error);
	else
		r = arm_strings(p, in, table, args, error);
	if (p->user) {
		close(p->fd);
		p->fd = -1;
	}
	if (r == 0)
		return 0;
	probe_disarm(p, in);
	raw_event_forget(table, known);
	return -1;
}

void
probe_return_name(
    const struct probe_site *p, const struct instance *in, char *name)
{
	snprintf(
	    name, RETURN_NAME, "ret%d%s", p->index, strchr(in->group, '_'));
}

uint64_t
probe_returns_missed(const struct instance *in)
{
	const char *suffix = strchr(in->group, '_');
	struct buf b = { 0 };
	uint64_t sum = 0;

	if (file_read_all(in->tracefs, "kprobe_profile", &b) == 0)
		for (char *l = b.data; *l; l = find_line(l)) {
			char *name = l + strspn(l, " "), *end;
			size_t n = strcspn(name, " \n"), k = strlen(suffix);

			if (n < k + 3 || strncmp(name, "ret", 3) != 0 ||
			    memcmp(name + n - k, suffix, k) != 0)
				continue;
			number_parse(name + n, &end); /* hits */
			sum += number_parse(end, NULL);
		}
	buf_free(&b);
	return sum;
}

void
probe_disarm(struct probe_site *p, const struct instance *in)
{
	char name[RETURN_NAME];

	snprintf(name, sizeof name, "exec%d", p->index);
	probe_event_forget(in, name);
	probe_return_name(p, in, name);
	probe_event_forget(in, name);
	for (int first = 0; first < PROBE_ARGS_MAX; first++) {
		snprintf(name, sizeof name, "args%d_%d", p->index, first);
		buffer_write(in, "0", "events/%s/%s/enable", in->group, name);
	}
	snprintf(name, sizeof name, "args%d_", p->index);
	dynevent_delete(in->tracefs, in->group, name);
	p->args = 0;
}
