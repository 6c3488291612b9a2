/*
 * labels: a text for each node of a growing tree, the same one stored once.
 * All zeros: no node has one.
 */
#ifndef LABELS_H
#define LABELS_H

#include <stdbool.h>
#include <stdint.h>

#include "tree/cmdlines.h"

#define LABEL_NONE 0

struct labels {
	struct cmdline_table texts;
	uint32_t *of; /* by node */
	uint32_t room;
	bool failed; /* memory ran out: some are missing */
};

/* The number of a text, the same for the same; LABEL_NONE without memory. */
uint32_t labels_number(struct labels *, const char *text);

/* A node has that label from now on. */
void labels_set(struct labels *, uint32_t node, uint32_t label);

/* The label of a node, as a number, or as the text, which stays valid; it has
 * none: LABEL_NONE, NULL. */
uint32_t labels_of(const struct labels *, uint32_t node);
const char *labels_text(const struct labels *, uint32_t node);

#endif
