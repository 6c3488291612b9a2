/*
 * column_who: the columns that say who a process is, and whence; of
 * struct column.
 */
#ifndef COLUMN_WHO_H
#define COLUMN_WHO_H

#include "cli/column_type.h"

/* A column as text, or as members of JSON. */
void json_pid(PRINT);
void text_ppid(PRINT);
void json_ppid(PRINT);
void text_id(PRINT);
void json_id(PRINT);
void text_ancestors(PRINT);
void json_ancestors(PRINT);
void text_user(PRINT);
void json_user(PRINT);
void text_container(PRINT);
void json_container(PRINT);
void text_type(PRINT);
void json_type(PRINT);

/* A number; returns false if it is not known. */
bool number_pid(NUMBER);
bool number_tid(NUMBER);
bool number_ptid(NUMBER);
bool number_id(NUMBER);
bool number_trait(NUMBER);

/* A string; NULL or "": not known. */
const char *string_comm(STRING);
const char *string_pcomm(STRING);
const char *string_cgroup(STRING);
const char *string_trait(STRING);

/* When the process began, by its lineage; ns since boot, 0 not known. */
uint64_t column_start(const struct event *);

#endif
