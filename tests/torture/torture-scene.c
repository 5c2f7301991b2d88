/* The scene: a shop of forty customers whose offers run out all the time.
 *
 * An order's customer, pieces and values follow from its number alone, so that every
 * worker that comes upon it asks for the same. Orders get newer with the clock; workers
 * crowd around the newest. Limits are of every kind the ledger knows and small, so that
 * all of them are reached for at once. */
#include "torture.h"

#include <stdio.h>
#include <string.h>

#define CUSTOMERS 40

enum whose { WHOSE_ALL, WHOSE_CUSTOMER, WHOSE_HOUSEHOLD, WHOSE_STORE };
enum window { WINDOW_EVER, WINDOW_DAY, WINDOW_WEEK, WINDOW_ROLLING };

struct scene_limit {
    const char *name;
    enum whose whose;
    enum window window;
    int32_t days; /* rolling */
    int64_t most, most_minor;
};

enum { SPRING, SPRING_DAY, TEN_CUSTOMER, GIFT_HOUSE, GIFT_DAY, ROLL_CUSTOMER, ROLL_MONEY,
       SAMPLE_STORE, SAMPLE_STOCK, TEN_WEEK, LIMIT_COUNT };
static const struct scene_limit limits[LIMIT_COUNT] = {
    [SPRING] = {"spring", WHOSE_ALL, WINDOW_EVER, 0, 900, 450000},
    [SPRING_DAY] = {"spring@day", WHOSE_ALL, WINDOW_DAY, 0, 120, 60000},
    [TEN_CUSTOMER] = {"ten/customer", WHOSE_CUSTOMER, WINDOW_EVER, 0, 12, -1},
    [TEN_WEEK] = {"ten/week@week", WHOSE_ALL, WINDOW_WEEK, 0, 400, -1},
    [GIFT_HOUSE] = {"gift/household@day", WHOSE_HOUSEHOLD, WINDOW_DAY, 0, 2, -1},
    [GIFT_DAY] = {"gift/day@day", WHOSE_ALL, WINDOW_DAY, 0, -1, 9000},
    [ROLL_CUSTOMER] = {"roll/customer@2d", WHOSE_CUSTOMER, WINDOW_ROLLING, 2, 3, -1},
    [ROLL_MONEY] = {"roll/money@3d", WHOSE_ALL, WINDOW_ROLLING, 3, -1, 40000},
    [SAMPLE_STORE] = {"sample/store@day", WHOSE_STORE, WINDOW_DAY, 0, 20, -1},
    [SAMPLE_STOCK] = {"sample/stock", WHOSE_ALL, WINDOW_EVER, 0, 700, -1},
};

struct scene_offer {
    const char *name;
    struct code_wish wish;
    int limit[CLAIMS_MAX], limit_count;
};
static const struct scene_offer offers[OFFER_COUNT] = {
    {"five", {CODE_RANDOM, "FERN", 0, NULL}, {SPRING, SPRING_DAY}, 2},
    {"ten", {CODE_SIGNED, "FERN", 7, NULL}, {SPRING, TEN_CUSTOMER, TEN_WEEK}, 3},
    {"gift", {CODE_POOL, NULL, 0, "gifts"}, {GIFT_HOUSE, GIFT_DAY}, 2},
    {"roll", {CODE_RANDOM, "", 0, NULL}, {ROLL_CUSTOMER, ROLL_MONEY}, 2},
    {"sample", {CODE_NONE, NULL, 0, NULL}, {SAMPLE_STORE, SAMPLE_STOCK}, 2},
};

static uint32_t
mix(int64_t number, const char *salt)
{
    char text[64];
    int n = snprintf(text, sizeof(text), "%lld %s", (long long)number, salt);
    uint32_t hash = hash_fnv32a(text, (size_t)n);
    return hash ^ (hash >> 15);
}

int64_t
scene_newest_order(struct hand *hand)
{
    const struct options *options = hand->options;
    return (clock_monotonic_ms() - options->t0_ms) / options->order_every_ms;
}

void
scene_order(int64_t number, int package, int version, struct scene_order *ret)
{
    uint32_t customer = mix(number, "customer") % CUSTOMERS;
    char text[64];
    *ret = (struct scene_order){.number = number};
    snprintf(ret->id, sizeof(ret->id), "o-%lld", (long long)number);
    if (mix(number, "guest") % 16)
        snprintf(ret->customer, sizeof(ret->customer), "shopper-%03u@raw.example",
                 customer);
    snprintf(ret->household, sizeof(ret->household), "house-%02u-raw", customer / 3);
    snprintf(ret->store, sizeof(ret->store), "store-%u", mix(number, "store") % 4);
    snprintf(ret->package, sizeof(ret->package), "%d", package);
    int n = snprintf(text, sizeof(text), "%s version %d", ret->id, version);
    snprintf(ret->digest, sizeof(ret->digest), "%s",
             hash_sha256(text, (size_t)n).hex);
}

bool
scene_has_customer(const struct scene_order *order)
{
    return order->customer[0] != '\0';
}

static struct unit_claim
make_claim(const struct scene_order *order, const struct scene_limit *limit, int32_t today)
{
    struct unit_claim claim = {
        .name = limit->name,
        .first_day = DAY_NONE,
        .rolling_days = limit->days,
        .most = limit->most,
        .most_minor = limit->most_minor,
    };
    if (limit->whose == WHOSE_CUSTOMER)
        claim.customer = order->customer;
    else if (limit->whose == WHOSE_HOUSEHOLD)
        claim.household = order->household;
    else if (limit->whose == WHOSE_STORE)
        claim.scope = order->store;
    if (limit->window == WINDOW_DAY)
        claim.first_day.n = today;
    else if (limit->window == WINDOW_WEEK)
        claim.first_day.n = today - (today + 3) % 7;
    return claim;
}

/* Guests are not offered what is counted by customer. */
static bool
suits(const struct scene_order *order, const struct scene_offer *offer)
{
    for (int i = 0; i < offer->limit_count; i++)
        if (limits[offer->limit[i]].whose == WHOSE_CUSTOMER && !scene_has_customer(order))
            return false;
    return mix(order->number, offer->name) % 100 < 55;
}

static enum status
make_piece(const struct scene_order *order, const struct scene_offer *offer,
           int32_t number, int64_t now_s, struct arena *arena, struct piece_record *piece)
{
    int32_t today = (int32_t)(now_s / DAY_S);
    *piece = (struct piece_record){
        .placement = "insert",
        .number = number,
        .template_name = "card",
        .reason = "as the scene has it",
        .probability = 1,
        .expires = DAY_NONE,
        .ends_s = TIME_NONE,
    };
    if (!suits(order, offer))
        return STATUS_OK;
    struct unit_claim *claims =
        arena_make_array(arena, CLAIMS_MAX, sizeof(*claims));
    if (!claims)
        return STATUS_NO_MEMORY;
    piece->offer = offer->name;
    piece->wish = offer->wish;
    piece->liability = (struct money){100 + mix(order->number, "value") % 900, "EUR"};
    if (offer->wish.kind != CODE_NONE) {
        piece->expires.n = today + 2;
        piece->ends_s = (int64_t)(today + 3) * DAY_S;
    }
    piece->is_held_out = mix(order->number, "held out") % 16 == 0;
    if (piece->is_held_out)
        return STATUS_OK;
    for (int i = 0; i < offer->limit_count; i++)
        claims[i] = make_claim(order, &limits[offer->limit[i]], today);
    piece->claims = claims;
    piece->claim_count = (size_t)offer->limit_count;
    return STATUS_OK;
}

enum status
scene_pieces(const struct scene_order *order, int64_t now_s, struct arena *arena,
             struct piece_record **ret)
{
    struct piece_record *pieces = arena_make_array(arena, OFFER_COUNT, sizeof(*pieces));
    enum status status = pieces ? STATUS_OK : STATUS_NO_MEMORY;
    for (int32_t i = 0; status == STATUS_OK && i < OFFER_COUNT; i++)
        status = make_piece(order, &offers[i], i, now_s, arena, &pieces[i]);
    if (status == STATUS_OK)
        *ret = pieces;
    return status;
}

void
scene_print(struct buf *out)
{
    static const char *const whose[] = {"all", "customer", "household", "store"};
    static const char *const window[] = {"ever", "day", "week", "rolling"};
    for (int i = 0; i < LIMIT_COUNT; i++)
        buf_printf(out, "limit\t%s\t%s\t%s\t%d\t%lld\t%lld\n", limits[i].name,
                   whose[limits[i].whose], window[limits[i].window], (int)limits[i].days,
                   (long long)limits[i].most, (long long)limits[i].most_minor);
    for (int i = 0; i < OFFER_COUNT; i++) {
        buf_printf(out, "offer\t%s\t%d\t%d", offers[i].name, (int)offers[i].wish.kind,
                   (int)offers[i].wish.offer_number);
        for (int j = 0; j < offers[i].limit_count; j++)
            buf_printf(out, "\t%s", limits[offers[i].limit[j]].name);
        buf_puts(out, "\n");
    }
}
