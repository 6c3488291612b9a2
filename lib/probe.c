#include "probe.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "tracefs.h"

#define LOADERS_MAX    4    /* at the start; others are learned */
#define ENTRY_POINTERS 16   /* of argv, to find its end */
#define DEFINITION_MAX 4096 /* WRITE_BUFSIZE, kernel/trace/trace.h */

/*
 * Row 1: start_thread(regs, new_ip, new_sp), arch/x86/kernel/process_64.c
 * and process_32.c (regparm).  Row 2: finalize_exec(bprm); p follows vma,
 * vma_pages and mm in struct linux_binprm, include/linux/binfmts.h.  Row 6:
 * system calls take their registers by pointer on x86-64 since 4.17, on arm64
 * since 4.19, on i386 since 5.7 (arch/.../syscall_wrapper.h); the offsets
 * are those of struct pt_regs.
 */
static const struct kernel_place {
	enum probe_row row;
	const char *machine, *symbol, *base, *name;
	bool compat;
} kernel_places[] = {
	{ ROW_START_THREAD, "x86_64", "start_thread", "%dx", NULL, false },
	{ ROW_START_THREAD, "x86_64", "compat_start_thread", "%dx", NULL,
	    true },
	{ ROW_START_THREAD, "i386", "start_thread", "%cx", NULL, false },
	{ ROW_FINALIZE_EXEC, "x86_64", "finalize_exec", "+24(%di)", NULL,
	    false },
	{ ROW_FINALIZE_EXEC, "aarch64", "finalize_exec", "+24(%x0)", NULL,
	    false },
	{ ROW_FINALIZE_EXEC, "i386", "finalize_exec", "+12(%ax)", NULL, false },
	{ ROW_ENTRY, "x86_64", "__x64_sys_execve", "+104(%di)", "+0(+112(%di))",
	    false },
	{ ROW_ENTRY, "x86_64", "__x64_sys_execveat", "+96(%di)",
	    "+0(+104(%di))", false },
	{ ROW_ENTRY, "aarch64", "__arm64_sys_execve", "+8(%x0)", "+0(+0(%x0))",
	    false },
	{ ROW_ENTRY, "aarch64", "__arm64_sys_execveat", "+16(%x0)",
	    "+0(+8(%x0))", false },
};

/* Where a C library's own execve has its arguments. */
static const struct {
	const char *machine, *base, *name;
} library_calls[] = {
	{ "x86_64", "%si", "+0(%di)" },
	{ "aarch64", "%x1", "+0(%x0)" },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* The kernel's architecture; all 32-bit x86 are i386. */
static const char *
machine(void)
{
	static struct utsname u;

	uname(&u);
	if (u.machine[0] == 'i' && strcmp(u.machine + 2, "86") == 0)
		return "i386";
	return u.machine;
}

/* Bytes of a slot of the initial stack. */
static int
slot_size(void)
{
	return strcmp(machine(), "i386") == 0 ||
		strncmp(machine(), "arm", 3) == 0 ?
	    4 :
	    8;
}

static const char *
definitions(const struct probe_place *p)
{
	return p->user ? "uprobe_events" : "kprobe_events";
}

static struct probe_place *
place_add(struct probe_list *l, enum probe_row row)
{
	struct probe_place *p = &l->place[l->count];

	if (l->count == PROBE_PLACES)
		return NULL;
	*p = (struct probe_place){ .row = row, .index = l->count++ };
	return p;
}

static int
find_kernel(struct probe_list *l, enum probe_row row)
{
	int added = 0;

	for (size_t i = 0; i < COUNT(kernel_places); i++) {
		const struct kernel_place *k = &kernel_places[i];
		struct probe_place *p;

		if (k->row != row || strcmp(k->machine, machine()) != 0 ||
		    !(p = place_add(l, row)))
			continue;
		snprintf(p->target, sizeof p->target, "%s", k->symbol);
		p->base = k->base;
		p->name = k->name;
		p->compat = k->compat;
		added++;
	}
	return added;
}

static void
place_file(struct probe_place *p, const struct loader *l)
{
	p->user = true;
	p->dev = l->dev;
	p->ino = l->ino;
	p->fd = l->fd;
	p->own = l->own;
	memcpy(p->path, l->path, sizeof p->path);
	/* By its descriptor: a path would be looked up once more by the
	 * kernel, and its owner might have put another file there. */
	snprintf(p->target, sizeof p->target, "/proc/self/fd/%d:0x%llx", l->fd,
	    (unsigned long long)l->offset);
}

/* Row 3 probes loaders, row 6 the execve of their C libraries. */
static int
find_user(struct probe_list *l, enum probe_row row)
{
	struct loader found[LOADERS_MAX];
	int n, added = 0;
	size_t m = 0;

	while (m < COUNT(library_calls) &&
	    strcmp(library_calls[m].machine, machine()) != 0)
		m++;
	if (row == ROW_ENTRY && m == COUNT(library_calls))
		return 0;
	n = loader_find(found, LOADERS_MAX, row == ROW_ENTRY);
	for (int i = 0; i < n; i++) {
		struct probe_place *p = place_add(l, row);

		if (!p) {
			close(found[i].fd);
			continue;
		}
		p->base = row == ROW_ENTRY ? library_calls[m].base : "%sp";
		p->name = row == ROW_ENTRY ? library_calls[m].name : NULL;
		place_file(p, &found[i]);
		added++;
	}
	return added;
}

static bool
is_known(const struct probe_list *l, const struct loader *f)
{
	for (int i = 0; i < l->count; i++)
		if (l->place[i].row == ROW_LOADER &&
		    l->place[i].dev == f->dev && l->place[i].ino == f->ino)
			return true;
	return false;
}

/* The file that a process ran, or, when it has ended, what its parent would
 * find by that path. */
static int
open_program(int pid, int ppid, const char *path, char *root)
{
	char name[PATH_MAX];
	int fd;

	snprintf(name, sizeof name, "/proc/%d/exe", pid);
	snprintf(root, LOADER_PATH, "/proc/%d/root", pid);
	fd = file_open_regular(name);
	if (fd >= 0)
		return fd;
	snprintf(root, LOADER_PATH, "/proc/%d/root", ppid);
	if ((size_t)snprintf(name, sizeof name, "/proc/%d/%s/%s", ppid,
		path[0] == '/' ? "root" : "cwd", path) >= sizeof name)
		return -1;
	return file_open_regular(name);
}

struct probe_place *
probe_find_program(struct probe_list *l, int pid, int ppid, const char *path)
{
	char root[LOADER_PATH];
	int fd = open_program(pid, ppid, path, root);
	struct probe_place *p;
	struct loader found;
	bool is_static;

	if (fd < 0 || loader_of(&found, fd, path, root, &is_static) != 0)
		return NULL;
	if (is_known(l, &found) || !(p = place_add(l, ROW_LOADER))) {
		close(found.fd);
		return NULL;
	}
	place_file(p, &found);
	p->base = "%sp";
	p->program = is_static;
	return p;
}

int
probe_find(struct probe_list *l, enum probe_row row, int tracefs, char *why)
{
	bool kprobes = file_exists(tracefs, "kprobe_events");
	int added = 0;

	if (row != ROW_LOADER && kprobes)
		added = find_kernel(l, row);
	if ((row == ROW_LOADER || (row == ROW_ENTRY && !added)) &&
	    file_exists(tracefs, "uprobe_events"))
		added = find_user(l, row);
	if (added)
		return added;
	if (row != ROW_LOADER && !kprobes)
		why_set(why, "this kernel has no kprobe_events");
	else if (row != ROW_LOADER)
		why_set(why, "no place known on %s", machine());
	else if (!file_exists(tracefs, "uprobe_events"))
		why_set(why, "this kernel has no uprobe_events");
	else
		why_set(why, "no dynamic loader found");
	return 0;
}

void
probe_describe(const struct probe_place *p, char *text, size_t size)
{
	snprintf(text, size, "%s %d: %s %s",
	    p->row == ROW_ENTRY ? "failed execs, row" : "row", p->row,
	    p->user ? "uprobe" : "kprobe", p->user ? p->path : p->target);
}

/* The kernel's last word on a command it refused: "... error: REASON". */
static void
kernel_reason(const struct instance *in, int e, char *why)
{
	struct buf log = { 0 };
	char *last = NULL, *command;

	/* error_log: 5.2+, Documentation/trace/ftrace.rst.  Only of commands
	 * of ours. */
	if (file_read_all(in->tracefs, "error_log", &log) == 0)
		for (char *p = log.data; (p = strstr(p, "error: ")); p++) {
			command = strchr(p, '\n');
			if (command &&
			    memmem(command, strcspn(command + 1, "\n"),
				in->group, strlen(in->group)))
				last = p + strlen("error: ");
		}
	if (last)
		why_set(why, "%s (%.*s)", strerror(e), (int)strcspn(last, "\n"),
		    last);
	else
		why_set(why, "%s", strerror(e));
	buf_free(&log);
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
learn(const struct instance *in, struct kevent_table *table,
    enum kevent_kind kind, const char *name, int place, int first, int count)
{
	char path[256], text[8192];

	snprintf(path, sizeof path, "events/%s/format", name);
	if (file_read(in->dir, path, text, sizeof text) < 0)
		return -1;
	return kevent_learn(table, kind, text, place, first, count);
}

/* Define one event; its text is "p:GROUP/NAME TARGET FETCHES". */
static int
define(const struct probe_place *p, const struct instance *in, const char *name,
    int first, int count, char *why)
{
	struct buf b = { 0 };
	int r = -1;

	buf_printf(&b, "p:%s/%s ", in->group, name);
	buf_puts(&b, p->target);
	fetches(p, &b, first, count);
	buf_add(&b, "\n", 2);
	if (b.failed || b.len > DEFINITION_MAX)
		why_set(why, "definition too long");
	else if (file_write(in->tracefs, definitions(p), b.data) == 0)
		r = 0;
	else
		kernel_reason(in, errno, why);
	buf_free(&b);
	return r;
}

static int
arm_event(const struct probe_place *p, const struct instance *in,
    struct kevent_table *table, const char *name, int first, int count,
    char *why)
{
	enum kevent_kind kind = p->row == ROW_ENTRY ?
	    (count ? KEVENT_ENTRY_ARGS : KEVENT_ENTRY) :
	    (count ? KEVENT_ARGS : KEVENT_STACK);
	char event[INSTANCE_NAME + 32];
	struct buf filter = { 0 };
	int r = 0;

	if (define(p, in, name, first, count, why) != 0)
		return -1;
	snprintf(event, sizeof event, "%s/%s", in->group, name);
	if (count) {
		chunk_filter(p, &filter, first);
		buf_putc(&filter, '\0');
		r = filter.failed ? -1 :
				    file_writef(in->dir, filter.data,
					"events/%s/filter", event);
	}
	buf_free(&filter);
	if (r == 0)
		r = learn(in, table, kind, event, p->index, first,
		    kind == KEVENT_ENTRY ? ENTRY_POINTERS : count);
	if (r == 0)
		r = file_writef(in->dir, "1", "events/%s/enable", event);
	if (r != 0)
		kernel_reason(in, errno, why);
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

int
tracepoint_arm(const struct instance *in, struct kevent_table *table,
    enum kevent_kind kind, const char *name, const char *filter)
{
	if (learn(in, table, kind, name, 0, 0, 0) != 0)
		return -1;
	if (filter &&
	    file_writef(in->dir, filter, "events/%s/filter", name) != 0)
		return -1;
	return file_writef(in->dir, "1", "events/%s/enable", name);
}
