/* sysconf(3) of musl counts the CPUs this process may run on, not those there
 * are. */
#include "kernel/cpus.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

int
cpus_possible(void)
{
	struct buf b = { 0 };
	int max = 0;
	char *p;

	if (file_read_all(AT_FDCWD, "/sys/devices/system/cpu/possible", &b) ==
	    0) { /* 0-3,8-11 */
		for (p = b.data; p; p = strpbrk(p + 1, ",-"))
			max = (int)strtol(p + (p != b.data), NULL, 10);
	} else if (file_read_all(AT_FDCWD, "/proc/stat", &b) == 0) {
		for (p = b.data; (p = strstr(p, "\ncpu")); p++)
			max = (int)strtol(p + 4, NULL, 10);
	}
	buf_free(&b);
	return max + 1;
}

int
cpus_listed(const char *p)
{
	char *end;
	int n = 0;

	do {
		long first = strtol(p, &end, 10), last = first;

		if (end == p || first < 0)
			return 0;
		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		n += (int)(last - first) + 1;
		p = end + 1;
	} while (*end == ',');
	return n;
}

int
cpus_online(void)
{
	struct buf b = { 0 };
	int n = 0;

	if (file_read_all(AT_FDCWD, "/sys/devices/system/cpu/online", &b) == 0)
		n = cpus_listed(b.data);
	else if (file_read_all(AT_FDCWD, "/proc/stat", &b) == 0)
		for (char *p = b.data; (p = strstr(p, "\ncpu")); p++)
			n++;
	buf_free(&b);
	return n;
}
