/* CSV in: a row at a time, by named or numbered columns.
 *
 * Quoting is RFC 4180's; with a blank as delimiter any run of blanks parts the fields.
 * What the columns mean and what a wrong value costs is up to the caller: csv-purchase.c,
 * and whoever reads files of its own. */
#include "order/csv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIELDS_MAX 256
#define LINE_MAX_BYTES (1u << 20)
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct csv {
    struct csv_how how;
    FILE *file;
    char delimiter;
    char *line;  /* the record, quotes and line ends in it; LINE_MAX_BYTES of room */
    int64_t row; /* of the record's first line */
    int64_t rows_read;
    char *field[FIELDS_MAX];
    size_t field_count;
    int place[CSV_COLUMNS_MAX]; /* index of the field; -1: the file has it not */
};

static enum status
bad(const struct csv *csv, enum note_id id, const char *what)
{
    return note_fail(csv->how.notes, STATUS_BAD_INPUT, id, csv->how.path,
                     (int32_t)csv->row, "%s", what);
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
    const struct csv_how *how = &csv->how;
    const char *equals = memchr(item, '=', n);
    size_t name_n = equals ? (size_t)(equals - item) : n;
    const char *source = equals ? equals + 1 : item;
    size_t source_n = equals ? n - name_n - 1 : n;
    char all[200] = "";
    for (size_t c = 0, at = 0; c < how->column_count; c++) {
        const char *name = how->columns[c];
        at += (size_t)snprintf(all + at, at < sizeof(all) ? sizeof(all) - at : 0, "%s%s",
                               c == 0                       ? ""
                               : c + 1 == how->column_count ? " or "
                                                            : ", ",
                               name);
        if (strlen(name) != name_n || strncmp(name, item, name_n) != 0)
            continue;
        csv->place[c] =
            how->options->has_header ? field_named(csv, source, source_n) : -1;
        if (csv->place[c] < 0)
            csv->place[c] = field_numbered(source, source_n);
        if (csv->place[c] >= 0)
            return STATUS_OK;
        return note_fail(how->notes, STATUS_BAD_INPUT, NOTE_CSV_COLUMN_MISSING, how->path,
                         1, "there is no column \"%.*s\" for %s", (int)source_n, source,
                         name);
    }
    return note_fail(how->notes, STATUS_BAD_INPUT, NOTE_CSV_COLUMN_MISSING, NULL, 0,
                     "\"%.*s\" is no column of tuck's; expected %s", (int)name_n, item,
                     all);
}

static enum status
map_columns(struct csv *csv)
{
    const struct csv_how *how = &csv->how;
    const char *list = how->options->columns;
    enum status status = STATUS_OK;
    for (size_t c = 0; c < how->column_count; c++)
        csv->place[c] = !list && how->options->has_header
                            ? field_named(csv, how->columns[c], strlen(how->columns[c]))
                            : -1;
    while (list && *list && status == STATUS_OK) {
        size_t n = strcspn(list, ",");
        status = map_column(csv, list, n);
        list += n + (list[n] == ',');
    }
    for (size_t c = 0; c < how->column_count && status == STATUS_OK; c++)
        if (csv->place[c] < 0 && how->needed & 1u << c)
            status = note_fail(how->notes, STATUS_BAD_INPUT, NOTE_CSV_COLUMN_MISSING,
                               how->path, 1,
                               "no column is said to hold the %s; name it by --columns",
                               how->columns[c]);
    return status;
}

/* --- values ---------------------------------------------------------------------------
 */

static const char date_letters[] = "YmdHMS";

/* Digits of a fixed width out of text by a format of %Y %m %d %H %M %S and literals. */
static bool
read_by_format(const struct zone *zone, const char *format, const char *text,
               int64_t *ret_s)
{
    int parts[6] = {0, 0, 0, 0, 0, 0};
    for (const char *f = format; *f; f++) {
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
    *ret_s = local - zone_offset_s(zone, local - zone_offset_s(zone, local));
    return true;
}

bool
csv_read_date(const struct csv *csv, const char *text, bool takes_times, int64_t *ret_s)
{
    const char *format = csv->how.options->date_format;
    if (!format && takes_times)
        return time_parse(text, csv->how.zone, ret_s);
    return read_by_format(csv->how.zone, format ? format : "%Y-%m-%d", text, ret_s);
}

bool
csv_read_amount(const char *text, const char *currency, struct money *ret)
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

const char *
csv_value(const struct csv *csv, size_t column)
{
    int place = csv->place[column];
    return place >= 0 && (size_t)place < csv->field_count && csv->field[place][0]
               ? csv->field[place]
               : NULL;
}

enum status
csv_bad_value(const struct csv *csv, size_t column, bool is_shown, const char *expected)
{
    const char *value = csv_value(csv, column);
    return note_fail(csv->how.notes, STATUS_BAD_INPUT, NOTE_CSV_BAD_VALUE, csv->how.path,
                     (int32_t)csv->row, "the %s is \"%.40s\"; expected %s",
                     csv->how.columns[column], is_shown && value ? value : "", expected);
}

/* --- the file --------------------------------------------------------------------------
 */

int32_t
csv_row(const struct csv *csv)
{
    return (int32_t)csv->row;
}

enum status
csv_next(struct csv *csv)
{
    enum status status;
    while ((status = read_record(csv)) == STATUS_OK)
        if (csv->line[strspn(csv->line, " \t")])
            return split(csv);
    return status;
}

/* A wrong option would else be told of the first row, which is not to blame. */
static enum status
check_options(const struct csv_how *how)
{
    const char *currency = how->options->currency, *format = how->options->date_format;
    for (const char *f = format ? strchr(format, '%') : NULL; f; f = strchr(f + 1, '%'))
        if (!f[1] || !strchr(date_letters, f[1]))
            return note_fail(how->notes, STATUS_BAD_INPUT, NOTE_CSV_BAD_OPTION, NULL, 0,
                             "the date format is \"%.40s\"; expected %%Y %%m %%d %%H %%M "
                             "%%S and what stands between them",
                             format);
    if (currency && !money_is_currency(currency))
        return note_fail(how->notes, STATUS_BAD_INPUT, NOTE_CSV_BAD_OPTION, NULL, 0,
                         "the currency is \"%.40s\"; expected three capital letters",
                         currency);
    return STATUS_OK;
}

static enum status
read_header(struct csv *csv)
{
    enum status status = read_record(csv);
    if (status == STATUS_WITHOUT)
        return bad(csv, NOTE_CSV_BAD_ROW, "the file is empty; expected a header");
    return status == STATUS_OK ? split(csv) : status;
}

enum status
csv_open(const struct csv_how *how, struct csv **ret)
{
    struct csv *csv CLEANUP(csv_closep) = NULL;
    enum status status = check_options(how);
    if (status != STATUS_OK)
        return status;
    csv = calloc(1, sizeof(*csv));
    if (!csv || !(csv->line = malloc(LINE_MAX_BYTES)))
        return STATUS_NO_MEMORY;
    csv->how = *how;
    csv->delimiter = how->options->delimiter ? how->options->delimiter : ',';
    csv->file = fopen(how->path, "re");
    if (!csv->file)
        return note_fail(how->notes, STATUS_BAD_INPUT, NOTE_FILE_UNREADABLE, how->path, 0,
                         "the file cannot be read: %s", strerrordesc_np(errno));
    if (how->options->has_header)
        status = read_header(csv);
    if (status == STATUS_OK)
        status = map_columns(csv);
    if (status == STATUS_OK)
        *ret = take(csv);
    return status;
}

void
csv_close(struct csv *csv)
{
    if (!csv)
        return;
    if (csv->file)
        fclose(csv->file);
    free(csv->line);
    free(csv);
}

void
csv_closep(struct csv **csv)
{
    csv_close(*csv);
}
