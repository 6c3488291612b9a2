/* The pages of a recording, as records in the order of time. */
#include "fake.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ring/page.h"

#define EVENTS_MAX 32

static struct recorded_type types[EVENTS_MAX];
static int type_count;

struct recorded recorded[RECORDED_MAX];
size_t recorded_count;

static void
load_types(void)
{
	char path[PATH_MAX + 32], text[FAKE_TEXT];
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof path, "%s/../recording/formats", fake_root);
	dir = opendir(path);
	while (dir && (d = readdir(dir))) {
		struct recorded_type *t = &types[type_count];

		if (d->d_name[0] == '.')
			continue;
		if (type_count++ == EVENTS_MAX ||
		    !fake_get(text, sizeof text, "../recording/formats/%s",
			d->d_name) ||
		    format_parse(&t->format, text) != 0)
			abort();
		snprintf(t->name, sizeof t->name, "%s", d->d_name);
		*strchr(t->name, ':') = '/';
	}
	if (!dir)
		abort();
	closedir(dir);
}

int64_t
recorded_number(const struct recorded *r, const char *name)
{
	const struct field *f = format_field(&r->type->format, name);

	return f ? field_int(f, r->data, r->len) : 0;
}

static void
load_record(const struct ring_record *r, int cpu)
{
	struct recorded *p = &recorded[recorded_count];
	uint16_t id;

	memcpy(&id, r->data, 2);
	for (int i = 0; i < type_count; i++) {
		if (types[i].format.id != id)
			continue;
		if (recorded_count == RECORDED_MAX)
			abort();
		*p = (struct recorded){ .ts = r->ts,
			.len = r->len,
			.cpu = cpu,
			.type = &types[i],
			.seq = recorded_count,
			.data = malloc(r->len) };
		memcpy(p->data, r->data, r->len);
		p->tid = (int)recorded_number(p, "common_pid");
		if (p->tid < 0 || p->tid >= RECORDED_PIDS)
			abort();
		recorded_count++;
	}
}

static void
load_pages(const struct ring_layout *l, int cpu)
{
	char path[PATH_MAX + 32];
	static uint8_t bytes[FAKE_TEXT];
	struct ring_page page;
	struct ring_record r;
	size_t n;
	FILE *f;

	snprintf(
	    path, sizeof path, "%s/../recording/cpu%d.raw", fake_root, cpu);
	f = fopen(path, "re");
	if (!f || l->page_size > sizeof bytes)
		abort();
	while ((n = fread(bytes, 1, l->page_size, f)) > 0) {
		if (ring_page_open(&page, l, bytes, n) != 0)
			abort();
		while (ring_page_next(&page, &r) == 1)
			load_record(&r, cpu);
	}
	fclose(f);
}

static int
by_time(const void *a, const void *b)
{
	const struct recorded *x = a, *y = b;

	if (x->ts != y->ts)
		return x->ts < y->ts ? -1 : 1;
	return x->seq < y->seq ? -1 : 1;
}

void
recorded_load(void)
{
	struct ring_layout l;
	char text[4096];

	load_types();
	fake_get(text, sizeof text, "../recording/header_page");
	if (ring_layout_parse(&l, text) != 0)
		abort();
	for (int c = 0; c < FAKE_CPUS; c++)
		load_pages(&l, c);
	qsort(recorded, recorded_count, sizeof *recorded, by_time);
}
