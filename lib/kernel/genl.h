/*
 * genl: generic netlink, as much of it as taskstats needs.  Sources:
 * include/uapi/linux/{netlink,genetlink}.h, net/netlink/genetlink.c.
 */
#ifndef GENL_H
#define GENL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define GENL_TEXT   1024 /* most bytes of a text that is sent */
#define GENL_BATCH  32	 /* more are slower: the answers leave the cache */
#define GENL_ANSWER 1088 /* what is longer is cut; not 1024, for the cache */

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

/* Requests that are alike, each with one number, and what came back. */
struct genl_batch {
	int count;
	uint32_t number[GENL_BATCH];
	int error[GENL_BATCH]; /* 0, or an errno; EAGAIN: no answer came */
	const char *answer[GENL_BATCH]; /* lent until the next is sent */
	size_t len[GENL_BATCH];
	uint32_t seq; /* of the first of them */
	char bytes[GENL_BATCH][GENL_ANSWER];
};

/* From now on only what the kernel sends is received: for genl_batch_receive,
 * which does not look.  Returns 0, or -1 with errno. */
int genl_connect(int fd);

/* Send a command with one attribute, once for each number.  The kernel works
 * while this runs, in the order of the numbers, so all answers wait when it
 * returns: netlink_rcv_skb(), net/netlink/af_netlink.c.  Returns 0 or an
 * errno. */
int genl_batch_send(int fd, uint16_t family, uint8_t command,
    uint16_t attribute, struct genl_batch *);

/* Take the answers to what was sent last, without waiting for any. */
void genl_batch_receive(int fd, uint16_t family, struct genl_batch *);

/* The payload of the first attribute of that type in len bytes, and its size;
 * NULL when there is none. */
const char *genl_attribute(const char *, size_t len, int type, size_t *size);

#endif
