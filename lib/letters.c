#include "letters.h"

#include <stddef.h>
#include <string.h>

int
letters_next(struct letters *l, const char *known)
{
	const char *found;

	l->arg = NULL;
	if (!l->rest || !*l->rest) {
		const char *word = l->at < l->argc ? l->argv[l->at] : "";

		if (word[0] != '-' || !word[1])
			return -1;
		l->at++;
		if (strcmp(word, "--") == 0)
			return -1;
		l->rest = word + 1;
	}
	l->letter = (unsigned char)*l->rest++;
	found = l->letter == ':' ? NULL : strchr(known, l->letter);
	if (!found)
		return '?';
	if (found[1] != ':')
		return l->letter;
	if (!*l->rest && l->at == l->argc)
		return ':';
	l->arg = *l->rest ? l->rest : l->argv[l->at++];
	l->rest = NULL;
	return l->letter;
}
