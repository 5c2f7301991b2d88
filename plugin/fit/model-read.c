/* Reads a model's bytes, and refuses what is not wholly one.
 *
 * In come bytes of unknown origin; out comes a model, or a note that says what is wrong.
 * The checksum is looked at before anything inside, so what follows it meets only what
 * was once written, or was made by somebody who could make checksums; both are checked
 * for lengths, tags and sense. Sections of others are kept as they are. */
#include "fit/model-inside.h"

#include <string.h>

struct reader {
    const uint8_t *p;
    size_t left;
    const char *file;
    struct notes *notes;
    struct model_parts parts;
    struct model_section sections[MODEL_SECTIONS_MAX];
    bool has_base;
};

static enum status
damaged(const struct reader *reader, const char *what)
{
    return note_fail(reader->notes, STATUS_BAD_INPUT, NOTE_MODEL_DAMAGED, reader->file, 0,
                     "a model cannot be used: %s", what);
}

static uint64_t
get_number(struct reader *reader, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)reader->p[i] << (8 * i);
    reader->p += bytes;
    reader->left -= bytes;
    return value;
}

static void
get_doubles(struct reader *reader, double *ret, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = get_number(reader, 8);
        memcpy(&ret[i], &bits, sizeof(bits));
    }
}

static void
get_integers(struct reader *reader, int64_t *ret, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ret[i] = (int64_t)get_number(reader, 8);
}

static bool
get_base(struct reader *reader)
{
    int64_t day;
    get_integers(reader, &day, 1);
    get_integers(reader, &reader->parts.customers, 1);
    memcpy(reader->parts.currency, reader->p, sizeof(reader->parts.currency));
    if (day < INT32_MIN || day > INT32_MAX)
        return false;
    reader->parts.trained.n = (int32_t)day;
    reader->has_base = true;
    return true;
}

static bool
get_bgnbd(struct reader *reader)
{
    struct bgnbd *m = &reader->parts.bgnbd;
    double four[4];
    get_doubles(reader, four, 4);
    *m = (struct bgnbd){.r = four[0], .alpha_weeks = four[1], .a = four[2], .b = four[3]};
    get_doubles(reader, m->relative_error, 4);
    get_doubles(reader, &m->log_likelihood, 1);
    get_integers(reader, &m->customers, 1);
    reader->parts.has_bgnbd = true;
    return true;
}

static bool
get_spend(struct reader *reader)
{
    struct spend *m = &reader->parts.spend;
    double three[3];
    get_doubles(reader, three, 3);
    *m = (struct spend){.p = three[0], .q = three[1], .gamma_minor = three[2]};
    get_doubles(reader, m->relative_error, 3);
    get_doubles(reader, &m->log_likelihood, 1);
    get_doubles(reader, &m->correlation, 1);
    get_integers(reader, &m->customers, 1);
    get_integers(reader, &m->left_out, 1);
    reader->parts.has_spend = true;
    return true;
}

static bool
get_rfm(struct reader *reader)
{
    struct rfm *m = &reader->parts.rfm;
    get_integers(reader, m->recency_days, 4);
    get_integers(reader, m->orders, 4);
    get_integers(reader, m->spend_minor, 4);
    get_integers(reader, &m->customers, 1);
    reader->parts.has_rfm = true;
    return true;
}

/* One of this room's sections: true when it is the length it must be and comes once. */
static bool
get_own(struct reader *reader, const char *tag, size_t n, bool *ret_known)
{
    const struct {
        const char *tag;
        size_t n;
        bool was;
        bool (*get)(struct reader *reader);
    } rows[] = {
        {"BASE", 20, reader->has_base, get_base},
        {"BGNB", 80, reader->parts.has_bgnbd, get_bgnbd},
        {"SPND", 80, reader->parts.has_spend, get_spend},
        {"RFMC", 104, reader->parts.has_rfm, get_rfm},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (!text_equal(tag, rows[i].tag))
            continue;
        const uint8_t *body = reader->p;
        const size_t left = reader->left;
        *ret_known = true;
        if (rows[i].n != n || rows[i].was || !rows[i].get(reader))
            return false;
        reader->p = body + n;
        reader->left = left - n;
        return true;
    }
    *ret_known = false;
    return true;
}

static enum status
read_section(struct reader *reader)
{
    struct model_section section = {{0}, NULL, 0};
    bool is_known;
    if (reader->left < MODEL_TAG_SIZE + 4)
        return damaged(reader, "a section is missing");
    memcpy(section.tag, reader->p, MODEL_TAG_SIZE);
    reader->p += MODEL_TAG_SIZE;
    reader->left -= MODEL_TAG_SIZE;
    section.n = get_number(reader, 4);
    if (section.n > reader->left)
        return damaged(reader, "a section is longer than the model");
    if (!get_own(reader, section.tag, section.n, &is_known))
        return damaged(reader, "a section comes twice, or is not as long as it must be");
    if (is_known)
        return STATUS_OK;
    if (reader->parts.section_count == MODEL_SECTIONS_MAX)
        return damaged(reader, "it has too many sections");
    section.bytes = reader->p;
    reader->p += section.n;
    reader->left -= section.n;
    reader->sections[reader->parts.section_count++] = section;
    return STATUS_OK;
}

/* The head and the checksum; leaves the reader at the first section. */
static enum status
read_head(struct reader *reader, size_t *ret_count)
{
    const uint8_t *begin = reader->p;
    const size_t n = reader->left;
    uint8_t sum[MODEL_SUM_SIZE];
    if (n < MODEL_HEAD_SIZE + MODEL_SUM_SIZE ||
        memcmp(begin, MODEL_MAGIC, MODEL_MAGIC_SIZE) != 0)
        return damaged(reader, "it does not begin as one, or is too short");
    reader->p += MODEL_MAGIC_SIZE;
    uint64_t version = get_number(reader, 4);
    size_t count = get_number(reader, 4);
    uint64_t length = get_number(reader, 8);
    if (length != n)
        return damaged(reader, "it is cut short, or something follows it");
    model_sum(begin, n - MODEL_SUM_SIZE, sum);
    if (memcmp(sum, begin + n - MODEL_SUM_SIZE, MODEL_SUM_SIZE) != 0)
        return damaged(reader, "its bytes were changed (the checksum is another)");
    if (version > MODEL_VERSION)
        return note_fail(reader->notes, STATUS_TOO_NEW, NOTE_MODEL_TOO_NEW, reader->file,
                         0, "a model is of version %llu; this tuck reads up to %d",
                         (unsigned long long)version, MODEL_VERSION);
    if (version < 1)
        return damaged(reader, "its version is 0");
    reader->left = n - MODEL_HEAD_SIZE - MODEL_SUM_SIZE;
    *ret_count = count;
    return STATUS_OK;
}

enum status
model_read(const void *bytes, size_t n, const char *file, struct notes *notes,
           struct model **ret)
{
    struct reader reader = {.p = bytes, .left = n, .file = file, .notes = notes};
    size_t count = 0;
    enum status status = read_head(&reader, &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = read_section(&reader);
    if (status != STATUS_OK)
        return status;
    if (reader.left > 0)
        return damaged(&reader, "it holds more than its sections");
    if (!reader.has_base)
        return damaged(&reader, "it lacks its section BASE");
    reader.parts.sections = reader.sections;
    status = model_check(&reader.parts, STATUS_BAD_INPUT, file, notes);
    return status == STATUS_OK ? model_make(&reader.parts, notes, ret) : status;
}
