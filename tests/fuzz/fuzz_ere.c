/*
 * Regular expressions of any kind: no crash, an error is a sentence, and what
 * compiles does not depend on what it is matched against.  The input is the
 * expression, a NUL, the text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/ere.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t size)
{
	char *expression = malloc(size + 1), *text;
	size_t len = strnlen((const char *)in, size);
	struct ere e;
	const char *why;

	if (!expression)
		abort();
	memcpy(expression, in, size);
	expression[size] = '\0';
	/* Each a block of its own, so that reading beyond it is seen. */
	text = strdup(len < size ? expression + len + 1 : "");
	expression = realloc(expression, len + 1);
	if (!text || !expression)
		abort();
	why = ere_compile(&e, expression);
	if (why && !*why)
		abort();
	if (!why) {
		bool whole = ere_match(&e, text);

		if (ere_match(&e, text) != whole)
			abort();
		ere_free(&e);
	}
	free(text);
	free(expression);
	return 0;
}
