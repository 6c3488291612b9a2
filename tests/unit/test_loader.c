/* loader: no more are kept than there is room for. */
#include <string.h>
#include <unistd.h>

#include "kernel/loader.h"
#include "tap.h"

int
main(void)
{
	struct loader found[2], before;
	int n;

	memset(found, 0x5a, sizeof found);
	before = found[1];
	/* Each place has a loader that was seen already. */
	n = loader_find(found, 1, false);
	tap_ok(n == 0 || n == 1, "room for one: %d", n);
	tap_ok(memcmp(&found[1], &before, sizeof before) == 0,
	    "nothing is written behind it");
	if (n == 1)
		close(found[0].fd);
	return tap_done();
}
