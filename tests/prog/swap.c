/*
 * swap - make the C library's execve do another call than it was asked for
 *
 * usage: swap pointers | memory | none
 *
 * The copy of execve that is in memory is changed after its first instruction,
 * which is the one that a uprobe sees: "pointers" calls with others, "memory"
 * writes other words over those that it was given, "none" makes no call.
 * All that is executed does not exist. Prints the PID.
 */

#include <sys/mman.h>
#include <sys/syscall.h>

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char mode, path[] = "/nonexistent/forged", word[] = "forged";
static char *truth[] = { "true", "words", NULL };

static int
other_call(const char *name, char *const argv[], char *const envp[])
{
	if (mode == 'n') {
		errno = ENOENT;
		return -1;
	}
	if (mode == 'p')
		return (int)syscall(
		    SYS_execve, "/nonexistent/true", truth, envp);
	memcpy(path, "/nonexistent/true", sizeof("/nonexistent/true"));
	memcpy(word, "true", sizeof("true"));
	return (int)syscall(SYS_execve, name, argv, envp);
}

/* Where the second instruction of execve begins.  The first byte may be that
 * of a breakpoint. */
static unsigned char *
second_instruction(unsigned char *f)
{
	static const unsigned char branch[] = { 0x0f, 0x1e, 0xfa };

	if (memcmp(f + 1, branch, sizeof(branch)) == 0)
		return f + 4; /* endbr64 */
	if (f[1] == SYS_execve)
		return f + 5; /* mov $NR, %eax */
	errx(1, "execve: not known");
}

int
main(int argc, char *argv[])
{
	char *words[] = { word, "words", NULL }, *none[] = { NULL };
	unsigned char *f = (unsigned char *)(uintptr_t)execve, *p;
	uintptr_t page = (uintptr_t)f & ~(uintptr_t)4095;
	uintptr_t to = (uintptr_t)other_call;

	if (argc != 2)
		errx(2, "usage: swap pointers | memory | none");
	mode = argv[1][0];
	p = second_instruction(f);
	if (mprotect((void *)page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) ==
	    -1)
		err(1, "mprotect");
	/* movabs $to, %rax; jmp *%rax */
	memcpy(p, "\x48\xb8", 2);
	memcpy(p + 2, &to, sizeof(to));
	memcpy(p + 10, "\xff\xe0", 2);
	execve(path, words, none);
	printf("%d\n", (int)getpid());
	return 0;
}
