/*
 * setrlimit(2) for the static tools: musl's asks all threads, with signals,
 * for kernels before 2.6.36; the tools have one.
 */
#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int
setrlimit(int resource, const struct rlimit *l)
{
	int r = prlimit(0, (unsigned)resource, l, NULL);

#ifdef SYS_setrlimit
	if (r != 0 && errno == ENOSYS) {
		unsigned long old[] = { (unsigned long)l->rlim_cur,
			(unsigned long)l->rlim_max };

		if (sizeof old == sizeof *l)
			return (int)syscall(SYS_setrlimit, resource, old);
	}
#endif
	return r;
}
