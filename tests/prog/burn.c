/*
 * burn - use the processor for a short time
 *
 * usage: burn [-n N]
 *
 * N children of each kind, one after the other: each spins on the wall clock
 * for 0.2, 0.5, 2 or 5 ms, without a sleep or with three, and does so in one
 * thread or in four. A line for each child:
 *
 *	PID THREADS CPU_US
 *
 * CPU_US is what wait4 says. Parent and child run on the same CPU, which is
 * another one each time, and the parent sleeps when the child has ended: so the
 * child has left the CPU, and all is counted. But of a thread that is not the
 * first, what came after its last tick or switch is not, ever (__exit_signal(),
 * kernel/exit.c).
 */

#include <sys/resource.h>
#include <sys/wait.h>

#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define THREADS	4
#define NAPS	3
#define NAP_NS	100000

static const int spins[] = { 200, 500, 2000, 5000 }; /* us */

struct kind {
	int spin, naps, threads;
};

static struct kind kind;

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void
spin(int us)
{
	int64_t end = now() + us * INT64_C(1000);

	while (now() < end)
		;
}

static void *
work(void *arg)
{
	const struct timespec nap = { 0, NAP_NS };

	(void)arg;
	for (int part = 0; part <= kind.naps; part++) {
		if (part)
			nanosleep(&nap, NULL);
		spin(kind.spin / (kind.naps + 1));
	}
	return NULL;
}

static void
child(void)
{
	pthread_t thread[THREADS];

	for (int i = 1; i < kind.threads; i++)
		if (pthread_create(&thread[i], NULL, work, NULL) != 0)
			_exit(1);
	work(NULL);
	for (int i = 1; i < kind.threads; i++)
		pthread_join(thread[i], NULL);
	_exit(0);
}

static void
use_cpu(int i)
{
	static cpu_set_t all;
	static int count;
	cpu_set_t one;

	if (!count) {
		if (sched_getaffinity(0, sizeof all, &all) != 0)
			err(1, "sched_getaffinity");
		count = CPU_COUNT(&all);
	}
	i %= count;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &all) && i-- == 0) {
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			sched_setaffinity(0, sizeof one, &one);
		}
}

static void
run(int i)
{
	const struct timespec nap = { 0, NAP_NS };
	struct rusage u;
	siginfo_t info;
	int64_t cpu;
	int status;
	pid_t pid;

	fflush(stdout);
	use_cpu(i);
	pid = fork();
	if (pid == 0)
		child();
	if (pid < 0)
		err(1, "fork");
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0)
		err(1, "waitid");
	nanosleep(&nap, NULL);
	if (wait4(pid, &status, 0, &u) != pid || status)
		errx(1, "a child failed");
	cpu = (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * INT64_C(1000000) +
	    u.ru_utime.tv_usec + u.ru_stime.tv_usec;
	printf("%d %d %lld\n", (int)pid, kind.threads, (long long)cpu);
}

int
main(int argc, char **argv)
{
	int n = 10, c;

	while ((c = getopt(argc, argv, "n:")) != -1) {
		if (c != 'n')
			return 2;
		n = (int)strtol(optarg, NULL, 10);
	}
	for (int threads = 1; threads <= THREADS; threads += THREADS - 1)
		for (int naps = 0; naps <= NAPS; naps += NAPS)
			for (int i = 0; i < 4 * n; i++) {
				kind = (struct kind){ spins[i / n], naps,
					threads };
				run(i);
			}
	return 0;
}
