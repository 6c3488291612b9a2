/* Fields are looked up by name once, so that no offset is assumed. */
#include "ring/raw_event.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What each kind's fields are called: pid, a, b and text of struct
 * raw_event_type; "-": there is none, as at the end.  A name that begins with
 * '?' may be missing. */
static const char *const names[RAW_LOST] = {
	[RAW_NEWTASK] = "pid clone_flags - comm",
	[RAW_FORK] = "child_pid parent_pid - child_comm",
	[RAW_RENAME] = "?pid - - newcomm",
	[RAW_EXEC] = "pid old_pid - filename",
	[RAW_EXIT] = "pid ?group_dead - comm",
	[RAW_RETURN] = "- ret",
	[RAW_STACK] = "- argc ?w",
	[RAW_ARGS] = "- argc ?w",
	[RAW_WINDOW] = "- argc v",
	[RAW_CALL] = "- argv ?filename",
	[RAW_ENTRY] = "- v ?n fn",
	[RAW_ENTRY_ARGS] = "- v",
	[RAW_PATH] = "- - - fn",
	[RAW_CLONE] = "- flags",
	[RAW_CODE] = "- code",
	[RAW_GROUP] = "- code",
	[RAW_CALL_EXIT] = "- error_code",
	[RAW_CALL_GROUP] = "- error_code",
	[RAW_SENT] = "pid sig",
	[RAW_OOM] = "pid",
	[RAW_LEFT] = "prev_pid next_pid",
	[RAW_SUM] = "- sum",
	[RAW_CGROUP] = "pid dst_root - dst_path",
	[RAW_CGROUP_NAME] = "- root",
	[RAW_WAITED] = "- ret",
	[RAW_ID_DONE] = "- ret",
	[RAW_ID_OTHER] = "- ret",
	[RAW_DELIVERED] = "- sig sa_handler",
};

/* Look a name up; a missing field is an error unless it is optional. */
static int
field_find(const struct format *f, const char *name, const struct field **field)
{
	*field = format_field(f, name + (*name == '?'));
	return *field || *name == '?' ? 0 : -1;
}

/* The same of the next of several names; names may be NULL. */
static int
field_next(
    const struct format *f, const char **list, const struct field **field)
{
	size_t n = *list ? strcspn(*list, " ") : 0;
	char name[16];

	if (n == 0)
		return 0;
	snprintf(name, sizeof name, "%.*s", (int)n, *list);
	*list += n + ((*list)[n] == ' ');
	return *name == '-' ? 0 : field_find(f, name, field);
}

static int
find_args(struct raw_event_type *t)
{
	char name[16];

	for (int i = 0; i < t->count; i++) {
		snprintf(name, sizeof name, "%sa%d",
		    t->kind == RAW_ENTRY ? "?" : "", t->first + i);
		if (field_find(&t->format, name, &t->strings[i]) != 0)
			return -1;
	}
	for (int i = 0; t->count && i < t->count + 2; i++) {
		snprintf(name, sizeof name, "?p%d", t->first + i);
		field_find(&t->format, name, &t->pointers[i]);
	}
	return 0;
}

/* The fields PREFIXi, PREFIXi+1, ..., numbers or arrays of them. */
static void
find_run(const struct format *f, char prefix, int i, struct field_run *run)
{
	const struct field *field;
	char name[16];

	for (;; i++) {
		snprintf(name, sizeof name, "%c%d", prefix, i);
		field = format_field(f, name);
		if (!field ||
		    (run->size && field->offset != run->offset + run->size))
			return;
		if (run->size == 0)
			run->offset = field->offset;
		run->size += field->size;
	}
}

static int
find_window(struct raw_event_type *t)
{
	find_run(&t->format, 'p', 1, &t->slots);
	find_run(&t->format, 's', 0, &t->bytes);
	return t->bytes.size ? 0 : -1;
}

/* The numbers u0, u1 and u2, which lie side by side. */
static int
find_user(struct raw_event_type *t)
{
	find_run(&t->format, 'u', 0, &t->bytes);
	return t->bytes.size == RAW_USER_BYTES ? 0 : -1;
}

/* What signal_generate has besides; group and result since Linux 3.4. */
static int
find_sent(struct raw_event_type *t)
{
	return field_find(&t->format, "code", &t->code) |
	    field_find(&t->format, "?group", &t->group) |
	    field_find(&t->format, "?result", &t->result) |
	    field_find(&t->format, "?common_flags", &t->flags);
}

int
raw_event_learn(struct raw_event_table *table, enum raw_event_kind kind,
    const char *format, int place, int first, int count)
{
	struct raw_event_type *t = &table->types[table->count];
	const char *list = names[kind];

	if (table->count == RAW_TYPES || count > RAW_STRINGS) {
		errno = ENOSPC;
		return -1;
	}
	*t = (struct raw_event_type){
		.kind = kind, .place = place, .first = first, .count = count
	};
	if (format_parse(&t->format, format) != 0)
		return -1;
	if (field_next(&t->format, &list, &t->pid) != 0 ||
	    field_next(&t->format, &list, &t->a) != 0 ||
	    field_next(&t->format, &list, &t->b) != 0 ||
	    field_next(&t->format, &list, &t->text) != 0 || find_args(t) != 0 ||
	    ((kind == RAW_WINDOW || kind == RAW_TASK || kind == RAW_CRED) &&
		find_window(t) != 0) ||
	    (kind == RAW_USER && find_user(t) != 0) ||
	    (kind == RAW_SENT && find_sent(t) != 0) ||
	    field_find(&t->format, "common_pid", &t->tid) != 0) {
		errno = EINVAL;
		return -1;
	}
	for (int i = 0; i < t->format.count; i++) {
		const struct field *f = &t->format.fields[i];

		if (f->offset + f->size > t->need)
			t->need = f->offset + f->size;
	}
	table->count++;
	return 0;
}

void
raw_event_forget(struct raw_event_table *table, int count)
{
	table->count = count;
}

static const struct raw_event_type *
type_of(const struct raw_event_table *table, const struct ring_record *r)
{
	uint16_t id;

	if (r->len < 8)
		return NULL;
	memcpy(&id, r->data, sizeof id); /* common_type comes first */
	for (int i = 0; i < table->count; i++)
		if (table->types[i].format.id == id)
			return &table->types[i];
	return NULL;
}

enum raw_event_kind
raw_event_kind_of(
    const struct raw_event_table *table, const struct ring_record *r)
{
	const struct raw_event_type *t = type_of(table, r);

	return t ? t->kind : 0;
}

static int64_t
field_number(const struct field *f, const struct ring_record *r)
{
	return f ? field_int(f, r->data, r->len) : 0;
}

static void
decode_args(const struct raw_event_type *t, const struct ring_record *r,
    struct raw_event *k)
{
	k->first = t->first;
	k->count = t->count;
	for (int i = 0; i < t->count; i++) {
		k->arg[i] = NULL;
		if (t->strings[i])
			k->arg[i] = field_str(
			    t->strings[i], r->data, r->len, &k->arg_len[i]);
	}
	k->slot = t->count && t->pointers[0] ? (int)t->pointers[0]->size : 0;
	for (int i = 0; t->count && i < t->count + 2; i++)
		k->pointer[i] = (uint64_t)field_number(t->pointers[i], r);
}

/* The pointers above argv[0], and the bytes: the rest of the record, of which a
 * format with many fields does not list all (FORMAT_FIELDS). */
static void
decode_window(const struct raw_event_type *t, const struct ring_record *r,
    struct raw_event *k)
{
	struct field slot = { .offset = t->slots.offset, .size = t->b->size };
	size_t end = t->slots.offset + t->slots.size;

	k->compat = k->handled = 0;
	k->argv = k->pointer[0] = (uint64_t)field_number(t->b, r);
	k->pointers = 1;
	while (k->pointers < RAW_POINTERS && slot.offset + slot.size <= end) {
		k->pointer[k->pointers++] = (uint64_t)field_number(&slot, r);
		slot.offset += slot.size;
	}
	k->text = (const char *)r->data + t->bytes.offset;
	k->text_len = (r->len - t->bytes.offset) & ~(size_t)7;
}

/* The bytes, of which a format does not list all, either; or the whole record;
 * or the numbers of a user, behind which records of whole words of 8 bytes have
 * something else (RB_FORCE_8BYTE_ALIGNMENT, kernel/trace/ring_buffer.c). */
static void
decode_task(const struct raw_event_type *t, const struct ring_record *r,
    struct raw_event *k)
{
	k->text = (const char *)r->data + t->bytes.offset;
	k->text_len = t->kind == RAW_USER ? t->bytes.size :
					    r->len - t->bytes.offset;
}

/* include/linux/trace_events.h: an interrupt, a softirq, an NMI */
#define FLAG_INTERRUPT (0x08 | 0x10 | 0x40)

/* TRACE_SIGNAL_DELIVERED and TRACE_SIGNAL_LOSE_INFO (which is sent all the
 * same) of include/trace/events/signal.h. */
#define SENT_QUEUED    0
#define SENT_LOSE_INFO 4

static void
decode_sent(const struct raw_event_type *t, const struct ring_record *r,
    struct raw_event *k)
{
	k->code = (int)field_number(t->code, r);
	k->group = t->group ? field_number(t->group, r) != 0 : -1;
	k->queued = t->result != NULL;
	k->interrupt = (field_number(t->flags, r) & FLAG_INTERRUPT) != 0;
}

/* Are they arguments, or a signal that is pending now?  Not every kernel may
 * filter the others. */
static bool
is_wanted(const struct raw_event_type *t, const struct ring_record *r,
    const struct raw_event *k)
{
	const struct field *f;
	char name[16];

	if (t->kind == RAW_SENT && t->result) {
		int64_t result = field_number(t->result, r);

		return result == SENT_QUEUED || result == SENT_LOSE_INFO;
	}
	if (t->kind == RAW_ARGS)
		return k->argc > t->first && !k->compat;
	for (int i = 0; t->kind == RAW_ENTRY_ARGS && i <= t->first; i++) {
		snprintf(name, sizeof name, "p%d", i);
		f = format_field(&t->format, name);
		if (f && field_number(f, r) == 0)
			return false;
	}
	return true;
}

int
raw_event_decode(const struct raw_event_table *table,
    const struct ring_record *r, int cpu, struct raw_event *k)
{
	const struct raw_event_type *t = type_of(table, r);
	int64_t a;

	if (!t || r->len < t->need)
		return 0;
	k->kind = t->kind;
	k->ts = r->ts;
	k->cpu = cpu;
	k->place = t->place;
	k->tid = (int)field_number(t->tid, r);
	k->pid = t->pid ? (int)field_number(t->pid, r) : k->tid;
	a = field_number(t->a, r);
	k->parent = k->old_pid = k->argc = (int)a;
	k->group_dead = t->kind == RAW_EXIT && !t->a ? -1 : a != 0;
	k->next = (int)a;
	k->flags = k->argv = k->sum = (uint64_t)a;
	k->ret = (long)a;
	k->name = (uint64_t)field_number(t->b, r);
	k->compat = k->handled = k->name != 0;
	k->text = NULL;
	k->text_len = 0;
	if (t->text)
		k->text = field_str(t->text, r->data, r->len, &k->text_len);
	decode_args(t, r, k);
	if (t->kind == RAW_WINDOW)
		decode_window(t, r, k);
	if (t->kind == RAW_TASK || (t->kind >= RAW_CRED && t->kind <= RAW_ID))
		decode_task(t, r, k);
	if (t->kind == RAW_SENT)
		decode_sent(t, r, k);
	return is_wanted(t, r, k);
}
