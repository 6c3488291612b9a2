/* What all processes together used, to compare some of them with. */
#include "kernel/machine.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/scan.h"
#include "kernel/proc.h"
#include "kernel/start_time.h"

static int
count_cpus(const char *line)
{
	int n = 0;

	for (; *line; line = find_line(line))
		if (strncmp(line, "cpu", 3) == 0 && line[3] >= '0' &&
		    line[3] <= '9')
			n++;
	return n;
}

int
machine_parse(struct event_machine *m, const char *text)
{
	struct span s = { text, text + strlen(text) };
	uint64_t user, nice, system, idle, iowait, irq, softirq;

	*m = (struct event_machine){ 0 };
	if (!scan(&s, "cpu %u %u %u %u %u %u %u", &user, &nice, &system, &idle,
		&iowait, &irq, &softirq))
		return -1;
	m->used = (user + nice + system + irq + softirq) * USER_TICK_NS;
	m->cpus = count_cpus(text);
	return m->cpus ? 0 : -1;
}

static int
read_stat(struct buf *b)
{
	char path[PROC_PATH];

	snprintf(path, sizeof path, "%s/stat", proc_root());
	return file_read_all(AT_FDCWD, path, b);
}

int
machine_read(struct event_machine *m)
{
	struct buf b = { 0 };
	int r = -1;

	*m = (struct event_machine){ 0 };
	if (read_stat(&b) == 0)
		r = machine_parse(m, b.data);
	buf_free(&b);
	return r;
}

bool
machine_is_stolen(void)
{
	bool known = false;
	struct buf b = { 0 };
	uint64_t n, steal = 0;

	if (read_stat(&b) == 0) {
		struct span s = { b.data, b.data + b.len };

		known = scan(&s, "cpu %u %u %u %u %u %u %u %u", &n, &n, &n, &n,
		    &n, &n, &n, &steal);
	}
	buf_free(&b);
	return !known || steal > 0;
}
