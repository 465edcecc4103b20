#ifndef HALLMARK_CARCHIVE_SHIM_H
#define HALLMARK_CARCHIVE_SHIM_H
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

/* archive_set_error is variadic, which Swift cannot call. The text goes in as a value, never as a format. */
static inline void hallmark_archive_set_error(struct archive *archive, int number, const char *text) {
    archive_set_error(archive, number, "%s", text);
}
#endif
