/* sysconf(3) of musl counts the CPUs this process may run on, not those there
 * are. */
#include "kernel/cpus.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"

int
cpus_possible(void)
{
	struct buf b = { 0 };
	int max = 0;
	char *p;

	if (file_read_all(AT_FDCWD, "/sys/devices/system/cpu/possible", &b) ==
	    0) { /* 0-3,8-11 */
		for (p = b.data; p; p = strpbrk(p + 1, ",-"))
			max = (int)number_parse(p + (p != b.data), NULL);
	} else if (file_read_all(AT_FDCWD, "/proc/stat", &b) == 0) {
		for (p = b.data; (p = strstr(p, "\ncpu")); p++)
			max = (int)number_parse(p + 4, NULL);
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
		int64_t first = number_parse(p, &end), last = first;

		if (!isdigit((unsigned char)*p))
			return 0;
		if (*end == '-')
			last = number_parse(end + 1, &end);
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
