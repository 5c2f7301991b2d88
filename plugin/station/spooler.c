/* The shop's spool: opened when first needed, and what it tells goes to the ledger.
 *
 * The senders' threads call back here at the end of each job. The ledger's events are the
 * same when they are said twice, so after a crash nothing counts double. */
#include "station/print.h"

#include <string.h>

#define CLOSE_GRACE_MS 3000

/* What is void or gone by now was printed all the same: the log says so, and telling it
 * again would change nothing. */
static bool
is_settled(enum status status)
{
    return status == STATUS_OK || status == STATUS_WITHOUT || status == STATUS_BAD_CALL ||
           status == STATUS_BAD_INPUT;
}

static enum status
tell_ledger(void *data, const struct spool_entry *entry)
{
    struct tuck_shop *shop = data;
    struct notes notes = {.count = 0};
    int32_t what = entry->state == SPOOL_PRINTED     ? TUCK_PRINTED
                   : entry->state == SPOOL_CANCELLED ? TUCK_SKIPPED
                                                     : TUCK_FAILED;
    const char *reason = entry->reason && entry->reason[0] ? entry->reason : NULL;
    if (!entry->ticket || !entry->ticket[0])
        return STATUS_OK;
    if (entry->again_of && what == TUCK_PRINTED)
        return STATUS_OK; /* a copy is told when it is asked for: jobs.c */
    enum status status = shop_say(shop, entry->ticket, what,
                                  what == TUCK_PRINTED ? NULL : reason, &notes);
    return is_settled(status) ? STATUS_OK : status;
}

/* Another printer that the same bytes suit; the state of each is what is known of it. */
static const char *
find_other(void *data, const struct spool_entry *entry,
           const struct printer_report *report)
{
    struct tuck_shop *shop = data;
    const struct settings *settings = shop->settings;
    const struct route *route = settings_find_route(settings, entry->placement);
    ptrdiff_t now = settings_find_printer(settings, entry->printer);
    struct output own, other;
    (void)report;
    if (!route || now < 0 || !settings->printers[now].format)
        return NULL;
    output_of_printer(&settings->printers[now], &own);
    for (size_t i = 0; i < route->printer_count; i++) {
        const struct printer *printer = &settings->printers[route->printers[i]];
        output_of_printer(printer, &other);
        if (printer->format && !text_equal(printer->name, entry->printer) &&
            output_is(&own, &other) && print_is_ready(shop, route->printers[i]))
            return printer->name;
    }
    return NULL;
}

static enum status
open_spool(struct tuck_shop *shop, struct notes *notes)
{
    const struct settings *settings = shop->settings;
    const struct spool_settings how = {
        .dir = settings->spool,
        .printers = settings->printers,
        .printer_count = settings->printer_count,
        .is_sending = shop->is_sending,
        .keep_days = settings->spool_keep_days,
        .told = tell_ledger,
        .reroute = find_other,
        .data = shop,
    };
    return spool_open(&how, notes, &shop->spool);
}

enum status
shop_spool(struct tuck_shop *shop, struct notes *notes, struct spool **ret)
{
    enum status status = STATUS_OK;
    if (shop->settings->printer_count == 0)
        return note_fail(notes, STATUS_WITHOUT, NOTE_NO_PRINTERS, shop->settings->path, 0,
                         "the settings name no printer; expected a <printers> element");
    pthread_mutex_lock(&shop->spool_lock);
    if (!shop->spool)
        status = open_spool(shop, notes);
    *ret = shop->spool;
    pthread_mutex_unlock(&shop->spool_lock);
    return status;
}

void
shop_spool_close(struct tuck_shop *shop)
{
    if (shop->spool)
        spool_close(shop->spool, CLOSE_GRACE_MS);
    shop->spool = NULL;
}
