/* A shop that is open. Inside station/. Immutable but for what carries a lock. */
#ifndef TUCK_STATION_SHOP_H
#define TUCK_STATION_SHOP_H

#include "campaign/campaign.h"
#include "order/order.h"
#include "press/press.h"
#include "station/settings.h"
#include "station/station.h"

#include <pthread.h>
#include <sys/stat.h>

struct bench;
struct keys;
struct knowledge;
struct fallback;
struct spool;
struct template_media;
struct watch;
struct template_digest;

struct tuck_shop {
    struct settings *settings;
    struct campaign *campaign;
    struct order_reader *reader;
    struct press *press;
    const char *press_path; /* of its program */
    struct arena *arena;        /* of the fallbacks */
    struct fallback *fallbacks; /* one for each placement of the campaign, in its order */
    const char *ledger_path;
    const char *keys_path;
    const char *station;    /* its name, for events */
    int32_t station_number; /* 0…127, in signed codes */
    tuck_log_fn *log;
    void *log_data;
    tuck_clock_fn *clock;
    void *clock_data;
    pthread_mutex_t lock;
    _Atomic int64_t prepared_ms; /* when units were last leased; see way_prepare() */
    struct template_digest *digests; /* template-digest.c; guarded by `lock` */
    struct template_media *medias;   /* template-media.c; guarded by `lock` */
    struct watch *watches; /* one for each printer: watch.c */
    bool is_sending;       /* jobs are sent by this process */
    pthread_mutex_t spool_lock;
    struct spool *spool; /* opened when first needed; guarded by `spool_lock` */
    struct keys *keys;  /* read when first needed; guarded by `lock` */
    pthread_mutex_t knowledge_lock; /* of what follows; see knowledge.c */
    struct knowledge *knowledge;    /* NULL: nobody asked yet */
    int64_t knowledge_ms;           /* when it was looked for */
    struct stat products_looks;     /* of the list that was read */
    struct bench *idle; /* benches nobody uses; guarded by `lock` */
};

/* Seconds since the epoch, by the host's clock if it gave one. */
int64_t shop_now(const struct tuck_shop *shop);

/* How large a document may be to be read in what is left of the patience. A parser cannot
 * be stopped half way; measured, it reads and validates 10 to 15 KB a millisecond. */
size_t shop_readable_bytes(const struct patience *patience);

void template_digests_free(struct template_digest *digests);

/* Absolute paths with the defaults filled in. */
const char *shop_data_dir(const struct tuck_open *how);

#endif
