/* The kernel's architecture: a 32-bit tool may run on a 64-bit kernel, so it is
 * asked for, not compiled in. */
#include "kernel/arch.h"

#include <string.h>
#include <sys/utsname.h>

/* The first argument of a kernel function, regs_get_kernel_argument(), and the
 * stack pointer: regoffset_table, arch/.../kernel/ptrace.c. */
static const struct registers {
	const char *machine, *first, *stack;
} registers[] = {
	{ "x86_64", "%di", "%sp" }, { "i386", "%ax", "%sp" },
	{ "aarch64", "%x0", "%sp" }, { "arm", "%r0", "%sp" },
	{ "ppc64", "%gpr3", "%gpr1" }, { "s390x", "%r2", "%r15" },
	{ "riscv64", "%a0", "%sp" }, { NULL, NULL, "%sp" }, /* any other */
};

const char *
arch_name(void)
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
arch_word_size(void)
{
	const char *machine = arch_name();

	if (strcmp(machine, "i386") == 0 || strcmp(machine, "arm") == 0)
		return 4;
	return 8;
}

int
arch_low_half(int slot)
{
	return slot == 8 && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0;
}

static const struct registers *
registers_here(void)
{
	const struct registers *r = registers;

	while (r->machine && strcmp(r->machine, arch_name()) != 0)
		r++;
	return r;
}

const char *
arch_first_argument(void)
{
	return registers_here()->first;
}

const char *
arch_stack_pointer(void)
{
	return registers_here()->stack;
}
