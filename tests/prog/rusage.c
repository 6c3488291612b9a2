/*
 * rusage - use processor, memory and disk in known measure
 *
 * usage: rusage [-n N]
 *
 * N children, one or two at once. Each takes up to 60 ms of processor time,
 * shared at random between user and system, and touches 1 to 32 MB of memory,
 * which alone may take longer on a slow machine; some have 1 to 4 threads that
 * share the work, and a tenth write up to 1 MB to a file in the working
 * directory and sync it. The random numbers are the same each time. A line for
 * each child, in the order they are reaped, has what wait4 says:
 *
 *	PID UTIME_US STIME_US MAXRSS_KB INBLOCK OUBLOCK STATUS EXIT_US
 *
 * EXIT_US is the processor time of the exit itself: what wait4 says less what
 * the child had used just before it.
 *
 * A child that failed makes the status 1.
 */

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "prog.h"

#define COUNT_MAX   1000000
#define CPU_MAX	    60000 /* microseconds */
#define MEGABYTE    1048576L
#define MEMORY_MAX  32 /* megabytes */
#define THREADS_MAX 4
#define CHUNK	    4096
#define SEED	    88172645463325252U

struct work {
	long cpu;    /* microseconds, memory and file included */
	long user;   /* percent of it */
	long memory; /* bytes */
	long file;   /* bytes; 0: none */
	int threads; /* besides the leader */
	int zero;    /* system time by /dev/zero, else getppid */
};

/* What is left to do for each thread, in microseconds. */
struct share {
	long user;
	long system;
	int zero;
};

#define PIDS (4L << 20) /* PID_MAX_LIMIT, include/linux/threads.h */

static long *used; /* by PID: us of processor time before the exit; shared */

/* ---- the child ---- */

static long
clock_us(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (long)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void
burn_user(long us)
{
	long end = clock_us(CLOCK_THREAD_CPUTIME_ID) + us;
	volatile unsigned sum = 0;

	while (clock_us(CLOCK_THREAD_CPUTIME_ID) < end)
		for (unsigned i = 0; i < 20000; i++)
			sum = sum * 31 + i;
}

static void
burn_system(long us, int zero)
{
	long end = clock_us(CLOCK_THREAD_CPUTIME_ID) + us;
	int fd = zero ? open("/dev/zero", O_RDONLY | O_CLOEXEC) : -1;
	char chunk[CHUNK];

	while (clock_us(CLOCK_THREAD_CPUTIME_ID) < end)
		for (int i = 0; i < 50; i++)
			if (fd == -1 || read(fd, chunk, sizeof(chunk)) == -1)
				getppid();
	if (fd != -1)
		close(fd);
}

static void *
share_main(void *arg)
{
	const struct share *share = arg;

	if (share->user > 0)
		burn_user(share->user);
	if (share->system > 0)
		burn_system(share->system, share->zero);
	return NULL;
}

static void
memory_touch(long size)
{
	char *p = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	for (long i = 0; i < size; i += CHUNK)
		*(volatile char *)(p + i) = 1;
}

static void
file_write(long size)
{
	char name[64], chunk[CHUNK];
	ssize_t n;
	int fd;

	snprintf(name, sizeof(name), "rusage.%ld", (long)getpid());
	memset(chunk, 'r', sizeof(chunk));
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd == -1 || unlink(name) == -1)
		err(1, "%s", name);
	for (; size > 0; size -= n) {
		n = size < CHUNK ? (ssize_t)size : CHUNK;
		if (write(fd, chunk, (size_t)n) != n)
			err(1, "%s", name);
	}
	if (fsync(fd) == -1)
		err(1, "%s", name);
	close(fd);
}

static _Noreturn void
child_main(const struct work *work, pid_t parent)
{
	pthread_t threads[THREADS_MAX];
	struct share share = { .zero = work->zero };
	long rest;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	memory_touch(work->memory);
	if (work->file > 0)
		file_write(work->file);
	rest = work->cpu - clock_us(CLOCK_PROCESS_CPUTIME_ID);
	share.user = rest * work->user / 100 / (work->threads + 1);
	share.system = rest / (work->threads + 1) - share.user;
	for (int i = 0; i < work->threads; i++) {
		errno = pthread_create(&threads[i], NULL, share_main, &share);
		if (errno != 0)
			err(1, "thread %d", i);
	}
	share_main(&share);
	for (int i = 0; i < work->threads; i++)
		pthread_join(threads[i], NULL);
	used[getpid()] = clock_us(CLOCK_PROCESS_CPUTIME_ID);
	_exit(0);
}

/* ---- the parent ---- */

/* A number from min to max (xorshift of Marsaglia). */
static long
random_number(long min, long max)
{
	static uint64_t x = SEED;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return min + (long)((x >> 11) % (uint64_t)(max - min + 1));
}

static struct work
work_make(void)
{
	struct work work = { 0 };

	work.cpu = random_number(0, CPU_MAX);
	work.user = random_number(0, 100);
	work.memory = random_number(MEGABYTE, MEMORY_MAX * MEGABYTE);
	if (random_number(1, 10) == 1)
		work.file = random_number(1, MEGABYTE);
	if (random_number(1, 3) == 1)
		work.threads = (int)random_number(1, THREADS_MAX);
	work.zero = (int)random_number(0, 1);
	return work;
}

static void
child_start(void)
{
	struct work work = work_make();
	pid_t self = getpid(), pid = fork();

	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		child_main(&work, self);
}

static long
timeval_us(struct timeval tv)
{
	return (long)tv.tv_sec * 1000000 + (long)tv.tv_usec;
}

/* Reap a child and say what it used; -1 when it failed. */
static int
child_reap(void)
{
	struct rusage usage;
	int status;
	long sum;
	pid_t pid;

	while ((pid = wait4(-1, &status, 0, &usage)) == -1)
		if (errno != EINTR)
			err(1, "wait4");
	sum = timeval_us(usage.ru_utime) + timeval_us(usage.ru_stime);
	printf("%ld %ld %ld %ld %ld %ld %d %ld\n", (long)pid,
	    timeval_us(usage.ru_utime), timeval_us(usage.ru_stime),
	    usage.ru_maxrss, usage.ru_inblock, usage.ru_oublock, status,
	    sum - used[pid]);
	if (fflush(stdout) == EOF) /* a child must not have it too */
		err(1, "stdout");
	return status == 0 ? 0 : -1;
}

static void
usage(void)
{
	fprintf(stderr, "usage: rusage [-n count]\n");
	exit(2);
}

int
main(int argc, char *argv[])
{
	long count = 1, alive = 0, most;
	int c, failed = 0;

	while ((c = getopt(argc, argv, "n:")) != -1) {
		if (c != 'n')
			usage();
		count = number_parse(optarg, "count", 1, COUNT_MAX);
	}
	if (argc != optind)
		usage();
	signal(SIGCHLD, SIG_DFL);
	used = mmap(NULL, PIDS * sizeof(*used), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (used == MAP_FAILED)
		err(1, "mmap");
	while (count > 0 || alive > 0) {
		most = random_number(1, 2);
		for (; count > 0 && alive < most; count--, alive++)
			child_start();
		if (child_reap() == -1)
			failed = 1;
		alive--;
	}
	return failed;
}
