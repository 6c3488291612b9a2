/*
 * page: hand-made pages of every type of record, in the layouts of 64-bit
 * and 32-bit kernels, whole, cut and corrupt.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ring/page.h"
#include "tap.h"

#define PAGE	    4096
#define PADDING	    29
#define TIME_EXTEND 30
#define TIME_STAMP  31
#define MISSED	    (1ull << 31)
#define STORED	    (1ull << 30)

static const char header64[] =
    "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
    "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
    "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
    "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";
static const char header32[] =
    "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
    "\tfield: local_t commit;\toffset:8;\tsize:4;\tsigned:1;\n"
    "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
    "\tfield: char data;\toffset:12;\tsize:4084;\tsigned:1;\n";

static struct ring_layout layout;
static struct ring_page page;
static struct ring_record rec;
static uint8_t bytes[PAGE];
static size_t used;		/* of data */

/* ---- making pages ---- */

static void
put(const void *p, size_t n)
{
	memcpy(bytes + layout.data_offset + used, p, n);
	used += n;
}

static void
put32(uint32_t v)
{
	put(&v, sizeof v);
}

/* A record's header: a 5-bit and a 27-bit field of a C struct. */
static void
put_head(unsigned type, uint32_t delta)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	put32(type << 27 | delta);
#else
	put32(delta << 5 | type);
#endif
}

static void
put_extend(unsigned type, uint64_t time)
{
	put_head(type, (uint32_t)(time & 0x7ffffff));
	put32((uint32_t)(time >> 27));
}

/* A record of up to 112 bytes, a multiple of 4, filled with c. */
static void
put_small(uint32_t delta, size_t len, char c)
{
	char data[112];

	memset(data, c, sizeof data);
	put_head((unsigned)len / 4, delta);
	put(data, len);
}

/* A record with its length in front. */
static void
put_large(uint32_t delta, size_t len, char c)
{
	char data[PAGE];

	memset(data, c, sizeof data);
	put_head(0, delta);
	put32((uint32_t)len + 4);
	put(data, len);
}

static void
put_commit(uint64_t commit)
{
	uint32_t w = (uint32_t)commit;

	if (layout.commit_size == 8)
		memcpy(bytes + layout.commit_offset, &commit, 8);
	else
		memcpy(bytes + layout.commit_offset, &w, 4);
}

/* A new page in this layout that begins at time 1000. */
static void
begin(const char *header)
{
	uint64_t ts = 1000;

	ring_layout_parse(&layout, header);
	memset(bytes, 0xa5, sizeof bytes);
	memcpy(bytes + layout.time_offset, &ts, 8);
	used = 0;
}

static int
open_page(void)
{
	put_commit(used);
	return ring_page_open(&page, &layout, bytes, PAGE);
}

/* The next record is at that time, len bytes of c. */
static bool
is_next(uint64_t ts, size_t len, char c)
{
	const char *p;

	if (ring_page_next(&page, &rec) != 1 || rec.ts != ts || rec.len != len)
		return false;
	p = rec.data;
	for (size_t i = 0; i < len; i++)
		if (p[i] != c)
			return false;
	return true;
}

static bool
is_end(void)
{
	return ring_page_next(&page, &rec) == 0 &&
	    ring_page_next(&page, &rec) == 0;
}

/* ---- layouts ---- */

static void
is_layout(const char *header, size_t commit, size_t data, const char *name)
{
	tap_is_int(ring_layout_parse(&layout, header), 0, "%s: layout", name);
	tap_ok(layout.time_offset == 0 && layout.commit_offset == 8 &&
	    layout.commit_size == commit && layout.data_offset == data &&
	    layout.page_size == PAGE, "%s: its numbers", name);
}

#define FIELD(name, offset, size) "\tfield: u64 " name ";\toffset:" offset \
	";\tsize:" size ";\tsigned:0;\n"

static void
is_no_layout(const char *header, const char *why)
{
	errno = 0;
	tap_ok(ring_layout_parse(&layout, header) == -1 && errno == EINVAL,
	    "no layout: %s", why);
}

static void
test_layout(void)
{
	is_layout(header64, 8, 16, "64-bit");
	is_layout(header32, 4, 12, "32-bit");
	is_no_layout("", "nothing");
	is_no_layout(FIELD("timestamp", "0", "8") FIELD("commit", "8", "8"),
	    "no data");
	is_no_layout(FIELD("timestamp", "0", "8") FIELD("data", "16", "4080"),
	    "no commit");
	is_no_layout(FIELD("commit", "8", "8") FIELD("data", "16", "4080"),
	    "no timestamp");
	is_no_layout(FIELD("timestamp", "0", "4") FIELD("commit", "8", "8")
	    FIELD("data", "16", "4080"), "a timestamp of 4 bytes");
	is_no_layout(FIELD("timestamp", "0", "8") FIELD("commit", "8", "2")
	    FIELD("data", "16", "4080"), "a commit of 2 bytes");
	is_no_layout(FIELD("timestamp", "0", "8") FIELD("commit", "8", "8")
	    FIELD("data", "12", "4080"), "data in the commit");
	is_no_layout(FIELD("timestamp", "0", "8") FIELD("commit", "8", "8")
	    FIELD("data", "16", "0"), "no room for data");
	is_no_layout(FIELD("timestamp", "4096", "8") FIELD("commit", "0", "8")
	    FIELD("data", "8", "4080"), "a timestamp behind the page");
	is_no_layout(FIELD("timestamp", "12", "8") FIELD("commit", "0", "8")
	    FIELD("data", "16", "4080"), "a timestamp in the data");
}

/* ---- records ---- */

static void
test_records(const char *header, const char *name)
{
	begin(header);
	put_small(0, 4, 'a');
	put_small(5, 112, 'b');
	put_large(7, 116, 'c');
	put_large(0, 1000, 'd');
	tap_is_int(open_page(), 0, "%s: open", name);
	tap_ok(!page.missed && page.lost == 0, "%s: nothing missed", name);
	tap_ok(is_next(1000, 4, 'a'), "%s: the shortest", name);
	tap_ok(is_next(1005, 112, 'b'), "%s: type 28", name);
	tap_ok(is_next(1012, 116, 'c'), "%s: type 0", name);
	tap_ok(is_next(1012, 1000, 'd'), "%s: the same time", name);
	tap_ok(is_end(), "%s: end", name);
	begin(header);
	open_page();
	tap_ok(is_end(), "%s: an empty page", name);
	begin(header);
	put_large(0, PAGE - layout.data_offset - 8, 'x');
	tap_is_int(open_page(), 0, "%s: a full page", name);
	tap_ok(is_next(1000, PAGE - layout.data_offset - 8, 'x') && is_end(),
	    "%s: one record fills it", name);
}

static void
test_time(const char *header, const char *name)
{
	begin(header);
	put_extend(TIME_EXTEND, 3ull << 27 | 5);
	put_small(1, 8, 'a');
	put_extend(TIME_STAMP, 1ull << 50 | 77);
	put_small(2, 8, 'b');
	put_extend(TIME_EXTEND, 0x7ffffffffffull);
	put_extend(TIME_EXTEND, 1);
	put_small(0x7ffffff, 8, 'c');
	open_page();
	tap_ok(is_next(1000 + (3ull << 27) + 6, 8, 'a'), "%s: time extend",
	    name);
	tap_ok(is_next((1ull << 50) + 79, 8, 'b'), "%s: time stamp", name);
	tap_ok(is_next((1ull << 50) + 79 + 0x7ffffffffffull + 1 + 0x7ffffff,
	    8, 'c'), "%s: two extends and the largest delta", name);
	tap_ok(is_end(), "%s: end", name);
	begin(header);
	put_extend(TIME_EXTEND, 9);
	open_page();
	tap_ok(is_end(), "%s: only a time extend", name);
}

static void
test_padding(const char *header, const char *name)
{
	begin(header);
	put_small(1, 8, 'a');
	put_head(PADDING, 4);	/* a discarded event: its time counts */
	put32(12);
	put("discarded", 8);
	put_small(1, 8, 'b');
	put_head(PADDING, 0);	/* the rest of the page */
	put_small(1, 8, 'c');
	open_page();
	tap_ok(is_next(1001, 8, 'a') && is_next(1006, 8, 'b'),
	    "%s: a discarded event", name);
	tap_ok(is_end(), "%s: padding at the end", name);
	begin(header);
	put_small(1, 8, 'a');
	put_head(PADDING, 0);
	open_page();
	tap_ok(is_next(1001, 8, 'a') && is_end(),
	    "%s: padding without anything behind it", name);
}

/* ---- what was missed ---- */

static void
is_missed(uint64_t flags, bool missed, uint64_t lost, const char *name)
{
	put_commit(used | flags);
	tap_ok(ring_page_open(&page, &layout, bytes, PAGE) == 0 &&
	    page.missed == missed && page.lost == lost && page.len == used &&
	    is_next(1000, 8, 'a') && is_end(), "%s: flags %d", name,
	    (int)(flags >> 30));
}

static void
test_missed(const char *header, const char *name)
{
	uint64_t lost = 1234567;
	uint32_t lost32 = 1234567;

	begin(header);
	put_small(0, 8, 'a');
	if (layout.commit_size == 8)
		memcpy(bytes + layout.data_offset + used, &lost, 8);
	else
		memcpy(bytes + layout.data_offset + used, &lost32, 4);
	is_missed(0, false, 0, name);
	is_missed(MISSED, true, 0, name);
	is_missed(MISSED | STORED, true, 1234567, name);
	is_missed(STORED, false, 0, name);
	begin(header);
	put_large(0, PAGE - layout.data_offset - 8, 'x');
	put_commit(used | MISSED | STORED);
	tap_ok(ring_page_open(&page, &layout, bytes, PAGE) == 0 &&
	    page.missed && page.lost == 0, "%s: no room for the count", name);
}

/* ---- pages that are wrong ---- */

/* As many bytes as were read, in a block of their own. */
static int
open_cut(size_t len)
{
	static uint8_t *block;

	free(block);
	block = malloc(len);
	memcpy(block, bytes, len);
	return ring_page_open(&page, &layout, block, len);
}

static void
test_cut(const char *header, const char *name)
{
	int opened = 0;
	size_t head;

	begin(header);
	put_small(0, 8, 'a');
	put_small(1, 16, 'b');
	head = layout.data_offset;
	put_commit(used);
	for (size_t n = 0; n < head + used; n++)
		opened += open_cut(n) == 0;
	tap_is_int(opened, 0, "%s: shorter than it says", name);
	tap_ok(open_cut(head + used) == 0 && is_next(1000, 8, 'a') &&
	    is_next(1001, 16, 'b') && is_end(), "%s: exactly as long", name);
	put_commit(PAGE - head + 4);
	tap_is_int(ring_page_open(&page, &layout, bytes, PAGE), -1,
	    "%s: a commit beyond the page", name);
	put_commit(used | MISSED | STORED);
	tap_ok(open_cut(head + used + layout.commit_size - 1) == 0 &&
	    page.missed && page.lost == 0, "%s: a count that is cut", name);
}

static void
is_corrupt(const char *header, void (*make)(void), const char *why)
{
	begin(header);
	put_small(0, 8, 'a');
	make();
	put_commit(used);
	tap_ok(open_cut(layout.data_offset + used) == 0 &&
	    is_next(1000, 8, 'a') && ring_page_next(&page, &rec) == -1,
	    "corrupt: %s", why);
}

static void
make_long(void)
{
	put_head(3, 1);
	put("12345678", 8);
}

static void
make_huge(void)
{
	put_head(0, 1);
	put32(0xfffffffc);
	put("12345678", 8);
}

static void
make_odd(void)
{
	put_head(0, 1);
	put32(7);
	put("12345678", 8);
}

static void
make_none(void)
{
	put_head(0, 1);
	put32(0);
	put("12345678", 8);
}

static void
make_half(void)
{
	put_head(1, 1);
}

static void
make_half_extend(void)
{
	put_head(TIME_EXTEND, 1);
}

static void
make_long_padding(void)
{
	put_head(PADDING, 1);
	put32(16);
	put("12345678", 8);
}

static void
test_corrupt(const char *header)
{
	is_corrupt(header, make_long, "longer than the page");
	is_corrupt(header, make_huge, "a huge length");
	is_corrupt(header, make_odd, "a length that is no multiple of 4");
	is_corrupt(header, make_none, "a length of 0");
	is_corrupt(header, make_half, "only a header");
	is_corrupt(header, make_half_extend, "half a time extend");
	is_corrupt(header, make_long_padding, "padding longer than the page");
}

/* Records of a page with one byte changed: all inside, and an end. */
static bool
stays_inside(size_t len)
{
	const uint8_t *from = page.data, *to = page.data + len;
	int n = 0, r;

	while ((r = ring_page_next(&page, &rec)) == 1 && n++ < PAGE)
		if ((const uint8_t *)rec.data < from ||
		    (const uint8_t *)rec.data + rec.len > to)
			return false;
	return r < 1;
}

static void
test_flipped(const char *header, const char *name)
{
	size_t head, bad = 0;

	begin(header);
	put_small(1, 12, 'a');
	put_extend(TIME_EXTEND, 1000);
	put_large(7, 120, '\0');
	put_head(PADDING, 4);
	put32(8);
	put32(0);
	put_small(5, 8, 'b');
	put_commit(used);
	head = layout.data_offset;
	for (size_t i = layout.commit_offset; i < head + used; i++)
		for (int value = 0; value < 256; value++) {
			uint8_t was = bytes[i];

			bytes[i] = (uint8_t)value;
			bad += open_cut(head + used) == 0 &&
			    !stays_inside(used);
			bytes[i] = was;
		}
	tap_is_int(bad, 0, "%s: any byte changed", name);
}

int
main(void)
{
	static const char *const header[] = { header64, header32 };
	static const char *const name[] = { "64-bit", "32-bit" };

	test_layout();
	for (int i = 0; i < 2; i++) {
		test_records(header[i], name[i]);
		test_time(header[i], name[i]);
		test_padding(header[i], name[i]);
		test_missed(header[i], name[i]);
		test_cut(header[i], name[i]);
		test_corrupt(header[i]);
		test_flipped(header[i], name[i]);
	}
	open_cut(0);
	return tap_done();
}
