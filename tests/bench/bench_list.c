/*
 * bench_list - how long a list of all processes takes
 *
 * usage: crowd 50000 bench_list [ROUNDS]
 *
 * In turn, so many rounds of each (7): /proc is read and of each process
 * /proc/PID/stat opened, read, closed and parsed; and list_processes. Prints
 * the medians in ms, with the fastest and the slowest, and those of the CPU
 * time, which a busy machine changes less; and their ratios. The first round of
 * both, in which the kernel makes what it keeps of each process for /proc, is
 * shown apart.
 */

#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "kernel/proclist.h"
#include "kernel/proc.h"

#define ROUNDS	   7
#define ROUNDS_MAX 1000

struct series {
	long processes; /* of the last round */
	double ms[ROUNDS_MAX], cpu[ROUNDS_MAX];
	double first;	/* of ms */
};

static struct series each, many;
static const char *how;

static long
list_each(void)
{
	DIR *dir = opendir("/proc");
	struct proc_stat s;
	struct dirent *d;
	char name[300], text[1024];
	long count = 0;
	ssize_t n;
	int fd;

	if (!dir)
		err(1, "/proc");
	while ((d = readdir(dir))) {
		if (!isdigit((unsigned char)d->d_name[0]))
			continue;
		snprintf(name, sizeof name, "/proc/%s/stat", d->d_name);
		fd = open(name, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
		if (fd >= 0)
			close(fd);
		if (n <= 0)
			continue;
		text[n] = '\0';
		count += proc_stat_parse(&s, text, (size_t)n) == 0;
	}
	closedir(dir);
	return count;
}

static int
count_one(void *arg, const struct event *e)
{
	(void)e;
	++*(long *)arg;
	return 0;
}

static long
list_many(void)
{
	long count = 0;

	if (list_processes(count_one, &count, &how) != 0)
		err(1, "list");
	return count;
}

static double
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The first one is round -1. */
static void
measure(struct series *s, int round, long (*list)(void))
{
	uint64_t from = clock_boot();
	double cpu = cpu_ms(), ms;

	s->processes = list();
	ms = (double)(clock_boot() - from) / 1e6;
	if (round < 0) {
		s->first = ms;
	} else {
		s->ms[round] = ms;
		s->cpu[round] = cpu_ms() - cpu;
	}
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts. */
static double
median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof *v, compare);
	return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

static void
report(const char *name, struct series *s, int rounds)
{
	double ms = median(s->ms, rounds);

	printf("%s: %ld processes, %.1f ms (%.1f - %.1f; first %.1f), "
	       "CPU %.1f ms\n",
	    name, s->processes, ms, s->ms[0], s->ms[rounds - 1], s->first,
	    median(s->cpu, rounds));
}

int
main(int argc, char **argv)
{
	long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : ROUNDS;

	if (rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: bench_list [ROUNDS]\n");
		return 2;
	}
	for (int i = -1; i < rounds; i++) {
		measure(&each, i, list_each);
		measure(&many, i, list_many);
	}
	report("/proc/PID/stat", &each, (int)rounds);
	report("list_processes", &many, (int)rounds);
	printf("by %s, %.2f times as fast, %.2f of the CPU time\n", how,
	    median(each.ms, (int)rounds) / median(many.ms, (int)rounds),
	    median(each.cpu, (int)rounds) / median(many.cpu, (int)rounds));
	return 0;
}
