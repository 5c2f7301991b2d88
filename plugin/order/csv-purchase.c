/* Purchases out of CSV files.
 *
 * The first row that cannot be read ends the reading with its number: what half a file
 * would do to a ledger is for nobody to guess. A file without an order column makes one
 * order of a customer's rows of one day: the id is "CUSTOMER-YYYYMMDD". */
#include "order/csv.h"

#include <stdio.h>
#include <string.h>

enum column { CUSTOMER, DATE, ORDER, AMOUNT, QUANTITY, SKU, NAME, CATEGORY, CURRENCY };

static const char *const columns[] = {"customer", "date",     "order",
                                      "amount",   "quantity", "sku",
                                      "name",     "category", "currency"};

static enum status
read_row(const struct csv *csv, const struct csv_how *how, char made_order[200],
         struct csv_purchase *ret)
{
    const char *currency = csv_value(csv, CURRENCY), *date = csv_value(csv, DATE);
    const char *amount = csv_value(csv, AMOUNT), *quantity = csv_value(csv, QUANTITY);
    currency = currency ? currency : how->options->currency;
    *ret = (struct csv_purchase){
        .customer = csv_value(csv, CUSTOMER),
        .order = csv_value(csv, ORDER),
        .sku = csv_value(csv, SKU),
        .name = csv_value(csv, NAME),
        .category = csv_value(csv, CATEGORY),
        .quantity = 1,
        .row = csv_row(csv),
    };
    if (!ret->customer || strlen(ret->customer) > 128)
        return csv_bad_value(csv, CUSTOMER, false, "an id of at most 128 characters");
    if (!date || !csv_read_date(csv, date, false, &ret->placed_at_s))
        return csv_bad_value(csv, DATE, true,
                             how->options->date_format ? how->options->date_format
                                                       : "%Y-%m-%d");
    if (!money_is_currency(currency))
        return csv_bad_value(csv, CURRENCY, true, "three capital letters, or --currency");
    if (!amount || !csv_read_amount(amount, currency, &ret->amount))
        return csv_bad_value(csv, AMOUNT, true, "a decimal number");
    if (quantity && (!text_to_int64(quantity, &ret->quantity) || ret->quantity < 0))
        return csv_bad_value(csv, QUANTITY, true, "a whole number");
    if (!ret->order) {
        struct date day = day_date(zone_day(how->zone, ret->placed_at_s, NULL));
        snprintf(made_order, 200, "%s-%04d%02d%02d", ret->customer, day.year, day.month,
                 day.day);
        ret->order = made_order;
    }
    return STATUS_OK;
}

enum status
csv_stream_file(const char *path, const struct csv_options *options,
                const struct zone *zone, struct notes *notes, csv_each_fn *each,
                void *data)
{
    const struct csv_how how = {
        .path = path,
        .options = options,
        .columns = columns,
        .column_count = COUNT_OF(columns),
        .needed = 1u << CUSTOMER | 1u << DATE | 1u << AMOUNT,
        .zone = zone,
        .notes = notes,
    };
    struct csv *csv CLEANUP(csv_closep) = NULL;
    struct csv_purchase purchase;
    char made_order[200];
    enum status status = csv_open(&how, &csv);
    while (status == STATUS_OK && (status = csv_next(csv)) == STATUS_OK) {
        status = read_row(csv, &how, made_order, &purchase);
        if (status == STATUS_OK)
            status = each(&purchase, data);
        if (status == STATUS_WITHOUT)
            status = STATUS_BUG; /* only the end of the file says so */
    }
    return status == STATUS_WITHOUT ? STATUS_OK : status;
}
