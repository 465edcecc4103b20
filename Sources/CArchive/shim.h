#ifndef HALLMARK_CARCHIVE_SHIM_H
#define HALLMARK_CARCHIVE_SHIM_H
#include <archive.h>
#include <archive_entry.h>
#endif
