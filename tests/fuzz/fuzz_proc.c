/*
 * /proc/PID/stat with any comm, and /proc/mounts with any mount: no crash,
 * nothing outside of the text, and what is found keeps its promises.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/proc.h"
#include "kernel/tracefs.h"
#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const words[] = { "1 (", ") S ", ") Z ", ")", "(", "1 1 1 ",
	"4194304 ", "-1 ", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
	"18446744073709551616 ", "nodev ", "/sys/kernel/tracing ", "tracefs ",
	"debugfs ", "\\040", "\\134", "\\377", " rw 0 0\n", "fuse.tracefs ",
	"\n" };

/* A whole line with any name of the process. */
static void
stat_near(const char *comm, size_t len)
{
	static const char tail[] = ") S 7 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 "
				   "0 1 0 12345 0 0\n";
	struct proc_stat s;
	char *text;
	size_t n;

	n = len < 15 ? len : 15;
	if (memchr(comm, '\0', n))
		return;
	text = malloc(5 + n + sizeof tail);
	if (!text)
		abort();
	memcpy(text, "42 (", 4);
	memcpy(text + 4, comm, n);
	memcpy(text + 4 + n, tail, sizeof tail);
	if (proc_stat_parse(&s, text, strlen(text)) != 0 || s.pid != 42 ||
	    s.ppid != 7 || s.start != 12345 || s.threads != 1 ||
	    strlen(s.comm) != n || memcmp(s.comm, comm, n) != 0)
		abort();
	free(text);
}

static void
stat_any(const char *text, size_t len)
{
	struct proc_stat s;

	if (proc_stat_parse(&s, text, len) == 0 &&
	    (s.pid <= 0 || strnlen(s.comm, COMM_LEN) == COMM_LEN))
		abort();
}

static void
mounts(const char *text, size_t room)
{
	char *path = malloc(room); /* what is written outside is seen */

	if (!path)
		abort();
	if (tracefs_find(text, path, room) == 0 && strnlen(path, room) == room)
		abort();
	free(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len;
	char *text;

	if (size < 1)
		return 0;
	text = (char *)words_expand(data + 1, size - 1, words,
	    sizeof words / sizeof *words, &len);
	stat_any(text, len);
	stat_near(text, len);
	mounts(text, data[0] + 1u);
	mounts(text, PATH_MAX);
	free(text);
	return 0;
}
