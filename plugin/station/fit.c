/* Learning: the whole ledger becomes one model that all stations share.
 *
 * Orders come by customer: days and sums for when and what they buy, baskets for what goes
 * with what, instants for whether an offer was followed by an order. Then decisions come:
 * what was printed and is old enough is a try, and a success by the campaign's word. A
 * part for which there is too little is left out, and said so. */
#include "station/fit.h"

#include "campaign/learned.h"
#include "fit/next.h"
#include "ledger/study.h"
#include "station/bench.h"
#include "station/found.h"

#include <stdlib.h>
#include <string.h>

#define FIT_PATIENCE_MS 600000
#define DAY_S 86400

/* A growing array of plain things. */
struct list {
    void *items;
    size_t count, room;
};

struct tally { /* of one offer and cohort; words of the study */
    const char *offer, *cohort;
    int64_t tries, successes;
};

struct fitting {
    struct tuck_shop *shop;
    const struct zone *zone;
    struct day today;
    int64_t now_s;
    /* of the customer in hand */
    uint32_t customer;
    bool has_customer;
    struct list purchases; /* struct purchase */
    int64_t orders, spend_minor;
    /* of all */
    struct list buyers;  /* struct buyer */
    struct list figures; /* struct rfm_figures */
    struct list placed;  /* int64_t: instants of orders, by customer */
    struct list first;   /* size_t: where a customer's begin; by customer */
    struct next_training *training;
    struct list lines; /* struct next_line: scratch */
    struct tally *tallies;
    size_t tally_count, tally_room; /* open addressing, half full at most */
};

static void *
list_add(struct list *list, size_t size)
{
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 256;
        void *made = reallocarray(list->items, room, size);
        if (!made)
            return NULL;
        list->items = made;
        list->room = room;
    }
    return (char *)list->items + list->count++ * size;
}

/* --- customers ---------------------------------------------------------------------- */

static enum status
end_customer(struct fitting *fitting)
{
    const struct purchase *purchases = fitting->purchases.items;
    size_t count = fitting->purchases.count;
    struct buyer buyer;
    fitting->has_customer = false;
    fitting->purchases.count = 0;
    if (count == 0 || !buyer_count(purchases, count, fitting->today, &buyer))
        return STATUS_OK;
    struct buyer *added = list_add(&fitting->buyers, sizeof(*added));
    struct rfm_figures *figures = list_add(&fitting->figures, sizeof(*figures));
    if (!added || !figures)
        return STATUS_NO_MEMORY;
    *added = buyer;
    *figures = (struct rfm_figures){fitting->today.n - purchases[count - 1].day.n,
                                    fitting->orders, fitting->spend_minor};
    return STATUS_OK;
}

static enum status
begin_customer(struct fitting *fitting, uint32_t customer)
{
    /* Numbers are dealt as customers appear; those between have no orders. */
    while (fitting->first.count <= customer) {
        size_t *first = list_add(&fitting->first, sizeof(*first));
        if (!first)
            return STATUS_NO_MEMORY;
        *first = fitting->placed.count;
    }
    fitting->customer = customer;
    fitting->has_customer = true;
    fitting->orders = fitting->spend_minor = 0;
    return STATUS_OK;
}

/* Spreads numbers that follow each other over all keys (SplitMix64's finaliser). */
static uint64_t
key_of(uint32_t customer)
{
    uint64_t z = (uint64_t)customer + UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static enum status
take_basket(struct fitting *fitting, const struct study_order *order, struct day day)
{
    fitting->lines.count = 0;
    for (size_t i = 0; i < order->line_count; i++) {
        const struct study_line *from = &order->lines[i];
        struct next_line *line = list_add(&fitting->lines, sizeof(*line));
        if (!line)
            return STATUS_NO_MEMORY;
        *line = (struct next_line){from->sku, from->category,
                                   (double)(from->quantity - from->returned)};
    }
    const struct next_basket basket = {key_of(order->customer), day.n,
                                       fitting->lines.items, fitting->lines.count};
    return next_training_add(fitting->training, &basket);
}

static enum status
take_order(void *data, const struct study_order *order)
{
    struct fitting *fitting = data;
    bool is_money = text_equal(order->currency, fitting->shop->settings->currency);
    enum status status = STATUS_OK;
    if (order->placed_at_s > fitting->now_s)
        return STATUS_OK;
    if (fitting->has_customer && fitting->customer != order->customer)
        status = end_customer(fitting);
    if (status == STATUS_OK && !fitting->has_customer)
        status = begin_customer(fitting, order->customer);
    int64_t *placed = list_add(&fitting->placed, sizeof(*placed));
    struct purchase *purchase = list_add(&fitting->purchases, sizeof(*purchase));
    if (status != STATUS_OK || !placed || !purchase)
        return STATUS_NO_MEMORY;
    *placed = order->placed_at_s;
    *purchase = (struct purchase){zone_day(fitting->zone, order->placed_at_s, NULL),
                                  is_money ? order->net_minor : 0};
    fitting->orders++;
    fitting->spend_minor += purchase->minor;
    return take_basket(fitting, order, purchase->day);
}

/* --- offers --------------------------------------------------------------------------- */

static struct tally *
find_tally(struct tally *tallies, size_t room, const char *offer, const char *cohort)
{
    uint64_t hash = ((uintptr_t)offer >> 3) * UINT64_C(0x9e3779b97f4a7c15) ^
                    ((uintptr_t)cohort >> 3) * UINT64_C(0xc4ceb9fe1a85ec53);
    size_t at = (hash >> 32) & (room - 1);
    while (tallies[at].offer &&
           (tallies[at].offer != offer || tallies[at].cohort != cohort))
        at = (at + 1) & (room - 1);
    return &tallies[at];
}

static struct tally *
get_tally(struct fitting *fitting, const char *offer, const char *cohort)
{
    if (2 * fitting->tally_count >= fitting->tally_room) {
        size_t room = fitting->tally_room ? 2 * fitting->tally_room : 256;
        struct tally *made = calloc(room, sizeof(*made));
        if (!made)
            return NULL;
        for (size_t i = 0; i < fitting->tally_room; i++)
            if (fitting->tallies[i].offer)
                *find_tally(made, room, fitting->tallies[i].offer,
                            fitting->tallies[i].cohort) = fitting->tallies[i];
        free(fitting->tallies);
        fitting->tallies = made;
        fitting->tally_room = room;
    }
    struct tally *tally =
        find_tally(fitting->tallies, fitting->tally_room, offer, cohort);
    if (!tally->offer) {
        *tally = (struct tally){.offer = offer, .cohort = cohort};
        fitting->tally_count++;
    }
    return tally;
}

static bool
has_ordered(const struct fitting *fitting, uint32_t customer, int64_t after_s,
            int64_t until_s)
{
    const size_t *first = fitting->first.items;
    const int64_t *placed = fitting->placed.items;
    if (customer >= fitting->first.count)
        return false;
    size_t end = customer + 1 < fitting->first.count ? first[customer + 1]
                                                     : fitting->placed.count;
    for (size_t i = first[customer]; i < end; i++)
        if (placed[i] > after_s && placed[i] <= until_s)
            return true;
    return false;
}

static bool
was_given(const struct study_piece *piece)
{
    return piece->offer && !piece->is_held_out &&
           (piece->was_printed || text_equal(piece->state, "redeemed"));
}

static enum status
take_decision(void *data, const struct study_decision *decision)
{
    struct fitting *fitting = data;
    const struct learning *learning = &fitting->shop->campaign->learning;
    int64_t until_s = decision->decided_s + (int64_t)learning->within_days * DAY_S;
    if (until_s > fitting->now_s ||
        (learning->reward == REWARD_ORDERED && decision->customer == STUDY_GUEST))
        return STATUS_OK;
    for (size_t i = 0; i < decision->piece_count; i++) {
        const struct study_piece *piece = &decision->pieces[i];
        if (!was_given(piece))
            continue;
        struct tally *tally = get_tally(fitting, piece->offer, piece->cohort);
        if (!tally)
            return STATUS_NO_MEMORY;
        tally->tries++;
        tally->successes +=
            learning->reward == REWARD_REDEEMED
                ? piece->redeemed_s != TIME_NONE && piece->redeemed_s <= until_s
                : has_ordered(fitting, decision->customer, decision->decided_s, until_s);
    }
    return STATUS_OK;
}

static int
compare_rows(const void *left, const void *right)
{
    const struct learned_row *a = left, *b = right;
    int order = strcmp(a->offer, b->offer);
    return order ? order : strcmp(a->group, b->group);
}

static enum status
list_rows(const struct fitting *fitting, struct arena *arena, struct learned_row **ret)
{
    struct learned_row *rows = arena_make_array(arena, fitting->tally_count, sizeof(*rows));
    size_t count = 0;
    if (!rows)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < fitting->tally_room; i++) {
        const struct tally *tally = &fitting->tallies[i];
        if (tally->offer)
            rows[count++] = (struct learned_row){tally->offer,
                                                 tally->cohort ? tally->cohort : "",
                                                 tally->tries, tally->successes};
    }
    if (count > 0)
        qsort(rows, count, sizeof(*rows), compare_rows);
    *ret = rows;
    return STATUS_OK;
}

/* --- the model ------------------------------------------------------------------------ */

/* A part that cannot be learnt from what there is stays away, and that is said. */
static enum status
leave_out(enum status status, const char *what, const struct notes *why,
          struct notes *notes, bool *ret_has)
{
    *ret_has = status == STATUS_OK;
    if (status != STATUS_BAD_INPUT)
        return status;
    note_add(notes, NOTE_FIT_PART, NULL, 0, "%s is left out: %s", what,
             why->count ? why->note[0].text : "it cannot be learnt");
    return STATUS_OK;
}

static enum status
fit_parts(const struct fitting *fitting, struct model_parts *parts, struct notes *notes)
{
    const struct buyer *buyers = fitting->buyers.items;
    size_t count = fitting->buyers.count;
    struct notes why = {.count = 0};
    enum status status = leave_out(bgnbd_fit(buyers, count, &why, &parts->bgnbd),
                                   "when customers buy (BG/NBD)", &why, notes,
                                   &parts->has_bgnbd);
    why.count = 0;
    if (status == STATUS_OK)
        status = leave_out(spend_fit(buyers, count, &why, &parts->spend),
                           "what customers spend (Gamma-Gamma)", &why, notes,
                           &parts->has_spend);
    why.count = 0;
    if (status == STATUS_OK)
        status = leave_out(rfm_learn(fitting->figures.items, count, &why, &parts->rfm),
                           "scores of customers (RFM)", &why, notes, &parts->has_rfm);
    return status;
}

static enum status
make_model(struct fitting *fitting, struct arena *arena, struct notes *notes,
           struct fitted *fitted)
{
    struct buf next BUF_AUTO = {.ceiling = LEDGER_MODEL_MOST};
    struct buf learned BUF_AUTO = {.ceiling = LEDGER_MODEL_MOST};
    struct model_section sections[2];
    struct model_parts parts = {.trained = fitting->today,
                                .customers = (int64_t)fitting->buyers.count,
                                .sections = sections};
    snprintf(parts.currency, sizeof(parts.currency), "%s",
             fitting->shop->settings->currency);
    enum status status = fit_parts(fitting, &parts, notes);
    if (status == STATUS_OK)
        status = list_rows(fitting, arena, &fitted->rows);
    if (status == STATUS_OK)
        status = next_training_make(fitting->training, &next);
    if (status != STATUS_OK)
        return status;
    fitted->row_count = fitting->tally_count;
    learned_write(fitted->rows, fitted->row_count, &learned);
    if (next.failed || learned.failed)
        return STATUS_NO_MEMORY;
    sections[0] = (struct model_section){NEXT_TAG, next.p, next.n};
    sections[1] = (struct model_section){LEARNED_TAG, learned.p, learned.n};
    parts.section_count = fitted->row_count > 0 ? 2 : 1;
    return model_new(&parts, notes, &fitted->model);
}

static enum status
study(struct fitting *fitting, struct ledger *ledger, struct arena *words,
      struct notes *notes)
{
    static const struct study_range always = {TIME_NONE, TIME_NONE};
    bool learns = fitting->shop->campaign->learning.reward != REWARD_NONE;
    const struct study_sink sink = {.data = fitting,
                                    .order = take_order,
                                    .wants_lines = true,
                                    .decision = learns ? take_decision : NULL};
    fitting->training = next_training_new(NULL);
    enum status status =
        fitting->training ? ledger_study(ledger, fitting->shop->settings->merchant,
                                         &always, &sink, words, notes, NULL)
                          : STATUS_NO_MEMORY;
    if (status == STATUS_OK && fitting->has_customer)
        status = end_customer(fitting);
    return status;
}

static void
fitting_done(struct fitting *fitting)
{
    free(fitting->purchases.items);
    free(fitting->buyers.items);
    free(fitting->figures.items);
    free(fitting->placed.items);
    free(fitting->first.items);
    free(fitting->lines.items);
    free(fitting->tallies);
    next_training_free(fitting->training);
}

static enum status
keep(struct ledger *ledger, const struct tuck_shop *shop, int64_t now_s,
     struct notes *notes, struct fitted *fitted)
{
    struct buf bytes BUF_AUTO = {.ceiling = LEDGER_MODEL_MOST};
    model_write(fitted->model, &bytes);
    return bytes.failed ? STATUS_NO_MEMORY
                        : ledger_model_put(ledger, shop->settings->merchant, bytes.p,
                                           bytes.n, now_s, notes, &fitted->number);
}

/* Until when what happened counts: now, or the evening of a day. */
static enum status
set_instant(const struct tuck_shop *shop, const char *date, struct fitting *fitting,
            struct notes *notes)
{
    const struct zone *zone = shop->settings->zone;
    int64_t at_s = shop_now(shop);
    char next[16];
    if (date && (strlen(date) != 10 || !time_parse(date, zone, &at_s)))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_BAD_DATE, NULL, 0,
                         "the date is \"%.40s\"; expected a day such as 2026-11-22", date);
    fitting->today = zone_day(zone, at_s, NULL);
    if (date) {
        day_text((struct day){fitting->today.n + 1}, next);
        if (time_parse(next, zone, &at_s))
            at_s--;
    }
    fitting->now_s = at_s;
    return STATUS_OK;
}

static enum status
fit(struct tuck_shop *shop, struct ledger *ledger, const struct tuck_fit *how,
    struct arena *arena, struct notes *notes, struct fitted *fitted)
{
    struct fitting fitting = {.shop = shop, .zone = shop->settings->zone};
    enum status status = set_instant(shop, how->date, &fitting, notes);
    if (status == STATUS_OK)
        status = study(&fitting, ledger, arena, notes);
    if (status == STATUS_OK && fitting.buyers.count == 0)
        status = note_fail(notes, STATUS_WITHOUT, NOTE_FIT_NOTHING, NULL, 0,
                           "the ledger holds no order of a known customer to learn from; "
                           "tuck import brings histories in");
    if (status == STATUS_OK)
        status = make_model(&fitting, arena, notes, fitted);
    fitting_done(&fitting);
    if (status == STATUS_OK && !how->is_trial)
        status = keep(ledger, shop, shop_now(shop), notes, fitted);
    return status == STATUS_NO_MEMORY && notes->count == 0
               ? note_fail(notes, status, NOTE_NO_MEMORY, NULL, 0,
                           "memory is out for what is to be learnt")
               : status;
}

enum status
station_fit(struct tuck_shop *shop, const struct tuck_fit *how, void **ret_bytes,
            size_t *ret_length, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct buf out BUF_AUTO = {0};
    struct fitted fitted = {.number = 0};
    struct desk desk = {.shop = shop};
    enum status status = arena ? desk_open(shop, how->is_trial ? LEDGER_READ : LEDGER_WRITE,
                                           FIT_PATIENCE_MS, NULL, notes, &desk)
                               : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = fit(shop, desk.ledger, how, arena, notes, &fitted);
    if (status == STATUS_OK && how->form == TUCK_FORM_JSON)
        fitted_json(&fitted, &out);
    else if (status == STATUS_OK)
        fitted_tell(&fitted, &out);
    desk_close(&desk, notes);
    model_unref(fitted.model);
    if (status == STATUS_OK && out.failed)
        status = STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        return status;
    *ret_length = out.n;
    *ret_bytes = buf_take(&out);
    return *ret_bytes ? STATUS_OK : STATUS_NO_MEMORY;
}
