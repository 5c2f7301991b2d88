/* Benches: compiled conditions, ledger connections and HTTP handles, one caller each.
 *
 * A shop keeps the benches that nobody uses; a call that finds none makes one. So there
 * are as many as calls ever ran at once, and no call waits for another's. */
#include "station/bench.h"

#include <stdlib.h>

static enum status
bench_open(struct tuck_shop *shop, struct notes *notes, struct bench **ret)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    if (!bench)
        return STATUS_NO_MEMORY;
    enum status status = judge_open(shop->campaign, notes, &bench->judge);
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
        enum status status =
            ledger_open(shop->ledger_path, mode, patience, notes, ledger);
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
