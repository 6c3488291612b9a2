/*
 * sayppid - say who it was that ran
 *
 * Writes "NAME PID PPID\n" to descriptor 3, in one write, when it is open.
 * NAME is the second argument, or the first when there is no second: run by
 * storm it is the number, and the lines are those of storm's truth file.
 */

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define SAY_FD	3
#define SAY_MAX	512

int
main(int argc, char *argv[])
{
	const char *name = argc > 2 ? argv[2] : argc > 1 ? argv[1] : "-";
	char line[SAY_MAX];
	int len;

	len = snprintf(line, sizeof(line), "%s %ld %ld\n", name,
	    (long)getpid(), (long)getppid());
	if (len < 0 || (size_t)len >= sizeof(line))
		return 1;
	errno = 0;
	if (write(SAY_FD, line, (size_t)len) != len && errno != EBADF)
		return 1;
	return 0;
}
