/* The library formats a finding, the program prints it. */
#include "trace/finding.h"

#include <stdarg.h>
#include <stdio.h>

void
finding_add(const struct findings *findings, const char *subject,
    const char *name, const char *format, ...)
{
	struct finding f;
	va_list ap;

	if (!findings->take)
		return;
	va_start(ap, format);
	vsnprintf(f.text, sizeof f.text, format, ap);
	va_end(ap);
	snprintf(f.subject, sizeof f.subject, "%s%s%s", subject ? subject : "",
	    subject && name ? " " : "", name ? name : "");
	findings->take(findings->arg, &f);
}
