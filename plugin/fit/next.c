/* Reading an opened model: a product, its neighbours, and all of it for people. */
#include "fit/next-inside.h"

#include "base/hash.h"

uint32_t
next_item_number(const struct next_model *model, const char *sku)
{
    uint32_t mask = model->at.slot_count - 1, slot = hash_fnv32a(sku, strlen(sku)) & mask;
    for (;; slot = (slot + 1) & mask) {
        uint32_t item = next_number(model, model->at.slots, slot);
        if (item == NEXT_NO_SLOT)
            return WORDS_NONE;
        if (strcmp(next_sku(model, item), sku) == 0)
            return item;
    }
}

static struct next_item
item_of(const struct next_model *model, uint32_t item)
{
    const struct next_layout *at = &model->at;
    return (struct next_item){
        .sku = next_sku(model, item),
        .category = next_category(model, next_number(model, at->category, item)),
        .customers = next_number(model, at->customers, item),
        .repeaters = next_number(model, at->repeaters, item),
        .frequency = next_real(model, at->frequency, item),
        .newest_day = (int32_t)next_number(model, at->newest, item),
        .gap_days = next_real(model, at->gap_days, item),
        .gap_count = next_number(model, at->gap_count, item),
    };
}

bool
next_find(const struct next_model *model, const char *sku, struct next_item *ret)
{
    uint32_t item = sku ? next_item_number(model, sku) : WORDS_NONE;
    if (item == WORDS_NONE)
        return false;
    *ret = item_of(model, item);
    return true;
}

static size_t
neighbours_of(const struct next_model *model, uint32_t item, struct next_neighbour *ret,
              size_t most)
{
    size_t begin = next_number(model, model->at.neighbour_at, item);
    size_t end = next_number(model, model->at.neighbour_at, (size_t)item + 1);
    size_t count = end - begin < most ? end - begin : most;
    for (size_t i = 0; i < count; i++)
        ret[i] = (struct next_neighbour){
            .sku = next_sku(model, next_number(model, model->at.neighbour, begin + i)),
            .alike = next_real(model, model->at.alike, begin + i),
        };
    return count;
}

size_t
next_neighbours(const struct next_model *model, const char *sku,
                struct next_neighbour *ret, size_t most)
{
    uint32_t item = sku ? next_item_number(model, sku) : WORDS_NONE;
    return item == WORDS_NONE ? 0 : neighbours_of(model, item, ret, most);
}

/* --- for people ------------------------------------------------------------------------ */

/* A real with three places, whatever the locale. */
static void
add_real(struct buf *buf, double value)
{
    char text[32];
    bool is_short = value < 1e12;
    text_from_double(is_short ? (double)(int64_t)(value * 1000 + 0.5) / 1000 : value, text);
    buf_puts(buf, text);
}

/* A text on its line: what a terminal would act on becomes a question mark. */
static void
add_text(struct buf *buf, const char *text)
{
    for (; *text; text++)
        buf_add(buf, (unsigned char)*text < 0x20 || *text == 0x7f ? "?" : text, 1);
}

static void
dump_head(const struct next_model *model, struct buf *ret)
{
    buf_printf(ret, "products %u, categories %u, neighbours %u\n", model->sku_count,
               model->category_count - 1, model->neighbour_count);
    buf_printf(ret, "learnt from %llu customers, %llu purchases",
               (unsigned long long)model->customer_count,
               (unsigned long long)model->purchase_count);
    if (model->halvings > 0)
        buf_printf(ret, " (one customer in %llu)", 1ull << (model->halvings & 63));
    buf_printf(ret, ", newest day %d\nhalf-life ", model->newest_day);
    add_real(ret, model->half_life_days);
    buf_printf(ret, " days, pairs within %d days from %d customers, shrinkage ",
               model->window_days, model->support_least);
    add_real(ret, model->shrinkage);
    buf_puts(ret, ", apart ");
    add_real(ret, model->apart_weight);
    buf_puts(ret, "\n");
}

static void
dump_item(const struct next_model *model, uint32_t number, struct buf *ret)
{
    struct next_neighbour neighbours[256];
    struct next_item item = item_of(model, number);
    size_t count = neighbours_of(model, number, neighbours, COUNT_OF(neighbours));
    buf_puts(ret, "\n");
    add_text(ret, item.sku);
    if (item.category[0] != '\0') {
        buf_puts(ret, " [");
        add_text(ret, item.category);
        buf_puts(ret, "]");
    }
    buf_puts(ret, ": frequency ");
    add_real(ret, item.frequency);
    buf_printf(ret, ", %u customers, last on day %d", item.customers, item.newest_day);
    if (item.gap_count > 0) {
        buf_printf(ret, ", %u again after ", item.repeaters);
        add_real(ret, item.gap_days);
        buf_puts(ret, " days");
    }
    buf_puts(ret, "\n");
    for (size_t i = 0; i < count; i++) {
        buf_puts(ret, "    ");
        add_real(ret, neighbours[i].alike);
        buf_puts(ret, " ");
        add_text(ret, neighbours[i].sku);
        buf_puts(ret, "\n");
    }
}

void
next_dump(const struct next_model *model, size_t items_most, struct buf *ret)
{
    dump_head(model, ret);
    for (size_t i = 0; i < model->sku_count && i < items_most; i++)
        dump_item(model, next_number(model, model->at.popular, i), ret);
}

const char *
next_reason_name(enum next_reason reason)
{
    switch (reason) {
    case NEXT_GOES_WITH:
        return "goes-with";
    case NEXT_LIKED_BY_MANY:
        return "liked-by-many";
    case NEXT_AGAIN:
        return "again";
    }
    return "unknown";
}
