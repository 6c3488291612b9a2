/*
 * session_rights: what a session that is armed may still do.
 */
#ifndef SESSION_RIGHTS_H
#define SESSION_RIGHTS_H

#include <stdbool.h>

#include "trace/session_state.h"

/* Give up all capabilities that reading, repairing and undoing do not need, or,
 * with command, to send it signals: it has all, and was forked before. */
void session_drop_rights(struct session *, bool command);

#endif
