/* Which exit statuses are shown. */
#include "status_list.h"

#include <string.h>

#include "cli/columns.h"
#include "cli/options.h"
#include "event.h"

enum { STATUS_IN = 1, STATUS_OUT };

/* "SIGKILL", or "KILL".  Returns 0 for what is no signal. */
static int
find_signal(const char *name, size_t len)
{
	static struct buf b;
	int found = 0;

	for (int sig = 1; sig <= CODE_SIGNALS && !found; sig++) {
		b.len = 0;
		print_signal(&b, sig);
		if ((b.len == len && memcmp(b.data, name, len) == 0) ||
		    (b.len == len + 3 && memcmp(b.data + 3, name, len) == 0))
			found = sig;
	}
	return found;
}

int
status_list_parse(struct status_list *l, const char *s)
{
	do {
		bool out = *s == '!';
		size_t len = strcspn(s += out, ",");
		char word[16] = "";
		unsigned char is = out ? STATUS_OUT : STATUS_IN;
		int sig;
		long n;

		if (len > 0 && len < sizeof word)
			memcpy(word, s, len);
		if (parse_number(word, 0, 255, &n) == 0)
			l->exit[n] = is;
		else if ((sig = find_signal(s, len)))
			l->signal[sig] = is;
		else
			return -1;
		l->excludes |= out;
		l->includes |= !out;
		s += len;
	} while (*s++ == ',');
	return 0;
}

bool
status_list_has(const struct status_list *l, int code)
{
	int sig = code & 0x7f, in;

	if (!l->includes && !l->excludes)
		return true;
	if (code == CODE_UNKNOWN)
		return !l->includes;
	in = sig ? l->signal[sig] : l->exit[code >> 8 & 0xff];
	return in ? in == STATUS_IN : !l->includes;
}
