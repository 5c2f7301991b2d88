/* Answers of printers that speak ZPL II: ~HS, ~HQES, ~HI, ^HW.
 *
 * Each answer, and each line of ~HS, stands between STX and ETX. They are read strictly:
 * a frame that is not exactly one of the manual's is none of ours, because a wrong flag
 * would stop a station or hide that it has stopped. Facts after Zebra's ZPL II
 * Programming Guide, "~HS", "~HQES", "~HI", "^HW". */
#include "printer/zebra.h"

#include <stdio.h>
#include <string.h>

#define STX '\002'
#define ETX '\003'
#define FIELDS_MAX 16

struct frame {
    const char *p;
    size_t n;
};

/* The next whole frame at or after `*at`; false: there is none. */
static bool
next_frame(const char *bytes, size_t n, size_t *at, struct frame *ret)
{
    while (*at < n) {
        const char *start = memchr(bytes + *at, STX, n - *at);
        if (!start)
            return false;
        size_t from = (size_t)(start - bytes) + 1;
        const char *end = memchr(bytes + from, ETX, n - from);
        const char *again = memchr(bytes + from, STX, n - from);
        if (!end)
            return false;
        if (again && again < end) { /* cut short by another */
            *at = (size_t)(again - bytes);
            continue;
        }
        *ret = (struct frame){bytes + from, (size_t)(end - bytes) - from};
        *at = from + ret->n + 1;
        return true;
    }
    return false;
}

static size_t
split(const struct frame *frame, struct frame fields[FIELDS_MAX])
{
    size_t count = 0, from = 0;
    for (size_t i = 0; i <= frame->n; i++)
        if (i == frame->n || frame->p[i] == ',') {
            if (count == FIELDS_MAX)
                return 0;
            fields[count++] = (struct frame){frame->p + from, i - from};
            from = i + 1;
        }
    return count;
}

/* At most 9 digits and nothing else. */
static bool
read_number(const struct frame *field, int64_t *ret)
{
    int64_t value = 0;
    if (field->n == 0 || field->n > 9)
        return false;
    for (size_t i = 0; i < field->n; i++) {
        if (field->p[i] < '0' || field->p[i] > '9')
            return false;
        value = value * 10 + (field->p[i] - '0');
    }
    *ret = value;
    return true;
}

static bool
read_flag(const struct frame *field, bool *ret)
{
    if (field->n != 1 || (field->p[0] != '0' && field->p[0] != '1'))
        return false;
    *ret = field->p[0] == '1';
    return true;
}

/* --- ~HS -------------------------------------------------------------------------- */

static bool
read_first(const struct frame *frame, struct zebra_flags *ret)
{
    struct frame f[FIELDS_MAX];
    int64_t setting, length;
    bool is_diagnostic;
    return split(frame, f) == 12 && read_number(&f[0], &setting) &&
           read_flag(&f[1], &ret->is_paper_out) && read_flag(&f[2], &ret->is_paused) &&
           read_number(&f[3], &length) && read_number(&f[4], &ret->formats) &&
           read_flag(&f[5], &ret->is_buffer_full) && read_flag(&f[6], &is_diagnostic) &&
           read_flag(&f[7], &ret->is_partial) && f[8].n == 3 &&
           read_flag(&f[9], &ret->is_ram_corrupt) && read_flag(&f[10], &ret->is_cold) &&
           read_flag(&f[11], &ret->is_hot);
}

static bool
read_second(const struct frame *frame, struct zebra_flags *ret)
{
    struct frame f[FIELDS_MAX];
    int64_t setting, images;
    return split(frame, f) == 11 && read_number(&f[0], &setting) &&
           read_flag(&f[2], &ret->is_head_open) &&
           read_flag(&f[3], &ret->is_ribbon_out) && f[5].n == 1 &&
           read_flag(&f[7], &ret->is_label_waiting) && read_number(&f[8], &ret->labels) &&
           read_number(&f[10], &images);
}

static bool
read_third(const struct frame *frame)
{
    struct frame f[FIELDS_MAX];
    int64_t password;
    bool has_ram;
    return split(frame, f) == 2 && read_number(&f[0], &password) &&
           read_flag(&f[1], &has_ram);
}

/* --- ~HQES ------------------------------------------------------------------------ */

static bool
read_hex(const char **p, const char *end, uint32_t *ret)
{
    uint32_t value = 0;
    while (*p < end && **p == ' ')
        (*p)++;
    if (end - *p < 8)
        return false;
    for (int i = 0; i < 8; i++) {
        char c = *(*p)++;
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;
        if (digit < 0)
            return false;
        value = value << 4 | (uint32_t)digit;
    }
    *ret = value;
    return true;
}

/* "ERRORS:  1 00000000 00000005": a flag, then the bits, high half first. */
static bool
read_words(const struct frame *frame, const char *label, bool *ret_flag, uint64_t *ret)
{
    const char *end = frame->p + frame->n;
    const char *p = memmem(frame->p, frame->n, label, strlen(label));
    uint32_t high, low;
    if (!p)
        return false;
    p += strlen(label);
    while (p < end && *p == ' ')
        p++;
    if (end - p < 2 || (*p != '0' && *p != '1') || p[1] != ' ')
        return false;
    bool flag = *p++ == '1';
    if (!read_hex(&p, end, &high) || !read_hex(&p, end, &low) ||
        (p < end && *p != '\r' && *p != '\n' && *p != ' '))
        return false;
    *ret_flag = flag;
    *ret = (uint64_t)high << 32 | low;
    return true;
}

static bool
read_query(const struct frame *frame, struct zebra *ret)
{
    static const char title[] = "PRINTER STATUS";
    return memmem(frame->p, frame->n, title, sizeof(title) - 1) &&
           read_words(frame, "ERRORS:", &ret->has_errors, &ret->errors) &&
           read_words(frame, "WARNINGS:", &ret->has_warnings, &ret->warnings);
}

/* --- ~HI -------------------------------------------------------------------------- */

/* A word of the printer's that may be shown: printable ASCII. */
static bool
read_word(const struct frame *field, char *ret, size_t room)
{
    if (field->n == 0 || field->n >= room)
        return false;
    for (size_t i = 0; i < field->n; i++)
        if (field->p[i] < ' ' || field->p[i] > '~')
            return false;
    memcpy(ret, field->p, field->n);
    ret[field->n] = '\0';
    return true;
}

/* "ZD420-300dpi,V84.20.18Z,12,8176KB": model, firmware, dots a millimetre, memory. */
static bool
read_identity(const struct frame *frame, struct zebra *ret)
{
    struct frame f[FIELDS_MAX];
    char model[sizeof(ret->model)], firmware[sizeof(ret->firmware)];
    int64_t dots;
    size_t count = split(frame, f);
    if (count < 4 || !read_word(&f[0], model, sizeof(model)) ||
        !read_word(&f[1], firmware, sizeof(firmware)) || !read_number(&f[2], &dots) ||
        f[3].n < 3 || memcmp(f[3].p + f[3].n - 2, "KB", 2) != 0 ||
        (dots != 6 && dots != 8 && dots != 12 && dots != 24))
        return false;
    memcpy(ret->model, model, sizeof(model));
    memcpy(ret->firmware, firmware, sizeof(firmware));
    ret->dots_per_mm = (int32_t)dots;
    return true;
}

/* --- all of it -------------------------------------------------------------------- */

void
zebra_read(const char *bytes, size_t n, struct zebra *ret)
{
    struct zebra whole = {.has_flags = false};
    struct zebra_flags part = {.formats = 0};
    struct frame frame;
    int next = 0; /* which string of ~HS is to come */
    for (size_t at = 0; next_frame(bytes, n, &at, &frame);) {
        struct zebra seen = whole;
        if (read_query(&frame, &seen)) {
            whole = seen;
            whole.has_words = true;
        } else if (read_identity(&frame, &whole)) {
            continue;
        } else if (read_first(&frame, &part)) {
            next = 1;
        } else if (next == 1 && read_second(&frame, &part)) {
            next = 2;
        } else {
            if (next == 2 && read_third(&frame)) {
                whole.flags = part;
                whole.has_flags = true;
            }
            next = 0;
        }
    }
    *ret = whole;
}

struct meaning {
    uint64_t bit;
    const char *keyword, *sentence;
};

static const struct meaning errors[] = {
    {0x1, "media-empty-error", "it is out of media"},
    {0x2, "marker-supply-empty-error", "it is out of ribbon"},
    {0x4, "cover-open-error", "the head is open"},
    {0x8, "other-error", "its cutter does not work"},
    {0x10, "other-error", "the head is too hot"},
    {0x20, "other-error", "its motor is too hot"},
    {0x40, "other-error", "the head has a dead dot"},
    {0x80, "other-error", "the head is not recognised"},
    {0x100, "other-error", "its firmware is not set up rightly"},
    {0x200, "other-error", "the head's thermometer is broken"},
    {0x1000, "media-jam-error", "its paper path is not free"},
    {0x2000, "media-jam-error", "it cannot feed"},
    {0x4000, "other-error", "its presenter does not run"},
    {0x8000, "media-jam-error", "paper is jammed"},
    {0x10000, "paused", "it is paused"},
    {0x20000, "other-error", "a label could not be drawn back"},
    {0x40000, "other-error", "it cannot find its black marks"},
    {0x80000, "other-error", "it cannot find its black marks"},
};

static const struct meaning warnings[] = {
    {0x1, "other-warning", "it wants to be calibrated"},
    {0x2, "other-warning", "the head wants to be cleaned"},
    {0x4, "other-warning", "the head wants to be replaced"},
    {0x8, "media-low-warning", "its media are nearly used up"},
};

/* Bits that have no meaning here still mean that something is the matter. */
static void
add_bits(uint64_t bits, bool flag, const struct meaning *meanings, size_t count,
         const char *keyword, const char *sentence, struct reasons *ret)
{
    if (!flag)
        return;
    bool is_bare = bits == 0;
    for (size_t i = 0; i < count; i++) {
        if (bits & meanings[i].bit)
            reasons_add(ret, meanings[i].keyword, meanings[i].sentence);
        bits &= ~meanings[i].bit;
    }
    if (bits || is_bare)
        reasons_add(ret, keyword, sentence);
}

void
zebra_reasons(const struct zebra *zebra, struct reasons *ret)
{
    const struct zebra_flags *flags = &zebra->flags;
    const struct {
        bool is_set;
        struct meaning meaning;
    } set[] = {
        {flags->is_paper_out, {0, "media-empty-error", "it is out of media"}},
        {flags->is_ribbon_out, {0, "marker-supply-empty-error", "it is out of ribbon"}},
        {flags->is_head_open, {0, "cover-open-error", "the head is open"}},
        {flags->is_hot, {0, "other-error", "the head is too hot"}},
        {flags->is_ram_corrupt, {0, "other-error", "it has lost its settings"}},
        {flags->is_paused, {0, "paused", "it is paused"}},
        {flags->is_cold, {0, "other-warning", "the head is too cold"}},
        {flags->is_buffer_full, {0, "spool-area-full-report", "its buffer is full"}},
        {flags->is_label_waiting,
         {0, "output-area-full-report", "a label waits to be taken away"}},
    };
    for (size_t i = 0; zebra->has_flags && i < COUNT_OF(set); i++)
        if (set[i].is_set)
            reasons_add(ret, set[i].meaning.keyword, set[i].meaning.sentence);
    if (!zebra->has_words)
        return;
    add_bits(zebra->errors, zebra->has_errors, errors, COUNT_OF(errors), "other-error",
             "it tells of an error that has no name here", ret);
    add_bits(zebra->warnings, zebra->has_warnings, warnings, COUNT_OF(warnings),
             "other-warning", "it tells of a warning that has no name here", ret);
}

/* --- ^HW -------------------------------------------------------------------------- */

/* "* R:TABCDEFG.ZPL   4711": the name as a word of its own, with or without the memory.
 */
static bool
line_names(const char *p, const char *end, const char *name)
{
    size_t n = strlen(name);
    while (p < end && (*p == ' ' || *p == '*'))
        p++;
    if (end - p < 2 || p[1] != ':') { /* old firmware leaves the memory out */
        name += 2;
        n -= 2;
    }
    return (size_t)(end - p) > n && memcmp(p, name, n) == 0 && p[n] == ' ';
}

bool
zebra_lists(const char *bytes, size_t n, const char *name, bool *ret_is_whole)
{
    struct frame frame;
    bool is_listed = false;
    *ret_is_whole = false;
    for (size_t at = 0; next_frame(bytes, n, &at, &frame);) {
        if (!memmem(frame.p, frame.n, "DIR ", 4) || strlen(name) < 3)
            continue;
        *ret_is_whole = true;
        const char *p = frame.p, *end = frame.p + frame.n;
        while (p < end) {
            const char *line = p;
            while (p < end && *p != '\r' && *p != '\n')
                p++;
            is_listed |= line_names(line, p, name);
            p += p < end;
        }
    }
    return is_listed;
}
