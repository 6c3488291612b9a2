/*
 * parked - report that it runs, and stay
 *
 * usage: parked PID [word ...]
 *
 * Sends SIGUSR1 to PID (0: to none) and waits for SIGTERM, 60 seconds at most.
 */

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int pid = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0;

	alarm(60);
	if (pid > 0)
		kill(pid, SIGUSR1);
	for (;;)
		pause();
}
