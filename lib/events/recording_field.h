/*
 * recording_field: the fields of a line of a recording, from the left.  *line
 * is what is left of it, NULL at its end; fields are cut out of it, in place.
 * All that return bool return false if there is no such field.
 */
#ifndef RECORDING_FIELD_H
#define RECORDING_FIELD_H

#include <stdbool.h>
#include <stdint.h>

/* The next field, whatever it is; NULL at the end. */
char *line_field(char **line);

/* A number in that base, from min to max; one of base 10 from min on. */
bool line_int(
    char **line, unsigned base, long long min, long long max, long long *n);
bool line_number(char **line, int min, int *n);

/* Seconds with nine decimals, as ns. */
bool line_time(char **line, int64_t *ns);

/* A string, as escape_word escapes it, after a '='; NULL for "-". */
bool line_string(char **line, const char **string);

/* The same, of a name, which is copied to COMM_LEN bytes. */
bool line_comm(char **line, char *comm);

#endif
