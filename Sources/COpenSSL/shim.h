#ifndef HALLMARK_COPENSSL_SHIM_H
#define HALLMARK_COPENSSL_SHIM_H
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

/* Macros that Swift does not import. */
static inline long hallmark_bio_memory(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }
static inline unsigned long hallmark_rfc2253(void) { return XN_FLAG_RFC2253; }
#endif
