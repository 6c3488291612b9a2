/*
 * orphan - start a program whose parent is gone
 *
 * usage: orphan PROGRAM [ARGUMENT...]
 *
 * Prints the pid of its child, and its own, and ends at once; PROGRAM is
 * executed by the child when that has a new parent.
 */

#include <err.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	const struct timespec nap = { 0, 1000000 };
	pid_t self = getpid(), child;

	if (argc < 2)
		errx(2, "usage: orphan PROGRAM [ARGUMENT...]");
	child = fork();
	if (child == -1)
		err(1, "fork");
	if (child > 0)
		return printf("%ld %ld\n", (long)child, (long)self) < 0;
	setsid();
	while (getppid() == self)
		nanosleep(&nap, NULL);
	execv(argv[1], argv + 1);
	err(1, "%s", argv[1]);
}
