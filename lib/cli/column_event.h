/*
 * column_event: the columns of what an event says itself, of struct column:
 * when it was, the program, the end, resource usage.
 */
#ifndef COLUMN_EVENT_H
#define COLUMN_EVENT_H

#include "cli/column_type.h"

/* A column as text, or as members of JSON. */
void text_time(PRINT);
void json_time(PRINT);
void json_times(PRINT);
void text_age(PRINT);
void json_age(PRINT);
void text_args(PRINT);
void json_argv(PRINT);
void text_ret(PRINT);
void json_ret(PRINT);
void text_exit(PRINT);
void json_exit(PRINT);
void text_by(PRINT);
void json_sender(PRINT);
void text_cpu(PRINT);
void json_cpu_time(PRINT);

/* A number; returns false if it is not known. */
bool number_times(NUMBER);
bool number_argc(NUMBER);
bool number_part(NUMBER);
bool number_blocked(NUMBER);
bool number_usage(NUMBER);

/* A string; NULL: not known. */
const char *string_path(STRING);

/* Has the event a program?  The end of a thread has none. */
bool column_has_program(const struct event *);

#endif
