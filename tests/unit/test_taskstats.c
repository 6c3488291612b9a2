/*
 * taskstats: messages of the kernel made by hand, whole, moved and cut, and
 * how they are joined to the exits of their tasks.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "kernel/taskstats.h"
#include "tap.h"

#define FAMILY 21
#define STATS  376	/* of version 10 */

static uint8_t bytes[2048];
static size_t len;
static uint16_t version = 10;
static struct taskstats_record r;
static struct taskstats t;
static struct event e;
static int kernel;	/* our end of the socket */

/* ---- messages ---- */

static void
put(const void *p, size_t n)
{
	memcpy(bytes + len, p, n);
	len += n;
}

static void
put32(uint32_t v)
{
	put(&v, sizeof v);
}

/* nlmsghdr and genlmsghdr */
static void
header(uint16_t family, uint8_t command)
{
	memset(bytes, 0, sizeof bytes);
	memcpy(bytes + 4, &family, sizeof family);
	bytes[16] = command;
	len = 20;
}

static size_t
open_attribute(uint16_t type)
{
	size_t at = len;

	put(&(uint16_t){ 0 }, 2); /* the length, see below */
	put(&type, sizeof type);
	return at;
}

static void
close_attribute(size_t at)
{
	uint16_t n = (uint16_t)(len - at);

	memcpy(bytes + at, &n, sizeof n);
	len = (len + 3) & ~(size_t)3;
}

static void
set64(size_t at, uint64_t v)
{
	memcpy(bytes + at, &v, sizeof v);
}

/* A struct taskstats of so many bytes, its middle moved. */
static void
put_stats(uint32_t tid, uint32_t code, const char *comm, size_t size,
    size_t shift)
{
	size_t s = len;

	memcpy(bytes + s, &version, sizeof version);
	memcpy(bytes + s + 4, &code, sizeof code);
	set64(s + 16, 1);	/* cpu_count */
	set64(s + 24, 6);	/* cpu_delay_total */
	s += shift;
	set64(s + 72, 12345);	/* cpu_run_virtual_total */
	memcpy(bytes + s + 80, comm, strlen(comm));
	memcpy(bytes + s + 120, &(uint32_t){ 4200000000 }, 4); /* ac_uid */
	memcpy(bytes + s + 128, &tid, sizeof tid);
	set64(s + 144, 13);	/* ac_etime */
	set64(s + 152, 3000);	/* ac_utime */
	set64(s + 160, 4000);	/* ac_stime */
	set64(s + 200, 512);	/* hiwater_rss */
	set64(s + 216, 15);	/* read_char */
	set64(s + 248, 4096);	/* read_bytes */
	set64(s + 256, 8192);	/* write_bytes */
	set64(s + 272, 3);	/* nvcsw */
	set64(s + 280, 4);	/* nivcsw */
	set64(s + 320, 5);	/* freepages_delay_total */
	len += size;
}

/* AGGR_PID or AGGR_TGID */
static void
put_aggregate(uint16_t type, uint32_t tid, uint32_t code, const char *comm,
    size_t size, size_t shift)
{
	size_t aggregate = open_attribute(type), at = open_attribute(1);

	put32(tid);
	close_attribute(at);
	if (shift || (len & 4)) {
		at = open_attribute(6); /* TASKSTATS_TYPE_NULL */
		close_attribute(at);
	}
	at = open_attribute(3);
	put_stats(tid, code, comm, size, shift);
	close_attribute(at);
	close_attribute(aggregate);
}

static void
finish(void)
{
	uint32_t n = (uint32_t)len;

	memcpy(bytes, &n, sizeof n);
}

static void
message(int tid, uint32_t code, const char *comm)
{
	header(FAMILY, 2);
	put_aggregate(4, (uint32_t)tid, code, comm, STATS, 0);
	finish();
}

/* Parse the first n bytes, in a block of their own. */
static int
parse(size_t n)
{
	uint8_t *block = malloc(n ? n : 1);
	int found;

	memcpy(block, bytes, n);
	memset(&r, 0x5a, sizeof r);
	found = taskstats_parse(FAMILY, block, n, &r);
	free(block);
	return found;
}

/* ---- parsing ---- */

static bool
is_record(int tid, int code, const char *comm)
{
	return r.tid == tid && r.code == code && strcmp(r.comm, comm) == 0 &&
	    r.usage.known && r.usage.user == 3000000 &&
	    r.usage.system == 4000000 && r.usage.cpu_min == 12345 &&
	    r.elapsed == 13000 && r.uid == 4200000000 && r.usage.nvcsw == 3 && r.usage.nivcsw == 4 &&
	    r.usage.reclaim == 5 && r.usage.wait == 6 && !r.usage.no_wait &&
	    r.usage.maxrss == 512 * 1024 && r.usage.read == 4096 &&
	    r.usage.write == 8192;
}

static void
test_layouts(void)
{
	static const struct {
		uint16_t version;
		size_t size, shift;
		int found;
	} all[] = {
		{ 7, 328, 0, 1 }, /* up to freepages_delay_total */
		{ 7, 327, 0, 0 }, { 8, 328, 0, 1 }, { 10, 376, 0, 1 },
		{ 13, 416, 0, 1 }, { 14, 432, 0, 1 }, { 14, 496, 24, 1 },
		{ 15, 496, 24, 1 }, { 14, 560, 48, 1 }, { 15, 560, 48, 1 },
		{ 16, 560, 0, 1 }, /* they are at the end again */
		{ 17, 600, 0, 1 }, { 17, 600, 8, 0 }, { 14, 504, 24, 0 },
		{ 13, 496, 24, 0 },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		header(FAMILY, 2);
		version = all[i].version;
		put_aggregate(4, 7, 0x8b, "a b", all[i].size, all[i].shift);
		finish();
		tap_ok(parse(len) == all[i].found && (!all[i].found ||
		    is_record(7, 0x8b, "a b")), "version %d of %zu bytes",
		    all[i].version, all[i].size);
	}
	header(FAMILY, 2);
	version = 15;
	put_aggregate(4, 26739, 1, "sh", 560, 48);
	finish();
	tap_ok(parse(len) == 1 && is_record(26739, 1, "sh"),
	    "a pid that reads \"sh\", where the comm is moved to");
	version = 10;
	message(4194303, 0xff00, "sixteen-bytes-xx");
	tap_ok(parse(len) == 1 && is_record(4194303, 0xff00,
	    "sixteen-bytes-x"), "a comm that is too long");
	message(5, (uint32_t)-12, "");
	tap_ok(parse(len) == 1 && is_record(5, CODE_UNKNOWN, ""),
	    "a code that is none");
	message(5, 65, "");
	tap_ok(parse(len) == 1 && r.code == CODE_UNKNOWN, "no such signal");
}

static void
test_headers(void)
{
	message(5, 0, "a");
	tap_is_int(taskstats_parse(FAMILY + 1, bytes, len, &r), 0,
	    "another family");
	header(FAMILY, 1);
	put_aggregate(4, 5, 0, "a", STATS, 0);
	tap_is_int(parse(len), 0, "another command");
	header(2, 2);
	put_aggregate(4, 5, 0, "a", STATS, 0);
	tap_is_int(parse(len), 0, "an error");
	header(FAMILY, 2);
	tap_is_int(parse(len), 0, "nothing in it");
	put_aggregate(5, 5, 0, "a", STATS, 0);
	finish();
	tap_is_int(parse(len), 0, "of a process only");
	header(FAMILY, 2);
	put_aggregate(4, 5, 1, "thread", STATS, 0);
	put_aggregate(5, 4, 2, "process", STATS, 0);
	finish();
	tap_ok(parse(len) == 1 && is_record(5, 1, "thread"),
	    "of a task, and its process behind it");
	header(FAMILY, 2);
	put_aggregate(5, 4, 2, "process", STATS, 0);
	put_aggregate(4, 5, 1, "thread", STATS, 0);
	finish();
	tap_ok(parse(len) == 1 && is_record(5, 1, "thread"),
	    "and before it");
	message(5, 1, "nested");
	bytes[__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 22 : 23] |=
	    0x80; /* NLA_F_NESTED */
	tap_ok(parse(len) == 1 && is_record(5, 1, "nested"),
	    "the flag of a nested attribute");
}

/* Each length of the message, and each value of each length in it. */
static void
test_cut(void)
{
	static const size_t lengths[] = { 20, 24, 32 };
	static uint8_t whole[sizeof bytes];
	size_t n;
	int found = 0, odd = 0;

	message(5, 1, "cut");
	n = len;
	memcpy(whole, bytes, n);
	for (size_t i = 0; i < n; i++)
		found += parse(i);
	tap_is_int(found, 0, "cut at any byte: none");
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
		for (unsigned v = 0; v < 65536; v += v < 512 ? 1 : 509) {
			uint16_t v16 = (uint16_t)v;

			memcpy(bytes, whole, n);
			memcpy(bytes + lengths[i], &v16, sizeof v16);
			odd += parse(n) == 1 && !is_record(5, 1, "cut");
		}
	tap_is_int(odd, 0, "any length in it: none, or the same");
}

/* ---- joining ---- */

static void
begin(void)
{
	int pair[2];

	if (kernel > 0) {
		close(kernel);
		taskstats_close(&t);
	}
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
		tap_ok(0, "socketpair");
	kernel = pair[1];
	t = (struct taskstats){ .fd = pair[0], .family = FAMILY };
}

static void
queue(int tid, uint32_t code, const char *comm)
{
	message(tid, code, comm);
	if (send(kernel, bytes, len, MSG_DONTWAIT) != (ssize_t)len)
		tap_ok(0, "send");
}

/* An exit of that time: its stats_code. */
static int
exits_at(int tid, const char *comm, uint64_t ts)
{
	e = (struct event){ .type = EVENT_EXIT, .ts = ts, .tid = tid,
		.exit.code = CODE_UNKNOWN, .exit.grouped = -1,
		.exit.stats_code = CODE_UNKNOWN };
	memcpy(e.comm, comm, strlen(comm));
	taskstats_join(&t, &e);
	return e.exit.stats_code;
}

static int
exits(int tid, const char *comm)
{
	return exits_at(tid, comm, clock_boot() + 1000000000);
}

static void
test_join(void)
{
	begin();
	queue(10, 256, "a");
	queue(11, 512, "b");
	queue(10 + TASKSTATS_BUCKETS, 768, "c");
	tap_is_int(exits(10, "a"), 256, "join: the first");
	tap_ok(e.usage.known && e.usage.maxrss == 512 * 1024 &&
	    e.usage.write == 8192 && e.exit.code == CODE_UNKNOWN,
	    "join: what it used, no more");
	tap_is_int(exits(10 + TASKSTATS_BUCKETS, "c"), 768,
	    "join: the same bucket");
	tap_is_int(exits(11, "b"), 512, "join: one that was passed over");
	tap_is_int(exits(11, "b"), CODE_UNKNOWN, "join: once");
	tap_ok(!e.usage.known, "join: nothing used, for all we know");
	send(kernel, "x", 1, 0);
	send(kernel, bytes, len - 1, 0);
	queue(13, 9, "d");
	tap_is_int(exits(13, "d"), 9, "join: behind what is no record");
}

/* A number that comes again belongs to exits in their order. */
static void
test_reuse(void)
{
	begin();
	queue(10, 1, "a");
	queue(11, 7, "x");
	queue(10, 2, "a");
	queue(10, 3, "b");
	tap_is_int(exits(10, "a"), 1, "reuse: the first");
	tap_is_int(exits(10, "a"), 2, "reuse: the second");
	tap_is_int(exits(11, "x"), 7, "reuse: somebody else");
	tap_is_int(exits(10, "c"), CODE_UNKNOWN, "another comm: not it");
	tap_is_int(exits(10, "b"), CODE_UNKNOWN, "another comm: gone with it");
	queue(10, 4, "b");
	tap_is_int(exits(10, "b"), 4, "and the next one is right again");
}

static void
test_doubt(void)
{
	uint64_t before;

	begin();
	queue(10, 1, "a");
	queue(11, 2, "a");
	queue(12, 3, "a");
	exits(11, "a"); /* takes in the first, too */
	before = clock_boot();
	taskstats_doubt(&t);
	tap_is_int(exits_at(10, "a", before), CODE_UNKNOWN,
	    "doubt: an exit from before");
	tap_is_int(exits(10, "a"), CODE_UNKNOWN, "doubt: taken in before");
	tap_is_int(exits(12, "a"), CODE_UNKNOWN, "doubt: queued before");
	queue(10, 5, "a");
	tap_is_int(exits_at(10, "a", before), CODE_UNKNOWN,
	    "doubt: an exit from before, a record from behind it");
	tap_is_int(exits(10, "a"), 5, "doubt: is over");
	/* A clock may advance by a tick, and differ from the other. */
	queue(10, 6, "a");
	tap_is_int(exits_at(10, "a", t.doubt), 6, "doubt: the same tick");
	queue(10, 7, "a");
	t.slack = 2000;
	tap_is_int(exits_at(10, "a", t.doubt - 2001), CODE_UNKNOWN,
	    "doubt: before, for certain");
	tap_is_int(exits_at(10, "a", t.doubt - 2000), 7,
	    "doubt: it may be from after it");
}

static void
test_none(void)
{
	begin();
	queue(10, 1, "a");
	taskstats_close(&t);
	tap_ok(t.fd == -1 && exits(10, "a") == CODE_UNKNOWN && !e.usage.known,
	    "not in use: nothing is filled in");
	taskstats_doubt(&t);
	begin();
	for (int i = 0; i < 5; i++)
		queue(100 + i, 1, "a");
	exits(104, "a");
	for (int i = 0; i < 5; i++)
		queue(200 + i, 1, "a");
	exits(204, "a");
	close(kernel);
	taskstats_close(&t);
	tap_ok(t.fd == -1, "closed with records that nobody asked for");
	kernel = -1;
}

int
main(void)
{
	test_layouts();
	test_headers();
	test_cut();
	test_join();
	test_reuse();
	test_doubt();
	test_none();
	return tap_done();
}
