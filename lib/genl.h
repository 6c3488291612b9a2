/*
 * genl: generic netlink, as much of it as taskstats needs.  Sources:
 * include/uapi/linux/{netlink,genetlink}.h, net/netlink/genetlink.c.
 */
#ifndef GENL_H
#define GENL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define GENL_TEXT 1024 /* most bytes of a text that is sent */

struct genl_message { /* nlmsghdr and genlmsghdr */
	uint32_t len;
	uint16_t type, flags;
	uint32_t seq, pid;
	uint8_t command, version;
	uint16_t reserved;
};

/* A socket, and the number of the family of that name.  Returns the
 * descriptor, the caller's to close, or -1 with errno (ENOENT: the kernel has
 * no such family). */
int genl_open(const char *name, uint16_t *family);

/* Send a command with one attribute, a text, and wait for its answer.  What
 * else comes meanwhile is dropped.  Returns 0 or an errno. */
int genl_request(int fd, uint16_t family, uint8_t command, uint16_t attribute,
    const char *text);

/* The next message of the kernel, without waiting.  Returns its length, or -1
 * with errno (EAGAIN: none, ENOBUFS: some were lost). */
ssize_t genl_receive(int fd, void *, size_t size);

/* The payload of the first attribute of that type in len bytes, and its size;
 * NULL when there is none. */
const char *genl_attribute(const char *, size_t len, int type, size_t *size);

#endif
