/* kprobe_events: what of a definition that kernel takes, the format file it
 * makes of it, and what the probe records when its function is called. */
#include "fake.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ARGS_MAX	128  /* MAX_TRACE_ARGS, all of trace_probe.h here */
#define EXPRESSION_MAX	63   /* MAX_ARGSTR_LEN */
#define LINE_MAX_WRITE	4095 /* WRITE_BUFSIZE - 1 */
#define EVENT_MAX	4072 /* BUF_MAX_DATA_SIZE, ring_buffer.c */
#define STRING_MAX_SIZE 4096 /* MAX_STRING_SIZE */
#define DEREFS		4

static const struct type {
	const char *name, *print[2]; /* before 3.16, since */
	size_t size;
	bool is_signed, is_string;
} types[] = {
	{ "u8", { "%lx", "0x%x" }, 1, false, false },
	{ "u16", { "%lx", "0x%x" }, 2, false, false },
	{ "u32", { "%lx", "0x%x" }, 4, false, false },
	{ "u64", { "%llx", "0x%Lx" }, 8, false, false },
	{ "s8", { "%ld", "%d" }, 1, true, false },
	{ "s16", { "%ld", "%d" }, 2, true, false },
	{ "s32", { "%ld", "%d" }, 4, true, false },
	{ "s64", { "%lld", "%Ld" }, 8, true, false },
	{ "string", { "\\\"%s\\\"", "\\\"%s\\\"" }, 4, true, true },
};

/* name=+OFFSET(+OFFSET(%reg)):type */
struct fetch {
	char name[64];
	int derefs, arg;     /* arg: which argument of the function */
	long offset[DEREFS]; /* the outermost first */
	const struct type *type;
};

struct probe {
	bool at_return;
	char group[64], event[64], symbol[64];
	int count;
	struct fetch fetch[ARGS_MAX];
};

/* Which argument of a function is in this register, -1: none that we know. */
static int
register_arg(const char *name, size_t len)
{
	static const char *const names[][3] = { { "di", "si", "dx" },
		{ "x0", "x1", "x2" } };

	for (int i = 0; i < 3; i++)
		if (len == 2 && strncmp(name, names[fake_arm()][i], 2) == 0)
			return i;
	return -1;
}

static int
parse_fetch(struct fetch *f, const char *s)
{
	char *end;
	const char *p = strchr(s, '=');

	*f = (struct fetch){ .arg = -1 };
	if (!p || p - s >= 32 || strlen(p + 1) > EXPRESSION_MAX)
		return EINVAL;
	memcpy(f->name, s, (size_t)(p++ - s));
	for (; *p == '+' || *p == '-'; p = end + 1) {
		if (f->derefs == DEREFS)
			return EINVAL;
		f->offset[f->derefs++] = strtol(p, &end, 0);
		if (end == p + 1 || *end != '(')
			return EINVAL;
	}
	/* The value that a function returns is the argument of its return. */
	f->arg = strncmp(p, "$retval", 7) == 0 ? 0 :
	    *p == '%' ? register_arg(p + 1, strcspn(p + 1, "):")) :
			-1;
	p += strcspn(p, "):");
	for (int i = 0; i < f->derefs; i++)
		if (*p++ != ')')
			return EINVAL;
	if (f->arg < 0 || *p++ != ':')
		return EINVAL;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(p, types[i].name) == 0)
			f->type = &types[i];
	return f->type && !(f->type->is_string && !f->derefs) ? 0 : EINVAL;
}

/* Does this kernel have that function? */
static bool
has_symbol(const char *name)
{
	char text[1024], want[80];

	fake_get(text, sizeof text, "../symbols");
	snprintf(want, sizeof want, " %s ", name);
	return strstr(text, want);
}

/* "p:group/event symbol fetch ...", r for its return.  More fetches than the
 * kernel keeps are ignored before 6.12, and refused since. */
static int
parse_probe(struct probe *p, const char *line)
{
	char text[FAKE_TEXT], *save = NULL, *s;
	int e;

	*p = (struct probe){ .count = 0 };
	snprintf(text, sizeof text, "%s", line);
	s = strtok_r(text, " \n", &save);
	if (!s || !strchr("pr", *s) ||
	    sscanf(s + 1, ":%63[A-Za-z0-9_]/%63[A-Za-z0-9_]%n", p->group,
		p->event, &e) != 2 ||
	    s[1 + e])
		return EINVAL;
	p->at_return = *s == 'r';
	if (!(s = strtok_r(NULL, " \n", &save)))
		return EINVAL;
	snprintf(p->symbol, sizeof p->symbol, "%s", s);
	if (!has_symbol(p->symbol))
		return fake_version >= 612 ? EINVAL : ENOENT;
	while ((s = strtok_r(NULL, " \n", &save))) {
		if (p->count == ARGS_MAX)
			return fake_version >= 612 ? E2BIG : 0;
		if ((e = parse_fetch(&p->fetch[p->count++], s)) != 0)
			return e;
	}
	return 0;
}

static int
next_id(void)
{
	char text[32];
	int id;

	fake_get(text, sizeof text, "../id");
	id = (int)strtol(text, NULL, 10) + 1;
	snprintf(text, sizeof text, "%d\n", id);
	fake_put(text, "../id");
	return id;
}

/* The format file: its head is that of a recorded probe event. */
static void
make_format(const struct probe *p, int id, char *out, size_t size)
{
	char head[FAKE_TEXT], *begin, *end;
	size_t n, offset;

	fake_get(head, sizeof head, "../recording/formats/rec:exec");
	begin = strstr(head, "format:");
	end = begin ? strstr(begin, "__probe_ip;") : NULL;
	if (!end || sscanf(end, "__probe_ip; offset:%zu;", &offset) != 1)
		abort();
	end[p->at_return ? 0 : strcspn(end, "\n") + 1] = '\0';
	n = (size_t)snprintf(
	    out, size, "name: %s\nID: %d\n%s", p->event, id, begin);
	offset += 8;
	if (p->at_return) { /* it has two addresses */
		n += (size_t)snprintf(out + n, size - n,
		    "__probe_func;\toffset:%zu;\tsize:8;\tsigned:0;\n"
		    "\tfield:unsigned long __probe_ret_ip;\toffset:%zu;\t"
		    "size:8;\tsigned:0;\n",
		    offset - 8, offset);
		offset += 8;
	}
	for (int i = 0; i < p->count; i++) {
		const struct type *t = p->fetch[i].type;

		n += (size_t)snprintf(out + n, size - n,
		    "\tfield:%s %s;\t"
		    "offset:%zu;\tsize:%zu;\tsigned:%d;\n",
		    t->is_string ? "__data_loc char[]" : t->name,
		    p->fetch[i].name, offset, t->size, t->is_signed);
		offset += t->size; /* not aligned */
	}
	n += (size_t)snprintf(out + n, size - n, "\nprint fmt: \"(%%lx%s)",
	    p->at_return ? " <- %lx" : "");
	for (int i = 0; i < p->count; i++)
		n += (size_t)snprintf(out + n, size - n, " %s=%s",
		    p->fetch[i].name,
		    p->fetch[i].type->print[fake_version >= 316]);
	n += (size_t)snprintf(out + n, size - n, "\", REC->%s",
	    p->at_return ? "__probe_func, REC->__probe_ret_ip" : "__probe_ip");
	for (int i = 0; i < p->count; i++)
		n += (size_t)snprintf(out + n, size - n,
		    p->fetch[i].type->is_string ? ", __get_str(%s)" :
						  ", REC->%s",
		    p->fetch[i].name);
	snprintf(out + n, size - n, "\n");
}

/* What is in events/GROUP of the top level and of all instances. */
static void
find_all(const char *group, const char *name, glob_t *g)
{
	char pattern[2 * PATH_MAX];

	snprintf(pattern, sizeof pattern, "%s/{,instances/*/}events/%s%s",
	    fake_root, group, name);
	if (glob(pattern, GLOB_BRACE, NULL, g) != 0)
		g->gl_pathc = 0;
}

/* The folder of an event, everywhere. */
static void
make_folders(const struct probe *p, const char *format)
{
	char path[2 * PATH_MAX];
	glob_t g;

	find_all("", "", &g);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		int n = snprintf(
		    path, sizeof path, "%s/%s", g.gl_pathv[i], p->group);

		mkdir(path, 0755);
		snprintf(path + n, sizeof path - (size_t)n, "/%s", p->event);
		mkdir(path, 0755);
		memmove(path, path + strlen(fake_root), strlen(path));
		fake_put(format, "%s/format", path);
		fake_put("0\n", "%s/enable", path);
		fake_put("none\n", "%s/filter", path);
		*strrchr(path, '/') = '\0';
		fake_put("0\n", "%s/enable", path);
	}
	globfree(&g);
}

static void
remove_found(const char *group, const char *name)
{
	glob_t g;

	find_all(group, name, &g);
	for (size_t i = 0; i < g.gl_pathc; i++)
		if (remove(g.gl_pathv[i]) != 0)
			abort();
	globfree(&g);
}

/* The folder of a group goes with its last event. */
static void
remove_folders(const char *group, const char *event)
{
	char name[80];
	bool last;
	glob_t g;

	snprintf(name, sizeof name, "/%s/*", event);
	remove_found(group, name);
	snprintf(name, sizeof name, "/%s", event);
	remove_found(group, name);
	find_all(group, "/*/format", &g);
	last = g.gl_pathc == 0;
	globfree(&g);
	if (!last)
		return;
	remove_found(group, "/enable");
	remove_found(group, "");
}

static bool
is_enabled(const char *group, const char *event)
{
	char name[80];
	bool on = false;
	glob_t g;

	snprintf(name, sizeof name, "/%s/enable", event);
	find_all(group, name, &g);
	for (size_t i = 0; i < g.gl_pathc; i++)
		on |= fake_is_on("%s", g.gl_pathv[i] + strlen(fake_root) + 1);
	globfree(&g);
	return on;
}

/* Take the definition out of the list.  Returns 0, ENOENT, or EBUSY. */
static int
delete_probe(const char *group, const char *event)
{
	char list[FAKE_TEXT], name[140], *line;
	size_t len;

	fake_get(list, sizeof list, "kprobe_events");
	snprintf(name, sizeof name, ":%s/%s ", group, event);
	line = strstr(list, name);
	if (!line)
		return ENOENT;
	line--; /* p or r */
	if (is_enabled(group, event))
		return EBUSY;
	len = strcspn(line, "\n") + 1;
	memmove(line, line + len, strlen(line + len) + 1);
	fake_put(list, "kprobe_events");
	remove_folders(group, event);
	return 0;
}

int
probe_write(const char *line)
{
	static struct probe p;
	char list[2 * FAKE_TEXT], format[FAKE_TEXT], group[64], event[64];
	size_t len = strlen(line);
	int e;

	if (len > LINE_MAX_WRITE)
		return EINVAL;
	/* without its group: that of "kprobes", where we never are */
	if (line[0] == '-')
		return sscanf(line, "-:%63[^/ \n]/%63[^ \n]", group, event) ==
			2 ?
		    delete_probe(group, event) :
		    ENOENT;
	if ((e = parse_probe(&p, line)) != 0)
		return e;
	e = delete_probe(p.group, p.event);
	if (e == EBUSY || (e == 0 && fake_version >= 500))
		return e == 0 ? EEXIST : e;
	fake_get(list, FAKE_TEXT, "kprobe_events");
	snprintf(list + strlen(list), FAKE_TEXT, "%.*s\n",
	    (int)strcspn(line, "\n"), line);
	fake_put(list, "kprobe_events");
	make_format(&p, next_id(), format, sizeof format);
	make_folders(&p, format);
	return 0;
}

/* ---- firing ---- */

bool
image_load(const struct image *m, uint64_t address, void *to, size_t len)
{
	if (!m || address < IMAGE_BASE || address - IMAGE_BASE > m->len ||
	    m->len - (address - IMAGE_BASE) < len)
		return false;
	memcpy(to, m->bytes + (address - IMAGE_BASE), len);
	return true;
}

/* The address that the outermost dereference reads; a fault below it reads
 * nothing, as from NULL. */
static uint64_t
fetch_address(const struct fetch *f, const struct hit *h)
{
	uint64_t value = h->arg[f->arg];

	for (int i = f->derefs - 1; i > 0; i--)
		if (!image_load(
			h->image, value + (uint64_t)f->offset[i], &value, 8))
			value = 0;
	return f->derefs ? value + (uint64_t)f->offset[0] : value;
}

/* Append the string behind the record; 5.3+ takes an empty one for a fault. */
static size_t
fetch_string(const struct fetch *f, const struct hit *h, uint8_t *to)
{
	uint64_t address = fetch_address(f, h);
	size_t n = 0;

	do
		if (!image_load(h->image, address + n, &to[n], 1))
			return 0;
	while (to[n++] && n < STRING_MAX_SIZE);
	to[n - 1] = '\0';
	return fake_version >= 503 && n == 1 ? 0 : n;
}

static size_t
make_record(const struct probe *p, const struct format *f, const struct hit *h,
    uint8_t *record)
{
	const struct field *ip = format_field(f,
			       p->at_return ? "__probe_ret_ip" : "__probe_ip"),
			   *field;
	uint64_t address = 0xffffffff81000b90, value;
	size_t end = ip->offset + ip->size, at = end, n;

	memset(record, 0, 8192);
	memcpy(record, &f->id, 2);
	memcpy(record + 4, &h->tid, 4);
	memcpy(record + ip->offset, &address, 8);
	for (int i = 0; i < p->count; i++)
		end += p->fetch[i].type->size;
	for (int i = 0; i < p->count; i++) {
		const struct fetch *t = &p->fetch[i];

		field = format_field(f, t->name);
		if (field && field->offset != at)
			abort();
		if (t->type->is_string) {
			n = fetch_string(t, h, record + end);
			value = n << 16 | (end & 0xffff);
			end += n;
			if (end > EVENT_MAX) /* without a word */
				return 0;
		} else {
			value = fetch_address(t, h);
			if (t->derefs &&
			    !image_load(h->image, value, &value, t->type->size))
				value = 0;
		}
		memcpy(record + at, &value, t->type->size);
		at += t->type->size;
	}
	return end;
}

/* The later definition fires first (seen on 3.16). */
void
probe_hit(const struct hit *h)
{
	static struct probe p;
	static struct format f;
	static uint8_t record[FAKE_RECORD];
	char list[FAKE_TEXT], text[FAKE_TEXT], *line;
	size_t len;

	fake_get(list, sizeof list, "kprobe_events");
	while (*list) {
		list[strlen(list) - 1] = '\0'; /* its newline */
		line = strrchr(list, '\n');
		line = line ? line + 1 : list;
		if (parse_probe(&p, line) != 0)
			abort();
		if (strcmp(p.symbol, h->name) == 0 &&
		    p.at_return == h->at_return &&
		    fake_is_on("%sevents/%s/%s/enable", fake_buffer, p.group,
			p.event)) {
			fake_get(text, sizeof text, "events/%s/%s/format",
			    p.group, p.event);
			if (format_parse(&f, text) != 0)
				abort();
			len = make_record(&p, &f, h, record);
			fake_get(text, sizeof text, "%sevents/%s/%s/filter",
			    fake_buffer, p.group, p.event);
			if (len && fake_filter(text, &f, record, len) == 1)
				pages_add(h->cpu, h->ts, record, len);
		}
		*line = '\0';
	}
}
