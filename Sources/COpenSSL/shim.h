#ifndef HALLMARK_COPENSSL_SHIM_H
#define HALLMARK_COPENSSL_SHIM_H
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#endif
