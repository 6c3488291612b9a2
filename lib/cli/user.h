/*
 * user: users by name.
 */
#ifndef USER_H
#define USER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Append the name of a user, escaped as one word, or the number of one that has
 * no name; "?" if it is not known. */
void print_user(struct buf *, bool known, uint32_t uid);

/* The number of a user, by its name in passwd(5).  Returns false if it has
 * none. */
bool user_find(const char *name, uint32_t *uid);

/* The name that passwd(5) has for a user, or NULL; it is looked up once. */
const char *user_name(uint32_t uid);

#endif
