/*
 * A page of the ring buffer in a layout of any kind, and its records decoded:
 * no crash, and nothing outside of the page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ring/raw_event.h"

#define COMMON "ID: %d\n" \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
#define F(decl, offset, size) "\tfield:" decl ";\toffset:" offset ";\tsize:" \
	size ";\tsigned:1;\n"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const headers[] = {
	"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
	"\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
	"\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n",
	"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
	"\tfield: local_t commit;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield: char data;\toffset:12;\tsize:4084;\tsigned:1;\n",
};

static struct raw_event_table table;

static void
learn(enum raw_event_kind kind, const char *fields, int first, int count)
{
	char format[1024];

	snprintf(format, sizeof format, COMMON "%s", table.count + 1, fields);
	if (raw_event_learn(&table, kind, format, 0, first, count) != 0)
		abort();
}

static void
learn_all(void)
{
	learn(RAW_EXEC, F("__data_loc char[] filename", "8", "4")
	    F("pid_t pid", "12", "4") F("pid_t old_pid", "16", "4"), 0, 0);
	learn(RAW_FORK, F("char parent_comm[16]", "8", "16")
	    F("pid_t parent_pid", "24", "4") F("char child_comm[16]", "28",
	    "16") F("pid_t child_pid", "44", "4"), 0, 0);
	learn(RAW_EXIT, F("char comm[16]", "8", "16")
	    F("pid_t pid", "24", "4") F("bool group_dead", "28", "1"), 0, 0);
	learn(RAW_RETURN, F("long ret", "16", "8"), 0, 0);
	learn(RAW_ARGS, F("s32 argc", "8", "4")
	    F("__data_loc char[] a4", "12", "4") F("__rel_loc char[] a5", "16",
	    "4") F("u64 p4", "24", "8") F("u64 p5", "32", "8"), 4, 2);
	learn(RAW_WINDOW, F("s32 argc", "8", "4") F("u64 v", "12", "8")
	    F("u64 p1[2]", "20", "16") F("u64 s0[2]", "36", "16"), 0, 0);
}

/* Read all bytes, so that one outside is seen. */
static void
touch(const void *p, size_t len)
{
	static volatile unsigned char sum;

	for (size_t i = 0; i < len; i++)
		sum = (unsigned char)(sum + ((const unsigned char *)p)[i]);
}

static void
check(const struct ring_record *r)
{
	struct raw_event k;

	touch(r->data, r->len);
	if (raw_event_decode(&table, r, 0, &k) != 1)
		return;
	if (raw_event_kind_of(&table, r) != k.kind)
		abort();
	if (k.text)
		touch(k.text, k.text_len);
	for (int i = 0; i < k.count; i++)
		if (k.arg[i])
			touch(k.arg[i], k.arg_len[i]);
}

static void
read_page(const struct ring_layout *l, const uint8_t *data, size_t size)
{
	uint8_t *block = malloc(size + 1);	/* reading behind it is seen */
	struct ring_page page;
	struct ring_record r;
	size_t records = 0, pos;

	memcpy(block + 1, data, size);
	if (ring_page_open(&page, l, block + 1, size) == 0) {
		if (page.len > size || (!page.missed && page.lost))
			abort();
		pos = page.pos;
		while (ring_page_next(&page, &r) == 1) {
			check(&r);
			if (page.pos <= pos || records++ > size)
				abort();
			pos = page.pos;
		}
	}
	free(block);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ring_layout l;
	char header[512];
	size_t n;

	if (table.count == 0)
		learn_all();
	if (size < 1)
		return 0;
	if (data[0] < 128) {
		if (ring_layout_parse(&l, headers[data[0] & 1]) != 0)
			abort();
		read_page(&l, data + 1, size - 1);
		return 0;
	}
	n = strnlen((const char *)data + 1, size - 1);
	if (n >= sizeof header || n + 2 > size)
		return 0;
	memcpy(header, data + 1, n);
	header[n] = '\0';
	if (ring_layout_parse(&l, header) == 0)
		read_page(&l, data + n + 2, size - n - 2);
	return 0;
}
