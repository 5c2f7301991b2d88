/* Facts of taste: what was bought and kept, and what was asked for.
 *
 * The walk over past orders hands every line to an index: one entry for each SKU,
 * category and tag, found through a hash table, so ten thousand orders cost no more a
 * line than ten and the functions that campaigns call need no walk. Entries keep the
 * order in which they were first seen, so nothing depends on the hash. */
#include "base/hash.h"
#include "customer/facts-inside.h"

#include <string.h>

enum taste_kind { TASTE_SKU, TASTE_CATEGORY, TASTE_TAG };

struct taste {
    enum taste_kind kind;
    uint32_t hash;
    const char *key; /* lent by the history; a tag is not terminated */
    size_t key_n;
    int64_t kept;        /* items bought that did not come back */
    int64_t returned;    /* items that did */
    size_t last_ordinal; /* of the last order that kept some */
    struct day last_day; /* its day */
    const char *name;    /* of a SKU: the latest told */
};

struct taste_index {
    struct arena *arena;
    struct taste *tastes;
    size_t count, room;
    uint32_t *slots;   /* place in `tastes` plus one; 0: free */
    size_t slot_count; /* a power of two, at least twice `count` */
    size_t category_count;
};

struct taste_index *
taste_index_make(struct arena *arena)
{
    struct taste_index *index = arena_make(arena, sizeof *index);

    if (!index)
        return NULL;
    index->arena = arena;
    index->slot_count = 128;
    index->slots = arena_make_array(arena, index->slot_count, sizeof *index->slots);
    return index->slots ? index : NULL;
}

static uint32_t
taste_hash(enum taste_kind kind, const char *key, size_t n)
{
    return hash_fnv32a(key, n) * 3 + (uint32_t)kind;
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t *
find_slot(const struct taste_index *index, enum taste_kind kind, const char *key,
          size_t n, uint32_t hash)
{
    for (size_t i = hash;; i++) {
        uint32_t *slot = &index->slots[i & (index->slot_count - 1)];
        if (*slot == 0)
            return slot;
        const struct taste *taste = &index->tastes[*slot - 1];
        if (taste->hash == hash && taste->kind == kind && taste->key_n == n &&
            memcmp(taste->key, key, n) == 0)
            return slot;
    }
}

static enum status
grow_slots(struct taste_index *index)
{
    size_t slot_count = index->slot_count * 2;
    uint32_t *slots = arena_make_array(index->arena, slot_count, sizeof *slots);

    if (!slots)
        return STATUS_NO_MEMORY;
    index->slots = slots;
    index->slot_count = slot_count;
    for (size_t i = 0; i < index->count; i++) {
        const struct taste *taste = &index->tastes[i];
        *find_slot(index, taste->kind, taste->key, taste->key_n, taste->hash) =
            (uint32_t)i + 1;
    }
    return STATUS_OK;
}

/* The entry of a key, new when there was none; NULL when memory is out. */
static struct taste *
taste_of(struct taste_index *index, enum taste_kind kind, const char *key, size_t n)
{
    uint32_t hash = taste_hash(kind, key, n);
    uint32_t *slot = find_slot(index, kind, key, n, hash);

    if (*slot != 0)
        return &index->tastes[*slot - 1];
    if ((index->count + 1) * 2 > index->slot_count) {
        if (grow_slots(index) != STATUS_OK)
            return NULL;
        slot = find_slot(index, kind, key, n, hash);
    }
    struct taste *taste = arena_append(index->arena, &index->tastes, &index->count,
                                       &index->room, sizeof *taste);
    if (!taste)
        return NULL;
    *slot = (uint32_t)index->count;
    taste->kind = kind;
    taste->hash = hash;
    taste->key = key;
    taste->key_n = n;
    index->category_count += kind == TASTE_CATEGORY;
    return taste;
}

struct purchase {
    int64_t kept, returned;
    size_t ordinal;
    struct day day;
};

static struct taste *
add_purchase(struct taste_index *index, enum taste_kind kind, const char *key, size_t n,
             const struct purchase *purchase)
{
    struct taste *taste = taste_of(index, kind, key, n);

    if (taste && __builtin_add_overflow(taste->returned, purchase->returned,
                                        &taste->returned))
        taste->returned = INT64_MAX;
    if (!taste || purchase->kept <= 0)
        return taste;
    if (__builtin_add_overflow(taste->kept, purchase->kept, &taste->kept))
        taste->kept = INT64_MAX;
    taste->last_ordinal = purchase->ordinal;
    taste->last_day = purchase->day;
    return taste;
}

static enum status
add_line(struct taste_index *index, const struct order_line *line,
         const struct purchase *purchase)
{
    struct taste *sku =
        add_purchase(index, TASTE_SKU, line->sku, strlen(line->sku), purchase);

    if (!sku)
        return STATUS_NO_MEMORY;
    if (line->name && *line->name)
        sku->name = line->name;
    if (line->category && *line->category &&
        !add_purchase(index, TASTE_CATEGORY, line->category, strlen(line->category),
                      purchase))
        return STATUS_NO_MEMORY;
    for (const char *p = line->tags; p && *p;) {
        size_t n = strcspn(p, " ");
        if (n > 0 && !add_purchase(index, TASTE_TAG, p, n, purchase))
            return STATUS_NO_MEMORY;
        p += n + (p[n] == ' ');
    }
    return STATUS_OK;
}

enum status
taste_index_add(struct taste_index *index, const struct past_order *past, size_t ordinal,
                struct day day)
{
    for (size_t i = 0; i < past->line_count; i++) {
        const struct order_line *line = &past->lines[i];
        struct purchase purchase = {line->quantity - line->returned, line->returned,
                                    ordinal, day};
        if (add_line(index, line, &purchase) != STATUS_OK)
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

/* NULL when no past order has the key. */
static const struct taste *
find_taste(const struct facts *facts, enum taste_kind kind, const char *key)
{
    size_t n = strlen(key);
    uint32_t slot = *find_slot(facts->tastes, kind, key, n, taste_hash(kind, key, n));

    return slot == 0 ? NULL : &facts->tastes->tastes[slot - 1];
}

/* --- facts ---------------------------------------------------------------------- */

/* More kept is better, then more recent, then first by spelling: within one order nothing
 * else tells them apart, and the answer must not hang on the order of lines. */
static bool
is_dearer(const struct taste *a, const struct taste *b)
{
    if (a->kept != b->kept)
        return a->kept > b->kept;
    if (a->last_ordinal != b->last_ordinal)
        return a->last_ordinal > b->last_ordinal;
    return strcmp(a->key, b->key) < 0;
}

static const struct taste *
favourite(const struct taste_index *index, enum taste_kind kind)
{
    const struct taste *best = NULL;

    for (size_t i = 0; i < index->count; i++) {
        const struct taste *taste = &index->tastes[i];
        if (taste->kind == kind && taste->kept > 0 && (!best || is_dearer(taste, best)))
            best = taste;
    }
    return best;
}

static bool
has_new_category(const struct facts *facts)
{
    const struct order *order = facts->order;

    if (facts->tastes->category_count == 0)
        return false;
    for (size_t i = 0; i < order->line_count; i++) {
        const char *category = order->lines[i].category;
        if (category && *category && !find_taste(facts, TASTE_CATEGORY, category))
            return true;
    }
    return false;
}

/* Of the conversations at most `days` old before the order, the latest that something was
 * looked for in, or that names an occasion. */
static const struct conversation *
latest_talk(const struct order *order, const struct history *history,
            const struct zone *zone, int32_t days, bool wants_occasion)
{
    int32_t today = zone_day(zone, order->placed_at_s, NULL).n;
    const struct conversation *latest = NULL;

    for (size_t i = 0; i < history->conversation_count; i++) {
        const struct conversation *talk = &history->conversations[i];
        const char *text = wants_occasion ? talk->occasion : talk->sought;
        if (text && *text && talk->at_s < order->placed_at_s &&
            (!latest || talk->at_s >= latest->at_s) &&
            today - zone_day(zone, talk->at_s, NULL).n <= days)
            latest = talk;
    }
    return latest;
}

#define SOUGHT_DAYS 365
#define OCCASION_DAYS 180

const char *
facts_sought_words(const struct order *order, const struct history *history,
                   const struct zone *zone)
{
    const struct conversation *talk =
        latest_talk(order, history, zone, SOUGHT_DAYS, false);

    return talk ? talk->sought : NULL;
}

/* What they looked for is there, and they have not got it meanwhile. */
static const char *
here_now(const struct making *making, const struct conversation *talk)
{
    const struct facts *facts = making->facts;
    const struct facts_found *found = making->settings.found;

    if (!found || !talk || facts_in_order(facts, found->sku))
        return NULL;
    const struct taste *taste = find_taste(facts, TASTE_SKU, found->sku);
    bool is_had = taste && taste->kept > 0 &&
                  taste->last_day.n >= zone_day(facts->zone, talk->at_s, NULL).n;
    return is_had ? NULL : found->name;
}

#define ANSWER_DAYS 60

/* What they asked: answered lately, and not answered yet. */
static void
fill_questions(struct making *making)
{
    const struct history *history = making->history;
    const struct question *latest = NULL;
    bool has_open = false;

    for (size_t i = 0; i < history->question_count; i++) {
        const struct question *question = &history->questions[i];
        if (!is_past(making, question->at_s))
            continue;
        if (question->answered_s == TIME_NONE || !is_past(making, question->answered_s))
            has_open = true;
        else if (days_since(making->facts, question->answered_s) <= ANSWER_DAYS &&
                 (!latest || question->answered_s >= latest->answered_s))
            latest = question;
    }
    set_text(making, FACT_QUESTION_ASKED, latest ? latest->asked : NULL);
    set_text(making, FACT_QUESTION_ANSWER, latest ? latest->answer : NULL);
    set_truth(making, FACT_OPEN_QUESTION, has_open);
}

void
fill_tastes(struct making *making)
{
    const struct facts *facts = making->facts;
    const struct taste *category = favourite(facts->tastes, TASTE_CATEGORY);
    const struct taste *sku = favourite(facts->tastes, TASTE_SKU);

    set_text(making, FACT_FAVOURITE_CATEGORY, category ? category->key : NULL);
    set_text(making, FACT_FAVOURITE_SKU, sku ? sku->key : NULL);
    set_text(making, FACT_FAVOURITE_NAME, sku ? sku->name : NULL);
    set_number(making, FACT_CATEGORIES, (double)facts->tastes->category_count);
    set_truth(making, FACT_NEW_CATEGORY, has_new_category(facts));
    const struct conversation *sought = latest_talk(
        making->order, making->history, facts->zone, SOUGHT_DAYS, false);
    const struct conversation *occasion = latest_talk(
        making->order, making->history, facts->zone, OCCASION_DAYS, true);
    set_text(making, FACT_SOUGHT, sought ? sought->sought : NULL);
    set_text(making, FACT_SOUGHT_HERE, here_now(making, sought));
    set_text(making, FACT_OCCASION, occasion ? occasion->occasion : NULL);
    fill_questions(making);
}

/* --- functions ------------------------------------------------------------------ */

/* The first day that is at most `days` back; 0 days: ever. */
static int64_t
first_day(const struct facts *facts, int32_t days)
{
    return days == 0 ? INT64_MIN : (int64_t)facts->today.n - days;
}

static bool
has_bought(const struct facts *facts, enum taste_kind kind, const char *key, int32_t days)
{
    const struct taste *taste = find_taste(facts, kind, key);

    return taste && taste->kept > 0 && taste->last_day.n >= first_day(facts, days);
}

bool
facts_bought(const struct facts *facts, const char *sku, int32_t days)
{
    return has_bought(facts, TASTE_SKU, sku, days);
}

bool
facts_bought_category(const struct facts *facts, const char *category, int32_t days)
{
    return has_bought(facts, TASTE_CATEGORY, category, days);
}

bool
facts_bought_tag(const struct facts *facts, const char *tag, int32_t days)
{
    return has_bought(facts, TASTE_TAG, tag, days);
}

int64_t
facts_kept_tag(const struct facts *facts, const char *tag)
{
    const struct taste *taste = find_taste(facts, TASTE_TAG, tag);

    return taste ? taste->kept : 0;
}

int64_t
facts_returned_tag(const struct facts *facts, const char *tag)
{
    const struct taste *taste = find_taste(facts, TASTE_TAG, tag);

    return taste ? taste->returned : 0;
}

int64_t
facts_quantity_bought(const struct facts *facts, const char *sku, int32_t days)
{
    const struct taste *taste = find_taste(facts, TASTE_SKU, sku);
    int64_t quantity = 0;

    if (!taste || taste->last_day.n < first_day(facts, days))
        return 0;
    if (days == 0)
        return taste->kept;
    for (size_t i = facts->order_count; i-- > 0;) {
        if (facts->order_day[i].n < first_day(facts, days))
            break;
        const struct past_order *past = &facts->history->orders[facts->order_index[i]];
        for (size_t k = 0; k < past->line_count; k++) {
            const struct order_line *line = &past->lines[k];
            if (strcmp(line->sku, sku) == 0 &&
                __builtin_add_overflow(quantity, line->quantity - line->returned,
                                       &quantity))
                return INT64_MAX;
        }
    }
    return quantity;
}

bool
facts_in_order(const struct facts *facts, const char *sku)
{
    for (size_t i = 0; i < facts->order->line_count; i++)
        if (strcmp(facts->order->lines[i].sku, sku) == 0)
            return true;
    return false;
}

bool
facts_category_in_order(const struct facts *facts, const char *category)
{
    for (size_t i = 0; i < facts->order->line_count; i++)
        if (text_equal(facts->order->lines[i].category, category))
            return true;
    return false;
}

bool
facts_tag_in_order(const struct facts *facts, const char *tag)
{
    size_t n = strlen(tag);

    for (size_t i = 0; i < facts->order->line_count; i++)
        if (words_have(facts->order->lines[i].tags, tag, n))
            return true;
    return false;
}

bool
facts_interested_in(const struct facts *facts, const char *interest)
{
    for (size_t i = 0; i < facts->history->interest_count; i++)
        if (text_equal_folded(facts->history->interests[i], interest))
            return true;
    return false;
}

bool
facts_sought(const struct facts *facts, const char *text, int32_t days)
{
    const struct history *history = facts->history;

    for (size_t i = 0; i < history->conversation_count; i++) {
        const struct conversation *talk = &history->conversations[i];
        if (talk->sought && *talk->sought && talk->at_s < facts->order->placed_at_s &&
            zone_day(facts->zone, talk->at_s, NULL).n >= first_day(facts, days) &&
            text_has_folded(talk->sought, text))
            return true;
    }
    return false;
}

const char *
facts_style(const struct facts *facts, const char *question)
{
    const struct history *history = facts->history;
    const struct style_answer *latest = NULL;

    /* TIME_NONE is before every time: an answer without one is the oldest */
    for (size_t i = 0; i < history->style_count; i++) {
        const struct style_answer *answer = &history->styles[i];
        if (answer->at_s < facts->order->placed_at_s &&
            (!latest || answer->at_s >= latest->at_s) &&
            strcmp(answer->question, question) == 0)
            latest = answer;
    }
    return latest ? latest->value : "";
}

double
facts_rating(const struct facts *facts, const char *offer)
{
    const struct history *history = facts->history;
    const struct rating *latest = NULL;

    for (size_t i = 0; i < history->rating_count; i++) {
        const struct rating *rating = &history->ratings[i];
        if (rating->at_s < facts->order->placed_at_s &&
            (!latest || rating->at_s >= latest->at_s) && text_equal(rating->offer, offer))
            latest = rating;
    }
    return latest ? latest->score : NAN;
}
