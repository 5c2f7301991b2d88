/* Benches: compiled conditions, ledger connections and HTTP handles, one caller each.
 *
 * A shop keeps the benches that nobody uses; a call that finds none makes one. So there
 * are as many as calls ever ran at once, and no call waits for another's. */
#include "station/bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum status
bench_open(struct tuck_shop *shop, struct notes *notes, struct bench **ret)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    if (!bench)
        return STATUS_NO_MEMORY;
    enum status status = judge_open(shop->campaign, notes, &bench->judge);
    if (status == STATUS_OK)
        judge_hold_out(bench->judge, shop->settings->holdout_bp,
                       shop->settings->holdout_seed);
    if (status == STATUS_OK && !(bench->display = display_open()))
        status = STATUS_NO_MEMORY;
    if (status != STATUS_OK) {
        bench_close(bench);
        return status;
    }
    *ret = bench;
    return STATUS_OK;
}

enum status
bench_borrow(struct tuck_shop *shop, struct notes *notes, struct bench **ret)
{
    pthread_mutex_lock(&shop->lock);
    struct bench *bench = shop->idle;
    if (bench)
        shop->idle = bench->next;
    pthread_mutex_unlock(&shop->lock);
    if (!bench)
        return bench_open(shop, notes, ret);
    bench->next = NULL;
    *ret = bench;
    return STATUS_OK;
}

void
bench_return(struct tuck_shop *shop, struct bench *bench)
{
    if (!bench)
        return;
    pthread_mutex_lock(&shop->lock);
    bench->next = shop->idle;
    shop->idle = bench;
    pthread_mutex_unlock(&shop->lock);
}

void
bench_close(struct bench *bench)
{
    if (!bench)
        return;
    judge_close(bench->judge);
    ledger_close(bench->ledger);
    ledger_close(bench->readable);
    fetch_close(bench->fetch);
    display_close(bench->display);
    free(bench);
}

/* A ledger in a file begins with a key of its own, made where the settings say; one that
 * many stations share has to be given the key that they share. */
static enum status
make_keys(struct tuck_shop *shop, struct notes *notes)
{
    const struct settings *settings = shop->settings;
    struct day today = zone_day(settings->zone, shop_now(shop), NULL);
    if (strncmp(shop->ledger_path, "postgres", 8) == 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_KEYS_MISSING, shop->keys_path, 0,
                         "the key file is not there; copy the one that the stations of "
                         "this database share, or make it with tuck code new-keys");
    if (keys_make(shop->keys_path, settings->merchant, today, NULL) == STATUS_OK ||
        access(shop->keys_path, F_OK) == 0) /* another process was faster */
        return STATUS_OK;
    return keys_make(shop->keys_path, settings->merchant, today, notes);
}

/* The shop's keys, read when first needed. STATUS_WITHOUT: there are none, and a reader
 * makes none. The caller has a reference. */
enum status
bench_keys(struct tuck_shop *shop, enum ledger_mode mode, struct notes *notes,
           struct keys **ret)
{
    enum status status = STATUS_OK;
    if (text_equal(shop->ledger_path, "none"))
        return STATUS_OK;
    pthread_mutex_lock(&shop->lock);
    if (!shop->keys && access(shop->keys_path, F_OK) != 0 && errno == ENOENT)
        status = mode == LEDGER_READ ? STATUS_WITHOUT : make_keys(shop, notes);
    if (status == STATUS_OK && !shop->keys)
        status = keys_open(shop->keys_path, shop->settings->merchant, notes, &shop->keys);
    if (status == STATUS_OK)
        *ret = keys_ref(shop->keys);
    pthread_mutex_unlock(&shop->lock);
    return status;
}

enum status
bench_ledger(struct tuck_shop *shop, struct bench *bench, enum ledger_mode mode,
             const struct patience *patience, struct notes *notes, struct ledger **ret)
{
    struct ledger **ledger = mode == LEDGER_WRITE ? &bench->ledger : &bench->readable;
    /* A reader that found no file sees none later either: another process may have
     * made it meanwhile, so readers are opened anew for each call. */
    if (mode == LEDGER_READ) {
        ledger_close(*ledger);
        *ledger = NULL;
    }
    if (!*ledger) {
        struct ledger_how how = {.path = shop->ledger_path,
                                 .mode = mode,
                                 .station = shop->station,
                                 .station_number = shop->station_number,
                                 .reserve_s = shop->settings->reserve_s,
                                 .standby = shop->settings->standby,
                                 .lease_units = shop->settings->lease_units,
                                 .patience = patience};
        enum status status = bench_keys(shop, mode, notes, &how.keys);
        if (status == STATUS_WITHOUT) /* nothing was ever kept */
            how.path = "none";
        if (status == STATUS_OK || status == STATUS_WITHOUT)
            status = ledger_open(&how, notes, ledger);
        keys_unref(how.keys);
        if (status != STATUS_OK)
            return status;
    }
    ledger_set_patience(*ledger, patience); /* it may be from a call long over */
    *ret = *ledger;
    return STATUS_OK;
}

enum status
bench_fetch(struct tuck_shop *shop, struct bench *bench, struct notes *notes,
            struct fetch **ret)
{
    if (!bench->fetch) {
        enum status status = fetch_open(shop->settings->rest_ms, notes, &bench->fetch);
        if (status != STATUS_OK)
            return status;
    }
    *ret = bench->fetch;
    return STATUS_OK;
}
