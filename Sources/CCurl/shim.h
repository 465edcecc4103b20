#ifndef HALLMARK_CCURL_SHIM_H
#define HALLMARK_CCURL_SHIM_H
#include <curl/curl.h>
#endif
