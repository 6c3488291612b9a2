/*
 * format: events/<system>/<event>/format, parsed.
 *
 * Offsets and sizes of event fields differ between kernels and
 * architectures; they are always read from here, never assumed.
 * Source: Documentation/trace/events.rst, section 2.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FORMAT_FIELDS 48
#define FIELD_NAME    40

struct field {
	char name[FIELD_NAME];
	size_t offset, size;
	bool is_signed;
	bool is_loc; /* __data_loc: u32 of offset (low) and length (high) */
	bool is_rel; /* __rel_loc: the offset counts from the field's end */
};

struct format {
	int id; /* common_type of the event */
	int count;
	struct field fields[FORMAT_FIELDS];
};

/* Parse the text of a format file.  Returns 0, or -1 (EINVAL) when there is
 * no id, no field, or a field that makes no sense.  More fields than
 * FORMAT_FIELDS are ignored. */
int format_parse(struct format *, const char *text);

/* Parse events/header_page, whose fields look the same but have no id. */
int format_parse_header(struct format *, const char *text);

/* The field of that name, or NULL. */
const struct field *format_field(const struct format *, const char *name);

/* An integer field of a record of len bytes, sign-extended if the field is
 * signed; 0 when it lies outside the record or is no 1, 2, 4 or 8 bytes. */
int64_t field_int(const struct field *, const void *record, size_t len);

/*
 * A string field (char[N], __data_loc or __rel_loc): lends a pointer into
 * the record and sets *n to the length without the NUL.  NULL when it lies
 * outside the record or, for a __data_loc, is empty, which is how a probe
 * says that the fetch failed (not even a NUL was stored).
 */
const char *
field_str(const struct field *, const void *record, size_t len, size_t *n);

#endif
