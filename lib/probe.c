/* Defining the events of a place; finding places is in probe_find.c. */
#include "probe.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "find.h"
#include "fmt.h"
#include "number.h"
#include "probe_event.h"
#include "tracefs.h"

#define ENTRY_POINTERS 16 /* of argv, to find its end */

static bool
is_call(const struct probe_place *p)
{
	return p->row == ROW_CALL || p->row == ROW_ENTRY;
}

static const char *
definitions(const struct probe_place *p)
{
	return p->user ? "uprobe_events" : "kprobe_events";
}

/* Where the lower half of a slot is. */
static int
low_half(int slot)
{
	return slot == 8 && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0;
}

/* How many arguments the event that begins with argument first holds. */
static int
chunk_size(const struct probe_place *p, int first)
{
	if (p->program)
		return 8;
	if (first < 8 || is_call(p))
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
	int slot = probe_slot(), skip = is_call(p) ? 0 : 1;
	/* Where user and kernel addresses overlap (s390x, sparc): 5.3+. */
	const char *u = p->ustring ? "u" : "";

	if (is_call(p)) {
		buf_printf(b, " v=%s:u%d", p->base, 8 * slot);
		for (int i = 0; i < (count ? first + 2 : ENTRY_POINTERS); i++)
			buf_printf(b, " p%d=+%s%d(%s):u%d", i, u, slot * i,
			    p->base, 8 * slot);
		if (!count)
			buf_printf(b, " fn=+%s0(%s):%sstring", u, p->name, u);
	} else {
		/* argc fills a slot, whose lower half it is. */
		buf_printf(
		    b, " argc=+%s%d(%s):s32", u, low_half(slot), p->base);
		if (p->row == ROW_FINALIZE_EXEC && slot == 8)
			buf_printf(b, " w=+%s%d(%s):u32", u, 4 - low_half(slot),
			    p->base);
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

/* Only execs that have these arguments: as kevent.c has it. */
static void
chunk_filter(const struct probe_place *p, struct buf *b, int first)
{
	if (is_call(p)) {
		for (int i = 0; i <= first; i++)
			buf_printf(b, "%sp%d != 0", i ? " && " : "", i);
		return;
	}
	buf_printf(b, "argc > %d", first);
	if (p->row == ROW_FINALIZE_EXEC && probe_slot() == 8)
		buf_puts(b, " && w == 0");
}

static int
arm_event(const struct probe_place *p, const struct instance *in,
    struct kevent_table *table, const char *name, int first, int count,
    char *why)
{
	struct probe_event e = { .file = definitions(p),
		.name = name,
		.kind = is_call(p) ?
		    (count ? KEVENT_ENTRY_ARGS : KEVENT_ENTRY) :
		    (count ? KEVENT_ARGS : KEVENT_STACK),
		.place = p->index,
		.first = first,
		.count = is_call(p) && !count ? ENTRY_POINTERS : count };
	struct buf text = { 0 }, filter = { 0 };
	int r;

	buf_puts(&text, p->target);
	fetches(p, &text, first, count);
	buf_putc(&text, '\0');
	if (count)
		chunk_filter(p, &filter, first);
	buf_putc(&filter, '\0');
	e.text = text.data;
	e.filter = count && probe_filters_all() ? filter.data : NULL;
	r = text.failed || filter.failed ? why_memory(why) :
					   probe_event_arm(&e, in, table, why);
	buf_free(&text);
	buf_free(&filter);
	return r;
}

/* Disable and delete one event. */
static void
forget(const struct instance *in, const char *name)
{
	char whole[40];

	instance_write(in, "0", "events/%s/%s/enable", in->group, name);
	fmt_print(whole, sizeof whole, "%s ", name);
	probes_delete(in->tracefs, in->group, whole);
}

int
probe_arm(struct probe_place *p, const struct instance *in,
    struct kevent_table *table, int args, char *why)
{
	int known = table->count, first = 0, most = PROBE_ARGS_MAX, r;
	char name[32];

	if (is_call(p) && args > ENTRY_POINTERS)
		args = ENTRY_POINTERS;
	fmt_print(name, sizeof name, "exec%d", p->index);
	r = p->program ? 0 : arm_event(p, in, table, name, 0, 0, why);
	while (r == 0 && !p->compat && first < args) {
		int count = chunk_size(p, first);

		count = count < most ? count : most;
		fmt_print(name, sizeof name, "args%d_%d", p->index, first);
		r = arm_event(p, in, table, name, first, count, why);
		if (r != 0 && count > 1) { /* it may be less for this kernel */
			forget(in, name);
			most = count / 2;
			r = 0;
			continue;
		}
		if (r != 0 && first > 0) { /* the rest comes from /proc */
			forget(in, name);
			r = 0;
			break;
		}
		first += count;
		if (p->program)
			break; /* here, too */
	}
	p->args = r == 0 ? first : 0;
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
probe_return_name(const struct probe_place *p, char *name)
{
	fmt_print(name, RETURN_NAME, "ret%d_%d", p->index, (int)getpid());
}

uint64_t
probe_returns_missed(const struct instance *in)
{
	char suffix[16];
	struct buf b = { 0 };
	uint64_t sum = 0;

	fmt_print(suffix, sizeof suffix, "_%d", (int)getpid());
	if (file_read_all(in->tracefs, "kprobe_profile", &b) == 0)
		for (char *l = b.data; *l; l = find_line(l)) {
			char *name = l + strspn(l, " "), *end;
			size_t n = strcspn(name, " \n"), k = strlen(suffix);

			if (n < k + 3 || strncmp(name, "ret", 3) != 0 ||
			    memcmp(name + n - k, suffix, k) != 0)
				continue;
			number_unsigned(name + n, &end, 10); /* hits */
			sum += number_unsigned(end, NULL, 10);
		}
	buf_free(&b);
	return sum;
}

void
probe_disarm(struct probe_place *p, const struct instance *in)
{
	char name[40];

	fmt_print(name, sizeof name, "exec%d", p->index);
	forget(in, name);
	probe_return_name(p, name);
	forget(in, name);
	for (int first = 0; first < PROBE_ARGS_MAX; first++) {
		fmt_print(name, sizeof name, "args%d_%d", p->index, first);
		instance_write(in, "0", "events/%s/%s/enable", in->group, name);
	}
	fmt_print(name, sizeof name, "args%d_", p->index);
	probes_delete(in->tracefs, in->group, name);
	p->args = 0;
}
