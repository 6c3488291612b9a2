/*
 * A packed static tool: this program, with the tool's image compressed by
 * lib/pack/pack as raw LZMA1 (lc=3, lp=0, pb=0), below it in memory. It puts
 * the image where it was linked to be, and jumps to its entry with the stack
 * as the kernel made it. The format: "LZMA specification", Igor Pavlov, public
 * domain (lzma-specification.txt of the LZMA SDK); xz(1), --format=raw.
 *
 * Defined by lib/pack/pack: IMAGE, its address; CODE and SIZE, bytes of code
 * and of all that is packed; ROOM, bytes with what begins as 0; ENTRY;
 * PACKED, the file. It has no C library, and trusts its own bytes.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ASM_START \
	"xor %ebp, %ebp\n mov %rsp, %rbx\n and $-16, %rsp\n call unpack\n" \
	"mov %rbx, %rsp\n xor %edx, %edx\n jmp *%rax\n"
#elif defined(__i386__)
#define ASM_START \
	"xor %ebp, %ebp\n mov %esp, %ebx\n and $-16, %esp\n call unpack\n" \
	"mov %ebx, %esp\n xor %edx, %edx\n jmp *%eax\n"
#elif defined(__aarch64__)
#define ASM_START \
	"mov x29, #0\n mov x30, #0\n mov x19, sp\n bl unpack\n" \
	"mov x30, #0\n mov x16, x0\n mov x0, #0\n br x16\n"
#endif

__asm__(".globl _start\n _start:\n" ASM_START
	".section .rodata\n packed: .incbin \"" PACKED "\"\n .text\n");
extern const uint8_t packed[];

/* Each number is one context of a bit: how probable a 0 is there, of 2048. */
struct lengths {
	uint16_t long_, longer, low[8], middle[8], high[256];
};

struct lzma {
	const uint8_t *in;
	uint32_t range, code;
	struct model {
		uint16_t match[12], again[12], again0[12], longer[12],
		    again1[12], again2[12];
		struct lengths fresh, repeated;
		uint16_t slot[4][64], special[128], align[16];
		uint16_t literal[8][0x300];
	} m;
};

#if defined(__i386__)
static long
call(long nr, long a, long b, long c)
{
	__asm__ volatile("int $0x80"
			 : "+a"(nr) : "b"(a), "c"(b), "d"(c) : "memory");
	return nr;
}

/* The old mmap(2), whose arguments are in memory. */
static long
map(unsigned long at, size_t size)
{
	unsigned long args[6] = {at, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, (unsigned long)-1, 0};

	return call(SYS_mmap, (long)args, 0, 0);
}
#else
static long
call6(long nr, long a, long b, long c, long d, long e, long f)
{
#ifdef __x86_64__
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall" : "+a"(nr)
			 : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return nr;
#else
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0" : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
#endif
}

static long
call(long nr, long a, long b, long c)
{
	return call6(nr, a, b, c, 0, 0, 0);
}

static long
map(unsigned long at, size_t size)
{
	return call6(SYS_mmap, (long)at, (long)size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}
#endif

/* What was written is seen as code: Arm Architecture Reference Manual, "Cache
 * maintenance"; no line is shorter than 16 bytes. x86 sees to it itself. */
static void
written(unsigned long at, unsigned long end)
{
#ifdef __aarch64__
	unsigned long i;

	for (i = at; i < end; i += 16)
		__asm__ volatile("dc cvau, %0" : : "r"(i) : "memory");
	__asm__ volatile("dsb ish" : : : "memory");
	for (i = at; i < end; i += 16)
		__asm__ volatile("ic ivau, %0" : : "r"(i) : "memory");
	__asm__ volatile("dsb ish\n isb" : : : "memory");
#else
	(void)at, (void)end;
#endif
}

static _Noreturn void
refused(void)
{
	static const char text[] = "proctree: cannot unpack itself: no memory, "
	    "or this machine lets no program run what it wrote there; "
	    "\"make static PACKED=\" makes one that need not\n";

	call(SYS_write, 2, (long)text, sizeof text - 1);
	for (;;)
		call(SYS_exit_group, 1, 0, 0);
}

static void
fill(struct lzma *z)
{
	if (z->range < 1u << 24) {
		z->range <<= 8;
		z->code = z->code << 8 | *z->in++;
	}
}

static unsigned
bit(struct lzma *z, uint16_t *p)
{
	uint32_t part;

	fill(z);
	part = (z->range >> 11) * *p;
	if (z->code < part) {
		z->range = part;
		*p += (2048 - *p) >> 5;
		return 0;
	}
	z->range -= part;
	z->code -= part;
	*p -= *p >> 5;
	return 1;
}

/* n bits that are 0 as often as 1 */
static unsigned
even(struct lzma *z, unsigned n)
{
	unsigned v = 0, b;

	while (n-- > 0) {
		fill(z);
		z->range >>= 1;
		b = z->code >= z->range;
		z->code -= b ? z->range : 0;
		v = v << 1 | b;
	}
	return v;
}

/* n bits, the highest first, each in the context of those before it */
static unsigned
tree(struct lzma *z, uint16_t *p, unsigned n)
{
	unsigned v = 1, i;

	for (i = 0; i < n; i++)
		v = v << 1 | bit(z, p + v);
	return v - (1u << n);
}

/* the same, the lowest first */
static unsigned
reverse(struct lzma *z, uint16_t *p, unsigned n)
{
	unsigned v = 0, at = 1, i, b;

	for (i = 0; i < n; i++) {
		b = bit(z, p + at);
		at = at << 1 | b;
		v |= b << i;
	}
	return v;
}

static unsigned
length(struct lzma *z, struct lengths *l)
{
	if (!bit(z, &l->long_))
		return tree(z, l->low, 3);
	if (!bit(z, &l->longer))
		return 8 + tree(z, l->middle, 3);
	return 16 + tree(z, l->high, 8);
}

static uint32_t
distance(struct lzma *z, unsigned len)
{
	unsigned slot = tree(z, z->m.slot[len < 3 ? len : 3], 6), n;
	uint32_t d;

	if (slot < 4)
		return slot;
	n = (slot >> 1) - 1;
	d = (2 | (slot & 1)) << n;
	if (slot < 14)
		return d + reverse(z, z->m.special + d - slot, n);
	d += even(z, n - 4) << 4;
	return d + reverse(z, z->m.align, 4);
}

/* at: where it goes; before: the byte before it; match: the byte at the last
 * distance, or -1 if what came before was a literal, too */
static void
literal(struct lzma *z, uint8_t *at, unsigned before, int match)
{
	uint16_t *p = z->m.literal[before >> 5];
	unsigned v = 1, want;

	while (match >= 0 && v < 0x100) {
		want = (unsigned)match >> 7 & 1;
		match = match << 1 & 0xff;
		v = v << 1 | bit(z, p + ((1 + want) << 8) + v);
		if ((v & 1) != want)
			match = -1;
	}
	while (v < 0x100)
		v = v << 1 | bit(z, p + v);
	*at = (uint8_t)v;
}

/* The length to copy from one of the last four distances, which becomes the
 * last one. */
static unsigned
repeated(struct lzma *z, unsigned state, uint32_t *rep)
{
	unsigned i = 1;
	uint32_t d;

	if (bit(z, &z->m.again0[state])) {
		if (bit(z, &z->m.again1[state]))
			i = 2 + bit(z, &z->m.again2[state]);
		for (d = rep[i]; i > 0; i--)
			rep[i] = rep[i - 1];
		rep[0] = d;
	} else if (!bit(z, &z->m.longer[state])) {
		return 1;
	}
	return 2 + length(z, &z->m.repeated);
}

static unsigned
fresh(struct lzma *z, uint32_t *rep)
{
	unsigned len = length(z, &z->m.fresh), i;

	for (i = 3; i > 0; i--)
		rep[i] = rep[i - 1];
	rep[0] = distance(z, len);
	return 2 + len;
}

static void
unlzma(struct lzma *z, uint8_t *out, const uint8_t *end)
{
	uint32_t rep[4] = {0};
	unsigned state = 0, len;

	bit(z, &z->m.match[0]); /* a literal, what else */
	literal(z, out++, 0, -1);
	while (out < end) {
		if (!bit(z, &z->m.match[state])) {
			literal(z, out, out[-1],
			    state < 7 ? -1 : out[-(ptrdiff_t)rep[0] - 1]);
			out++;
			state = state < 4 ? 0 : state - (state < 10 ? 3 : 6);
			continue;
		}
		if (bit(z, &z->m.again[state])) {
			len = repeated(z, state, rep);
			state = state >= 7 ? 11 : len == 1 ? 9 : 8;
		} else {
			len = fresh(z, rep);
			state = state < 7 ? 7 : 10;
		}
		for (; len > 0; len--, out++)
			*out = out[-(ptrdiff_t)rep[0] - 1];
	}
}

/* Called by _start; returns where the tool begins. */
__attribute__((used)) unsigned long
unpack(void)
{
	struct lzma z;
	uint16_t *p = (uint16_t *)&z.m;
	size_t i;

	for (i = 0; i < sizeof z.m / sizeof *p; i++)
		p[i] = 1024;
	z.in = packed + 5; /* the first byte is 0 */
	z.range = UINT32_MAX;
	for (z.code = 0, i = 1; i < 5; i++)
		z.code = z.code << 8 | packed[i];
	if (map(IMAGE, ROOM) != (long)IMAGE)
		refused();
	unlzma(&z, (uint8_t *)IMAGE, (uint8_t *)IMAGE + SIZE);
	written(IMAGE, IMAGE + CODE);
	if (call(SYS_mprotect, IMAGE, CODE, PROT_READ | PROT_EXEC) != 0)
		refused();
	return ENTRY;
}
