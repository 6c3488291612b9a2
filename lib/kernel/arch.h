/*
 * arch: the kernel's architecture, as probes need to know it.
 */
#ifndef ARCH_H
#define ARCH_H

/* Its name; all 32-bit x86 are i386, all 32-bit ARM arm, both 64-bit PowerPC
 * ppc64. */
const char *arch_name(void);

/* Bytes of a pointer there, and where the lower half of a slot of so many bytes
 * begins. */
int arch_word_size(void);
int arch_low_half(int slot);

/* The fetch expression of a kernel function's first argument there, or NULL
 * when it is not known; that of the stack pointer. */
const char *arch_first_argument(void);
const char *arch_stack_pointer(void);

#endif
