/* GS1 check digits and element strings.
 *
 * One table says for each application identifier what its value is made of; a value is
 * checked part by part against its row, so a fault names the AI and the place. The table
 * has what stands on goods, coupons and parcels; an AI that it lacks is refused, because
 * an unchecked value in a symbol is found out only at a till. Which AIs may stand beside
 * one another is not judged: that depends on all symbols of a thing together. */
#include "mint/gs1-inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum status
gs1_fault_set(struct gs1_fault *fault, const char *field, size_t at, const char *format,
              ...)
{
    if (fault) {
        va_list args;
        va_start(args, format);
        snprintf(fault->field, sizeof(fault->field), "%s", field);
        fault->at = at;
        vsnprintf(fault->text, sizeof(fault->text), format, args);
        va_end(args);
    }
    return STATUS_BAD_INPUT;
}

size_t
gs1_digits(const char *text)
{
    return strspn(text, "0123456789");
}

char
gs1_check_digit(const char *digits, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (digits[i] - '0') * ((n - i) % 2 == 1 ? 3 : 1);
    return (char)('0' + (10 - sum % 10) % 10);
}

bool
gs1_has_check_digit(const char *digits, size_t n)
{
    if (n < 2)
        return false;
    for (size_t i = 0; i < n; i++)
        if (digits[i] < '0' || digits[i] > '9')
            return false;
    return digits[n - 1] == gs1_check_digit(digits, n - 1);
}

enum status
gs1_gtin14(const char *gtin, char out[15], struct gs1_fault *fault)
{
    size_t n = strlen(gtin);
    if (gs1_digits(gtin) != n || (n != 8 && n != 12 && n != 13 && n != 14))
        return gs1_fault_set(fault, "GTIN", gs1_digits(gtin),
                             "a GTIN has 8, 12, 13 or 14 digits, this has %zu characters",
                             n);
    if (!gs1_has_check_digit(gtin, n))
        return gs1_fault_set(fault, "GTIN", n - 1,
                             "the GTIN's check digit is %c, it should be %c", gtin[n - 1],
                             gs1_check_digit(gtin, n - 1));
    memset(out, '0', 14);
    memcpy(out + 14 - n, gtin, n + 1);
    return STATUS_OK;
}

/* ---- the table ---- */

/* A value's parts, split by blanks: n digits, x the 82 characters, y the 39, z the 64 of
 * base64url; "14" exactly so many, "..20" one to so many; then k: its last digit is its
 * check digit, d: a date whose day may be 00, D: a date, m: four digits of hour and
 * minute. A part in brackets may be absent. An `n` in an AI stands for the digits from 0
 * to `last`. */
static const struct ai_row {
    const char *ai;
    char last;
    const char *parts;
} table[] = {
    {"00", 0, "n18k"},
    {"01", 0, "n14k"},
    {"02", 0, "n14k"},
    {"10", 0, "x..20"},
    {"11", 0, "n6d"},
    {"12", 0, "n6d"},
    {"13", 0, "n6d"},
    {"15", 0, "n6d"},
    {"16", 0, "n6d"},
    {"17", 0, "n6d"},
    {"20", 0, "n2"},
    {"21", 0, "x..20"},
    {"22", 0, "x..20"},
    {"235", 0, "x..28"},
    {"240", 0, "x..30"},
    {"241", 0, "x..30"},
    {"242", 0, "n..6"},
    {"243", 0, "x..20"},
    {"250", 0, "x..30"},
    {"251", 0, "x..30"},
    {"253", 0, "n13k [x..17]"},
    {"254", 0, "x..20"},
    {"255", 0, "n13k [n..12]"},
    {"30", 0, "n..8"},
    {"310n", '5', "n6"},
    {"311n", '5', "n6"},
    {"312n", '5', "n6"},
    {"313n", '5', "n6"},
    {"314n", '5', "n6"},
    {"315n", '5', "n6"},
    {"316n", '5', "n6"},
    {"320n", '5', "n6"},
    {"330n", '5', "n6"},
    {"337n", '5', "n6"},
    {"340n", '5', "n6"},
    {"356n", '5', "n6"},
    {"357n", '5', "n6"},
    {"37", 0, "n..8"},
    {"390n", '9', "n..15"},
    {"391n", '9', "n3 n..15"},
    {"392n", '9', "n..15"},
    {"393n", '9', "n3 n..15"},
    {"394n", '3', "n4"},
    {"395n", '5', "n6"},
    {"400", 0, "x..30"},
    {"401", 0, "x..30"},
    {"402", 0, "n17k"},
    {"403", 0, "x..30"},
    {"410", 0, "n13k"},
    {"411", 0, "n13k"},
    {"412", 0, "n13k"},
    {"413", 0, "n13k"},
    {"414", 0, "n13k"},
    {"415", 0, "n13k"},
    {"416", 0, "n13k"},
    {"417", 0, "n13k"},
    {"420", 0, "x..20"},
    {"421", 0, "n3 x..9"},
    {"422", 0, "n3"},
    {"7001", 0, "n13"},
    {"7003", 0, "n6D n4m"},
    {"7040", 0, "n1 x3"},
    {"8003", 0, "n1 n13k [x..16]"},
    {"8004", 0, "x..30"},
    {"8005", 0, "n6"},
    {"8006", 0, "n14k n4"},
    {"8008", 0, "n6D n2 [n..4]"},
    {"8010", 0, "y..30"},
    {"8011", 0, "n..12"},
    {"8012", 0, "x..20"},
    {"8013", 0, "x..25"},
    {"8017", 0, "n18k"},
    {"8018", 0, "n18k"},
    {"8019", 0, "n..10"},
    {"8020", 0, "x..25"},
    {"8026", 0, "n14k n4"},
    {"8030", 0, "z..90"},
    {"8110", 0, "x..70"},
    {"8111", 0, "n4"},
    {"8112", 0, "x..70"},
    {"8200", 0, "x..70"},
    {"90", 0, "x..30"},
    {"91", 0, "x..90"},
    {"92", 0, "x..90"},
    {"93", 0, "x..90"},
    {"94", 0, "x..90"},
    {"95", 0, "x..90"},
    {"96", 0, "x..90"},
    {"97", 0, "x..90"},
    {"98", 0, "x..90"},
    {"99", 0, "x..90"},
};

static const struct ai_row *
find_row(const char *ai)
{
    size_t n = strlen(ai);
    if (n == 0 || gs1_digits(ai) != n)
        return NULL;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        const char *name = table[i].ai;
        size_t fixed = strlen(name) - (table[i].last ? 1 : 0);
        if (strlen(name) == n && strncmp(name, ai, fixed) == 0 &&
            (!table[i].last || ai[n - 1] <= table[i].last))
            return &table[i];
    }
    return NULL;
}

bool
gs1_is_ai(const char *ai)
{
    return find_row(ai) != NULL;
}

/* ---- values ---- */

struct part {
    char kind;
    bool is_fixed, is_optional;
    size_t length;
    char check; /* 0 none */
};

static const char *
next_part(const char *parts, struct part *ret)
{
    struct part part = {0};
    parts += strspn(parts, " ");
    if (*parts == '\0')
        return NULL;
    if (*parts == '[') {
        part.is_optional = true;
        parts++;
    }
    part.kind = *parts++;
    part.is_fixed = strncmp(parts, "..", 2) != 0;
    parts += part.is_fixed ? 0 : 2;
    while (*parts >= '0' && *parts <= '9')
        part.length = part.length * 10 + (size_t)(*parts++ - '0');
    if (*parts && *parts != ' ' && *parts != ']')
        part.check = *parts++;
    parts += *parts == ']' ? 1 : 0;
    *ret = part;
    return parts;
}

static bool
is_of_kind(char c, char kind)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                      small[] = "abcdefghijklmnopqrstuvwxyz",
                      marks[] = "!\"%&'()*+,-./_:;<=>?";
    if (c == '\0')
        return false;
    if (c >= '0' && c <= '9')
        return true;
    switch (kind) {
    case 'x':
        return strchr(letters, c) || strchr(small, c) || strchr(marks, c);
    case 'y':
        return strchr(letters, c) || strchr("#-/", c);
    case 'z':
        return strchr(letters, c) || strchr(small, c) || strchr("-_=", c);
    default:
        return false;
    }
}

static int
two_digits(const char *p)
{
    return (p[0] - '0') * 10 + p[1] - '0';
}

static bool
passes(const char *p, size_t n, char check)
{
    switch (check) {
    case 'k':
        return gs1_has_check_digit(p, n);
    case 'd':
        if (two_digits(p + 4) == 0)
            return two_digits(p + 2) >= 1 && two_digits(p + 2) <= 12;
        /* fall through */
    case 'D':
        return !day_is_none(
            day_from_date(2000 + two_digits(p), two_digits(p + 2), two_digits(p + 4)));
    case 'm':
        return two_digits(p) < 24 && two_digits(p + 2) < 60;
    default:
        return true;
    }
}

static enum status
tell_check(const char *ai, const char *part, size_t n, size_t at, char check,
           struct gs1_fault *fault)
{
    if (check == 'k')
        return gs1_fault_set(fault, ai, at + n - 1,
                             "(%s): the check digit is %c, it should be %c", ai,
                             part[n - 1], gs1_check_digit(part, n - 1));
    return gs1_fault_set(fault, ai, at, "(%s): %.*s is no %s", ai, (int)n, part,
                         check == 'm' ? "time of day" : "date of the form YYMMDD");
}

static enum status
check_part(const char *ai, const char *value, const struct part *part, size_t *at,
           struct gs1_fault *fault)
{
    size_t n = 0;
    while (n < part->length && is_of_kind(value[*at + n], part->kind))
        n++;
    if (n < part->length && (part->is_fixed || n == 0)) {
        if (value[*at + n] == '\0')
            return gs1_fault_set(fault, ai, *at + n,
                                 "(%s): the value ends after %zu characters, %s%zu %s "
                                 "are needed from %zu on",
                                 ai, *at + n, part->is_fixed ? "" : "1 to ", part->length,
                                 part->kind == 'n' ? "digits" : "characters", *at + 1);
        return gs1_fault_set(
            fault, ai, *at + n, "(%s): character %zu must be %s", ai, *at + n + 1,
            part->kind == 'n' ? "a digit" : "one of GS1's characters for it");
    }
    if (part->check && !passes(value + *at, n, part->check))
        return tell_check(ai, value + *at, n, *at, part->check, fault);
    *at += n;
    return STATUS_OK;
}

static enum status
check_coupon(const char *ai, const char *value, struct gs1_fault *fault)
{
    struct gs1_coupon coupon;
    struct gs1_offer offer;
    return ai[3] == '0' ? gs1_coupon_read(value, &coupon, fault)
                        : gs1_offer_read(value, &offer, fault);
}

enum status
gs1_check(const char *ai, const char *value, struct gs1_fault *fault)
{
    const struct ai_row *row = find_row(ai);
    size_t at = 0;
    struct part part;
    if (!row)
        return gs1_fault_set(fault, ai, 0,
                             "(%s) is not an application identifier that tuck knows", ai);
    for (const char *parts = row->parts; (parts = next_part(parts, &part));) {
        if (part.is_optional && value[at] == '\0')
            break;
        enum status status = check_part(ai, value, &part, &at, fault);
        if (status != STATUS_OK)
            return status;
    }
    if (value[at] != '\0')
        return gs1_fault_set(fault, ai, at,
                             "(%s): the value is %zu characters long, %zu of them are "
                             "right or are all that it may have",
                             ai, strlen(value), at);
    if (strcmp(ai, "8110") == 0 || strcmp(ai, "8112") == 0)
        return check_coupon(ai, value, fault);
    return STATUS_OK;
}

/* ---- element strings ---- */

static enum status
check_twice(const struct gs1_element *elements, size_t place, size_t at,
            struct gs1_fault *fault)
{
    for (size_t i = 0; i < place; i++)
        if (strcmp(elements[i].ai, elements[place].ai) == 0)
            return gs1_fault_set(fault, elements[place].ai, at, "(%s) stands there twice",
                                 elements[place].ai);
    return STATUS_OK;
}

enum status
gs1_write(const struct gs1_element *elements, size_t count, struct buf *out,
          struct gs1_fault *fault)
{
    enum status status = STATUS_OK;
    if (count == 0)
        return gs1_fault_set(fault, "", 0, "there is no element");
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = gs1_check(elements[i].ai, elements[i].value, fault);
        if (status == STATUS_OK)
            status = check_twice(elements, i, 0, fault);
        /* nothing quotes a bracket inside a value */
        if (status == STATUS_OK && strpbrk(elements[i].value, "[]"))
            status = gs1_fault_set(fault, elements[i].ai, 0, "(%s) holds a bracket",
                                   elements[i].ai);
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        buf_printf(out, "[%s]%s", elements[i].ai, elements[i].value);
    if (status == STATUS_OK && out->failed)
        status = STATUS_NO_MEMORY;
    return status;
}

static enum status
read_element(const char *text, const char **p, char close, struct gs1_element *ret,
             struct gs1_fault *fault)
{
    char open = **p;
    const char *ai = *p + 1, *end = strchr(ai, close);
    size_t n = gs1_digits(ai);
    if (n < 2 || n > 4 || ai + n != end)
        return gs1_fault_set(fault, "", (size_t)(ai - text),
                             "2 to 4 digits and a %c must stand here", close);
    const char *value = end + 1, *next = value;
    /* a value may hold parentheses of its own: only one before an AI ends it */
    while (*next && !(*next == open && gs1_digits(next + 1) >= 2 &&
                      next[1 + gs1_digits(next + 1)] == close))
        next++;
    if ((size_t)(next - value) > GS1_VALUE_MAX)
        return gs1_fault_set(fault, "", (size_t)(value - text),
                             "the value is longer than %d characters", GS1_VALUE_MAX);
    snprintf(ret->ai, sizeof(ret->ai), "%.*s", (int)n, ai);
    snprintf(ret->value, sizeof(ret->value), "%.*s", (int)(next - value), value);
    enum status status = gs1_check(ret->ai, ret->value, fault);
    if (status != STATUS_OK && fault)
        fault->at += (size_t)(value - text);
    *p = next;
    return status;
}

enum status
gs1_read(const char *text, struct gs1_element *ret, size_t room, size_t *ret_count,
         struct gs1_fault *fault)
{
    const char *p = text;
    size_t count = 0;
    if (*text != '[' && *text != '(')
        return gs1_fault_set(
            fault, "", 0,
            "GS1 data begins with an application identifier in brackets, "
            "such as [01]");
    char close = *text == '[' ? ']' : ')';
    while (*p) {
        size_t at = (size_t)(p - text);
        if (count == room)
            return gs1_fault_set(fault, "", at, "there are more than %zu elements", room);
        enum status status = read_element(text, &p, close, &ret[count], fault);
        if (status == STATUS_OK)
            status = check_twice(ret, count, at, fault);
        if (status != STATUS_OK)
            return status;
        count++;
    }
    *ret_count = count;
    return STATUS_OK;
}
