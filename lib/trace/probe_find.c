/* The kernel functions and files that can be probed, for each architecture. */
#include "trace/probe_find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/arch.h"
#include "kernel/quirks.h"
#include "base/file.h"
#include "ring/window.h"
#include "base/count.h"

#define LOADERS_MAX  4 /* at the start; others are learned */
#define FINALIZE_MAX 4

/*
 * METHOD_START_THREAD: start_thread(regs, new_ip, new_sp),
 * arch/x86/kernel/process_64.c and process_32.c (regparm); start_thread_ia32 is
 * the older name of compat_start_thread.
 *
 * METHOD_EXECVE, METHOD_FAILED: the function of the system call.  It takes its
 * registers by pointer on x86-64 since 4.17, on arm64 since 4.19, on i386
 * since 5.7 and in 2.6.32, on s390x since 5.12 or later, on ppc64 since 6.1, on
 * riscv64 since 6.6 (arch/.../syscall_wrapper.h, the offsets are those of
 * struct pt_regs); on i386 from 3.7 to 5.6 on the stack.
 *
 * Of those with the same number the first one that the kernel takes, and that
 * passes its self-test, is used.
 */
static const struct kernel_place {
	const char *machine;
	enum method method;
	int group;
	const char *symbol, *base, *name;
} kernel_places[] = {
	{ "x86_64", METHOD_START_THREAD, 0, "start_thread", "%dx", NULL },
	{ "x86_64", METHOD_START_THREAD, 1, "compat_start_thread", "%dx",
	    NULL },
	{ "x86_64", METHOD_START_THREAD, 1, "start_thread_ia32", "%dx", NULL },
	{ "x86_64", METHOD_EXECVE, 0, "__x64_sys_execve", "+104(%di)",
	    "+112(%di)" },
	{ "x86_64", METHOD_EXECVE, 0, "sys_execve", "%si", "%di" },
	{ "x86_64", METHOD_EXECVE, 1, "__x64_sys_execveat", "+96(%di)",
	    "+104(%di)" },
	{ "x86_64", METHOD_EXECVE, 1, "sys_execveat", "%dx", "%si" },
	{ "i386", METHOD_START_THREAD, 0, "start_thread", "%cx", NULL },
	{ "i386", METHOD_EXECVE, 0, "__ia32_sys_execve", "+4(%ax)", "+0(%ax)" },
	{ "i386", METHOD_EXECVE, 0, "sys_execve", "$stack2", "$stack1" },
	{ "i386", METHOD_EXECVE, 0, "sys_execve", "%dx", "%ax" },
	{ "i386", METHOD_EXECVE, 0, "sys_execve", "+4(%ax)", "+0(%ax)" },
	{ "i386", METHOD_EXECVE, 1, "__ia32_sys_execveat", "+8(%ax)",
	    "+4(%ax)" },
	{ "i386", METHOD_EXECVE, 1, "sys_execveat", "$stack3", "$stack2" },
	{ "aarch64", METHOD_EXECVE, 0, "__arm64_sys_execve", "+8(%x0)",
	    "+0(%x0)" },
	{ "aarch64", METHOD_EXECVE, 0, "sys_execve", "%x1", "%x0" },
	{ "aarch64", METHOD_EXECVE, 1, "__arm64_sys_execveat", "+16(%x0)",
	    "+8(%x0)" },
	{ "aarch64", METHOD_EXECVE, 1, "sys_execveat", "%x2", "%x1" },
	{ "arm", METHOD_EXECVE, 0, "sys_execve", "%r1", "%r0" },
	{ "arm", METHOD_EXECVE, 1, "sys_execveat", "%r2", "%r1" },
	{ "ppc64", METHOD_EXECVE, 0, "sys_execve", "+32(%gpr3)", "+24(%gpr3)" },
	{ "ppc64", METHOD_EXECVE, 0, "sys_execve", "%gpr4", "%gpr3" },
	{ "s390x", METHOD_EXECVE, 0, "__s390x_sys_execve", "+48(%r2)",
	    "+152(%r2)" },
	{ "s390x", METHOD_EXECVE, 0, "__s390x_sys_execve", "%r3", "%r2" },
	{ "s390x", METHOD_EXECVE, 0, "sys_execve", "%r3", "%r2" },
	{ "riscv64", METHOD_EXECVE, 0, "__riscv_sys_execve", "+88(%a0)",
	    "+280(%a0)" },
	{ "riscv64", METHOD_EXECVE, 0, "sys_execve", "%a1", "%a0" },
};

/*
 * METHOD_FINALIZE_EXEC: finalize_exec(bprm), 4.17+; p follows vma, vma_pages
 * and mm in struct linux_binprm, include/linux/binfmts.h; since 6.10 argmin,
 * too, since 7.2 also old_mm and user_ns, and until 5.1 a buffer of 128 bytes.
 * At a wrong offset lies a pointer of the kernel's: its memory is read as if it
 * were the stack, with faults that do no harm, and it does not pass the
 * self-test. The first that passes it is used.
 */
static const struct {
	const char *machine, *base[FINALIZE_MAX];
} finalize_places[] = {
	{ "x86_64", { "+24(%di)", "+32(%di)", "+48(%di)", "+152(%di)" } },
	{ "i386", { "+12(%ax)", "+16(%ax)", "+24(%ax)" } },
	{ "aarch64", { "+24(%x0)", "+32(%x0)", "+48(%x0)", "+152(%x0)" } },
	{ "arm", { "+12(%r0)", "+16(%r0)", "+24(%r0)", "+140(%r0)" } },
	{ "ppc64",
	    { "+24(%gpr3)", "+32(%gpr3)", "+48(%gpr3)", "+152(%gpr3)" } },
	{ "s390x", { "+24(%r2)", "+32(%r2)", "+48(%r2)", "+152(%r2)" } },
	{ "riscv64", { "+24(%a0)", "+32(%a0)", "+48(%a0)" } },
};

/* Where a C library's own execve has its arguments; and how many bytes of an
 * instruction the probe replaces. */
static const struct {
	const char *machine, *base, *name, *ip;
	size_t skip;
} library_calls[] = {
	{ "x86_64", "%si", "%di", "%ip", 1 },
	{ "aarch64", "%x1", "%x0", "%pc", 4 },
};

static struct probe_site *
site_add(struct probe_list *l, enum method method)
{
	struct probe_site *p = &l->place[l->count];

	if (l->count == PROBE_SITES)
		return NULL;
	*p = (struct probe_site){ .method = method, .index = l->count++ };
	return p;
}

/* Returns how many it adds: one, if it is of this machine. */
static int
add_kernel(
    struct probe_list *l, enum method method, const struct kernel_place *k)
{
	struct probe_site *p;

	if (strcmp(k->machine, arch_name()) != 0 || !(p = site_add(l, method)))
		return 0;
	snprintf(p->target, sizeof p->target, "%s", k->symbol);
	p->base = k->base;
	p->name = k->name;
	p->group = k->group;
	p->compat = method == METHOD_START_THREAD && k->group > 0;
	return 1;
}

static int
find_kernel(struct probe_list *l, enum method method)
{
	enum method of = method == METHOD_FAILED ? METHOD_EXECVE : method;
	int added = 0;

	for (size_t i = 0; i < COUNT(kernel_places); i++)
		if (kernel_places[i].method == of)
			added += add_kernel(l, method, &kernel_places[i]);
	return added;
}

static int
find_finalize(struct probe_list *l)
{
	struct kernel_place k = { .symbol = "finalize_exec" };
	int added = 0;

	for (size_t i = 0; i < COUNT(finalize_places); i++) {
		k.machine = finalize_places[i].machine;
		for (int n = 0; n < FINALIZE_MAX; n++)
			if ((k.base = finalize_places[i].base[n]))
				added += add_kernel(
				    l, METHOD_FINALIZE_EXEC, &k);
	}
	return added;
}

static void
site_file(struct probe_site *p, const struct loader *l)
{
	p->user = true;
	p->window = p->method == METHOD_LDSO && quirk_strings_unsafe() ?
	    WINDOW_BYTES :
	    0;
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

/* METHOD_LDSO probes loaders, METHOD_FAILED the execve of their C libraries. */
static int
find_user(struct probe_list *l, enum method method)
{
	struct loader found[LOADERS_MAX];
	int n, added = 0;
	size_t m = 0;

	while (m < COUNT(library_calls) &&
	    strcmp(library_calls[m].machine, arch_name()) != 0)
		m++;
	if (method == METHOD_FAILED && m == COUNT(library_calls))
		return 0;
	n = loader_find(found, LOADERS_MAX, method == METHOD_FAILED);
	for (int i = 0; i < n; i++) {
		struct probe_site *p = site_add(l, method);

		if (!p) {
			close(found[i].fd);
			continue;
		}
		p->base = arch_stack_pointer();
		if (method == METHOD_FAILED) {
			p->base = library_calls[m].base;
			p->name = library_calls[m].name;
			p->ip = library_calls[m].ip;
			p->skip = library_calls[m].skip;
			if (pread(found[i].fd, p->code, sizeof p->code,
				(off_t)(found[i].offset + p->skip)) !=
			    (ssize_t)sizeof p->code) {
				close(found[i].fd);
				l->count--;
				continue;
			}
		}
		site_file(p, &found[i]);
		added++;
	}
	return added;
}

static bool
is_known(const struct probe_list *l, const struct loader *f)
{
	for (int i = 0; i < l->count; i++)
		if (l->place[i].method == METHOD_LDSO &&
		    l->place[i].dev == f->dev && l->place[i].ino == f->ino)
			return true;
	return false;
}

struct probe_site *
probe_find_program(struct probe_list *l, int pid, int ppid, const char *path)
{
	struct probe_site *p;
	struct loader found;
	bool is_static;

	if (loader_of(&found, pid, ppid, path, &is_static) != 0)
		return NULL;
	if (is_known(l, &found) || !(p = site_add(l, METHOD_LDSO))) {
		close(found.fd);
		return NULL;
	}
	site_file(p, &found);
	p->base = arch_stack_pointer();
	p->program = is_static;
	return p;
}

int
probe_find(
    struct probe_list *l, enum method method, int tracefs, struct error *error)
{
	bool kprobes = quirk_kprobes_usable(tracefs, error);
	bool uprobes = file_exists(tracefs, "uprobe_events");
	int added = 0;

	if (method != METHOD_LDSO && kprobes)
		added = method == METHOD_FINALIZE_EXEC ? find_finalize(l) :
							 find_kernel(l, method);
	if ((method == METHOD_LDSO ||
		(method == METHOD_FAILED && !added &&
		    !quirk_strings_unsafe())) &&
	    uprobes)
		added = find_user(l, method);
	if (added)
		return added;
	if (method == METHOD_FAILED && !kprobes && uprobes &&
	    quirk_strings_unsafe())
		error_set(error, "uprobes must not fetch strings: %s",
		    quirk_strings_unsafe());
	else if (method != METHOD_LDSO && kprobes)
		error_set(error, "no place known on %s", arch_name());
	else if (method == METHOD_LDSO && !uprobes)
		error_set(error, "this kernel has no uprobe_events");
	else if (method == METHOD_LDSO)
		error_set(error, "no dynamic loader found");
	return 0;
}
