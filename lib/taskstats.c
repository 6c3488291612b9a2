#include "taskstats.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "tracefs.h"
#include "why.h"

/* The kernel's structures; C libraries do not have them. */
struct netlink_address { /* sockaddr_nl */
	uint16_t family, pad;
	uint32_t pid, groups;
};

struct message { /* nlmsghdr and genlmsghdr */
	uint32_t len;
	uint16_t type, flags;
	uint32_t seq, pid;
	uint8_t command, version;
	uint16_t reserved;
};

struct attribute { /* nlattr */
	uint16_t len, type;
};

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

#define NETLINK_GENERIC	 16
#define FLAG_REQUEST	 1
#define FLAG_ACK	 4
#define TYPE_ERROR	 2
#define TYPE_CONTROL	 16 /* GENL_ID_CTRL */
#define GET_FAMILY	 3  /* CTRL_CMD_GETFAMILY */
#define ATTR_FAMILY_ID	 1
#define ATTR_FAMILY_NAME 2
#define TASKSTATS_GET	 1 /* TASKSTATS_CMD_GET */
#define TASKSTATS_NEW	 2
#define REGISTER_CPUMASK 3 /* TASKSTATS_CMD_ATTR_REGISTER_CPUMASK */
#define AGGR_PID	 4 /* TASKSTATS_TYPE_AGGR_PID */
#define ATTR_PID	 1
#define ATTR_STATS	 3
#define ATTR_TYPE	 0x3fff
#define ALIGN(n)	 (((n) + 3) & ~(size_t)3)
#define SIZE_14		 432 /* of struct taskstats, version 14 */

#define MASK_MAX	 1024
#define MESSAGE_MAX	 8192 /* two structs of 500 to 800 bytes */
#define BUFFER_SIZE	 (64 << 20)
#define WAIT_MS		 1000
#define FLUSH_NS	 20000000u

/* ---- netlink ---- */

/* The payload of the first attribute of that type, or NULL. */
static const char *
attribute(const char *p, size_t len, int type, size_t *size)
{
	struct attribute a;

	while (len >= sizeof a) {
		memcpy(&a, p, sizeof a);
		if (a.len < sizeof a || a.len > len)
			return NULL;
		if ((a.type & ATTR_TYPE) == type) {
			*size = a.len - sizeof a;
			return p + sizeof a;
		}
		if (ALIGN(a.len) >= len)
			return NULL;
		p += ALIGN(a.len);
		len -= ALIGN(a.len);
	}
	return NULL;
}

static int
request(int fd, uint16_t type, uint8_t command, uint16_t attr, const char *s)
{
	struct {
		struct message m;
		struct attribute a;
		char text[MASK_MAX];
	} r = { .m = { .type = type,
		    .flags = FLAG_REQUEST | FLAG_ACK,
		    .command = command,
		    .version = 1 } };
	size_t n = strlen(s) + 1;

	if (n > sizeof r.text) {
		errno = E2BIG;
		return -1;
	}
	r.a.type = attr;
	r.a.len = (uint16_t)(sizeof r.a + n);
	memcpy(r.text, s, n);
	r.m.len = (uint32_t)(sizeof r.m + ALIGN(r.a.len));
	return send(fd, &r, r.m.len, 0) == (ssize_t)r.m.len ? 0 : -1;
}

/*
 * Wait for the answer to a request: an errno, which is 0 for "done".  family,
 * if not NULL, takes the number of a family that is told before.
 */
static int
answer(int fd, uint16_t *family)
{
	static char bytes[MESSAGE_MAX];
	const char *id;
	struct message m;
	size_t size;
	ssize_t n;
	int32_t e;

	for (;;) {
		n = recv(fd, bytes, sizeof bytes, 0);
		if (n < 0 && (errno == ENOBUFS || errno == EINTR))
			continue;
		if (n < 0)
			return errno;
		if ((size_t)n < sizeof m)
			continue;
		memcpy(&m, bytes, sizeof m);
		if (m.type == TYPE_ERROR) { /* nlmsgerr: an errno, negative */
			memcpy(&e, bytes + 16, sizeof e);
			return -e;
		}
		if (m.type == TYPE_CONTROL && family &&
		    (id = attribute(bytes + sizeof m, (size_t)n - sizeof m,
			 ATTR_FAMILY_ID, &size)) &&
		    size >= sizeof *family)
			memcpy(family, id, sizeof *family);
	}
}

/* ---- records ---- */

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
	struct message m;
	struct stats s;
	uint32_t tid;

	if (len < sizeof m)
		return 0;
	memcpy(&m, bytes, sizeof m);
	if (m.type != family || m.command != TASKSTATS_NEW)
		return 0;
	aggr = attribute(
	    (const char *)bytes + sizeof m, len - sizeof m, AGGR_PID, &n);
	pid = aggr ? attribute(aggr, n, ATTR_PID, &size) : NULL;
	if (!pid || size < sizeof tid)
		return 0;
	memcpy(&tid, pid, sizeof tid);
	p = attribute(aggr, n, ATTR_STATS, &size);
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
	struct netlink_address from = { 0 };
	socklen_t size;
	ssize_t n;

	for (;;) {
		size = sizeof from;
		n = recvfrom(t->fd, bytes, sizeof bytes, MSG_DONTWAIT,
		    (struct sockaddr *)&from, &size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == ENOBUFS) {
			t->missed++;
			return -1;
		}
		if (n < 0)
			return 0;
		/* Only the kernel has the number 0. */
		if (!from.pid &&
		    taskstats_parse(t->family, bytes, (size_t)n, r))
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
		snprintf(
		    mask, size, "0-%ld", sysconf(_SC_NPROCESSORS_CONF) - 1);
}

int
taskstats_open(struct taskstats *t, char *why)
{
	struct netlink_address a = { .family = AF_NETLINK };
	struct timeval wait = { WAIT_MS / 1000, 0 };
	char mask[MASK_MAX];
	socklen_t len = sizeof t->buffer;
	int size = BUFFER_SIZE, e;

	t->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (t->fd < 0)
		return why_set(why, "taskstats: %s", strerror(errno));
	/* Storms; the memory is only used while records wait. */
	if (setsockopt(t->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
		setsockopt(t->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	getsockopt(t->fd, SOL_SOCKET, SO_RCVBUF, &t->buffer, &len);
	setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	all_cpus(mask, sizeof mask);
	e = bind(t->fd, (struct sockaddr *)&a, sizeof a) != 0 ||
		request(t->fd, TYPE_CONTROL, GET_FAMILY, ATTR_FAMILY_NAME,
		    "TASKSTATS") != 0 ?
	    errno :
	    answer(t->fd, &t->family);
	if (!e)
		e = request(t->fd, t->family, TASKSTATS_GET, REGISTER_CPUMASK,
			mask) != 0 ?
		    errno :
		    answer(t->fd, NULL);
	if (!e) {
		taskstats_doubt(t);
		return 0;
	}
	taskstats_close(t);
	return why_set(why, "taskstats: %s%s", strerror(e),
	    e == ENOENT ? " (this kernel has none)" : "");
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
