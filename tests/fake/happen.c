/* What happens in the fake, as tracepoints and as calls of functions, and to
 * the processes of the tool itself. */
#include "fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLAGS_FORK 0x01200011u /* of this machine's C library */

/* Where things are in an image. */
enum { AT_BPRM = 0, AT_REGS = 0x100, AT_STACK = 0x200 };

void
happen(struct hit *h)
{
	static struct format f;
	char text[FAKE_TEXT];

	if (world_loads) {
		world_add(h);
		return;
	}
	if (!h->ts)
		h->ts = pages_now(h->cpu);
	if (!h->data) {
		probe_hit(h);
		return;
	}
	if (!fake_is_on("%sevents/%s/enable", fake_buffer, h->name))
		return;
	fake_get(text, sizeof text, "events/%s/format", h->name);
	if (format_parse(&f, text) != 0)
		abort();
	fake_get(text, sizeof text, "%sevents/%s/filter", fake_buffer, h->name);
	if (fake_filter(text, &f, h->data, h->len) == 1)
		pages_add(h->cpu, h->ts, h->data, h->len);
}

void
happen_call(
    const struct hit *at, const char *name, uint64_t a, uint64_t b, uint64_t c)
{
	struct hit h = *at;

	h.name = name;
	h.arg[0] = a;
	h.arg[1] = b;
	h.arg[2] = c;
	happen(&h);
}

/*
 * The memory at an exec: the new stack, argc, argv, NULL and one word of the
 * environment; the path; a struct linux_binprm and a struct pt_regs of x86-64
 * and arm64, as far as the tools look into them.
 */
struct image *
image_new(const char *path, const char *const *argv, int argc)
{
	static const char secret[] = "FAKE_SECRET=behind-argv";
	size_t len = AT_STACK + 8 * ((size_t)argc + 5) + sizeof secret +
	    strlen(path) + 1,
	       at = AT_STACK + 8 * ((size_t)argc + 5);
	const char *p = getenv("FAKE_BPRM_P");
	uint64_t word = (uint64_t)argc;
	struct image *m;

	for (int i = 0; i < argc; i++)
		len += strlen(argv[i]) + 1;
	m = calloc(1, sizeof *m + len);
	if (!m)
		abort();
	m->len = len;
	memcpy(m->bytes + AT_STACK, &word, 8);
	for (int i = 0; i < argc + 3; i++) {
		const char *s = i < argc ? argv[i] :
		    i == argc + 1	 ? secret :
					   path;

		if (i == argc)
			continue; /* NULL */
		word = i == argc + 2 ? 0 : IMAGE_BASE + at;
		memcpy(m->bytes + AT_STACK + 8 * (i + 1), &word, 8);
		word = IMAGE_BASE + at;
		memcpy(m->bytes + at, s, strlen(s) + 1);
		at += strlen(s) + 1;
	}
	memcpy(m->bytes + AT_REGS, &word, 8); /* x0, di: the path */
	memcpy(m->bytes + AT_REGS + 0x70, &word, 8);
	word = IMAGE_BASE + AT_STACK;
	memcpy(m->bytes + AT_BPRM + (p ? strtol(p, NULL, 10) : 24), &word, 8);
	word += 8;
	memcpy(m->bytes + AT_REGS + 8, &word, 8); /* x1, si: argv */
	memcpy(m->bytes + AT_REGS + 0x68, &word, 8);
	return m;
}

/* The system call, and what it calls.  do_execve was inlined since 3.10: a
 * probe there is taken, and never fires. */
void
happen_entry(const struct hit *at)
{
	uint64_t regs = IMAGE_BASE + AT_REGS, argv, path;

	image_load(at->image, regs + 0x68, &argv, 8);
	image_load(at->image, regs + 0x70, &path, 8);
	happen_call(at, "sys_execve", path, argv, 0);
	happen_call(at, "SyS_execve", path, argv, 0);
	happen_call(at, "__x64_sys_execve", regs, 0, 0);
	happen_call(at, "__arm64_sys_execve", regs, 0, 0);
	if (fake_version < 310)
		happen_call(at, "do_execve", path, argv, 0);
}

void
happen_image(const struct hit *at)
{
	happen_call(at, "finalize_exec", IMAGE_BASE + AT_BPRM, 0, 0);
	happen_call(at, "start_thread", 0, 0, IMAGE_BASE + AT_STACK);
}

/* A tracepoint of now, the fields that there are. */
struct value {
	const char *name;
	int64_t number;
	const char *text;
};

static void
happen_event(
    const char *name, const struct hit *at, const struct value *v, int n)
{
	static uint8_t record[8192];
	static struct format f;
	char text[FAKE_TEXT];
	struct hit h = *at;

	if (!fake_get(text, sizeof text, "events/%s/format", name))
		return;
	if (format_parse(&f, text) != 0)
		abort();
	h.name = name;
	h.data = record;
	memset(record, 0, sizeof record);
	memcpy(record, &f.id, 2);
	memcpy(record + 4, &h.tid, 4);
	for (int i = 0; i < f.count; i++)
		if (f.fields[i].offset + f.fields[i].size > h.len)
			h.len = f.fields[i].offset + f.fields[i].size;
	for (int i = 0; i < n; i++) {
		const struct field *d = format_field(&f, v[i].name);
		size_t len = v[i].text ? strlen(v[i].text) + 1 : 0;
		uint32_t loc = (uint32_t)(len << 16 | h.len);

		if (!d || len > 4000)
			continue;
		if (!len)
			memcpy(record + d->offset, &v[i].number, d->size);
		else if (!d->is_loc)
			memcpy(record + d->offset, v[i].text,
			    len < d->size ? len : d->size - 1);
		else {
			memcpy(record + d->offset, &loc, 4);
			memcpy(record + h.len, v[i].text, len);
			h.len += len;
		}
	}
	happen(&h);
}

#define VALUES(...)                            \
	(const struct value[]){ __VA_ARGS__ }, \
	    sizeof(const struct value[]){ __VA_ARGS__ } / sizeof(struct value)

void
happen_return(const struct hit *at, int error)
{
	static const char *const names[] = { "do_execve", "sys_execve",
		"SyS_execve", "__x64_sys_execve", "__arm64_sys_execve" };
	struct hit h = *at;

	h.at_return = true;
	for (size_t i = fake_version >= 310; i < 5; i++)
		happen_call(&h, names[i], (uint64_t)-error, 0, 0);
	happen_event("syscalls/sys_exit_execve", at,
	    VALUES({ "nr", 59, NULL }, { "ret", -error, NULL }));
}

void
happen_fork(int parent, int child)
{
	struct hit at = { .cpu = parent % FAKE_CPUS, .tid = parent };

	happen_call(&at, "do_fork", FLAGS_FORK, 0, 0);
	happen_event("task/task_newtask", &at,
	    VALUES({ "pid", child, NULL }, { "comm", 0, "tool" },
		{ "clone_flags", FLAGS_FORK, NULL }));
	happen_event("sched/sched_process_fork", &at,
	    VALUES({ "parent_comm", 0, "tool" }, { "parent_pid", parent, NULL },
		{ "child_comm", 0, "tool" }, { "child_pid", child, NULL }));
}

void
happen_exec(int pid, const char *path, char *const *argv)
{
	struct hit at = { .cpu = pid % FAKE_CPUS, .tid = pid };
	struct image *m;
	int argc = 0;

	while (argv[argc])
		argc++;
	at.image = m = image_new(path, (const char *const *)argv, argc);
	happen_entry(&at);
	happen_event("task/task_rename", &at,
	    VALUES({ "pid", pid, NULL }, { "oldcomm", 0, "tool" },
		{ "newcomm", 0, "exe" }));
	happen_image(&at);
	happen_event("sched/sched_process_exec", &at,
	    VALUES({ "filename", 0, path }, { "pid", pid, NULL },
		{ "old_pid", pid, NULL }));
	happen_return(&at, 0);
	free(m);
}

void
happen_exit(int pid, int status)
{
	struct hit at = { .cpu = pid % FAKE_CPUS, .tid = pid };

	happen_call(&at, "do_group_exit", (uint64_t)status, 0, 0);
	happen_call(&at, "do_exit", (uint64_t)status, 0, 0);
	happen_event("sched/sched_process_exit", &at,
	    VALUES({ "comm", 0, "exe" }, { "pid", pid, NULL },
		{ "prio", 120, NULL }, { "group_dead", 1, NULL }));
}
