/* tuck-scan: the process in which other people's decoders look at pictures.
 *
 * It is started by the plugin as tuck-press is, and by hand it says so and ends. Its
 * trade needs no file at all. */
#include "press/trade.h"
#include "scan/judge.h"

static enum status
open_scanner(void *data, const struct wire_setup *setup, struct notes *notes)
{
    (void)data, (void)setup, (void)notes;
    return STATUS_OK;
}

static enum status
work(void *data, enum wire_kind kind, struct wire_reader *reader,
     struct trade_reply *reply)
{
    struct scan_errand errand;
    struct scan_verdict verdict;
    int64_t left_ms;
    (void)data;
    if (kind != WIRE_SCAN)
        return STATUS_BUG;
    enum status status = scan_get_errand(reader, reply->arena, &errand, &left_ms);
    if (status != STATUS_OK)
        return status;
    trade_set_alarm(left_ms);
    status = judge(&errand, reply->arena, &verdict);
    if (status != STATUS_OK)
        return status;
    scan_put_verdict(reply->bytes, &verdict);
    reply->sheet = (struct sheet){.format = SHEET_SCAN,
                                  .bytes = (const uint8_t *)reply->bytes->p,
                                  .size = reply->bytes->n,
                                  .pages = 1,
                                  .width_mm100 = 1,
                                  .height_mm100 = 1};
    return reply->bytes->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static void
close_scanner(void *data)
{
    (void)data;
}

int
main(void)
{
    static const struct trade trade = {NULL, open_scanner, work, close_scanner};
    return trade_main("tuck-scan", &trade);
}
