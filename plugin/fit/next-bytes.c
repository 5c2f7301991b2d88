/* A model as bytes: where everything lies, and writing it.
 *
 * All numbers are four bytes, little endian, reals as IEEE 754 singles:
 *
 *     head              "tucknext" and numbers, see enum next_head
 *     sku at            of each SKU, where its text begins; SKUs in the order of bytes
 *     category, customers, frequency, newest day, gap days, gap count, repeaters
 *                       of each SKU
 *     neighbour at      of each SKU, where its neighbours begin; and where the last end
 *     neighbour, alike  of each pair, a product's most alike first
 *     popular           SKUs by their frequency
 *     category at       of each category, where its text begins; the first is ""
 *     category item at  of each category, where its SKUs begin; and where the last end
 *     category item     SKUs by their category, then their frequency
 *     slots             an open hash table of SKUs (FNV-1a), all ones when free
 *     text              each with its NUL, to a multiple of four bytes
 *     checksum          FNV-1a over all before
 */
#include "fit/next-inside.h"

#include "base/hash.h"

#include <stdlib.h>

/* Arrays stand one behind the other in the order in which they are named here. */
bool
next_lay_out(struct next_model *model)
{
    struct next_layout *at = &model->at;
    const struct {
        size_t *where;
        uint64_t count;
    } arrays[] = {
        {&at->sku_at, model->sku_count},
        {&at->category, model->sku_count},
        {&at->customers, model->sku_count},
        {&at->frequency, model->sku_count},
        {&at->newest, model->sku_count},
        {&at->gap_days, model->sku_count},
        {&at->gap_count, model->sku_count},
        {&at->repeaters, model->sku_count},
        {&at->neighbour_at, (uint64_t)model->sku_count + 1},
        {&at->neighbour, model->neighbour_count},
        {&at->alike, model->neighbour_count},
        {&at->popular, model->sku_count},
        {&at->category_at, model->category_count},
        {&at->category_item_at, (uint64_t)model->category_count + 1},
        {&at->category_item, model->sku_count},
        {&at->slots, at->slot_count},
        {&at->text, at->text_size / 4},
        {&at->checksum, 1},
    };
    uint64_t end = NEXT_HEAD_SIZE;
    if (at->text_size % 4 != 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(arrays); i++) {
        *arrays[i].where = (size_t)end;
        end += arrays[i].count * 4; /* 18 times 2^34 at most */
    }
    model->size = (size_t)end;
    return end <= UINT32_MAX;
}

/* --- writing --------------------------------------------------------------------------- */

static void
put(uint8_t *bytes, size_t at, uint32_t value)
{
    value = htole32(value);
    memcpy(bytes + at, &value, sizeof(value));
}

static void
put_real(uint8_t *bytes, size_t at, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    put(bytes, at, bits);
}

static void
put_long(uint8_t *bytes, size_t at, uint64_t value)
{
    put(bytes, at, (uint32_t)value);
    put(bytes, at + 4, (uint32_t)(value >> 32));
}

static void
put_head(uint8_t *bytes, const struct next_model *model)
{
    memcpy(bytes, NEXT_MAGIC, 8);
    put(bytes, HEAD_VERSION, NEXT_VERSION);
    put(bytes, HEAD_SIZE, (uint32_t)model->size);
    put(bytes, HEAD_SKUS, model->sku_count);
    put(bytes, HEAD_CATEGORIES, model->category_count);
    put(bytes, HEAD_NEIGHBOURS, model->neighbour_count);
    put(bytes, HEAD_SLOTS, model->at.slot_count);
    put(bytes, HEAD_TEXT, model->at.text_size);
    put(bytes, HEAD_NEWEST, (uint32_t)model->newest_day);
    put_long(bytes, HEAD_CUSTOMERS, model->customer_count);
    put_long(bytes, HEAD_PURCHASES, model->purchase_count);
    put(bytes, HEAD_HALVINGS, model->halvings);
    put_real(bytes, HEAD_HALF_LIFE, (float)model->half_life_days);
    put_real(bytes, HEAD_SHRINKAGE, (float)model->shrinkage);
    put_real(bytes, HEAD_APART, (float)model->apart_weight);
    put(bytes, HEAD_WINDOW, (uint32_t)model->window_days);
    put(bytes, HEAD_SUPPORT, (uint32_t)model->support_least);
    put(bytes, HEAD_NEIGHBOURS_MOST, (uint32_t)model->neighbours_most);
}

static void
put_items(uint8_t *bytes, const struct next_layout *at, const struct next_counts *counts)
{
    for (size_t i = 0; i < counts->item_count; i++) {
        const struct next_counted *item = &counts->items[i];
        put(bytes, at->category + 4 * i, item->category);
        put(bytes, at->customers + 4 * i, item->customers);
        put_real(bytes, at->frequency + 4 * i, item->frequency);
        put(bytes, at->newest + 4 * i, (uint32_t)item->newest_day);
        put_real(bytes, at->gap_days + 4 * i, item->gap_days);
        put(bytes, at->gap_count + 4 * i, item->gap_count);
        put(bytes, at->repeaters + 4 * i, item->repeaters);
        put(bytes, at->neighbour_at + 4 * i, item->neighbour_at);
    }
    put(bytes, at->neighbour_at + 4 * (size_t)counts->item_count,
        (uint32_t)counts->like_count);
    for (size_t i = 0; i < counts->like_count; i++) {
        put(bytes, at->neighbour + 4 * i, counts->likes[i].item);
        put_real(bytes, at->alike + 4 * i, counts->likes[i].alike);
    }
}

static int
by_frequency(const void *a, const void *b, void *data)
{
    const struct next_counts *counts = data;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    float of_x = counts->items[x].frequency, of_y = counts->items[y].frequency;
    if (of_x != of_y)
        return of_x > of_y ? -1 : 1;
    return x < y ? -1 : x > y;
}

static int
by_category(const void *a, const void *b, void *data)
{
    const struct next_counts *counts = data;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint32_t of_x = counts->items[x].category, of_y = counts->items[y].category;
    if (of_x != of_y)
        return of_x < of_y ? -1 : 1;
    return by_frequency(a, b, data);
}

static bool
put_orders(uint8_t *bytes, const struct next_layout *at, const struct next_counts *counts)
{
    uint32_t *list = calloc((size_t)counts->item_count + 1, sizeof(*list));
    if (!list)
        return false;
    for (uint32_t i = 0; i < counts->item_count; i++)
        list[i] = i;
    qsort_r(list, counts->item_count, sizeof(*list), by_frequency, (void *)counts);
    for (size_t i = 0; i < counts->item_count; i++)
        put(bytes, at->popular + 4 * i, list[i]);
    qsort_r(list, counts->item_count, sizeof(*list), by_category, (void *)counts);
    uint32_t category = 0;
    for (size_t i = 0; i < counts->item_count; i++) {
        for (; category < counts->items[list[i]].category; category++)
            put(bytes, at->category_item_at + 4 * ((size_t)category + 1), (uint32_t)i);
        put(bytes, at->category_item + 4 * i, list[i]);
    }
    for (; category < counts->category_count; category++)
        put(bytes, at->category_item_at + 4 * ((size_t)category + 1), counts->item_count);
    free(list);
    return true;
}

static void
put_texts(uint8_t *bytes, const struct next_layout *at, const struct next_counts *counts)
{
    uint32_t text = 0, mask = at->slot_count - 1;
    memset(bytes + at->slots, 0xff, 4 * (size_t)at->slot_count);
    for (uint32_t i = 0; i < counts->item_count; i++) {
        size_t n = strlen(counts->sku[i]);
        uint32_t slot = hash_fnv32a(counts->sku[i], n) & mask;
        while (next_u32(bytes, at->slots + 4 * (size_t)slot) != NEXT_NO_SLOT)
            slot = (slot + 1) & mask;
        put(bytes, at->slots + 4 * (size_t)slot, i);
        put(bytes, at->sku_at + 4 * (size_t)i, text);
        memcpy(bytes + at->text + text, counts->sku[i], n);
        text += (uint32_t)n + 1;
    }
    for (size_t i = 0; i < counts->category_count; i++) {
        size_t n = strlen(counts->category[i]);
        put(bytes, at->category_at + 4 * i, text);
        memcpy(bytes + at->text + text, counts->category[i], n);
        text += (uint32_t)n + 1;
    }
}

static struct next_model
describe(const struct next_training *training, const struct next_counts *counts)
{
    const struct next_settings *settings = &training->settings;
    uint64_t text = training->items.text_size + training->categories.text_size;
    uint32_t slots = 4;
    while (slots / 2 < counts->item_count)
        slots *= 2;
    return (struct next_model){
        .sku_count = counts->item_count,
        .category_count = counts->category_count,
        .neighbour_count = (uint32_t)counts->like_count,
        .newest_day = counts->newest_day,
        .customer_count = counts->customer_count,
        .purchase_count = training->row_count,
        .halvings = training->halvings,
        .half_life_days = settings->half_life_days,
        .shrinkage = settings->shrinkage,
        .apart_weight = settings->apart_weight,
        .window_days = settings->window_days,
        .support_least = settings->support_least,
        .neighbours_most = settings->neighbours_most,
        .at.slot_count = slots,
        .at.text_size = (uint32_t)((text + 3) / 4 * 4),
    };
}

static enum status
write_model(const struct next_training *training, const struct next_counts *counts,
            struct buf *ret)
{
    struct next_model model = describe(training, counts);
    uint8_t *bytes = next_lay_out(&model) ? calloc(1, model.size) : NULL;
    if (!bytes || !put_orders(bytes, &model.at, counts)) {
        free(bytes);
        return STATUS_NO_MEMORY;
    }
    put_head(bytes, &model);
    put_items(bytes, &model.at, counts);
    put_texts(bytes, &model.at, counts);
    put(bytes, model.at.checksum, hash_fnv32a(bytes, model.at.checksum));
    buf_add(ret, bytes, model.size);
    free(bytes);
    return ret->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status
next_training_make(struct next_training *training, struct buf *ret)
{
    struct next_counts counts = {0};
    if (training->is_made)
        return STATUS_BAD_CALL;
    training->is_made = true;
    enum status status = next_count(training, &counts);
    if (status == STATUS_OK)
        status = write_model(training, &counts, ret);
    next_counts_done(&counts);
    return status;
}
