/*
 * screen: blocks of text, one after another or, on a terminal, each in place
 * of the one before.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>

#include "run.h"

struct screen {
	bool in_place;
	int lines; /* of the terminal */
};

/* Choose how; opens the file of -O, and exits if that fails. */
void screen_init(struct screen *, struct tool *, const struct view_request *);

/* How large is the terminal now?  Lines are then cut at its width (view). */
void screen_measure(struct screen *, struct view *);

/* The block from start on is complete: end it by an empty line, or have it
 * drawn in place, cut at the height of the terminal. */
void screen_place(const struct screen *, struct buf *, size_t start);

#endif
