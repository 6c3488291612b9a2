#include "cpus.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "number.h"
#include "tracefs.h"

int
cpus_possible(void)
{
	struct buf b = { 0 };
	int max = 0;
	char *p;

	if (file_read_all(AT_FDCWD, "/sys/devices/system/cpu/possible", &b) ==
	    0) { /* 0-3,8-11 */
		for (p = b.data; p; p = strpbrk(p + 1, ",-"))
			max = number_int(p + (p != b.data));
	} else if (file_read_all(AT_FDCWD, "/proc/stat", &b) == 0) {
		for (p = b.data; (p = find_text(p, "\ncpu")); p++)
			max = number_int(p + 4);
	}
	buf_free(&b);
	return max + 1;
}

int
cpus_online(void)
{
	struct buf b = { 0 };
	int n = 0;

	if (file_read_all(AT_FDCWD, "/proc/stat", &b) == 0)
		for (char *p = b.data; (p = find_text(p, "\ncpu")); p++)
			n++;
	buf_free(&b);
	return n;
}
