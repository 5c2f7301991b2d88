/* Files of redemptions, codes, decisions and answers: into the ledger wholly or not at all.
 *
 * A file is read twice. The first time every wrong row is told, and the ledger is free
 * for others; only a file without one is then taken in, in one go. What a shop tells of
 * redemptions has happened: it is kept even if a till would have said no, and what is odd
 * about it is a warning with its line. */
#include "order/csv.h"
#include "station/found.h"
#include "station/load-decision.h"
#include "station/reply.h"

#include <string.h>

#define PROGRESS_EVERY 256
#define CODE_LENGTH_MOST 64

enum { CODE, DATE, ID, ORDER, PLACE, AMOUNT, CURRENCY, CUSTOMER, CHOICE };

static const char *const columns[] = {"code",  "date",   "id",       "order",
                                      "place", "amount", "currency", "customer", "choice"};

struct loading {
    struct tuck_shop *shop;
    const struct tuck_load *how;
    struct csv_options options;
    struct csv_how csv;
    struct ledger *ledger; /* NULL the first time */
    struct arena *arena;   /* of a row */
    struct notes *notes;
    struct tuck_loaded result;
    int64_t wrong;
};

/* --- rows --------------------------------------------------------------------------- */

static bool
is_code(const char *text)
{
    size_t n = text ? strlen(text) : 0;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return false;
    return n > 0 && n <= CODE_LENGTH_MOST;
}

static bool
is_short(const char *text)
{
    return !text || strlen(text) <= 128;
}

static enum status
read_redemption(const struct loading *loading, const struct csv *csv,
                struct redemption *ret)
{
    const char *date = csv_value(csv, DATE), *amount = csv_value(csv, AMOUNT);
    const char *currency = csv_value(csv, CURRENCY), *format = loading->how->date_format;
    currency = currency ? currency : loading->options.currency;
    *ret = (struct redemption){.merchant = loading->shop->settings->merchant,
                               .code = csv_value(csv, CODE),
                               .id = csv_value(csv, ID),
                               .customer = csv_value(csv, CUSTOMER),
                               .order = csv_value(csv, ORDER),
                               .place = csv_value(csv, PLACE),
                               .choice = csv_value(csv, CHOICE),
                               .is_told = true};
    if (!is_code(ret->code))
        return csv_bad_value(csv, CODE, true, "a code of at most 64 characters");
    if (!date || !csv_read_date(csv, date, true, &ret->at_s))
        return csv_bad_value(csv, DATE, true,
                             format ? format
                                    : "a day as 2026-11-22, or 2026-11-22T09:30:00Z");
    for (size_t column = ID; column <= CHOICE; column++)
        if (column != AMOUNT && column != CURRENCY && !is_short(csv_value(csv, column)))
            return csv_bad_value(csv, column, false, "at most 128 characters");
    if (!money_is_currency(currency))
        return csv_bad_value(csv, CURRENCY, true, "three capital letters, or --currency");
    if (amount && !csv_read_amount(amount, currency, &ret->amount))
        return csv_bad_value(csv, AMOUNT, true, "a decimal number");
    return STATUS_OK;
}

static void
count_answer(struct loading *loading, enum promise_answer answer, int32_t row)
{
    struct tuck_loaded *result = &loading->result;
    switch (answer) {
    case ANSWER_OK:
        result->fresh++;
        return;
    case ANSWER_AGAIN:
        result->again++;
        return;
    case ANSWER_UNKNOWN:
    case ANSWER_FORGED:
    case ANSWER_MISTYPED:
    case ANSWER_GENUINE:
    case ANSWER_OTHER_MERCHANT:
        result->unknown++;
        break;
    default:
        result->contrary++;
    }
    note_add(loading->notes, NOTE_REDEMPTION_ODD, loading->how->path, row,
             "a till would have said no to this redemption: %s",
             promise_answer_name(answer));
}

static enum status
take_redemption(struct loading *loading, const struct csv *csv)
{
    struct redemption redemption;
    struct redemption_answer answer = {0};
    enum status status = read_redemption(loading, csv, &redemption);
    if (status == STATUS_OK)
        status = reply_questions(loading->shop->campaign, loading->arena, &redemption);
    if (status != STATUS_OK || !loading->ledger)
        return status;
    status = ledger_redeem(loading->ledger, &redemption,
                           zone_day(loading->csv.zone, redemption.at_s, NULL),
                           loading->arena, loading->notes, &answer);
    if (status == STATUS_OK)
        count_answer(loading, answer.answer, csv_row(csv));
    else if (status == STATUS_BAD_INPUT)
        note_add(loading->notes, NOTE_CSV_BAD_VALUE, loading->how->path, csv_row(csv),
                 "the id is of another code's redemption; expected one of this code's");
    return status;
}

static enum status
take_code(struct loading *loading, const struct csv *csv)
{
    const char *code = csv_value(csv, CODE);
    bool is_new = false;
    if (!is_code(code))
        return csv_bad_value(csv, CODE, true, "a code of at most 64 characters");
    if (!loading->ledger)
        return STATUS_OK;
    enum status status =
        ledger_pool_add(loading->ledger, loading->shop->settings->merchant,
                        loading->how->pool, code, loading->notes, &is_new);
    if (status == STATUS_OK)
        *(is_new ? &loading->result.fresh : &loading->result.again) += 1;
    return status;
}

static enum status
take_decision(struct loading *loading, const struct csv *csv)
{
    bool is_new = false;
    enum status status =
        told_decision_load(csv, loading->ledger, loading->shop->settings->merchant,
                           loading->csv.zone, loading->arena, loading->notes, &is_new);
    if (status == STATUS_OK && loading->ledger)
        *(is_new ? &loading->result.fresh : &loading->result.again) += 1;
    return status;
}

static enum status
take_reply(struct loading *loading, const struct csv *csv)
{
    struct tuck_loaded *result = &loading->result;
    enum promise_answer answer = ANSWER_OK;
    enum status status = reply_load(csv, loading->ledger,
                                    loading->shop->settings->merchant, loading->csv.zone,
                                    loading->arena, loading->notes, &answer);
    if (status != STATUS_OK || !loading->ledger)
        return status;
    if (answer == ANSWER_OK || answer == ANSWER_AGAIN) {
        *(answer == ANSWER_OK ? &result->fresh : &result->again) += 1;
        return STATUS_OK;
    }
    bool is_known = answer == ANSWER_USED || answer == ANSWER_EXPIRED ||
                    answer == ANSWER_VOID || answer == ANSWER_NOBODY;
    *(is_known ? &result->contrary : &result->unknown) += 1;
    note_add(loading->notes, NOTE_REPLY_ODD, loading->how->path, csv_row(csv),
             "this answer is not kept: %s", promise_answer_name(answer));
    return STATUS_OK;
}

/* --- the file ----------------------------------------------------------------------- */

static enum status
tell(const struct loading *loading)
{
    const struct tuck_load *how = loading->how;
    int64_t done = loading->result.rows;
    if (!how->progress || !loading->ledger || done % PROGRESS_EVERY != 0)
        return STATUS_OK;
    return how->progress(how->progress_data, done, 0, "rows") == 0 ? STATUS_OK
                                                                   : STATUS_CANCELLED;
}

static enum status
take_row(struct loading *loading, const struct csv *csv)
{
    int32_t what = loading->how->what;
    enum status status = what == TUCK_FILE_POOL        ? take_code(loading, csv)
                         : what == TUCK_FILE_DECISIONS ? take_decision(loading, csv)
                         : what == TUCK_FILE_ANSWERS   ? take_reply(loading, csv)
                                                       : take_redemption(loading, csv);
    arena_reset(loading->arena);
    if (status == STATUS_BAD_INPUT && !loading->ledger) { /* on to the next wrong one */
        loading->wrong++;
        return STATUS_OK;
    }
    loading->result.rows += loading->ledger != NULL;
    return status == STATUS_OK ? tell(loading) : status;
}

static enum status
read_file(struct loading *loading)
{
    struct csv *csv CLEANUP(csv_closep) = NULL;
    enum status status = csv_open(&loading->csv, &csv);
    while (status == STATUS_OK && (status = csv_next(csv)) == STATUS_OK)
        status = take_row(loading, csv);
    if (status == STATUS_WITHOUT)
        status = loading->wrong ? STATUS_BAD_INPUT : STATUS_OK;
    return status;
}

static enum status
take_in(struct loading *loading)
{
    struct desk desk = {.shop = loading->shop};
    enum status status = desk_open(loading->shop, LEDGER_WRITE, DESK_BUDGET_MS, NULL,
                                   loading->notes, &desk);
    if (status == STATUS_OK)
        status = ledger_import_begin(desk.ledger, loading->notes);
    if (status == STATUS_OK) {
        loading->ledger = desk.ledger;
        status = read_file(loading);
        enum status end =
            ledger_import_end(desk.ledger, status == STATUS_OK, loading->notes);
        status = status == STATUS_OK ? end : status;
    }
    desk_close(&desk, loading->notes);
    return status;
}

enum status
station_load(struct tuck_shop *shop, const struct tuck_load *how, struct tuck_loaded *ret,
             struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    bool is_pool = how->what == TUCK_FILE_POOL;
    struct loading loading = {
        .shop = shop,
        .how = how,
        .options = {.delimiter = (char)how->delimiter,
                    .has_header = how->has_header != 0,
                    .columns = how->columns,
                    .date_format = how->date_format,
                    .currency = how->currency ? how->currency : shop->settings->currency},
        .arena = arena,
        .notes = notes,
    };
    if (is_pool && !how->columns && !how->has_header)
        loading.options.columns = "code=1";
    loading.csv = (struct csv_how){
        .path = how->path,
        .options = &loading.options,
        .columns = columns,
        .column_count = is_pool ? CODE + 1 : COUNT_OF(columns),
        .needed = is_pool ? 1u << CODE : 1u << CODE | 1u << DATE,
        .zone = shop->settings->zone,
        .notes = notes,
    };
    if (how->what == TUCK_FILE_DECISIONS) {
        loading.csv.columns = told_decision_columns;
        loading.csv.column_count = TOLD_DECISION_COLUMNS;
        loading.csv.needed = told_decision_needed;
    }
    if (how->what == TUCK_FILE_ANSWERS) {
        loading.csv.columns = reply_columns;
        loading.csv.column_count = REPLY_COLUMNS;
        loading.csv.needed = reply_needed;
    }
    enum status status = arena ? read_file(&loading) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = take_in(&loading);
    if (status != STATUS_OK)
        return status;
    if (loading.result.rows == 0)
        note_add(notes, NOTE_IMPORT_NOTHING, how->path, 0, "the file holds no row");
    loading.result.size = sizeof(loading.result);
    *ret = loading.result;
    return STATUS_OK;
}
