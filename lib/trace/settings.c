/* What a setting is to be is kept as text, as it would be written. */
#include "trace/settings.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/number.h"
#include "kernel/global_buffer.h"

#define VALUE 2048
#define SHOWN 100 /* of it, in a message */

struct setting {
	char name[SETTING_NAME_LEN];
	size_t value; /* that it is to have: where it is in values */
	bool gone;
	uint32_t reported; /* hash of the value then; 0: it was wanted */
};

/* ---- what they are to be ---- */

/* The value of a setting.  Returns 0, or -1. */
static int
setting_read(const struct settings *s, const char *name, char value[VALUE])
{
	char shown[VALUE];

	if (file_read(s->instance->dir, name, shown, sizeof shown) < 0)
		return -1;
	setting_value(name, shown, value, VALUE);
	return 0;
}

/* What a setting has to be, whatever it is now: another program may have
 * changed it already. */
static const char *
known_value(const struct settings *s, const char *name)
{
	if (strcmp(name, "tracing_on") == 0)
		return "1";
	if (!s->instance->top && strncmp(name, "set_event_", 10) == 0)
		return "";
	return NULL;
}

bool
settings_add(struct settings *s, const char *name)
{
	const char *known = known_value(s, name);
	struct setting *p = s->list;
	char value[VALUE];

	for (size_t i = 0; i < s->count; i++)
		if (strcmp(p[i].name, name) == 0)
			return false;
	if (setting_read(s, name, value) != 0 ||
	    !(p = realloc(p, (s->count + 1) * sizeof *p)))
		return false;
	s->list = p;
	p += s->count;
	snprintf(p->name, sizeof p->name, "%s", name);
	p->reported = 0;
	p->gone = false;
	p->value = s->values.len;
	known = known ? known : value;
	buf_add(&s->values, known, strlen(known) + 1);
	if (s->values.failed)
		return false;
	s->count++;
	return true;
}

/* The value that a setting is to have. */
static const char *
setting_wanted(const struct settings *s, const struct setting *p)
{
	return s->values.data + p->value;
}

const char *
settings_name(const struct settings *s, size_t i)
{
	return s->list[i].name;
}

/* ---- what was changed ---- */

void
changes_report(struct changes *c, const char *name, const char *what)
{
	if (c->say)
		c->say("%s: another program has %s", name, what);
	c->count++;
}

static int
put_back(const struct settings *s, const struct setting *p)
{
	const char *value = setting_wanted(s, p);

	if (*value)
		return file_write(s->instance->dir, p->name, value);
	file_empty(s->instance->dir, p->name); /* set_event_pid */
	return 0;
}

static void
setting_report(const struct settings *s, const struct setting *p,
    const char *value, const char *outcome, struct changes *c)
{
	char what[4 * SHOWN];

	snprintf(what, sizeof what, "changed \"%.*s\" to \"%.*s\" (%s)", SHOWN,
	    setting_wanted(s, p), SHOWN, value, outcome);
	changes_report(c, p->name, what);
}

/* A larger buffer does no harm. */
static bool
is_as_wanted(
    const struct settings *s, const struct setting *p, const char *value)
{
	const char *wanted = setting_wanted(s, p);

	if (strcmp(p->name, "buffer_size_kb") == 0)
		return number_parse(value, NULL) >= number_parse(wanted, NULL);
	return strcmp(value, wanted) == 0;
}

static void
setting_restore(const struct settings *s, struct setting *p, const char *value,
    struct changes *c)
{
	uint32_t hash = hash_bytes(HASH_EMPTY, value, strlen(value)) | 1;
	char outcome[64] = "left as it is";
	bool keep = s->keep || *p->name == '/';

	if (!keep && put_back(s, p) == 0) {
		setting_report(s, p, value, "put back", c);
		p->reported = 0;
		return;
	}
	if (!keep)
		snprintf(outcome, sizeof outcome, "cannot be put back: %m");
	if (hash != p->reported)
		setting_report(s, p, value, outcome, c);
	p->reported = hash;
}

bool
settings_look(struct settings *s, size_t i, struct changes *c)
{
	struct setting *p = &s->list[i];
	char value[VALUE];

	if (p->gone)
		return false;
	if (setting_read(s, p->name, value) != 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
			return false;		 /* not now */
		if (!strstr(p->name, "/filter")) /* enable is enough */
			changes_report(c, p->name, "removed it");
		p->gone = true;
	} else if (!is_as_wanted(s, p, value))
		setting_restore(s, p, value, c);
	else if (p->reported) {
		changes_report(c, p->name, "put it back");
		p->reported = 0;
	} else
		return false;
	return true;
}

void
settings_free(struct settings *s)
{
	free(s->list);
	buf_free(&s->values);
	s->list = NULL;
	s->count = 0;
}
