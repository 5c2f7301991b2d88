/* Import: history from files into the ledger, wholly or not at all.
 *
 * XML histories and CSV purchases are streamed, so memory stays that of one customer
 * whatever the size of the file. The first wrong row ends the import and nothing of it
 * stays. */
#include "station/bench.h"
#include "station/shop.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PROGRESS_EVERY 256
#define IMPORT_PATIENCE_MS 60000 /* for the ledger to be free */

struct importing {
    struct tuck_shop *shop;
    struct ledger *ledger;
    const struct tuck_import *how;
    struct notes *notes;
    struct tuck_import_result result;
    int64_t told;
    /* rows of one customer, and of one order, mostly stand together */
    char last_customer[160], last_order[160];
    int64_t last_placed_at_s;
};

static enum status
tell(struct importing *importing, int64_t done, bool is_last)
{
    const struct tuck_import *how = importing->how;
    if (!how->progress || (!is_last && done - importing->told < PROGRESS_EVERY))
        return STATUS_OK;
    importing->told = done;
    return how->progress(how->progress_data, done, 0, "records") == 0 ? STATUS_OK
                                                                      : STATUS_CANCELLED;
}

static enum status
import_history(const struct history *history, void *data)
{
    struct importing *importing = data;
    importing->result.customers++;
    importing->result.orders += (int64_t)history->order_count;
    importing->result.rows++;
    enum status status =
        ledger_keep_history(importing->ledger, importing->shop->settings->merchant,
                            history, importing->notes);
    return status == STATUS_OK ? tell(importing, importing->result.rows, false) : status;
}

static bool
is_same(char *last, size_t room, const char *now)
{
    bool same = strncmp(last, now, room - 1) == 0;
    if (!same)
        strncpy(last, now, room - 1);
    return same;
}

/* Customers and orders of rows that stand together are counted once. */
static void
count_row(struct importing *importing, const struct csv_purchase *purchase)
{
    bool same_customer = is_same(importing->last_customer,
                                 sizeof(importing->last_customer), purchase->customer);
    bool same_order = is_same(importing->last_order, sizeof(importing->last_order),
                              purchase->order ? purchase->order : "");
    if (!purchase->order)
        same_order = same_order && importing->last_placed_at_s == purchase->placed_at_s;
    importing->last_placed_at_s = purchase->placed_at_s;
    importing->result.customers += !same_customer;
    importing->result.orders += !same_customer || !same_order;
    importing->result.rows++;
}

static enum status
import_row(const struct csv_purchase *purchase, void *data)
{
    struct importing *importing = data;
    count_row(importing, purchase);
    enum status status =
        ledger_import_purchase(importing->ledger, importing->shop->settings->merchant,
                               purchase, importing->notes);
    return status == STATUS_OK ? tell(importing, importing->result.rows, false) : status;
}

static enum status
stream(struct importing *importing)
{
    const struct tuck_import *how = importing->how;
    const struct settings *settings = importing->shop->settings;
    if (!how->is_csv)
        return history_stream_file(importing->shop->reader, how->path, settings->zone,
                                   importing->notes, import_history, importing);
    const struct csv_options options = {
        .delimiter = (char)how->delimiter,
        .has_header = how->has_header != 0,
        .columns = how->columns,
        .date_format = how->date_format,
        .currency = how->currency ? how->currency : settings->currency,
    };
    return csv_stream_file(how->path, &options, settings->zone, importing->notes,
                           import_row, importing);
}

enum status
station_import(struct tuck_shop *shop, const struct tuck_import *how,
               struct tuck_import_result *ret, struct notes *notes)
{
    struct importing importing = {.shop = shop, .how = how, .notes = notes};
    const struct patience patience = {clock_monotonic_ms() + IMPORT_PATIENCE_MS, NULL};
    struct bench *bench = NULL;
    enum status status = bench_borrow(shop, notes, &bench);
    if (status == STATUS_OK)
        status =
            bench_ledger(shop, bench, LEDGER_WRITE, &patience, notes, &importing.ledger);
    if (status == STATUS_OK)
        status = ledger_import_begin(importing.ledger, notes);
    if (status == STATUS_OK) {
        status = stream(&importing);
        enum status end = ledger_import_end(importing.ledger, status == STATUS_OK, notes);
        status = status == STATUS_OK ? end : status;
    }
    bench_return(shop, bench);
    if (status != STATUS_OK)
        return status;
    (void)tell(&importing, importing.result.rows, true);
    if (importing.result.rows == 0)
        note_add(notes, NOTE_IMPORT_NOTHING, how->path, 0, "the file holds no record");
    importing.result.size = sizeof(importing.result);
    *ret = importing.result;
    return STATUS_OK;
}
