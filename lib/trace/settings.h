/*
 * settings: files of an instance whose values are to stay, and what those are.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "kernel/instance.h"

#define SETTING_NAME_LEN 160

/* What other programs have changed. */
struct changes {
	void (*say)(const char *format, ...); /* each; may be NULL */
	unsigned count;
};

/* Say "NAME: another program has WHAT", and count it. */
void changes_report(struct changes *, const char *name, const char *what);

struct settings {
	const struct instance *instance; /* borrowed */
	bool keep;			 /* put nothing back */
	struct setting *list;
	size_t count;
	struct buf values;
};

/* A file, by its path below the instance, is to stay as it is; or as it has to
 * be, if that is known.  Returns whether it is new, and can be read. */
bool settings_add(struct settings *, const char *name);

/* The path of the setting i, which is below count. */
const char *settings_name(const struct settings *, size_t i);

/* Read it.  If it is not as it is to be, report that and put it back.  Returns
 * whether it was not, or is put back by another program. */
bool settings_look(struct settings *, size_t i, struct changes *);

/* Forget all of them. */
void settings_free(struct settings *);

#endif
