/*
 * mdwe PROGRAM ARGUMENT... - run it where no memory that was written can
 * become code: PR_SET_MDWE, prctl(2), since Linux 6.3
 */

#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SET_MDWE	 65
#define REFUSE_EXEC_GAIN 1UL

int
main(int argc, char *argv[])
{
	if (argc < 2 || prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0L, 0L, 0L) != 0) {
		perror("mdwe");
		return 2;
	}
	execv(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
