/*
 * System calls for the static tools, as plain ones.  musl's also look after
 * threads, or after kernels before 2.6.32: 5 KB of a tool that has neither.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Handlers of pthread_atfork(3) are not called, nor does raise(3) work in the
 * child: its thread has the number of the parent. */
pid_t
fork(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

int
fcntl(int fd, int command, ...)
{
	unsigned long arg;
	va_list ap;

	va_start(ap, command);
	arg = va_arg(ap, unsigned long);
	va_end(ap);
	return (int)syscall(SYS_fcntl, fd, command, arg);
}

/* Without flags. */
int
faccessat(int dir, const char *name, int mode, int flags)
{
	(void)flags;
	return (int)syscall(SYS_faccessat, dir, name, mode);
}

/* The structs of the kernel and of the C library are the same. */
#if LONG_MAX > INT_MAX
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
#endif
