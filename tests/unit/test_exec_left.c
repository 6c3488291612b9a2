/* exec: a dead task leaves its CPU, and a probe in the next one shows what it
 * used. */
#include "feed.h"

static void
leaves(int cpu, uint64_t ts, int tid, int next)
{
	feed((struct raw_event){ .kind = RAW_LEFT, .ts = ts, .cpu = cpu,
	    .tid = tid, .pid = tid, .next = next });
}

static void
sums(int cpu, uint64_t ts, int tid, uint64_t ns)
{
	feed((struct raw_event){ .kind = RAW_SUM, .ts = ts, .cpu = cpu,
	    .tid = tid, .pid = tid, .sum = ns });
}

/* The exits that can be had: "10 left 110 counted 500; ..." */
static const char *
ended(uint64_t until)
{
	struct event e;
	size_t n = 0;

	shown[0] = '\0';
	while (n < sizeof shown - 256 && exec_next(&j, until, &e) == 1)
		if (e.type == EVENT_EXIT)
			n += (size_t)snprintf(shown + n, sizeof shown - n,
			    "%s%d left %llu counted %llu", n ? "; " : "", e.tid,
			    (unsigned long long)e.exit.left,
			    (unsigned long long)e.exit.counted);
	return shown;
}

#define is_ended(until, want, ...) tap_is_str(ended(until), want, __VA_ARGS__)

static void
begin_sums(void)
{
	begin(EXEC_PATH_ONLY, 4, false);
	j.awaits_left = j.awaits_sum = true;
}

static void
test_one(void)
{
	begin_sums();
	exits(10, 100);
	is_ended(105, "", "it is still on its CPU");
	leaves(1, 110, 10, 20);
	is_ended(111, "", "it has left, the sum is to come");
	sums(1, 112, 20, 500);
	is_ended(113, "10 left 110 counted 500", "the sum came");
	sums(1, 114, 20, 600);
	exits(20, 120);
	leaves(1, 130, 20, 0);
	sums(1, 131, 0, 700);
	is_ended(132, "20 left 130 counted 700", "the next one, then the idle task");
}

static void
test_others(void)
{
	begin_sums();
	exits(10, 100);
	exits(11, 101);
	leaves(0, 110, 10, 20);
	leaves(1, 111, 11, 21);
	sums(1, 112, 21, 501);
	sums(0, 113, 20, 500);
	is_ended(END, "10 left 110 counted 500; 11 left 111 counted 501",
	    "two CPUs");
	exits(12, 200);
	leaves(0, 210, 12, 22);
	sums(1, 211, 22, 502);
	sums(0, 212, 23, 503);
	is_ended(END, "12 left 210 counted 0",
	    "not on another CPU, not by another task");
	exits(13, 300);
	leaves(0, 310, 13, 23);
	exits(14, 320);
	leaves(0, 330, 14, 24);
	sums(0, 331, 24, 504);
	is_ended(END, "13 left 310 counted 0; 14 left 330 counted 504",
	    "one that was missed is not that of the next");
}

static void
test_gap(void)
{
	begin_sums();
	exits(10, 100);
	leaves(0, 110, 10, 20);
	lost(111, 5);
	sums(0, 112, 20, 500);
	is_ended(END, "10 left 110 counted 0", "nothing across a gap");
	exits(10, 200);
	is_ended(200 + 199000000, "", "it waits");
	is_ended(200 + 200000000, "10 left 0 counted 0", "but not for long");
	leaves(0, 200000300, 10, 20);
	sums(0, 200000301, 20, 500);
	is_ended(END, "", "what comes too late is nothing");
}

/* While the place is searched: bytes. */
static void
test_search(void)
{
	static struct sum_search search;
	static const char bytes[16] = "0123456789abcde";
	struct raw_event k = { .kind = RAW_TASK, .ts = 111, .cpu = 0,
		.tid = 20, .pid = 20, .text = bytes, .text_len = sizeof bytes };

	begin(EXEC_PATH_ONLY, 4, false);
	j.awaits_left = true;
	j.search = &search;
	search.tid = 10;
	feed(k);
	tap_ok(!search.seen, "bytes of no dead task");
	exits(10, 100);
	leaves(0, 110, 10, 20);
	is_ended(111, "10 left 110 counted 0", "no sum is awaited");
	feed(k);
	tap_ok(search.seen && search.len == sizeof bytes, "bytes of the task");
	tap_ok(memcmp(search.bytes, bytes, sizeof bytes) == 0, "these");
	j.search = NULL;
	leaves(0, 120, 10, 20);
	feed(k);
	tap_ok(1, "bytes that nobody wants");
}

int
main(void)
{
	test_one();
	test_others();
	test_gap();
	test_search();
	exec_free(&j);
	return tap_done();
}
