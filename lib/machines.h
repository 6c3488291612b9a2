/*
 * machines: for which ones a tool has tables.  A static tool (ONE_MACHINE) has
 * those that it can run on; the others have all, for the tests play them.
 */
#ifndef MACHINES_H
#define MACHINES_H

#ifndef ONE_MACHINE
#define ON_X86	 1
#define ON_I386	 1
#define ON_ARM64 1
#define ON_ARM	 1
#define ON_PPC64 1
#define ON_S390X 1
#define ON_RISCV 1
#elif defined __x86_64__
#define ON_X86 1
#elif defined __i386__
#define ON_X86	1
#define ON_I386 1
#elif defined __aarch64__
#define ON_ARM64 1
#elif defined __arm__
#define ON_ARM64 1
#define ON_ARM	 1
#elif defined __powerpc64__
#define ON_PPC64 1
#elif defined __s390x__
#define ON_S390X 1
#elif defined __riscv
#define ON_RISCV 1
#endif

#endif
