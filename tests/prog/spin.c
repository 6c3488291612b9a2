/*
 * spin - run for a known time, without asking how long
 *
 * usage: spin [-c] [-n count] [-s sleeps] [-t threads] [-u microseconds]
 *
 * Children, one after the other. Each has so many threads; each of these spins
 * so long by CLOCK_MONOTONIC, in equal parts with sleeps between them. A clock
 * of CPU time would have the kernel bring that up to date, and hide what it
 * misses. A line for each child:
 *
 *	PID WAIT4_US OWN_US
 *
 * WAIT4_US is the CPU time that wait4 says, once the child has left its CPU for
 * certain: what a thread ran last is brought up to date there. Of a thread that
 * is not the first one the kernel forgets that (__exit_signal(), kernel/exit.c).
 * So where there are several threads, OWN_US is the sum of what each has used
 * just before its end; else it is 0.
 *
 * With -c each child begins on another CPU, and we are on the same one: when we
 * run again it has left that, also where a CPU is emulated and takes its time.
 */

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "prog.h"

#define THREADS_MAX 64
#define SLEEP_NS    200000
#define LEAVE_NS    1000000 /* to leave its CPU */

static long count = 1, sleeps, threads = 1, microseconds = 500;
static int64_t *own; /* ns, of each thread; shared */

static int64_t
clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void
nap(long ns)
{
	struct timespec ts = { 0, ns };

	nanosleep(&ts, NULL);
}

static void *
spin(void *arg)
{
	int64_t end;

	for (long i = 0; i <= sleeps; i++) {
		end = clock_ns(CLOCK_MONOTONIC) +
		    microseconds * 1000 / (sleeps + 1);
		while (clock_ns(CLOCK_MONOTONIC) < end)
			;
		if (i < sleeps)
			nap(SLEEP_NS);
	}
	if (threads > 1)
		*(int64_t *)arg = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	return NULL;
}

/* Run on the next of the CPUs that we may use, with the children to come. */
static void
next_cpu(void)
{
	static cpu_set_t all;
	static int cpu = -1;
	cpu_set_t one;

	if (cpu == -1 && sched_getaffinity(0, sizeof(all), &all) == -1)
		err(1, "sched_getaffinity");
	do
		cpu = (cpu + 1) % CPU_SETSIZE;
	while (!CPU_ISSET(cpu, &all));
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one) == -1)
		err(1, "sched_setaffinity");
}

static _Noreturn void
child_main(void)
{
	pthread_t thread[THREADS_MAX];

	for (long i = 1; i < threads; i++) {
		errno = pthread_create(&thread[i], NULL, spin, &own[i]);
		if (errno != 0)
			err(1, "thread");
	}
	spin(&own[0]);
	for (long i = 1; i < threads; i++)
		pthread_join(thread[i], NULL);
	if (threads > 1)
		own[0] = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	_exit(0);
}

static long
timeval_us(struct timeval tv)
{
	return (long)tv.tv_sec * 1000000 + (long)tv.tv_usec;
}

/* Run a child and say what it used; -1 when it failed. */
static int
child_run(void)
{
	struct rusage usage;
	siginfo_t info;
	int64_t sum = 0;
	int status;
	pid_t pid = fork();

	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		child_main();
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1)
		err(1, "waitid");
	nap(LEAVE_NS);
	if (wait4(pid, &status, 0, &usage) == -1)
		err(1, "wait4");
	for (long i = 0; i < threads && threads > 1; i++)
		sum += own[i];
	printf("%ld %ld %ld\n", (long)pid,
	    timeval_us(usage.ru_utime) + timeval_us(usage.ru_stime),
	    (long)(sum / 1000));
	if (fflush(stdout) == EOF) /* a child must not have it too */
		err(1, "stdout");
	return status == 0 ? 0 : -1;
}

int
main(int argc, char *argv[])
{
	int c, failed = 0;
	bool each = false;

	while ((c = getopt(argc, argv, "cn:s:t:u:")) != -1)
		switch (c) {
		case 'c':
			each = true;
			break;
		case 'n':
			count = number_parse(optarg, "count",
			    1, 1000000);
			break;
		case 's':
			sleeps = number_parse(optarg, "sleeps",
			    0, 1000);
			break;
		case 't':
			threads = number_parse(optarg, "threads",
			    1, THREADS_MAX);
			break;
		case 'u':
			microseconds = number_parse(optarg, "microseconds",
			    0, 10000000);
			break;
		default:
			fprintf(stderr, "usage: spin [-c] [-n count] [-s sleeps] "
			    "[-t threads] [-u microseconds]\n");
			return 2;
		}
	own = mmap(NULL, THREADS_MAX * sizeof(*own), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (own == MAP_FAILED)
		err(1, "mmap");
	while (count-- > 0) {
		if (each)
			next_cpu();
		if (child_run() == -1)
			failed = 1;
	}
	return failed;
}
