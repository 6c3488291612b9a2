/*
 * oncpu - run a program on one CPU
 *
 * usage: oncpu CPU PROGRAM [ARGUMENT...]
 *
 * PROGRAM is a path, and takes the place of this one. Status 125 when it could
 * not be run, or this process not be moved.
 */

#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	cpu_set_t cpus;

	if (argc < 3) {
		fprintf(stderr, "usage: oncpu cpu program [argument ...]\n");
		return 125;
	}
	CPU_ZERO(&cpus);
	CPU_SET(strtoul(argv[1], NULL, 10), &cpus);
	if (sched_setaffinity(0, sizeof cpus, &cpus) != 0)
		err(125, "cpu %s", argv[1]);
	execv(argv[2], argv + 2);
	err(125, "%s", argv[2]);
}
