/* Opening a model: the head, the checksum, and every number that is later a place.
 *
 * The checksum finds damage, not malice: so each number that is used as a place, each order
 * that a search rests on and each text is looked at, and what passes can be read without
 * another look. */
#include "fit/next-inside.h"

#include "base/hash.h"

#include <math.h>

static bool
is_positive(double value)
{
    return value > 0 && !isinf(value);
}

static bool
read_head(const uint8_t *bytes, size_t size, struct next_model *model)
{
    *model = (struct next_model){
        .bytes = bytes,
        .sku_count = next_u32(bytes, HEAD_SKUS),
        .category_count = next_u32(bytes, HEAD_CATEGORIES),
        .neighbour_count = next_u32(bytes, HEAD_NEIGHBOURS),
        .newest_day = (int32_t)next_u32(bytes, HEAD_NEWEST),
        .customer_count = next_u32(bytes, HEAD_CUSTOMERS) |
                          (uint64_t)next_u32(bytes, HEAD_CUSTOMERS + 4) << 32,
        .purchase_count = next_u32(bytes, HEAD_PURCHASES) |
                          (uint64_t)next_u32(bytes, HEAD_PURCHASES + 4) << 32,
        .halvings = next_u32(bytes, HEAD_HALVINGS),
        .half_life_days = next_f32(bytes, HEAD_HALF_LIFE),
        .shrinkage = next_f32(bytes, HEAD_SHRINKAGE),
        .apart_weight = next_f32(bytes, HEAD_APART),
        .window_days = (int)next_u32(bytes, HEAD_WINDOW),
        .support_least = (int)next_u32(bytes, HEAD_SUPPORT),
        .neighbours_most = (int)next_u32(bytes, HEAD_NEIGHBOURS_MOST),
        .at.slot_count = next_u32(bytes, HEAD_SLOTS),
        .at.text_size = next_u32(bytes, HEAD_TEXT),
    };
    for (size_t i = HEAD_ZEROS; i < NEXT_HEAD_SIZE; i++)
        if (bytes[i] != 0)
            return false;
    return next_u32(bytes, HEAD_SIZE) == size && is_positive(model->half_life_days) &&
           is_positive(model->shrinkage) && is_positive(model->apart_weight) &&
           model->window_days > 0 && model->support_least > 0 &&
           model->neighbours_most > 0 && model->neighbours_most < 256;
}

static bool
are_texts_fit(const struct next_model *model, size_t array, size_t count)
{
    const char *text = (const char *)model->bytes + model->at.text;
    const char *last = NULL;
    for (size_t i = 0; i < count; i++) {
        uint32_t at = next_number(model, array, i);
        if (at >= model->at.text_size)
            return false;
        size_t n = strlen(text + at); /* the whole text ends in a NUL */
        if (n > NEXT_SKU_MOST || !text_is_utf8(text + at, n) ||
            (last && strcmp(last, text + at) >= 0))
            return false;
        last = text + at;
    }
    return true;
}

/* That an array of places begins at 0, never falls, and ends with `end`. */
static bool
rises(const struct next_model *model, size_t array, size_t count, uint32_t end)
{
    uint32_t last = 0;
    for (size_t i = 0; i <= count; i++) {
        uint32_t at = next_number(model, array, i);
        if (at < last || (i == 0 && at != 0))
            return false;
        last = at;
    }
    return last == end;
}

static bool
are_items_fit(const struct next_model *model)
{
    for (size_t i = 0; i < model->sku_count; i++) {
        double frequency = next_real(model, model->at.frequency, i);
        double gap = next_real(model, model->at.gap_days, i);
        if (next_number(model, model->at.category, i) >= model->category_count ||
            !(frequency >= 0) || isinf(frequency) || !(gap >= 0) || isinf(gap))
            return false;
    }
    return true;
}

static bool
are_neighbours_fit(const struct next_model *model)
{
    for (size_t item = 0; item < model->sku_count; item++) {
        size_t begin = next_number(model, model->at.neighbour_at, item);
        size_t end = next_number(model, model->at.neighbour_at, item + 1);
        if (end - begin > (size_t)model->neighbours_most)
            return false;
        for (size_t i = begin; i < end; i++) {
            float alike = next_real(model, model->at.alike, i);
            uint32_t other = next_number(model, model->at.neighbour, i);
            if (other >= model->sku_count || other == item || !(alike > 0) || alike > 1 ||
                (i > begin && alike > next_real(model, model->at.alike, i - 1)))
                return false;
        }
    }
    return true;
}

/* That the listed items are ones, each more frequent than the next, or as frequent and
 * before it: so none is there twice. */
static bool
is_by_frequency(const struct next_model *model, size_t list, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        uint32_t item = next_number(model, list, i);
        if (item >= model->sku_count)
            return false;
        if (i == begin)
            continue;
        uint32_t before = next_number(model, list, i - 1);
        float more = next_real(model, model->at.frequency, before);
        float less = next_real(model, model->at.frequency, item);
        if (more < less || (more == less && before >= item))
            return false;
    }
    return true;
}

static bool
are_categories_fit(const struct next_model *model)
{
    if (model->category_count == 0 || next_category(model, 0)[0] != '\0')
        return false;
    for (uint32_t c = 0; c < model->category_count; c++) {
        size_t begin = next_number(model, model->at.category_item_at, c);
        size_t end = next_number(model, model->at.category_item_at, (size_t)c + 1);
        if (!is_by_frequency(model, model->at.category_item, begin, end))
            return false;
        for (size_t i = begin; i < end; i++) {
            uint32_t item = next_number(model, model->at.category_item, i);
            if (next_number(model, model->at.category, item) != c)
                return false;
        }
    }
    return true;
}

/* A search ends at a free slot, so there has to be one. */
static bool
are_slots_fit(const struct next_model *model)
{
    uint32_t count = model->at.slot_count, used = 0;
    if (count == 0 || (count & (count - 1)) != 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        uint32_t item = next_number(model, model->at.slots, i);
        if (item != NEXT_NO_SLOT && item >= model->sku_count)
            return false;
        used += item != NEXT_NO_SLOT;
    }
    return used == model->sku_count && used < count;
}

static bool
is_body_fit(const struct next_model *model)
{
    const struct next_layout *at = &model->at;
    return at->text_size > 0 && model->bytes[at->checksum - 1] == 0 &&
           are_texts_fit(model, at->sku_at, model->sku_count) &&
           are_texts_fit(model, at->category_at, model->category_count) &&
           rises(model, at->neighbour_at, model->sku_count, model->neighbour_count) &&
           rises(model, at->category_item_at, model->category_count, model->sku_count) &&
           are_items_fit(model) && are_neighbours_fit(model) &&
           is_by_frequency(model, at->popular, 0, model->sku_count) &&
           are_categories_fit(model) && are_slots_fit(model);
}

enum status
next_open(const void *bytes, size_t size, struct next_model *ret)
{
    struct next_model model;
    if (!bytes || size < NEXT_HEAD_SIZE + 4 || memcmp(bytes, NEXT_MAGIC, 8) != 0)
        return STATUS_BAD_INPUT;
    if (next_u32(bytes, HEAD_VERSION) > NEXT_VERSION)
        return STATUS_TOO_NEW;
    if (next_u32(bytes, HEAD_VERSION) != NEXT_VERSION ||
        !read_head(bytes, size, &model) || !next_lay_out(&model) || model.size != size ||
        next_u32(bytes, model.at.checksum) != hash_fnv32a(bytes, model.at.checksum) ||
        !is_body_fit(&model))
        return STATUS_BAD_INPUT;
    *ret = model;
    return STATUS_OK;
}
