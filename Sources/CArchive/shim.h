#ifndef HALLMARK_CARCHIVE_SHIM_H
#define HALLMARK_CARCHIVE_SHIM_H
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <sys/syscall.h>
#include <unistd.h>

/* archive_set_error is variadic, which Swift cannot call. The text goes in as a value, never as a format. */
static inline void hallmark_archive_set_error(struct archive *archive, int number, const char *text) {
    archive_set_error(archive, number, "%s", text);
}

/* copy_file_range(2); glibc's own declaration hides behind a macro that Swift does not set, and syscall is variadic. Both offsets move on. */
static inline ssize_t hallmark_copy_file_range(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t count) {
    return syscall(SYS_copy_file_range, from, from_offset, to, to_offset, count, 0);
}
#endif
