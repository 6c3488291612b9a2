/* Defining the events of a place; finding places is in probe_find.c. */
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probe_event.h"
#include "tracefs.h"

#define ENTRY_POINTERS 16 /* of argv, to find its end */

/* Bytes of a slot of the initial stack. */
static int
slot_size(void)
{
	return strcmp(probe_machine(), "i386") == 0 ||
		strncmp(probe_machine(), "arm", 3) == 0 ?
	    4 :
	    8;
}

static const char *
definitions(const struct probe_place *p)
{
	return p->user ? "uprobe_events" : "kprobe_events";
}

/* How many arguments the event that begins with argument first holds. */
static int
chunk_size(const struct probe_place *p, int first)
{
	if (p->program)
		return 8;
	if (first < 8 || p->row == ROW_ENTRY)
		return 2;
	return first < 16 ? 8 : 16;
}

/*
 * The fetches of one chunk.  w is the upper half of argc's slot: not 0 when
 * the slots are 4 bytes wide, a 32-bit program under row 2.  Entry probes
 * also fetch pointers: a NULL ends argv, a page that was not there does not
 * (kernel/trace/trace_probe.c says (fault) for both).
 */
static void
fetches(const struct probe_place *p, struct buf *b, int first, int count)
{
	int slot = slot_size(), skip = p->row == ROW_ENTRY ? 0 : 1;

	if (p->row == ROW_ENTRY) {
		buf_printf(b, " v=%s:u64", p->base);
		for (int i = 0; i < (count ? first + 2 : ENTRY_POINTERS); i++)
			buf_printf(b, " p%d=+%d(%s):u64", i, slot * i, p->base);
		if (!count)
			buf_printf(b, " fn=%s:string", p->name);
	} else {
		buf_printf(b, " argc=+0(%s):s32", p->base);
		if (p->row == ROW_FINALIZE_EXEC && slot == 8)
			buf_printf(b, " w=+4(%s):u32", p->base);
		for (int i = first; count && i < first + count + 2; i++)
			buf_printf(b, " p%d=+%d(%s):u%d", i, slot * (i + skip),
			    p->base, 8 * slot);
	}
	for (int i = first; i < first + count; i++)
		buf_printf(b, " a%d=+0(+%d(%s)):string", i, slot * (i + skip),
		    p->base);
}

/* Only execs that have these arguments. */
static void
chunk_filter(const struct probe_place *p, struct buf *b, int first)
{
	if (p->row == ROW_ENTRY) {
		for (int i = 0; i <= first; i++)
			buf_printf(b, "%sp%d != 0", i ? " && " : "", i);
		return;
	}
	buf_printf(b, "argc > %d", first);
	if (p->row == ROW_FINALIZE_EXEC && slot_size() == 8)
		buf_puts(b, " && w == 0");
}

static int
arm_event(const struct probe_place *p, const struct instance *in,
    struct kevent_table *table, const char *name, int first, int count,
    char *why)
{
	struct probe_event e = { .file = definitions(p),
		.name = name,
		.kind = p->row == ROW_ENTRY ?
		    (count ? KEVENT_ENTRY_ARGS : KEVENT_ENTRY) :
		    (count ? KEVENT_ARGS : KEVENT_STACK),
		.place = p->index,
		.first = first,
		.count = p->row == ROW_ENTRY && !count ? ENTRY_POINTERS :
							 count };
	struct buf text = { 0 }, filter = { 0 };
	int r;

	buf_puts(&text, p->target);
	fetches(p, &text, first, count);
	buf_putc(&text, '\0');
	if (count)
		chunk_filter(p, &filter, first);
	buf_putc(&filter, '\0');
	e.text = text.data;
	e.filter = count ? filter.data : NULL;
	r = text.failed || filter.failed ?
	    why_set(why, "%s", strerror(ENOMEM)) :
	    probe_event_arm(&e, in, table, why);
	buf_free(&text);
	buf_free(&filter);
	return r;
}

int
probe_arm(struct probe_place *p, const struct instance *in,
    struct kevent_table *table, int args, char *why)
{
	int known = table->count, first = 0, r;
	char name[32];

	if (p->row == ROW_ENTRY && args > ENTRY_POINTERS)
		args = ENTRY_POINTERS;
	snprintf(name, sizeof name, "exec%d", p->index);
	r = p->program ? 0 : arm_event(p, in, table, name, 0, 0, why);
	while (r == 0 && !p->compat && first < args) {
		int count = chunk_size(p, first);

		snprintf(name, sizeof name, "args%d_%d", p->index, first);
		r = arm_event(p, in, table, name, first, count, why);
		first += count;
		if (p->program)
			break; /* the rest comes from /proc */
	}
	if (p->user) {
		close(p->fd);
		p->fd = -1;
	}
	if (r == 0)
		return 0;
	probe_disarm(p, in);
	kevent_forget(table, known);
	return -1;
}

void
probe_disarm(const struct probe_place *p, const struct instance *in)
{
	char name[INSTANCE_NAME + 32];

	snprintf(name, sizeof name, "exec%d", p->index);
	for (int first = 0; first <= PROBE_ARGS_MAX;) {
		file_writef(
		    in->dir, "0", "events/%s/%s/enable", in->group, name);
		snprintf(name, sizeof name, "args%d_%d", p->index, first);
		first += chunk_size(p, first);
	}
	snprintf(name, sizeof name, "exec%d ", p->index);
	probes_delete(in->tracefs, in->group, name);
	snprintf(name, sizeof name, "args%d_", p->index);
	probes_delete(in->tracefs, in->group, name);
}
