/* A packing desk: what a carton asks of the ledger, and what a till does. */
#include "bench/bench-desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CUSTOMERS 5000

int
desk_place(struct desk_place *place)
{
    const char *tmp = getenv("TMPDIR");
    char keys[240];
    *place = (struct desk_place){0};
    snprintf(place->dir, sizeof(place->dir), "%.180s/tuck-bench-XXXXXX",
             tmp && tmp[0] ? tmp : "/tmp");
    if (!mkdtemp(place->dir)) {
        perror("bench: a folder cannot be made");
        return -1;
    }
    snprintf(place->path, sizeof(place->path), "%s/shop.ledger", place->dir);
    snprintf(keys, sizeof(keys), "%s/keys", place->dir);
    struct notes notes;
    notes.count = notes.dropped = 0;
    enum status status = keys_make(keys, "fern", (struct day){DESK_DAY}, &notes);
    if (status == STATUS_OK)
        status = keys_open(keys, "fern", &notes, &place->keys);
    return status == STATUS_OK || desk_failed("the keys", status, &notes) ? 0 : -1;
}

void
desk_sweep(struct desk_place *place)
{
    char command[260];
    keys_unref(place->keys);
    snprintf(command, sizeof(command), "rm -rf '%s'", place->dir);
    if (place->dir[0] && system(command) != 0)
        fprintf(stderr, "bench: %s is left behind\n", place->dir);
}

bool
desk_failed(const char *what, enum status status, const struct notes *notes)
{
    fprintf(stderr, "bench: %s came to status %d: %s\n", what, (int)status,
            notes->count ? notes->note[0].text : "");
    return false;
}

bool
desk_open(struct desk *desk, const struct desk_place *place, const char *path, int number)
{
    static char name[24];
    const struct patience patience = {clock_monotonic_ms() + 60000, NULL};
    snprintf(name, sizeof(name), "bench-%d", number);
    *desk = (struct desk){.name = name, .arena = arena_new(0)};
    const struct ledger_how how = {.path = path,
                                   .mode = LEDGER_WRITE,
                                   .keys = place->keys,
                                   .station = name,
                                   .station_number = number,
                                   .patience = &patience};
    enum status status = desk->arena ? ledger_open(&how, &desk->notes, &desk->ledger)
                                     : STATUS_NO_MEMORY;
    return status == STATUS_OK || desk_failed("opening", status, &desk->notes);
}

void
desk_close(struct desk *desk)
{
    ledger_close(desk->ledger);
    arena_free(desk->arena);
}

/* --- promising ---------------------------------------------------------------------- */

static const char page[1500] = {[0 ... 1498] = 'x'};

static const struct decision_document documents[] = {
    {"order", page + 900}, {"history", page}, {"facts", page + 500}, {"plan", page + 900}};

static struct order_line lines[] = {
    {.sku = "TEA-042", .name = "Assam", .quantity = 2, .unit_price = {790, "EUR"}},
    {.sku = "POT-001", .name = "Pot", .quantity = 1, .unit_price = {2500, "EUR"}},
};

struct carton {
    char id[48], customer[24], offer[16], customer_limit[32], digest[65];
    struct order order;
    struct piece_record piece;
    struct unit_claim claims[2];
    struct decision decision;
};

static void
name_carton(const struct desk *desk, int64_t number, struct carton *carton)
{
    snprintf(carton->id, sizeof(carton->id), "%s-%09lld", desk->name, (long long)number);
    snprintf(carton->customer, sizeof(carton->customer), "C-%04d",
             (int)(number * 7919 % CUSTOMERS));
    snprintf(carton->offer, sizeof(carton->offer), "offer-%d",
             (int)(number % DESK_OFFERS));
    snprintf(carton->customer_limit, sizeof(carton->customer_limit), "%s/customer",
             carton->offer);
    snprintf(carton->digest, sizeof(carton->digest), "%064llx", (long long)number);
}

static void
fill_carton(const struct desk *desk, int64_t number, struct carton *carton)
{
    /* serials are counted by offer, last day and station: nobody runs out */
    const struct day expires = {DESK_DAY + 30 + (int32_t)(number / 10 % 300)};
    name_carton(desk, number, carton);
    carton->claims[0] = (struct unit_claim){.name = carton->customer_limit,
                                            .customer = carton->customer,
                                            .first_day = DAY_NONE,
                                            .most = 1000000,
                                            .most_minor = -1};
    carton->claims[1] = (struct unit_claim){.name = "budget",
                                            .first_day = DAY_NONE,
                                            .most = -1,
                                            .most_minor = INT64_C(1) << 60};
    carton->order = (struct order){.merchant = "fern",
                                   .id = carton->id,
                                   .package = "1",
                                   .placed_at_s = DESK_NOW_S,
                                   .currency = "EUR",
                                   .customer.id = carton->customer,
                                   .lines = lines,
                                   .line_count = COUNT_OF(lines),
                                   .sales_channel = "web"};
    carton->piece = (struct piece_record){.placement = "coupon",
                                          .offer = carton->offer,
                                          .template_name = "card",
                                          .reason = "the best of two",
                                          .probability = 1,
                                          .expires = expires,
                                          .ends_s = INT64_C(86400) * (expires.n + 1),
                                          .liability = {500, "EUR"},
                                          .wish = {.kind = CODE_SIGNED,
                                                   .prefix = "FERN",
                                                   .offer_number =
                                                       (int32_t)(number % DESK_OFFERS) + 1},
                                          .claims = carton->claims,
                                          .claim_count = 2};
    carton->decision = (struct decision){.merchant = "fern",
                                         .order = carton->id,
                                         .package = "1",
                                         .customer = carton->customer,
                                         .order_digest = carton->digest,
                                         .decided_s = DESK_NOW_S,
                                         .today = {DESK_DAY},
                                         .campaign_digest = carton->digest,
                                         .facts_digest = carton->digest,
                                         .documents = documents,
                                         .document_count = desk->keeps_documents ? 4 : 0,
                                         .pieces = &carton->piece,
                                         .piece_count = 1};
}

bool
desk_promise(struct desk *desk)
{
    struct carton carton;
    struct decision *existing = NULL;
    size_t spent = 0;
    arena_reset(desk->arena);
    desk->notes.count = desk->notes.dropped = 0;
    fill_carton(desk, desk->made, &carton);
    enum status status =
        ledger_decide(desk->ledger, &carton.order, &carton.decision, NULL, NULL,
                      desk->arena, &desk->notes, &existing, &spent);
    if (status == STATUS_OK && !carton.piece.code)
        status = STATUS_BUG;
    if (status != STATUS_OK)
        return desk_failed("a decision", status, &desk->notes);
    desk->made++;
    return true;
}

bool
desk_wave(struct desk *desk, int count)
{
    enum status status = ledger_group_begin(desk->ledger, &desk->notes);
    bool is_fine = status == STATUS_OK;
    for (int i = 0; is_fine && i < count; i++)
        is_fine = desk_promise(desk);
    if (status == STATUS_OK)
        status = ledger_group_end(desk->ledger, &desk->notes);
    return (status == STATUS_OK || desk_failed("a wave", status, &desk->notes)) && is_fine;
}

/* --- the till ----------------------------------------------------------------------- */

bool
desk_redeem(struct desk *desk, int64_t number)
{
    struct carton carton;
    struct promise *promises = NULL;
    struct redemption_answer answer = {0};
    size_t count = 0;
    arena_reset(desk->arena);
    desk->notes.count = desk->notes.dropped = 0;
    name_carton(desk, number, &carton);
    enum status status =
        ledger_promises(desk->ledger, "fern", carton.id, NULL, NULL, desk->arena,
                        &desk->notes, &promises, &count);
    if (status != STATUS_OK)
        return desk_failed("an order's promises", status, &desk->notes);
    const struct redemption redemption = {.merchant = "fern",
                                          .code = promises[0].code,
                                          .place = "till-1",
                                          .amount = {4290, "EUR"},
                                          .at_s = DESK_NOW_S + 60};
    status = ledger_redeem(desk->ledger, &redemption, (struct day){DESK_DAY}, desk->arena,
                           &desk->notes, &answer);
    if (status == STATUS_OK && answer.answer != ANSWER_OK)
        status = STATUS_BUG;
    return status == STATUS_OK || desk_failed("a redemption", status, &desk->notes);
}
