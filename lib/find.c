#include "find.h"

#include <string.h>

char *
find_bytes(const void *bytes, size_t size, const void *word, size_t len)
{
	const char *p = bytes, *end = p + size;

	if (len == 0)
		return (char *)p;
	while ((size_t)(end - p) >= len &&
	    (p = memchr(p, *(const char *)word, (size_t)(end - p) - len + 1))) {
		if (memcmp(p, word, len) == 0)
			return (char *)p;
		p++;
	}
	return NULL;
}

char *
find_line(const char *line)
{
	line += strcspn(line, "\n");
	return (char *)line + (*line != '\0');
}

char *
find_text(const char *text, const char *word)
{
	return find_bytes(text, strlen(text), word, strlen(word));
}
