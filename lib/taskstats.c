#include "taskstats.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "cpus.h"
#include "fmt.h"
#include "genl.h"
#include "tracefs.h"
#include "why.h"

struct stats { /* taskstats, up to what we read */
	uint16_t version;
	uint32_t exitcode;
	uint8_t flag, nice;
	uint64_t cpu_count __attribute__((aligned(8)));
	uint64_t cpu_delay_total;
	uint64_t blkio_count, blkio_delay_total;
	uint64_t swapin_count, swapin_delay_total;
	/* from here on moved by some versions, see moved_by */
	uint64_t run_real_total, run_virtual_total; /* ns */
	char comm[32];
	uint8_t sched, pad[7];
	uint32_t uid, gid, pid, ppid, btime, pad2;
	uint64_t etime, utime, stime; /* us */
	uint64_t minflt, majflt, coremem, virtmem;
	uint64_t hiwater_rss, hiwater_vm; /* KB */
	uint64_t read_char, write_char, read_syscalls, write_syscalls;
	uint64_t read_bytes, write_bytes;
};

_Static_assert(offsetof(struct stats, pid) == 128, "as the kernel has it");

#define TASKSTATS_GET	 1 /* TASKSTATS_CMD_GET */
#define TASKSTATS_NEW	 2
#define REGISTER_CPUMASK 3 /* TASKSTATS_CMD_ATTR_REGISTER_CPUMASK */
#define AGGR_PID	 4 /* TASKSTATS_TYPE_AGGR_PID */
#define ATTR_PID	 1
#define ATTR_STATS	 3
#define SIZE_14		 432 /* of struct taskstats, version 14 */

#define MESSAGE_MAX	 8192 /* two structs of 500 to 800 bytes */
#define BUFFER_SIZE	 (64 << 20)
#define FLUSH_NS	 20000000u

/* Kernels 6.14 and 6.15 have three or six fields more in the middle, and call
 * that version 14 or 15; 16 has them at the end.  The size tells. */
static size_t
moved_by(uint16_t version, size_t size)
{
	if (version != 14 && version != 15)
		return 0;
	return size == SIZE_14 + 8 * 8 ? 3 * 8 :
	    size == SIZE_14 + 16 * 8   ? 6 * 8 :
					 0;
}

int
taskstats_parse(
    uint16_t family, const void *bytes, size_t len, struct taskstats_record *r)
{
	size_t n, size, by, moved = offsetof(struct stats, run_real_total);
	const char *aggr, *pid, *p;
	struct genl_message m;
	struct stats s;
	uint32_t tid;

	if (len < sizeof m)
		return 0;
	memcpy(&m, bytes, sizeof m);
	if (m.type != family || m.command != TASKSTATS_NEW)
		return 0;
	aggr = genl_attribute(
	    (const char *)bytes + sizeof m, len - sizeof m, AGGR_PID, &n);
	pid = aggr ? genl_attribute(aggr, n, ATTR_PID, &size) : NULL;
	if (!pid || size < sizeof tid)
		return 0;
	memcpy(&tid, pid, sizeof tid);
	p = genl_attribute(aggr, n, ATTR_STATS, &size);
	if (!p || size < sizeof s)
		return 0;
	memcpy(&s, p, moved);
	by = moved_by(s.version, size);
	memcpy((char *)&s + moved, p + moved + by, sizeof s - moved);
	if (s.pid != tid)
		return 0; /* yet another layout */
	*r = (struct taskstats_record){ .tid = (int)tid,
		/* A kernel thread may end with an errno. */
		.code = s.exitcode > 0xffff ||
			(s.exitcode & 0x7f) > CODE_SIGNALS ?
		    CODE_UNKNOWN :
		    (int)s.exitcode,
		.usage = { .known = true,
		    .user = s.utime * 1000,
		    .system = s.stime * 1000,
		    .run = s.run_virtual_total,
		    .maxrss = s.hiwater_rss << 10,
		    .read = s.read_bytes,
		    .write = s.write_bytes } };
	memcpy(r->comm, s.comm, COMM_LEN - 1);
	return 1;
}

static struct taskstats_record **
bucket_of(struct taskstats *t, int tid)
{
	return &t->bucket[(unsigned)tid % TASKSTATS_BUCKETS];
}

static void
release(struct taskstats_record **p)
{
	struct taskstats_record *r = *p;

	*p = r->next;
	free(r);
}

static int
append(struct taskstats *t, const struct taskstats_record *r)
{
	struct taskstats_record **p = bucket_of(t, r->tid);
	struct taskstats_record *n = malloc(sizeof *n);

	if (!n)
		return -1;
	while (*p)
		p = &(*p)->next;
	*n = *r;
	n->next = NULL;
	*p = n;
	return 1;
}

/* The next record that is queued: 1, 0 for none, -1 when some were lost or
 * memory is. */
static int
receive(struct taskstats *t, struct taskstats_record *r)
{
	static char bytes[MESSAGE_MAX];
	ssize_t n;

	for (;;) {
		n = genl_receive(t->fd, bytes, sizeof bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == ENOBUFS) {
			t->missed++;
			return -1;
		}
		if (n < 0)
			return 0;
		if (taskstats_parse(t->family, bytes, (size_t)n, r))
			return 1;
	}
}

/* Forget all that is here and queued.  When more comes than we can take it
 * goes on with the next exit. */
static void
flush(struct taskstats *t)
{
	uint64_t now, end = clock_boot() + FLUSH_NS;
	struct taskstats_record r;
	int n;

	for (int i = 0; i < TASKSTATS_BUCKETS; i++)
		while (t->bucket[i])
			release(&t->bucket[i]);
	do {
		now = clock_boot();
		n = receive(t, &r);
	} while (n && now < end);
	t->doubt = now; /* all that was queued by then is forgotten */
	t->doubtful = n != 0;
}

void
taskstats_doubt(struct taskstats *t)
{
	if (t->fd >= 0)
		flush(t);
}

static struct taskstats_record **
find(struct taskstats *t, int tid)
{
	struct taskstats_record **p = bucket_of(t, tid);

	while (*p && (*p)->tid != tid)
		p = &(*p)->next;
	return p;
}

void
taskstats_join(struct taskstats *t, struct event *e)
{
	struct taskstats_record **p, r;
	int n = 1;

	if (t->fd >= 0 && t->doubtful)
		flush(t);
	if (t->fd < 0 || t->doubtful || e->ts <= t->doubt)
		return;
	while (!*(p = find(t, e->tid)) && n > 0) {
		n = receive(t, &r);
		if (n > 0)
			n = append(t, &r);
	}
	if (n < 0)
		flush(t);
	else if (*p) {
		if (strcmp((*p)->comm, e->comm) == 0) {
			e->stats_code = (*p)->code;
			e->usage = (*p)->usage;
		}
		release(p);
	}
}

/* ---- opening ---- */

/* "0-7": a CPU that comes later has its listener too. */
static void
all_cpus(char *mask, size_t size)
{
	ssize_t n = file_read(
	    AT_FDCWD, "/sys/devices/system/cpu/possible", mask, size);

	if (n > 0)
		mask[strcspn(mask, "\n")] = '\0';
	else
		fmt_print(mask, size, "0-%d", cpus_possible() - 1);
}

int
taskstats_open(struct taskstats *t, char *why)
{
	char mask[GENL_TEXT];
	socklen_t len = sizeof t->buffer;
	int size = BUFFER_SIZE, e;

	t->fd = genl_open("TASKSTATS", &t->family);
	if (t->fd < 0)
		return why_set(why, "taskstats: %m%s",
		    errno == ENOENT ? " (this kernel has none)" : "");
	/* Storms; the memory is only used while records wait. */
	if (setsockopt(t->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
		setsockopt(t->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	getsockopt(t->fd, SOL_SOCKET, SO_RCVBUF, &t->buffer, &len);
	all_cpus(mask, sizeof mask);
	e = genl_request(
	    t->fd, t->family, TASKSTATS_GET, REGISTER_CPUMASK, mask);
	if (!e) {
		taskstats_doubt(t);
		return 0;
	}
	taskstats_close(t);
	return why_set(why, "taskstats: %s", strerror(e));
}

void
taskstats_close(struct taskstats *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	for (int i = 0; i < TASKSTATS_BUCKETS; i++)
		while (t->bucket[i])
			release(&t->bucket[i]);
}
