/*
 * liar - overwrite the arguments as soon as it runs
 *
 * What /proc/PID/cmdline shows from then on has as many arguments, of other
 * letters. Lives long enough to be looked at.
 */

#include <string.h>
#include <time.h>

int
main(int argc, char *argv[])
{
	const struct timespec nap = { 0, 300000000 };
	int i;

	for (i = 0; i < argc; i++)
		memset(argv[i], 'L', strlen(argv[i]));
	nanosleep(&nap, NULL);
	return 0;
}
