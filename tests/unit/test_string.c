/* The string functions of the static tools, under names of their own. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define memchr	 small_memchr
#define strnlen	 small_strnlen
#define strchr	 small_strchr
#define strspn	 small_strspn
#define strcspn	 small_strcspn
#define strncmp	 small_strncmp
#define getenv	 small_getenv
#define strerror small_strerror
void *memchr(const void *, int, size_t);
size_t strnlen(const char *, size_t);
char *strchr(const char *, int);
size_t strspn(const char *, const char *);
size_t strcspn(const char *, const char *);
int strncmp(const char *, const char *, size_t);
char *getenv(const char *);
char *strerror(int);
#include "../../lib/small/strerror.c"
#include "../../lib/small/string.c"
#undef memchr
#undef strnlen
#undef strchr
#undef strspn
#undef strcspn
#undef strncmp
#undef getenv
#undef strerror

#include "tap.h"

#define MOST 6

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

/* Two strings of few different bytes, among them a negative one. */
static void
draw(char *s)
{
	static uint32_t seed = 1;
	static const char bytes[] = { '\0', 'a', 'b', (char)0xe9 };

	for (int i = 0; i < MOST; i++) {
		seed = seed * 1664525u + 1013904223u;
		s[i] = bytes[seed >> 30];
	}
	s[MOST] = '\0';
}

/* What the C library returns. */
static int
differences(void)
{
	char a[MOST + 1], b[MOST + 1];
	int bad = 0;

	for (int i = 0; i < 20000; i++) {
		size_t n = (size_t)i % (MOST + 1);
		char c;

		draw(a);
		draw(b);
		c = b[0];
		bad += small_memchr(a, c, n) != memchr(a, c, n);
		bad += small_strchr(a, c) != strchr(a, c);
		bad += small_strnlen(a, n) != strnlen(a, n);
		bad += small_strspn(a, b) != strspn(a, b);
		bad += small_strcspn(a, b) != strcspn(a, b);
		bad += sign(small_strncmp(a, b, n)) != sign(strncmp(a, b, n));
	}
	return bad;
}

int
main(void)
{
	char *no[] = { NULL };
	char *some[] = { "PATHS=no", "PATH=/bin", "TZ=", "PATH=/no", NULL };

	tap_is_int(differences(), 0, "strings");
	environ = some;
	tap_is_str(small_getenv("PATH"), "/bin", "a variable");
	tap_is_str(small_getenv("TZ"), "", "an empty one");
	tap_ok(!small_getenv("PAT"), "none");
	environ = no;
	tap_ok(!small_getenv("PATH"), "no environment");
	tap_is_str(small_strerror(EPERM), "Operation not permitted", "EPERM");
	tap_is_str(small_strerror(ENOKEY), "Required key not available",
	    "ENOKEY, the last one");
	tap_is_str(small_strerror(EXFULL), "Error 54", "one without a text");
	tap_is_str(small_strerror(0), "Error 0", "none at all");
	return tap_done();
}
