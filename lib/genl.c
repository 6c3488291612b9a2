#include "genl.h"

#include <errno.h>
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
ask(int fd, uint16_t type, uint8_t command, uint16_t attr, const char *s)
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
 * if not NULL, takes the number of a family that is told before.
 */
static int
answer(int fd, uint16_t *family)
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
	if (ask(fd, family, command, attr, text) != 0)
		return errno;
	return answer(fd, NULL);
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
	    ask(fd, TYPE_CONTROL, GET_FAMILY, ATTR_FAMILY_NAME, name) != 0)
		e = errno;
	else
		e = answer(fd, family);
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
