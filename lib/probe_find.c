/* The places that each row has on this machine. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "probe.h"
#include "tracefs.h"

#define LOADERS_MAX 4 /* at the start; others are learned */

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

const char *
probe_machine(void)
{
	static struct utsname u;

	uname(&u);
	if (u.machine[0] == 'i' && strcmp(u.machine + 2, "86") == 0)
		return "i386";
	return u.machine;
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

		if (k->row != row || strcmp(k->machine, probe_machine()) != 0 ||
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
	    strcmp(library_calls[m].machine, probe_machine()) != 0)
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
		why_set(why, "no place known on %s", probe_machine());
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
