/*
 * vain - does the kernel skip events when its ring buffer is read in vain?
 *
 * One process writes markers on CPU 1 as fast as it goes, this one reads CPU
 * 1's pages on CPU 0: with -p only after poll(2) has said that there is
 * something, else again and again.  What was neither read nor overwritten is
 * then left in "entries:" of its stats.
 *
 * usage: vain [-p] INSTANCE SECONDS	prints "READS SKIPPED"
 */
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SIZE 900	/* of a marker: a page is full soon */

static int
open_file(const char *name, int flags)
{
	int fd = open(name, flags);

	if (fd < 0)
		err(2, "%s", name);
	return fd;
}

static void
run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof set, &set) != 0)
		err(2, "cpu %d", cpu);
}

static _Noreturn void
write_markers(void)
{
	static char text[SIZE];
	int fd = open_file("trace_marker", O_WRONLY);

	memset(text, 'x', sizeof text);
	run_on(1);
	while (write(fd, text, sizeof text) > 0)
		for (volatile int i = 0; i < 200; i++)
			;
	_exit(1);
}

static long
skipped(void)
{
	char stats[1024] = "";
	int fd = open_file("per_cpu/cpu1/stats", O_RDONLY);

	if (read(fd, stats, sizeof stats - 1) <= 0 ||
	    strncmp(stats, "entries: ", 9) != 0)
		errx(2, "no stats");
	close(fd);
	return strtol(stats + 9, NULL, 10);
}

int
main(int argc, char **argv)
{
	int polls = argc > 1 && strcmp(argv[1], "-p") == 0;
	struct timespec none = { 0, 0 };
	struct pollfd p = { .events = POLLIN };
	static char page[65536];
	long reads = 0;
	time_t end;
	int pid;

	if (argc - polls != 3)
		errx(2, "usage: vain [-p] instance seconds");
	if (chdir(argv[1 + polls]) != 0)
		err(2, "%s", argv[1 + polls]);
	p.fd = open_file(
	    "per_cpu/cpu1/trace_pipe_raw", O_RDONLY | O_NONBLOCK);
	pid = fork();
	if (pid == 0)
		write_markers();
	run_on(0);
	end = time(NULL) + atol(argv[2 + polls]);
	for (long n = 0; n % 1024 || time(NULL) < end; n++)
		if ((!polls || ppoll(&p, 1, &none, NULL) != 0) &&
		    read(p.fd, page, sizeof page) > 0)
			reads++;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	while (ppoll(&p, 1, &none, NULL) != 0 &&
	    read(p.fd, page, sizeof page) > 0)
		reads++;
	printf("%ld %ld\n", reads, skipped());
	return 0;
}
