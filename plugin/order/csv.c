/* CSV in: purchases, a row at a time, by named or numbered columns.
 *
 * Quoting is RFC 4180's; with a blank as delimiter any run of blanks parts the fields.
 * The first row that cannot be read ends the reading with its number: what half a file
 * would do to a ledger is for nobody to guess. A file without an order column makes one
 * order of a customer's rows of one day: the id is "CUSTOMER-YYYYMMDD". */
#include "order/order.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIELDS_MAX 256
#define LINE_MAX_BYTES (1u << 20)
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

enum column {
    CUSTOMER,
    DATE,
    ORDER,
    AMOUNT,
    QUANTITY,
    SKU,
    NAME,
    CATEGORY,
    CURRENCY,
    COLUMNS
};

static const char *const column_names[COLUMNS] = {"customer", "date",     "order",
                                                  "amount",   "quantity", "sku",
                                                  "name",     "category", "currency"};

struct csv {
    const struct csv_options *options;
    const struct zone *zone;
    struct notes *notes;
    const char *path;
    FILE *file;
    char delimiter;
    char *line;  /* the record, quotes and line ends in it; LINE_MAX_BYTES of room */
    int64_t row; /* of the record's first line */
    int64_t rows_read;
    char *field[FIELDS_MAX];
    size_t field_count;
    int place[COLUMNS]; /* index of the field; -1: the file has it not */
    const char *date_format;
    char made_order[200];
};

static enum status
bad(const struct csv *csv, enum note_id id, const char *what)
{
    return note_fail(csv->notes, STATUS_BAD_INPUT, id, csv->path, (int32_t)csv->row, "%s",
                     what);
}

/* --- records ------------------------------------------------------------------------ */

/* Where in a record a character stands. A quote opens a field only at its beginning. */
enum place { FIELD_START, IN_FIELD, IN_QUOTES, AFTER_QUOTE };

static enum place
step(const struct csv *csv, enum place place, char c)
{
    if (place == IN_QUOTES)
        return c == '"' ? AFTER_QUOTE : IN_QUOTES;
    if (place == AFTER_QUOTE && c == '"')
        return IN_QUOTES; /* a doubled quote */
    if (c == csv->delimiter)
        return FIELD_START;
    return place == FIELD_START && c == '"' && csv->delimiter != ' ' ? IN_QUOTES
                                                                     : IN_FIELD;
}

/* Bytes up to the line end that is not in quotes, at most LINE_MAX_BYTES. */
static enum status
fill_record(struct csv *csv, size_t *ret_n)
{
    enum place place = FIELD_START;
    size_t n = 0;
    for (int c; (c = getc_unlocked(csv->file)) != EOF;) {
        if (c == '\n')
            csv->rows_read++;
        if (c == '\n' && place != IN_QUOTES)
            break;
        if (n + 1 == LINE_MAX_BYTES || c == '\0')
            return bad(csv, NOTE_CSV_BAD_ROW, "the row is too long or not text");
        csv->line[n++] = (char)c;
        place = step(csv, place, (char)c);
    }
    if (ferror(csv->file))
        return bad(csv, NOTE_CSV_BAD_ROW, "the file cannot be read");
    if (n == 0 && feof(csv->file))
        return STATUS_WITHOUT;
    *ret_n = n;
    return STATUS_OK;
}

/* Reads a record, which may go over lines inside quotes. STATUS_WITHOUT at the end. */
static enum status
read_record(struct csv *csv)
{
    size_t n = 0;
    csv->row = csv->rows_read + 1;
    enum status status = fill_record(csv, &n);
    if (status != STATUS_OK)
        return status;
    if (!text_is_utf8(csv->line, n))
        return bad(csv, NOTE_CSV_BAD_ROW, "the row is not UTF-8 text");
    if (n > 0 && csv->line[n - 1] == '\r')
        n--;
    csv->line[n] = '\0';
    if (csv->row == 1 && strncmp(csv->line, BYTE_ORDER_MARK, 3) == 0)
        memmove(csv->line, csv->line + 3, n - 2);
    return STATUS_OK;
}

/* A quoted field, unquoted in place; moves *at past its closing quote. */
static bool
take_quoted(char **at)
{
    char *from = *at + 1, *to = *at;
    for (;; from++) {
        if (*from == '\0')
            return false;
        if (*from == '"' && *++from != '"')
            break;
        *to++ = *from;
    }
    /* `to` stands before `from`: ending the field leaves what follows it. */
    *to = '\0';
    *at = from;
    return true;
}

static enum status
split_blanks(struct csv *csv)
{
    char *rest = NULL;
    csv->field_count = 0;
    for (char *field = strtok_r(csv->line, " \t", &rest); field;
         field = strtok_r(NULL, " \t", &rest)) {
        if (csv->field_count == FIELDS_MAX)
            return bad(csv, NOTE_CSV_BAD_ROW, "the row has too many fields");
        csv->field[csv->field_count++] = field;
    }
    return STATUS_OK;
}

static enum status
split(struct csv *csv)
{
    char delimiter = csv->delimiter;
    if (delimiter == ' ')
        return split_blanks(csv);
    csv->field_count = 0;
    for (char *at = csv->line;;) {
        if (csv->field_count == FIELDS_MAX)
            return bad(csv, NOTE_CSV_BAD_ROW, "the row has too many fields");
        csv->field[csv->field_count++] = at;
        bool is_last;
        if (*at == '"') {
            if (!take_quoted(&at) || (*at && *at != delimiter))
                return bad(csv, NOTE_CSV_BAD_ROW,
                           "a quote is not closed, or text follows it");
            is_last = *at == '\0';
        } else {
            at += strcspn(at, (const char[]){delimiter, '\0'});
            is_last = *at == '\0';
            *at = '\0';
        }
        if (is_last)
            return STATUS_OK;
        at++;
    }
}

/* --- columns -------------------------------------------------------------------------
 */

static int
field_named(const struct csv *csv, const char *name, size_t n)
{
    for (size_t i = 0; i < csv->field_count; i++)
        if (strlen(csv->field[i]) == n && strncasecmp(csv->field[i], name, n) == 0)
            return (int)i;
    return -1;
}

static int
field_numbered(const char *text, size_t n)
{
    char number[8] = "";
    int64_t value = 0;
    if (n == 0 || n >= sizeof(number))
        return -1;
    memcpy(number, text, n);
    return text_to_int64(number, &value) && value >= 1 && value <= FIELDS_MAX
               ? (int)value - 1
               : -1;
}

/* One "customer=CustomerID" of the list. */
static enum status
map_column(struct csv *csv, const char *item, size_t n)
{
    const char *equals = memchr(item, '=', n);
    size_t name_n = equals ? (size_t)(equals - item) : n;
    const char *source = equals ? equals + 1 : item;
    size_t source_n = equals ? n - name_n - 1 : n;
    for (int c = 0; c < COLUMNS; c++) {
        if (strlen(column_names[c]) != name_n ||
            strncmp(column_names[c], item, name_n) != 0)
            continue;
        csv->place[c] =
            csv->options->has_header ? field_named(csv, source, source_n) : -1;
        if (csv->place[c] < 0)
            csv->place[c] = field_numbered(source, source_n);
        if (csv->place[c] >= 0)
            return STATUS_OK;
        return note_fail(csv->notes, STATUS_BAD_INPUT, NOTE_CSV_COLUMN_MISSING, csv->path,
                         1, "there is no column \"%.*s\" for %s", (int)source_n, source,
                         column_names[c]);
    }
    return note_fail(csv->notes, STATUS_BAD_INPUT, NOTE_CSV_COLUMN_MISSING, NULL, 0,
                     "\"%.*s\" is no column of tuck's; expected customer, date, order, "
                     "amount, quantity, sku, name, category or currency",
                     (int)name_n, item);
}

static enum status
map_columns(struct csv *csv)
{
    const char *list = csv->options->columns;
    enum status status = STATUS_OK;
    for (int c = 0; c < COLUMNS; c++)
        csv->place[c] = !list && csv->options->has_header
                            ? field_named(csv, column_names[c], strlen(column_names[c]))
                            : -1;
    while (list && *list && status == STATUS_OK) {
        size_t n = strcspn(list, ",");
        status = map_column(csv, list, n);
        list += n + (list[n] == ',');
    }
    for (int c = CUSTOMER; c <= AMOUNT && status == STATUS_OK; c++)
        if (csv->place[c] < 0 && c != ORDER)
            status = note_fail(csv->notes, STATUS_BAD_INPUT, NOTE_CSV_COLUMN_MISSING,
                               csv->path, 1,
                               "no column is said to hold the %s; name it by --columns",
                               column_names[c]);
    return status;
}

/* --- values ---------------------------------------------------------------------------
 */

static const char date_letters[] = "YmdHMS";

/* Digits of a fixed width out of text by a format of %Y %m %d %H %M %S and literals. */
static bool
read_date(const struct csv *csv, const char *text, int64_t *ret_s)
{
    int parts[6] = {0, 0, 0, 0, 0, 0};
    for (const char *f = csv->date_format; *f; f++) {
        const char *letter = f[0] == '%' && f[1] ? strchr(date_letters, f[1]) : NULL;
        if (!letter) {
            if (*text++ != *f)
                return false;
            continue;
        }
        f++;
        int width = *letter == 'Y' ? 4 : 2, value = 0, n = 0;
        for (; n < width && *text >= '0' && *text <= '9'; n++)
            value = value * 10 + (*text++ - '0');
        if (n == 0 || (*letter == 'Y' && n != 4))
            return false;
        parts[letter - date_letters] = value;
    }
    struct day day = day_from_date(parts[0], parts[1], parts[2]);
    if (*text || day_is_none(day) || parts[3] > 23 || parts[4] > 59 || parts[5] > 59)
        return false;
    int64_t local = (int64_t)day.n * 86400 + parts[3] * 3600 + parts[4] * 60 + parts[5];
    *ret_s = local - zone_offset_s(csv->zone, local - zone_offset_s(csv->zone, local));
    return true;
}

static const char *
value_of(const struct csv *csv, enum column column)
{
    int place = csv->place[column];
    return place >= 0 && (size_t)place < csv->field_count && csv->field[place][0]
               ? csv->field[place]
               : NULL;
}

static enum status
bad_value(const struct csv *csv, enum column column, const char *expected)
{
    const char *value = value_of(csv, column);
    return note_fail(csv->notes, STATUS_BAD_INPUT, NOTE_CSV_BAD_VALUE, csv->path,
                     (int32_t)csv->row, "the %s is \"%.40s\"; expected %s",
                     column_names[column], column == CUSTOMER || !value ? "" : value,
                     expected);
}

/* Amounts of the wild: more decimals than the currency has are rounded half up. */
static bool
read_amount(const char *text, const char *currency, struct money *ret)
{
    double value;
    if (money_parse(text, currency, ret))
        return true;
    if (!text_to_double(text, &value) || !(value <= 1e13 && value >= -1e13))
        return false;
    for (int i = money_digits(currency); i > 0; i--)
        value *= 10;
    ret->minor = (int64_t)(value < 0 ? value - 0.5 : value + 0.5);
    memcpy(ret->currency, currency, 4);
    return true;
}

static enum status
read_row(struct csv *csv, struct csv_purchase *ret)
{
    const char *currency = value_of(csv, CURRENCY);
    const char *amount = value_of(csv, AMOUNT), *quantity = value_of(csv, QUANTITY);
    currency = currency ? currency : csv->options->currency;
    *ret = (struct csv_purchase){
        .customer = value_of(csv, CUSTOMER),
        .order = value_of(csv, ORDER),
        .sku = value_of(csv, SKU),
        .name = value_of(csv, NAME),
        .category = value_of(csv, CATEGORY),
        .quantity = 1,
        .row = csv->row,
    };
    const char *date = value_of(csv, DATE);
    if (!ret->customer || strlen(ret->customer) > 128)
        return bad_value(csv, CUSTOMER, "an id of at most 128 characters");
    if (!date || !read_date(csv, date, &ret->placed_at_s))
        return bad_value(csv, DATE, csv->date_format);
    if (!money_is_currency(currency))
        return bad_value(csv, CURRENCY, "three capital letters, or --currency");
    if (!amount || !read_amount(amount, currency, &ret->amount))
        return bad_value(csv, AMOUNT, "a decimal number");
    if (quantity && (!text_to_int64(quantity, &ret->quantity) || ret->quantity < 0))
        return bad_value(csv, QUANTITY, "a whole number");
    if (!ret->order) {
        struct date day = day_date(zone_day(csv->zone, ret->placed_at_s, NULL));
        snprintf(csv->made_order, sizeof(csv->made_order), "%s-%04d%02d%02d",
                 ret->customer, day.year, day.month, day.day);
        ret->order = csv->made_order;
    }
    return STATUS_OK;
}

/* --- the file --------------------------------------------------------------------------
 */

static enum status
read_rows(struct csv *csv, csv_each_fn *each, void *data)
{
    struct csv_purchase purchase;
    enum status status = STATUS_OK;
    if (csv->options->has_header) {
        status = read_record(csv);
        if (status == STATUS_OK)
            status = split(csv);
        if (status == STATUS_WITHOUT)
            return bad(csv, NOTE_CSV_BAD_ROW, "the file is empty; expected a header");
    }
    if (status == STATUS_OK)
        status = map_columns(csv);
    while (status == STATUS_OK && (status = read_record(csv)) == STATUS_OK) {
        if (csv->line[strspn(csv->line, " \t")] == '\0')
            continue;
        status = split(csv);
        if (status == STATUS_OK)
            status = read_row(csv, &purchase);
        if (status == STATUS_OK)
            status = each(&purchase, data);
        if (status == STATUS_WITHOUT)
            status = STATUS_BUG; /* only the end of the file says so */
    }
    return status == STATUS_WITHOUT ? STATUS_OK : status;
}

/* A wrong option would else be told of the first row, which is not to blame. */
static enum status
check_options(const struct csv *csv)
{
    const char *currency = csv->options->currency;
    for (const char *f = strchr(csv->date_format, '%'); f; f = strchr(f + 1, '%'))
        if (!f[1] || !strchr(date_letters, f[1]))
            return note_fail(csv->notes, STATUS_BAD_INPUT, NOTE_CSV_BAD_OPTION, NULL, 0,
                             "the date format is \"%.40s\"; expected %%Y %%m %%d %%H %%M "
                             "%%S and what stands between them",
                             csv->date_format);
    if (currency && !money_is_currency(currency))
        return note_fail(csv->notes, STATUS_BAD_INPUT, NOTE_CSV_BAD_OPTION, NULL, 0,
                         "the currency is \"%.40s\"; expected three capital letters",
                         currency);
    return STATUS_OK;
}

enum status
csv_stream_file(const char *path, const struct csv_options *options,
                const struct zone *zone, struct notes *notes, csv_each_fn *each,
                void *data)
{
    struct csv csv = {.options = options,
                      .zone = zone,
                      .notes = notes,
                      .path = path,
                      .delimiter = options->delimiter ? options->delimiter : ',',
                      .date_format =
                          options->date_format ? options->date_format : "%Y-%m-%d"};
    enum status status = check_options(&csv);
    if (status != STATUS_OK)
        return status;
    csv.file = fopen(path, "re");
    if (!csv.file)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FILE_UNREADABLE, path, 0,
                         "the file cannot be read: %s", strerrordesc_np(errno));
    csv.line = malloc(LINE_MAX_BYTES);
    status = csv.line ? read_rows(&csv, each, data) : STATUS_NO_MEMORY;
    fclose(csv.file);
    free(csv.line);
    return status;
}
