/* Models: made of parts, shared by counting, and written as bytes.
 *
 * In come fitted parameters and other rooms' sections, which are copied; out comes a
 * thing that nobody changes. Parts that make no sense are refused here, so whoever asks a
 * model need not look. Reading stands in model-read.c, the text in model-dump.c. */
#include "fit/model-inside.h"

#include "base/hash.h"
#include "base/money.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
model_sum(const void *bytes, size_t n, uint8_t ret[MODEL_SUM_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    struct digest digest = hash_sha256(bytes, n);
    for (size_t i = 0; i < MODEL_SUM_SIZE; i++) {
        ptrdiff_t high = strchr(digits, digest.hex[2 * i]) - digits;
        ptrdiff_t low = strchr(digits, digest.hex[2 * i + 1]) - digits;
        ret[i] = (uint8_t)(high << 4 | low);
    }
}

bool
model_is_tag(const char *tag)
{
    for (size_t i = 0; i < MODEL_TAG_SIZE; i++)
        if (!((tag[i] >= 'A' && tag[i] <= 'Z') || (tag[i] >= '0' && tag[i] <= '9')))
            return false;
    return tag[MODEL_TAG_SIZE] == '\0';
}

static bool
is_own_tag(const char *tag)
{
    return text_equal(tag, "BASE") || text_equal(tag, "BGNB") ||
           text_equal(tag, "SPND") || text_equal(tag, "RFMC");
}

static bool
are_counts_sound(const struct model_parts *parts)
{
    return parts->customers >= 0 && (!parts->has_bgnbd || parts->bgnbd.customers >= 0) &&
           (!parts->has_spend ||
            (parts->spend.customers >= 0 && parts->spend.left_out >= 0)) &&
           (!parts->has_rfm || parts->rfm.customers >= 0);
}

/* Errors of parameters are finite and not negative; a likelihood is finite. */
static bool
are_figures_sound(const double *errors, size_t count, double log_likelihood)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(errors[i]) || errors[i] < 0)
            return false;
    return isfinite(log_likelihood);
}

static const char *
find_fault(const struct model_parts *parts)
{
    if (day_is_none(parts->trained))
        return "a model needs the day it was trained";
    if (parts->currency[0] && !(parts->currency[3] == '\0' &&
                                money_is_currency(parts->currency)))
        return "a model's currency is none";
    if (!are_counts_sound(parts))
        return "a count of customers is negative";
    if (parts->has_bgnbd &&
        !(bgnbd_is_sound(&parts->bgnbd) &&
          are_figures_sound(parts->bgnbd.relative_error, 4, parts->bgnbd.log_likelihood)))
        return "the parameters of BG/NBD make no sense";
    if (parts->has_spend &&
        !(spend_is_sound(&parts->spend) && fabs(parts->spend.correlation) <= 1.000001 &&
          are_figures_sound(parts->spend.relative_error, 3, parts->spend.log_likelihood)))
        return "the parameters of Gamma-Gamma make no sense";
    if (parts->has_rfm && rfm_check(&parts->rfm, NULL) != STATUS_OK)
        return "the cuts of RFM do not rise";
    return NULL;
}

enum status
model_check(const struct model_parts *parts, enum status refused, const char *file,
            struct notes *notes)
{
    const char *fault = find_fault(parts);
    if (fault)
        return note_fail(notes, refused, NOTE_MODEL_PARTS, file, 0, "%s", fault);
    if (parts->section_count > MODEL_SECTIONS_MAX)
        return note_fail(notes, refused, NOTE_MODEL_PARTS, file, 0,
                         "a model has over %d sections", MODEL_SECTIONS_MAX);
    for (size_t i = 0; i < parts->section_count; i++) {
        const struct model_section *section = &parts->sections[i];
        if (!model_is_tag(section->tag) || is_own_tag(section->tag))
            return note_fail(notes, refused, NOTE_MODEL_PARTS, file, 0,
                             "section %zu of a model has no tag of its own", i + 1);
        for (size_t k = 0; k < i; k++)
            if (text_equal(section->tag, parts->sections[k].tag))
                return note_fail(notes, refused, NOTE_MODEL_PARTS, file, 0,
                                 "a model has two sections %s", section->tag);
        if (section->n > UINT32_MAX)
            return note_fail(notes, refused, NOTE_MODEL_PARTS, file, 0,
                             "section %s of a model is too long", section->tag);
    }
    return STATUS_OK;
}

static bool
copy_sections(struct model *model)
{
    const size_t count = model->parts.section_count;
    struct model_section *copies =
        arena_make_array(model->arena, count, sizeof(*copies));
    if (!copies)
        return false;
    for (size_t i = 0; i < count; i++) {
        copies[i] = model->parts.sections[i];
        void *bytes = arena_make(model->arena, copies[i].n);
        if (!bytes)
            return false;
        if (copies[i].n > 0)
            memcpy(bytes, copies[i].bytes, copies[i].n);
        copies[i].bytes = bytes;
    }
    model->parts.sections = copies;
    return true;
}

enum status
model_make(const struct model_parts *parts, struct notes *notes, struct model **ret)
{
    struct model *model CLEANUP(model_unrefp) = calloc(1, sizeof(*model));
    if (model) {
        atomic_init(&model->references, 1);
        model->parts = *parts;
        model->arena = arena_new(0);
    }
    if (!model || !model->arena || !copy_sections(model))
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_NO_MEMORY, NULL, 0,
                         "no memory for a model");
    *ret = take(model);
    return STATUS_OK;
}

enum status
model_new(const struct model_parts *parts, struct notes *notes, struct model **ret)
{
    enum status status = model_check(parts, STATUS_BAD_CALL, NULL, notes);
    return status == STATUS_OK ? model_make(parts, notes, ret) : status;
}

struct model *
model_ref(struct model *model)
{
    if (model)
        atomic_fetch_add_explicit(&model->references, 1, memory_order_relaxed);
    return model;
}

void
model_unref(struct model *model)
{
    if (!model ||
        atomic_fetch_sub_explicit(&model->references, 1, memory_order_acq_rel) != 1)
        return;
    arena_free(model->arena);
    free(model);
}

void
model_unrefp(struct model **model)
{
    model_unref(*model);
}

const struct model_parts *
model_parts(const struct model *model)
{
    return &model->parts;
}

const struct model_section *
model_find(const struct model *model, const char *tag)
{
    for (size_t i = 0; i < model->parts.section_count; i++)
        if (text_equal(model->parts.sections[i].tag, tag))
            return &model->parts.sections[i];
    return NULL;
}

static void
put_number(struct buf *out, uint64_t value, size_t bytes)
{
    uint8_t little[8];
    for (size_t i = 0; i < bytes; i++)
        little[i] = (uint8_t)(value >> (8 * i));
    buf_add(out, little, bytes);
}

static void
put_doubles(struct buf *out, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof(bits));
        put_number(out, bits, 8);
    }
}

static void
put_integers(struct buf *out, const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_number(out, (uint64_t)values[i], 8);
}

static void
put_section(struct buf *out, const char *tag, const void *bytes, size_t n)
{
    buf_add(out, tag, MODEL_TAG_SIZE);
    put_number(out, n, 4);
    if (n > 0)
        buf_add(out, bytes, n);
}

static void
put_own(struct buf *out, const char *tag, struct buf *body)
{
    out->failed |= body->failed;
    put_section(out, tag, body->p, body->n);
    buf_reset(body);
}

static void
put_parts(struct buf *out, const struct model_parts *parts)
{
    struct buf body BUF_AUTO = {0};
    put_number(&body, (uint64_t)parts->trained.n, 8);
    put_integers(&body, &parts->customers, 1);
    buf_add(&body, parts->currency, sizeof(parts->currency));
    put_own(out, "BASE", &body);
    if (parts->has_bgnbd) {
        const struct bgnbd *m = &parts->bgnbd;
        put_doubles(&body, (double[]){m->r, m->alpha_weeks, m->a, m->b}, 4);
        put_doubles(&body, m->relative_error, 4);
        put_doubles(&body, &m->log_likelihood, 1);
        put_integers(&body, &m->customers, 1);
        put_own(out, "BGNB", &body);
    }
    if (parts->has_spend) {
        const struct spend *m = &parts->spend;
        put_doubles(&body, (double[]){m->p, m->q, m->gamma_minor}, 3);
        put_doubles(&body, m->relative_error, 3);
        put_doubles(&body, (double[]){m->log_likelihood, m->correlation}, 2);
        put_integers(&body, (int64_t[]){m->customers, m->left_out}, 2);
        put_own(out, "SPND", &body);
    }
    if (parts->has_rfm) {
        put_integers(&body, parts->rfm.recency_days, 4);
        put_integers(&body, parts->rfm.orders, 4);
        put_integers(&body, parts->rfm.spend_minor, 4);
        put_integers(&body, &parts->rfm.customers, 1);
        put_own(out, "RFMC", &body);
    }
}

void
model_write(const struct model *model, struct buf *out)
{
    const struct model_parts *parts = &model->parts;
    struct buf body BUF_AUTO = {.ceiling = SIZE_MAX / 2};
    uint8_t sum[MODEL_SUM_SIZE];
    size_t count = 1 + parts->has_bgnbd + parts->has_spend + parts->has_rfm +
                   parts->section_count;
    size_t begin = out->n;
    put_parts(&body, parts);
    for (size_t i = 0; i < parts->section_count; i++)
        put_section(&body, parts->sections[i].tag, parts->sections[i].bytes,
                    parts->sections[i].n);
    buf_add(out, MODEL_MAGIC, MODEL_MAGIC_SIZE);
    put_number(out, MODEL_VERSION, 4);
    put_number(out, count, 4);
    put_number(out, MODEL_HEAD_SIZE + body.n + MODEL_SUM_SIZE, 8);
    out->failed |= body.failed;
    buf_add(out, body.p, body.n);
    if (out->failed)
        return;
    model_sum(out->p + begin, out->n - begin, sum);
    buf_add(out, sum, sizeof(sum));
}
