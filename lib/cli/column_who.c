/* Who a process is: numbers, names, ancestors, users, cgroups. */
#include "cli/column_who.h"

#include <string.h>

#include "base/number.h"
#include "cli/columns.h"
#include "cli/container.h"
#include "cli/json.h"
#include "cli/user.h"
#include "task/lineage.h"
#include "task/user.h"

uint64_t
column_start(const struct event *e)
{
	return e->task.lineage && !e->untimed ? e->task.lineage->start : 0;
}

bool
number_pid(NUMBER)
{
	bool exec = e->type == EVENT_EXEC || e->type == EVENT_EXECFAIL;

	*n = (unsigned)(e->task.pid ? e->task.pid : e->tid);
	return e->task.pid || exec;
}

/* The thread whose exec failed need not be the first of its process. */
void
json_pid(PRINT)
{
	json_number(b, "pid", e->task.pid != 0, (unsigned)e->task.pid);
}

bool
number_tid(NUMBER)
{
	*n = (unsigned)e->tid;
	return true;
}

bool
number_ptid(NUMBER)
{
	*n = (unsigned)e->fork.parent;
	return e->fork.parent != 0;
}

void
text_ppid(PRINT)
{
	bool known = e->task.ppid != PPID_UNKNOWN;

	if (known)
		number_put(b, (unsigned)e->task.ppid, 1, '0');
	else
		buf_putc(b, '?');
	if (known && e->task.perhaps)
		buf_putc(b, '?');
}

void
json_ppid(PRINT)
{
	json_number(
	    b, "ppid", e->task.ppid != PPID_UNKNOWN, (unsigned)e->task.ppid);
	if (e->task.perhaps)
		buf_puts(b, ",\"ppid_certain\":false");
}

/* A start time as /proc has it, so that it is the same for each tool. */
void
text_id(PRINT)
{
	uint64_t start = column_start(e);

	if (!e->task.pid || !start) {
		buf_putc(b, '?');
		return;
	}
	number_put(b, (uint64_t)e->task.pid, 1, '0');
	buf_putc(b, '@');
	print_seconds(b, start);
	b->len -= 4;
}

void
json_id(PRINT)
{
	if (!e->task.pid || !column_start(e)) {
		json_string(b, "id", NULL);
		return;
	}
	buf_puts(b, ",\"id\":\"");
	text_id(b, v, e);
	buf_putc(b, '"');
}

const char *
string_comm(STRING)
{
	return e->comm;
}

const char *
string_pcomm(STRING)
{
	const struct lineage *l = e->task.lineage;

	return l && !l->gap && l->parent ? l->parent->comm : NULL;
}

/* How many ancestors are shown at most. */
static int
max_ancestors(const struct column_view *v)
{
	return v->max_ancestors ? v->max_ancestors : LINEAGE_MAX;
}

/* The name of an ancestor must not look like several. */
static void
put_ancestor(struct buf *b, const struct lineage *l)
{
	for (const char *s = l->comm; *s;) {
		size_t n = strcspn(s, "<()");

		escape_word(b, s, n);
		s += n;
		if (*s)
			buf_printf(b, "\\x%02x", (unsigned char)*s++);
	}
	if (!l->comm[0])
		buf_putc(b, '?');
	buf_printf(b, "(%d%s)", l->pid, l->perhaps ? "?" : "");
}

void
text_ancestors(PRINT)
{
	const struct lineage *l = e->task.lineage;
	int n = 0;

	if (l && !l->parent && !l->orphan)
		buf_putc(b, '-');
	for (; l && l->parent; l = l->parent, n++) {
		if (n)
			buf_putc(b, '<');
		if (l->gap || n == max_ancestors(v))
			buf_puts(b, "...");
		if (n == max_ancestors(v))
			return;
		if (l->gap)
			buf_putc(b, '<');
		put_ancestor(b, l->parent);
	}
	if (!l || l->orphan)
		buf_puts(b, n ? "<?" : "?");
}

/* null stands for what is not known, or was left out. */
void
json_ancestors(PRINT)
{
	const struct lineage *l = e->task.lineage;
	int n = 0;

	buf_puts(b, ",\"ancestors\":[");
	for (; l && l->parent; l = l->parent) {
		if (n == max_ancestors(v))
			break;
		if (l->gap)
			buf_puts(b, n ? ",null" : "null");
		buf_puts(b, n || l->gap ? ",{\"pid\":" : "{\"pid\":");
		number_put(b, (unsigned)l->parent->pid, 1, '0');
		if (l->parent->perhaps)
			buf_puts(b, ",\"pid_certain\":false");
		json_string(
		    b, "comm", l->parent->comm[0] ? l->parent->comm : NULL);
		buf_putc(b, '}');
		n++;
	}
	if (!l || l->orphan || l->parent)
		buf_puts(b, n ? ",null" : "null");
	buf_putc(b, ']');
}

/* uid, ruid or gid */
bool
number_id(NUMBER)
{
	enum user_id which = *c->name == 'r' ? USER_RUID : USER_UID;
	uint32_t id;
	bool known = user_of_event(e, *c->name == 'g' ? USER_GID : which, &id);

	*n = id;
	return known;
}

void
text_user(PRINT)
{
	uint32_t id;
	bool known = user_of_event(e, USER_UID, &id);

	print_user(b, known, id);
}

/* null also if it has no name. */
void
json_user(PRINT)
{
	uint32_t id;
	bool known = user_of_event(e, USER_UID, &id);

	json_string(b, "user", known ? user_name(id) : NULL);
}

const char *
string_cgroup(STRING)
{
	return e->task.cgroup;
}

const char *
string_trait(STRING)
{
	return e->task.traits ? e->task.traits[c->at] : NULL;
}

/* sid, loginuid */
bool
number_trait(NUMBER)
{
	const char *s = string_trait(e, c);

	*n = s ? number_parse(s, NULL) : 0;
	return s;
}

void
text_container(PRINT)
{
	static struct buf id;

	id.len = 0;
	container_put(&id, e->task.cgroup);
	escape_word(b, id.data, id.len);
}

/* Of no container it is "", if the cgroup is known. */
void
json_container(PRINT)
{
	static struct buf id;

	id.len = 0;
	container_put(&id, e->task.cgroup);
	if (id.len == 1 && *id.data == '-')
		id.len = 0;
	buf_putc(&id, '\0');
	json_string(b, "container", e->task.cgroup ? id.data : NULL);
}

void
text_type(PRINT)
{
	buf_puts(b, print_fork_type(e));
}

void
json_type(PRINT)
{
	const char *type = print_fork_type(e);

	json_string(b, "type", *type == '?' ? NULL : type);
}
