/* The places that each row has on this machine. */
#include <limits.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "fmt.h"
#include "machines.h"
#include "number.h"
#include "probe.h"
#include "proc.h"
#include "tracefs.h"

#define LOADERS_MAX 4 /* at the start; others are learned */

/*
 * Row 1: start_thread(regs, new_ip, new_sp), arch/x86/kernel/process_64.c
 * and process_32.c (regparm); start_thread_ia32 is the older name of
 * compat_start_thread.  Row 2: finalize_exec(bprm), 4.17+; p follows vma,
 * vma_pages and mm in struct linux_binprm, include/linux/binfmts.h; since 6.10
 * argmin, too, and until 5.1 a buffer of 128 bytes.
 *
 * Rows 4 and 6: the function of the system call.  It takes its registers by
 * pointer on x86-64 since 4.17, on arm64 since 4.19, on i386 since 5.7 and in
 * 2.6.32, on s390x since 5.12 or later, on ppc64 since 6.1, on riscv64 since
 * 6.6 (arch/.../syscall_wrapper.h, the offsets are those of struct pt_regs);
 * on i386 from 3.7 to 5.6 on the stack.
 *
 * Of those with the same number the first one that the kernel takes, and that
 * proves itself, is used.
 */
static const struct kernel_place {
	const char *machine;
	enum probe_row row;
	int group;
	const char *symbol, *base, *name;
} kernel_places[] = {
#if ON_X86
	{ "x86_64", ROW_START_THREAD, 0, "start_thread", "%dx", NULL },
	{ "x86_64", ROW_START_THREAD, 1, "compat_start_thread", "%dx", NULL },
	{ "x86_64", ROW_START_THREAD, 1, "start_thread_ia32", "%dx", NULL },
	{ "x86_64", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+24(%di)", NULL },
	{ "x86_64", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+32(%di)", NULL },
	{ "x86_64", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+152(%di)", NULL },
	{ "x86_64", ROW_CALL, 0, "__x64_sys_execve", "+104(%di)", "+112(%di)" },
	{ "x86_64", ROW_CALL, 0, "sys_execve", "%si", "%di" },
	{ "x86_64", ROW_CALL, 1, "__x64_sys_execveat", "+96(%di)",
	    "+104(%di)" },
	{ "x86_64", ROW_CALL, 1, "sys_execveat", "%dx", "%si" },
#endif
#if ON_I386
	{ "i386", ROW_START_THREAD, 0, "start_thread", "%cx", NULL },
	{ "i386", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+12(%ax)", NULL },
	{ "i386", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+16(%ax)", NULL },
	{ "i386", ROW_CALL, 0, "__ia32_sys_execve", "+4(%ax)", "+0(%ax)" },
	{ "i386", ROW_CALL, 0, "sys_execve", "$stack2", "$stack1" },
	{ "i386", ROW_CALL, 0, "sys_execve", "%dx", "%ax" },
	{ "i386", ROW_CALL, 0, "sys_execve", "+4(%ax)", "+0(%ax)" },
	{ "i386", ROW_CALL, 1, "__ia32_sys_execveat", "+8(%ax)", "+4(%ax)" },
	{ "i386", ROW_CALL, 1, "sys_execveat", "$stack3", "$stack2" },
#endif
#if ON_ARM64
	{ "aarch64", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+24(%x0)", NULL },
	{ "aarch64", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+32(%x0)", NULL },
	{ "aarch64", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+152(%x0)", NULL },
	{ "aarch64", ROW_CALL, 0, "__arm64_sys_execve", "+8(%x0)", "+0(%x0)" },
	{ "aarch64", ROW_CALL, 0, "sys_execve", "%x1", "%x0" },
	{ "aarch64", ROW_CALL, 1, "__arm64_sys_execveat", "+16(%x0)",
	    "+8(%x0)" },
	{ "aarch64", ROW_CALL, 1, "sys_execveat", "%x2", "%x1" },
#endif
#if ON_ARM
	{ "arm", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+12(%r0)", NULL },
	{ "arm", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+16(%r0)", NULL },
	{ "arm", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+140(%r0)", NULL },
	{ "arm", ROW_CALL, 0, "sys_execve", "%r1", "%r0" },
	{ "arm", ROW_CALL, 1, "sys_execveat", "%r2", "%r1" },
#endif
#if ON_PPC64
	{ "ppc64", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+24(%gpr3)", NULL },
	{ "ppc64", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+32(%gpr3)", NULL },
	{ "ppc64", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+152(%gpr3)", NULL },
	{ "ppc64", ROW_CALL, 0, "sys_execve", "+32(%gpr3)", "+24(%gpr3)" },
	{ "ppc64", ROW_CALL, 0, "sys_execve", "%gpr4", "%gpr3" },
#endif
#if ON_S390X
	{ "s390x", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+24(%r2)", NULL },
	{ "s390x", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+32(%r2)", NULL },
	{ "s390x", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+152(%r2)", NULL },
	{ "s390x", ROW_CALL, 0, "__s390x_sys_execve", "+48(%r2)", "+152(%r2)" },
	{ "s390x", ROW_CALL, 0, "__s390x_sys_execve", "%r3", "%r2" },
	{ "s390x", ROW_CALL, 0, "sys_execve", "%r3", "%r2" },
#endif
#if ON_RISCV
	{ "riscv64", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+24(%a0)", NULL },
	{ "riscv64", ROW_FINALIZE_EXEC, 0, "finalize_exec", "+32(%a0)", NULL },
	{ "riscv64", ROW_CALL, 0, "__riscv_sys_execve", "+88(%a0)",
	    "+280(%a0)" },
	{ "riscv64", ROW_CALL, 0, "sys_execve", "%a1", "%a0" },
#endif
};

/* The first argument of a kernel function, regs_get_kernel_argument(), and the
 * stack pointer: regoffset_table, arch/.../kernel/ptrace.c. */
static const struct {
	const char *machine, *first, *stack;
} registers[] = {
#if ON_X86
	{ "x86_64", "%di", "%sp" },
#endif
#if ON_I386
	{ "i386", "%ax", "%sp" },
#endif
#if ON_ARM64
	{ "aarch64", "%x0", "%sp" },
#endif
#if ON_ARM
	{ "arm", "%r0", "%sp" },
#endif
#if ON_PPC64
	{ "ppc64", "%gpr3", "%gpr1" },
#endif
#if ON_S390X
	{ "s390x", "%r2", "%r15" },
#endif
#if ON_RISCV
	{ "riscv64", "%a0", "%sp" },
#endif
};

/* Where a C library's own execve has its arguments. */
static const struct {
	const char *machine, *base, *name;
} library_calls[] = {
#if ON_X86
	{ "x86_64", "%si", "%di" },
#endif
#if ON_ARM64
	{ "aarch64", "%x1", "%x0" },
#endif
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

const char *
probe_machine(void)
{
	static struct utsname u;

	uname(&u);
	if (u.machine[0] == 'i' && strcmp(u.machine + 2, "86") == 0)
		return "i386";
	if (strncmp(u.machine, "arm", 3) == 0)
		return "arm";
	if (strncmp(u.machine, "ppc64", 5) == 0)
		return "ppc64";
	return u.machine;
}

int
probe_slot(void)
{
	const char *machine = probe_machine();

	return strcmp(machine, "i386") == 0 || strcmp(machine, "arm") == 0 ? 4 :
									     8;
}

/* 408 for Linux 4.8 */
static unsigned long
release(void)
{
	struct utsname u;
	char *rest;
	unsigned long major;

	uname(&u);
	major = number_unsigned(u.release, &rest, 10);
	return 100 * major +
	    (*rest == '.' ? number_unsigned(rest + 1, NULL, 10) : 0);
}

bool
probe_reads_blank(void)
{
	return release() < 404;
}

bool
probe_filters_all(void)
{
	return release() < 310 || release() >= 511;
}

const char *
probe_first_argument(void)
{
	for (size_t i = 0; i < COUNT(registers); i++)
		if (strcmp(registers[i].machine, probe_machine()) == 0)
			return registers[i].first;
	return NULL;
}

static const char *
stack_pointer(void)
{
	for (size_t i = 0; i < COUNT(registers); i++)
		if (strcmp(registers[i].machine, probe_machine()) == 0)
			return registers[i].stack;
	return "%sp";
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

		if (k->row != (row == ROW_ENTRY ? ROW_CALL : row) ||
		    strcmp(k->machine, probe_machine()) != 0 ||
		    !(p = place_add(l, row)))
			continue;
		fmt_print(p->target, sizeof p->target, "%s", k->symbol);
		p->base = k->base;
		p->name = k->name;
		p->group = k->group;
		p->compat = row == ROW_START_THREAD && k->group > 0;
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
	fmt_print(p->target, sizeof p->target, "/proc/self/fd/%d:0x%llx", l->fd,
	    (unsigned long long)l->offset);
}

/*
 * What a uprobe fetches goes into a page, and before 373b9338c972 (6.12) behind
 * it, too, when the strings are long; since then there is a WARN of it.
 */
static bool
uprobes_are_safe(void)
{
	return release() >= 612 && !proc_sysctl("panic_on_warn");
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
		p->base = row == ROW_ENTRY ? library_calls[m].base :
					     stack_pointer();
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

	fmt_print(name, sizeof name, "/proc/%d/exe", pid);
	fmt_print(root, LOADER_PATH, "/proc/%d/root", pid);
	fd = file_open_regular(name);
	if (fd >= 0)
		return fd;
	fmt_print(root, LOADER_PATH, "/proc/%d/root", ppid);
	if ((size_t)fmt_print(name, sizeof name, "/proc/%d/%s/%s", ppid,
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
	p->base = stack_pointer();
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
	    uprobes_are_safe() && file_exists(tracefs, "uprobe_events"))
		added = find_user(l, row);
	if (added)
		return added;
	if (row != ROW_LOADER && !kprobes)
		why_set(why, "this kernel has no kprobe_events");
	else if (row != ROW_LOADER)
		why_set(why, "no place known on %s", probe_machine());
	else if (!file_exists(tracefs, "uprobe_events"))
		why_set(why, "this kernel has no uprobe_events");
	else if (!uprobes_are_safe())
		why_set(why, "uprobes: Linux before 6.12, or panic_on_warn");
	else
		why_set(why, "no dynamic loader found");
	return 0;
}

void
probe_describe(const struct probe_place *p, char *text, size_t size)
{
	fmt_print(text, size, "%s %d: %s %s",
	    p->row == ROW_ENTRY ? "failed execs, row" : "row", p->row,
	    p->user ? "uprobe" : "kprobe", p->user ? p->path : p->target);
}
