/* brief - live for so many milliseconds, less than a second */

#include <stdlib.h>
#include <time.h>

int
main(int argc, char *argv[])
{
	struct timespec life = { 0, 0 };

	if (argc > 1)
		life.tv_nsec = strtol(argv[1], NULL, 10) * 1000000L;
	return nanosleep(&life, NULL) == 0 ? 0 : 1;
}
