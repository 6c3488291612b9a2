/*
 * forge - jump to the entry of the dynamic loader, or to the own entry, with a
 * stack of one's own
 *
 * usage: forge [-o] [-d MS] [-n COUNT] LOADER [WORD ...]
 *
 * What a probe at that entry finds there are COUNT times "forged" (else as many
 * as there are arguments). A static program maps LOADER first, a dynamic one
 * has it; with -o it is the program's own entry. -d waits before.
 */

#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STACK (1 << 20)
#define WORDS 1000

/* What the loader makes of such a stack is of no interest. */
static void
end(int sig)
{
	(void)sig;
	syscall(SYS_exit_group, 0);
}

static uintptr_t
map_loader(const char *path)
{
	int fd = open(path, O_RDONLY);
	Elf64_Ehdr e;
	char *base;

	if (fd == -1 || read(fd, &e, sizeof(e)) != sizeof(e))
		err(1, "%s", path);
	/* All of the file, at once: the entry is in the text as it lies in
	 * the file. */
	base = mmap(NULL, e.e_entry + 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE,
	    fd, 0);
	if (base == MAP_FAILED)
		err(1, "%s", path);
	return (uintptr_t)base + e.e_entry;
}

static uintptr_t
entry_of(const char *loader, int own)
{
	uintptr_t base = getauxval(AT_BASE);

	if (own)
		return getauxval(AT_ENTRY);
	if (base == 0)
		return map_loader(loader);
	return base + ((const Elf64_Ehdr *)base)->e_entry;
}

static void
jump(uintptr_t entry, void *stack)
{
#ifdef __x86_64__
	__asm__ volatile("mov %0, %%rsp; xor %%edx, %%edx; jmp *%1"
			 :
			 : "r"(stack), "r"(entry)
			 : "memory", "rdx");
#elif defined(__aarch64__)
	__asm__ volatile("mov sp, %0; br %1" : : "r"(stack), "r"(entry)
			 : "memory");
#endif
	abort();
}

int
main(int argc, char *argv[])
{
	static char word[] = "forged";
	static uintptr_t stack[STACK / sizeof(uintptr_t)]
	    __attribute__((aligned(16)));
	uintptr_t *sp = stack + sizeof(stack) / sizeof(*stack) / 2, entry;
	struct timespec delay = { 0, 0 };
	int c, own = 0, count = argc;

	if (strcmp(argv[0], word) == 0)
		return 0; /* it came back */
	while ((c = getopt(argc, argv, "+od:n:")) != -1)
		switch (c) {
		case 'o':
			own = 1;
			break;
		case 'd':
			delay.tv_nsec = strtol(optarg, NULL, 10) * 1000000;
			break;
		case 'n':
			count = (int)strtol(optarg, NULL, 10);
		}
	if (optind == argc || count > WORDS)
		errx(2, "usage: forge [-o] [-d MS] [-n COUNT] LOADER [WORD ...]");
	signal(SIGSEGV, end);
	signal(SIGBUS, end);
	signal(SIGILL, end);
	signal(SIGABRT, end);
	nanosleep(&delay, NULL);
	entry = entry_of(argv[optind], own);
	/* argc, argv, NULL, an empty environment, an empty vector. */
	memset(sp, 0, (WORDS + 16) * sizeof(*sp));
	sp[0] = (uintptr_t)count;
	for (int i = 1; i <= count; i++)
		sp[i] = (uintptr_t)word;
	sp[count + 3] = AT_PAGESZ;
	sp[count + 4] = 4096;
	jump(entry, sp);
}
