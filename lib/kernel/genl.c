/* Requests, answers and attributes; libnl is not needed for so few. */
#include "kernel/genl.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel's structures; C libraries do not have them. */
struct netlink_address { /* sockaddr_nl */
	uint16_t family, pad;
	uint32_t pid, groups;
};

struct attribute { /* nlattr */
	uint16_t len, type;
};

#define NETLINK_GENERIC	 16
#define FLAG_REQUEST	 1
#define FLAG_ACK	 4
#define TYPE_ERROR	 2
#define TYPE_CONTROL	 16 /* GENL_ID_CTRL */
#define GET_FAMILY	 3  /* CTRL_CMD_GETFAMILY */
#define ATTR_FAMILY_ID	 1
#define ATTR_FAMILY_NAME 2
#define ATTR_TYPE	 0x3fff
#define ALIGN(n)	 (((n) + 3) & ~(size_t)3)

#define ANSWER_MAX	 8192
#define WAIT_S		 1 /* for an answer */

const char *
genl_attribute(const char *p, size_t len, int type, size_t *size)
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
request_send(
    int fd, uint16_t type, uint8_t command, uint16_t attr, const char *s)
{
	struct {
		struct genl_message m;
		struct attribute a;
		char text[GENL_TEXT];
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
 * if not NULL, takes the number of a family, which comes before.
 */
static int
answer_receive(int fd, uint16_t *family)
{
	static char bytes[ANSWER_MAX];
	const char *id;
	struct genl_message m;
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
		    (id = genl_attribute(bytes + sizeof m, (size_t)n - sizeof m,
			 ATTR_FAMILY_ID, &size)) &&
		    size >= sizeof *family)
			memcpy(family, id, sizeof *family);
	}
}

int
genl_request(
    int fd, uint16_t family, uint8_t command, uint16_t attr, const char *text)
{
	if (request_send(fd, family, command, attr, text) != 0)
		return errno;
	return answer_receive(fd, NULL);
}

int
genl_open(const char *name, uint16_t *family)
{
	struct netlink_address a = { .family = AF_NETLINK };
	struct timeval wait = { WAIT_S, 0 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int e;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 ||
	    request_send(
		fd, TYPE_CONTROL, GET_FAMILY, ATTR_FAMILY_NAME, name) != 0)
		e = errno;
	else
		e = answer_receive(fd, family);
	if (!e)
		return fd;
	close(fd);
	errno = e;
	return -1;
}

ssize_t
genl_receive(int fd, void *bytes, size_t size)
{
	struct netlink_address from;
	socklen_t len;
	ssize_t n;

	for (;;) {
		from.pid = 0;
		len = sizeof from;
		n = recvfrom(fd, bytes, size, MSG_DONTWAIT,
		    (struct sockaddr *)&from, &len);
		/* Only the kernel has the number 0. */
		if (n < 0 || !from.pid)
			return n;
	}
}

/* netlink_getsockbyportid() refuses what others send to a connected socket. */
int
genl_connect(int fd)
{
	struct netlink_address a = { .family = AF_NETLINK };

	return connect(fd, (struct sockaddr *)&a, sizeof a);
}

int
genl_batch_send(int fd, uint16_t family, uint8_t command, uint16_t attr,
    struct genl_batch *b)
{
	struct {
		struct genl_message m;
		struct attribute a;
		uint32_t number;
	} r[GENL_BATCH];
	size_t size = (size_t)b->count * sizeof *r;
	ssize_t n;

	b->seq += GENL_BATCH;
	for (int i = 0; i < b->count; i++) {
		b->error[i] = EAGAIN;
		r[i].m = (struct genl_message){ .len = sizeof *r,
			.type = family,
			.flags = FLAG_REQUEST,
			.seq = b->seq + (uint32_t)i,
			.command = command,
			.version = 1 };
		r[i].a.type = attr;
		r[i].a.len = sizeof r[i].a + sizeof r[i].number;
		r[i].number = b->number[i];
	}
	do
		n = send(fd, r, size, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno;
	return n == (ssize_t)size ? 0 : EIO;
}

/* Does a message answer one of the batch? */
static bool
batch_take(struct genl_batch *b, uint16_t family, const char *bytes, size_t len)
{
	struct genl_message m;
	uint32_t i;
	int32_t e = 0;

	if (len < sizeof m)
		return false;
	memcpy(&m, bytes, sizeof m);
	i = m.seq - b->seq;
	if (i >= (uint32_t)b->count || b->error[i] != EAGAIN)
		return false;
	if (m.type == TYPE_ERROR)
		memcpy(&e, bytes + 16, sizeof e);
	else if (m.type != family)
		return false;
	b->error[i] = -e;
	b->answer[i] = bytes;
	b->len[i] = len;
	return true;
}

void
genl_batch_receive(int fd, uint16_t family, struct genl_batch *b)
{
	struct mmsghdr m[GENL_BATCH];
	struct iovec v[GENL_BATCH];
	int n, got = 0;

	memset(m, 0, sizeof m);
	for (int i = 0; i < b->count; i++) {
		v[i] = (struct iovec){ b->bytes[i], sizeof b->bytes[i] };
		m[i].msg_hdr.msg_iov = &v[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	while (got < b->count) {
		n = recvmmsg(fd, m + got, (unsigned)(b->count - got),
		    MSG_DONTWAIT, NULL);
		if (n < 0 && (errno == EINTR || errno == ENOBUFS))
			continue; /* what was lost stays EAGAIN */
		if (n <= 0)
			return;
		for (; n > 0; n--, got++)
			if (!batch_take(
				b, family, b->bytes[got], m[got].msg_len))
				return; /* not an answer */
	}
}
