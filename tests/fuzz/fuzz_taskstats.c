/*
 * Messages of taskstats, any bytes: no crash, a record that keeps its
 * promises; and any sequence of records, exits and doubts: each exit has the
 * record of its own number and comm, in their order, or none.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "kernel/taskstats.h"

#define FAMILY 21
#define STATS  560 /* of versions 15 and 16 */
#define TASKS  4

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const uint8_t *in, *end;
static struct taskstats t;
static int kernel;
static uint16_t order[TASKS];	/* of the last record that was joined */
static uint16_t sent;

static uint8_t
byte(void)
{
	return in < end ? *in++ : 0;
}

static int
tid_of(int n)
{
	return n < 2 ? 10 + n : 10 + n + TASKSTATS_BUCKETS;
}

/* Any bytes, in a block of their own, so that reading beyond is seen. */
static void
parse(const uint8_t *data, size_t size)
{
	struct taskstats_record r;
	uint8_t *block = malloc(size ? size : 1);

	if (!block)
		abort();
	memcpy(block, data, size);
	if (taskstats_parse(FAMILY, block, size, &r) == 1 &&
	    (strnlen(r.comm, COMM_LEN) == COMM_LEN || r.code < CODE_UNKNOWN ||
		r.code > 0xffff || !r.usage.known))
		abort();
	free(block);
}

/* A whole message, then some of its bytes changed: the fuzzer need not come
 * upon it. */
static void
parse_near(void)
{
	static const size_t headers = 20 + 4 + 8 + 4;
	uint8_t m[20 + 4 + 8 + 4 + STATS] = { 0 };
	uint16_t family = FAMILY;
	uint16_t lengths[] = { (uint16_t)(sizeof m - 20), 4, 8, 1, 0, 0,
		(uint16_t)(STATS + 4), 3 };
	size_t size;

	memcpy(m + 4, &family, sizeof family);
	m[16] = 2;
	memcpy(m + 20, lengths, 8);
	m[28] = 10;
	memcpy(m + 32, lengths + 6, 4);
	m[headers] = 16 - (byte() & 1);
	m[headers + 128 + (m[headers] & 1) * 48] = 10;
	for (int n = byte() % 8; n > 0; n--)
		m[byte() % headers] = byte();
	for (int n = byte() % 8; n > 0; n--)
		m[headers + byte()] = byte();
	size = (size_t)byte() << 2;
	parse(m, size < sizeof m ? sizeof m - size : sizeof m);
}

/* A record of a task, numbered by its memory. */
static void
queue(int n)
{
	struct {
		uint32_t len;
		uint16_t type, flags;
		uint32_t seq, pid;
		uint8_t command, version;
		uint16_t reserved;
		uint16_t aggregate_len, aggregate, tid_len, tid_type;
		uint32_t tid;
		uint16_t stats_len, stats_type;
		uint8_t stats[STATS];
	} m = { .type = FAMILY, .command = 2, .aggregate = 4, .tid_len = 8,
		.tid_type = 1, .stats_len = STATS + 4, .stats_type = 3 };
	uint64_t number = sent + 1u;

	m.len = sizeof m;
	m.stats[0] = 16;
	m.aggregate_len = sizeof m - 20;
	m.tid = (uint32_t)tid_of(n);
	memcpy(m.stats + 200, &number, sizeof number);
	m.stats[80] = byte() & 1 ? 'a' : 'b';
	memcpy(m.stats + 128, &m.tid, sizeof m.tid);
	if (sent < UINT16_MAX &&
	    send(kernel, &m, sizeof m, MSG_DONTWAIT) == sizeof m)
		sent++;
}

static void
exits(int n)
{
	struct event e = { .type = EVENT_EXIT, .tid = tid_of(n),
		.exit.code = CODE_UNKNOWN, .exit.grouped = -1,
		.exit.stats_code = CODE_UNKNOWN };
	uint64_t number;

	e.ts = byte() & 3 ? clock_boot() + 1 : 1;
	e.comm[0] = byte() & 1 ? 'a' : 'b';
	taskstats_join(&t, &e);
	if (e.exit.code != CODE_UNKNOWN || e.exit.grouped != -1 ||
	    e.usage.known != (e.exit.stats_code != CODE_UNKNOWN))
		abort();
	if (!e.usage.known)
		return;
	number = e.usage.maxrss >> 10;
	if (number > sent || number <= order[n])
		abort();
	order[n] = (uint16_t)number;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int pair[2];

	parse(data, size);
	in = data;
	end = data + size;
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
		abort();
	kernel = pair[1];
	t = (struct taskstats){ .fd = pair[0], .family = FAMILY };
	memset(order, 0, sizeof order);
	sent = 0;
	while (in < end) {
		uint8_t what = byte();

		if (what < 100)
			queue(what % TASKS);
		else if (what < 200)
			exits(what % TASKS);
		else if (what < 220)
			taskstats_doubt(&t);
		else if (what < 240)
			parse_near();
		else
			send(kernel, in, (size_t)(end - in) < what ?
			    (size_t)(end - in) : what, MSG_DONTWAIT);
	}
	close(kernel);
	taskstats_close(&t);
	if (t.fd != -1)
		abort();
	return 0;
}
