/*
 * System calls for the static tools, as plain ones.  musl's also look after
 * threads, or after kernels before 2.6.32: 7 KB of a tool that has neither.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SA_RESTORER 0x04000000 /* as the kernel has it */

/* Handlers of pthread_atfork(3) are not called, nor does raise(3) work in the
 * child: its thread has the number of the parent. */
pid_t
fork(void)
{
#ifdef SYS_fork
	return (pid_t)syscall(SYS_fork);
#else
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
#endif
}

/* Without flags. */
int
faccessat(int dir, const char *name, int mode, int flags)
{
	(void)flags;
	return (int)syscall(SYS_faccessat, dir, name, mode);
}

int
pipe2(int fd[2], int flags)
{
	return (int)syscall(SYS_pipe2, fd, flags);
}

int
fchmod(int fd, mode_t mode)
{
	return (int)syscall(SYS_fchmod, fd, mode);
}

/* Where the structs of the kernel and of the C library are the same, and so
 * are offsets and the size of files. */
#if LONG_MAX > INT_MAX
/* The kernel looks at the mode only with O_CREAT. */
int
openat(int dir, const char *name, int flags, ...)
{
	unsigned mode;
	va_list ap;

	va_start(ap, flags);
	mode = va_arg(ap, unsigned);
	va_end(ap);
	return (int)syscall(SYS_openat, dir, name, flags, mode);
}

int
open(const char *name, int flags, ...)
{
	unsigned mode;
	va_list ap;

	va_start(ap, flags);
	mode = va_arg(ap, unsigned);
	va_end(ap);
	return openat(AT_FDCWD, name, flags, mode);
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
	return (int)syscall(SYS_clock_gettime, id, t);
}

int
fstatfs(int fd, struct statfs *s)
{
	return (int)syscall(SYS_fstatfs, fd, s);
}

int
socket(int family, int type, int protocol)
{
	return (int)syscall(SYS_socket, family, type, protocol);
}

void *
mmap(void *at, size_t size, int access, int flags, int fd, off_t offset)
{
	return (void *)syscall(SYS_mmap, at, size, access, flags, fd, offset);
}

void *
mremap(void *old, size_t size, size_t new_size, int flags, ...)
{
	return (void *)syscall(SYS_mremap, old, size, new_size, flags);
}
#endif

#ifdef __x86_64__
int
fstatat(int dir, const char *restrict name, struct stat *restrict s, int flags)
{
	return (int)syscall(SYS_newfstatat, dir, name, s, flags);
}

int
fstat(int fd, struct stat *s)
{
	return (int)syscall(SYS_fstat, fd, s);
}

int
getrlimit(int resource, struct rlimit *l)
{
	return (int)syscall(SYS_getrlimit, resource, l);
}

/* arch/x86/include/asm/signal.h; musl's return from a handler */
struct kernel_action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

void __restore_rt(void);

int
sigaction(int sig, const struct sigaction *restrict new,
    struct sigaction *restrict old)
{
	struct kernel_action n, o;

	if (new) {
		n.handler = new->sa_handler;
		n.flags = (unsigned long)new->sa_flags | SA_RESTORER;
		n.restorer = __restore_rt;
		memcpy(&n.mask, &new->sa_mask, sizeof n.mask);
	}
	if (syscall(SYS_rt_sigaction, sig, new ? &n : NULL, old ? &o : NULL,
		sizeof n.mask) != 0)
		return -1;
	if (old) {
		old->sa_handler = o.handler;
		old->sa_flags = (int)o.flags;
		memcpy(&old->sa_mask, &o.mask, sizeof o.mask);
	}
	return 0;
}

void (*signal(int sig, void (*handler)(int)))(int)
{
	struct sigaction a = { .sa_handler = handler, .sa_flags = SA_RESTART };
	struct sigaction old;

	return sigaction(sig, &a, &old) == 0 ? old.sa_handler : SIG_ERR;
}
#endif
