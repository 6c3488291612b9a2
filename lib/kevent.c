#include "kevent.h"

#include <errno.h>
#include <string.h>

#include "fmt.h"

/* What each kind's fields are called.  A name that begins with '?' may be
 * missing. */
static const struct names {
	const char *pid, *a, *b, *text;
} names[] = {
	[KEVENT_NEWTASK] = { "pid", "clone_flags", NULL, "comm" },
	[KEVENT_FORK] = { "child_pid", "parent_pid", NULL, "child_comm" },
	[KEVENT_RENAME] = { "?pid", NULL, NULL, "newcomm" },
	[KEVENT_EXEC] = { "pid", "old_pid", NULL, "filename" },
	[KEVENT_EXIT] = { "pid", "?group_dead", NULL, "comm" },
	[KEVENT_RETURN] = { NULL, "ret", NULL, NULL },
	[KEVENT_STACK] = { NULL, "argc", "?w", NULL },
	[KEVENT_ARGS] = { NULL, "argc", "?w", NULL },
	[KEVENT_ENTRY] = { NULL, "v", NULL, "fn" },
	[KEVENT_ENTRY_ARGS] = { NULL, "v", NULL, NULL },
	[KEVENT_PATH] = { NULL, NULL, NULL, "fn" },
	[KEVENT_CLONE] = { NULL, "flags", NULL, NULL },
	[KEVENT_CODE] = { NULL, "code", NULL, NULL },
	[KEVENT_GROUP] = { NULL, "code", NULL, NULL },
	[KEVENT_CALL_EXIT] = { NULL, "error_code", NULL, NULL },
	[KEVENT_CALL_GROUP] = { NULL, "error_code", NULL, NULL },
	[KEVENT_SENT] = { "pid", "sig", NULL, NULL },
	[KEVENT_CGROUP] = { "pid", NULL, NULL, NULL },
	[KEVENT_DELIVERED] = { NULL, "sig", "sa_handler", NULL },
};

/* Look a name up; a missing field is an error unless it is optional. */
static int
find(const struct format *f, const char *name, const struct field **field)
{
	if (!name)
		return 0;
	*field = format_field(f, name + (*name == '?'));
	return *field || *name == '?' ? 0 : -1;
}

static int
find_args(struct kevent_type *t)
{
	char name[16];

	for (int i = 0; i < t->count; i++) {
		fmt_print(name, sizeof name, "%sa%d",
		    t->kind == KEVENT_ENTRY ? "?" : "", t->first + i);
		if (find(&t->format, name, &t->strings[i]) != 0)
			return -1;
	}
	for (int i = 0; t->count && i < t->count + 2; i++) {
		fmt_print(name, sizeof name, "?p%d", t->first + i);
		find(&t->format, name, &t->pointers[i]);
	}
	return 0;
}

int
kevent_learn(struct kevent_table *table, enum kevent_kind kind,
    const char *format, int place, int first, int count)
{
	struct kevent_type *t = &table->types[table->count];
	const struct names *n = &names[kind];

	if (table->count == KEVENT_TYPES || count > KEVENT_STRINGS) {
		errno = ENOSPC;
		return -1;
	}
	*t = (struct kevent_type){
		.kind = kind, .place = place, .first = first, .count = count
	};
	if (format_parse(&t->format, format) != 0)
		return -1;
	if (find(&t->format, n->pid, &t->pid) != 0 ||
	    find(&t->format, n->a, &t->a) != 0 ||
	    find(&t->format, n->b, &t->b) != 0 ||
	    find(&t->format, n->text, &t->text) != 0 || find_args(t) != 0 ||
	    find(&t->format, "common_pid", &t->tid) != 0) {
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
kevent_forget(struct kevent_table *table, int count)
{
	table->count = count;
}

static const struct kevent_type *
type_of(const struct kevent_table *table, const struct ring_record *r)
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

enum kevent_kind
kevent_peek(const struct kevent_table *table, const struct ring_record *r)
{
	const struct kevent_type *t = type_of(table, r);

	return t ? t->kind : 0;
}

static int64_t
number(const struct field *f, const struct ring_record *r)
{
	return f ? field_int(f, r->data, r->len) : 0;
}

static void
decode_args(
    const struct kevent_type *t, const struct ring_record *r, struct kevent *k)
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
		k->pointer[i] = (uint64_t)number(t->pointers[i], r);
}

/* Are they arguments?  Not every kernel may be told to leave the others out. */
static bool
is_wanted(const struct kevent_type *t, const struct ring_record *r,
    const struct kevent *k)
{
	const struct field *f;
	char name[16];

	if (t->kind == KEVENT_ARGS)
		return k->argc > t->first && !k->compat;
	for (int i = 0; t->kind == KEVENT_ENTRY_ARGS && i <= t->first; i++) {
		fmt_print(name, sizeof name, "p%d", i);
		f = format_field(&t->format, name);
		if (f && number(f, r) == 0)
			return false;
	}
	return true;
}

int
kevent_decode(const struct kevent_table *table, const struct ring_record *r,
    int cpu, struct kevent *k)
{
	const struct kevent_type *t = type_of(table, r);
	int64_t a;

	if (!t || r->len < t->need)
		return 0;
	k->kind = t->kind;
	k->ts = r->ts;
	k->cpu = cpu;
	k->place = t->place;
	k->tid = (int)number(t->tid, r);
	k->pid = t->pid ? (int)number(t->pid, r) : k->tid;
	a = number(t->a, r);
	k->parent = k->old_pid = k->argc = (int)a;
	k->group_dead = t->kind == KEVENT_EXIT && !t->a ? -1 : a != 0;
	k->flags = k->argv = (uint64_t)a;
	k->ret = (long)a;
	k->compat = k->handled = number(t->b, r) != 0;
	k->text = NULL;
	k->text_len = 0;
	if (t->text)
		k->text = field_str(t->text, r->data, r->len, &k->text_len);
	decode_args(t, r, k);
	return is_wanted(t, r, k);
}
