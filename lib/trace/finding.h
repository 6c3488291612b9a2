/*
 * finding: what a session finds out about this machine while it is opened and
 * armed: -v prints it as a line, --check as a key with its value.
 */
#ifndef FINDING_H
#define FINDING_H

#include "base/error.h"

struct finding {
	char subject[96]; /* "clock", "method ldso"; "": there is none */
	char text[2 * ERROR_LEN];
};

/* What takes a finding at once; take may be NULL. */
struct findings {
	void (*take)(void *arg, const struct finding *);
	void *arg;
};

/* Report a finding: its subject ("method", "clock"; or NULL), which one of
 * several ("ldso"; or NULL), and the text, formatted, without a newline. */
void finding_add(const struct findings *, const char *subject, const char *name,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
