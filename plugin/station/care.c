/* Care for the ledger and for those who stand in it: forget, export, back up, check. */
#include "station/found.h"

#include <string.h>

#define EXPORT_MOST ((size_t)1 << 30) /* years of sheets */

enum status
station_forget(struct tuck_shop *shop, const char *customer, struct notes *notes)
{
    struct desk desk = {.shop = shop};
    enum status status =
        desk_open(shop, LEDGER_WRITE, DESK_BUDGET_MS, NULL, notes, &desk);
    if (status == STATUS_OK)
        status = ledger_forget(desk.ledger, shop->settings->merchant, customer,
                               shop_now(shop), notes);
    desk_close(&desk, notes);
    return status;
}

enum status
station_export(struct tuck_shop *shop, const char *customer, void **ret_bytes,
               size_t *ret_length, struct notes *notes)
{
    struct buf out BUF_AUTO = {.ceiling = EXPORT_MOST};
    struct desk desk = {.shop = shop};
    enum status status = desk_open(shop, LEDGER_READ, DESK_BUDGET_MS, NULL, notes, &desk);
    if (status == STATUS_OK)
        status =
            ledger_export(desk.ledger, shop->settings->merchant, customer, &out, notes);
    desk_close(&desk, notes);
    if (status != STATUS_OK)
        return status;
    size_t n = out.n;
    char *text = buf_take(&out);
    if (!text)
        return STATUS_NO_MEMORY;
    *ret_bytes = text;
    *ret_length = n;
    return STATUS_OK;
}

enum status
station_backup(struct tuck_shop *shop, const char *path, struct notes *notes)
{
    struct desk desk = {.shop = shop};
    enum status status = desk_open(shop, LEDGER_READ, DESK_BUDGET_MS, NULL, notes, &desk);
    if (status == STATUS_OK)
        status = ledger_backup(desk.ledger, path, notes);
    desk_close(&desk, notes);
    return status;
}

enum status
station_verify(struct tuck_shop *shop, struct notes *notes)
{
    struct desk desk = {.shop = shop};
    enum status status = desk_open(shop, LEDGER_READ, DESK_BUDGET_MS, NULL, notes, &desk);
    if (status == STATUS_OK)
        status = ledger_verify(desk.ledger, notes);
    desk_close(&desk, notes);
    return status;
}
