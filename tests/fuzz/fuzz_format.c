/*
 * A format file of any kind, and a record to go with it: no crash, and
 * nothing outside of the record.
 */
#include <stdlib.h>
#include <string.h>

#include "ring/raw_event.h"
#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const words[] = { "ID: 7\n", "\tfield:", "unsigned short ",
	"__data_loc char[] ", "__rel_loc char[] ", "char ", "[16]",
	";\toffset:", ";\tsize:", ";\tsize:4;\tsigned:1;\n", "common_pid",
	"argc", "a0", "a1", "filename", "pid", "old_pid", "p0", "v", "fn",
	"p1", "s0", "s1", "[64]",
	"comm", "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n" };

static void
read_fields(const struct format *f, const uint8_t *record, size_t len)
{
	for (int i = 0; i < f->count; i++) {
		const struct field *x = &f->fields[i];
		const char *s;
		size_t n = 0;

		if (strnlen(x->name, FIELD_NAME) == FIELD_NAME ||
		    x->name[0] == '\0' || !format_field(f, x->name))
			abort();
		field_int(x, record, len);
		s = field_str(x, record, len, &n);
		if (s && (s < (const char *)record ||
			n > len - (size_t)(s - (const char *)record)))
			abort();
	}
}

static void
check(const char *text, const uint8_t *record, size_t len)
{
	static struct raw_event_table table;
	struct ring_record r = { .data = record, .len = len };
	struct format f;
	struct raw_event k;

	if (format_parse_header(&f, text) == 0) {
		if (f.count < 1 || f.count > FORMAT_FIELDS)
			abort();
		read_fields(&f, record, len);
	}
	if (format_parse(&f, text) == 0 && (f.id < 1 || f.id > UINT16_MAX))
		abort();
	table.count = 0;
	for (int kind = RAW_NEWTASK; kind < RAW_LOST; kind++)
		raw_event_learn(&table, (enum raw_event_kind)kind, text, 0, 0,
		    kind == RAW_ARGS || kind == RAW_ENTRY ? 2 : 0);
	if (raw_event_decode(&table, &r, 0, &k) && k.kind == RAW_WINDOW &&
	    (k.pointers > RAW_POINTERS ||
		(const uint8_t *)k.text + k.text_len > record + len))
		abort();
}

/* The text, a NUL, the record; each a block of its own, so that reading
 * behind it is seen. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = strnlen((const char *)data, size), text_len;
	size_t len = n < size ? size - n - 1 : 0;
	uint8_t *text = words_expand(data, n, words,
	    sizeof words / sizeof *words, &text_len);
	uint8_t *record = malloc(len + 1);

	if (!record)
		abort();
	memcpy(record + 1, data + size - len, len);
	check((const char *)text, record + 1, len);
	free(text);
	free(record);
	return 0;
}
