/*
 * words: input whose bytes from 0x80 on stand for words, so that a fuzzer
 * comes upon sentences; 0xff stands for the byte behind it.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Returns a block of *len bytes and a NUL behind them, to be freed. */
static uint8_t *
words_expand(const uint8_t *in, size_t size, const char *const *words,
    size_t count, size_t *len)
{
	uint8_t *out;
	size_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += in[i] < 0x80 ? 1 : strlen(words[in[i] % count]) + 1;
	out = malloc(n + 1);
	if (!out)
		abort();
	n = 0;
	for (size_t i = 0; i < size; i++) {
		const char *word = words[in[i] % count];

		if (in[i] < 0x80) {
			out[n++] = in[i];
		} else if (in[i] == 0xff) {
			if (++i < size)
				out[n++] = in[i];
		} else {
			memcpy(out + n, word, strlen(word));
			n += strlen(word);
		}
	}
	out[n] = '\0';
	*len = n;
	return out;
}

#endif
