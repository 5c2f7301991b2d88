/* What a packing station does to a ledger: decides, says what became of the paper,
 * cancels. Each call is written to the log before it starts and once it has returned. */
#include "torture.h"

#include <stdio.h>
#include <string.h>

/* --- deciding ------------------------------------------------------------------------- */

static enum status
write_values(void *data, struct piece_record *piece)
{
    struct arena *arena = data;
    if (!piece->offer)
        return STATUS_OK;
    piece->values =
        arena_printf(arena, "<values code=\"%s\"/>", piece->code ? piece->code : "");
    return piece->values ? STATUS_OK : STATUS_NO_MEMORY;
}

static void
log_claim(struct buf *line, const struct unit_claim *claim)
{
    const char *scope = claim->customer    ? claim->customer
                        : claim->household ? claim->household
                        : claim->scope     ? claim->scope
                                           : "";
    buf_puts(line, "[");
    buf_json(line, claim->name);
    buf_puts(line, ",");
    buf_json(line, scope);
    buf_printf(line, ",%d]", day_is_none(claim->first_day) ? 0 : (int)claim->first_day.n);
}

static void
log_wishes(struct buf *line, const struct decision *decision)
{
    bool is_first = true;
    buf_puts(line, ",\"pieces\":[");
    for (size_t i = 0; i < decision->piece_count; i++) {
        const struct piece_record *piece = &decision->pieces[i];
        if (!piece->offer)
            continue;
        buf_printf(line, "%s{\"number\":%d,\"offer\":\"%s\",\"minor\":%lld,"
                         "\"held_out\":%d,\"ends_s\":%lld,\"claims\":[",
                   is_first ? "" : ",", (int)piece->number, piece->offer,
                   (long long)piece->liability.minor, piece->is_held_out,
                   piece->ends_s == TIME_NONE ? 0 : (long long)piece->ends_s);
        for (size_t j = 0; j < piece->claim_count; j++) {
            buf_puts(line, j ? "," : "");
            log_claim(line, &piece->claims[j]);
        }
        buf_puts(line, "]}");
        is_first = false;
    }
    buf_puts(line, "]");
}

static void
log_promises(struct buf *line, const struct decision *decision)
{
    bool is_first = true;
    log_number(line, "decision", decision->id);
    log_number(line, "revision", decision->revision);
    buf_puts(line, ",\"promises\":[");
    for (size_t i = 0; i < decision->piece_count; i++) {
        const struct piece_record *piece = &decision->pieces[i];
        if (!piece->offer)
            continue;
        buf_printf(line, "%s[%d,%lld,", is_first ? "" : ",", (int)piece->number,
                   (long long)piece->promise);
        buf_json(line, piece->code);
        buf_puts(line, ",");
        buf_json(line, piece->offer);
        buf_puts(line, "]");
        is_first = false;
    }
    buf_puts(line, "]");
}

static enum status
decide_once(struct hand *hand, const struct scene_order *place, struct decision *decision,
            struct decision **ret_existing, size_t *ret_spent)
{
    struct buf line BUF_AUTO = {0};
    struct order_line lines[] = {
        {.sku = "TEA-042", .name = "Assam", .quantity = 1, .unit_price = {790, "EUR"}}};
    struct order order = {
        .merchant = "fern",
        .id = place->id,
        .package = place->package,
        .placed_at_s = SCENE_START_S + place->number,
        .currency = "EUR",
        .customer.id = decision->customer,
        .lines = lines,
        .line_count = 1,
        .sales_channel = "web",
    };
    memcpy(order.digest.hex, place->digest, sizeof(order.digest.hex));
    log_call(hand, &line, "decide");
    log_field(&line, "order", place->id);
    log_field(&line, "package", place->package);
    log_field(&line, "digest", place->digest);
    log_field(&line, "customer", decision->customer);
    log_number(&line, "at_s", decision->decided_s);
    log_wishes(&line, decision);
    log_write(hand, &line);
    hand_be_patient(hand);
    enum status status =
        ledger_decide(hand->ledger, &order, decision, write_values, hand->arena,
                      hand->arena, &hand->notes, ret_existing, ret_spent);
    log_answer(hand, &line, "decide", status);
    if (status == STATUS_OK)
        log_promises(&line, decision);
    else if (status == STATUS_RETRY && *ret_existing)
        log_number(&line, "existing", (*ret_existing)->id);
    else if (status == STATUS_WITHOUT)
        log_number(&line, "spent", (int64_t)*ret_spent);
    log_write(hand, &line);
    return status;
}

/* --- what became of the paper --------------------------------------------------------- */

static enum status
say(struct hand *hand, int64_t decision, const struct piece_record *piece,
    const char *kind)
{
    struct buf line BUF_AUTO = {0};
    const struct piece_key key = {piece->placement, piece->number};
    int64_t at_s = scene_now_s(hand);
    log_call(hand, &line, "event");
    log_number(&line, "decision", decision);
    log_number(&line, "number", piece->number);
    log_number(&line, "promise", piece->promise);
    log_number(&line, "at_s", at_s);
    log_field(&line, "kind", kind);
    log_write(hand, &line);
    hand_be_patient(hand);
    enum status status = ledger_event(hand->ledger, decision, &key, kind, at_s,
                                      "as the scene has it", &hand->notes);
    log_answer(hand, &line, "event", status);
    log_write(hand, &line);
    return status;
}

static void
remember(struct hand *hand, const struct decision *decision,
         const struct piece_record *piece)
{
    struct seen *seen = &hand->seen[hand->seen_count++ % SEEN_MOST];
    snprintf(seen->code, sizeof(seen->code), "%s", piece->code);
    snprintf(seen->offer, sizeof(seen->offer), "%s", piece->offer);
    snprintf(seen->order, sizeof(seen->order), "%s", decision->order);
}

static void
print_pieces(struct hand *hand, const struct decision *decision)
{
    for (size_t i = 0; i < decision->piece_count; i++) {
        if (decision->pieces[i].code)
            remember(hand, decision, &decision->pieces[i]);
        uint32_t dice = chance(hand, 100);
        const char *kind = dice < 65   ? "printed"
                           : dice < 73 ? "failed"
                           : dice < 80 ? "skipped"
                                       : NULL;
        if (kind && decision->pieces[i].offer)
            say(hand, decision->id, &decision->pieces[i], kind);
    }
}

void
act_decide(struct hand *hand)
{
    struct scene_order place;
    struct piece_record *pieces = NULL;
    int64_t now_s = scene_now_s(hand);
    int64_t number = scene_newest_order(hand) - (int64_t)chance(hand, 60);
    scene_order(number < 0 ? 0 : number, chance_of(hand, 70) ? 1 : 2,
                chance_of(hand, 90) ? 0 : (int)chance(hand, 3), &place);
    if (scene_pieces(&place, now_s, hand->arena, &pieces) != STATUS_OK)
        return;
    /* Like the station: without the piece that is spent, until it goes through. */
    for (int tries = 0; tries <= OFFER_COUNT; tries++) {
        static const struct decision_document documents[] = {{"facts", "<facts/>"}};
        struct decision *existing = NULL;
        size_t spent = 0;
        struct decision decision = {
            .merchant = "fern",
            .order = place.id,
            .package = place.package,
            .customer = scene_has_customer(&place) ? place.customer : NULL,
            .household = scene_has_customer(&place) ? place.household : NULL,
            .order_digest = place.digest,
            .decided_s = now_s,
            .today = {(int32_t)(now_s / DAY_S)},
            .campaign_digest = "c0ffee",
            .facts_digest = "facade",
            .documents = documents,
            .document_count = COUNT_OF(documents),
            .pieces = pieces,
            .piece_count = OFFER_COUNT,
        };
        enum status status = decide_once(hand, &place, &decision, &existing, &spent);
        if (status == STATUS_OK)
            print_pieces(hand, &decision);
        if (status != STATUS_WITHOUT || spent >= OFFER_COUNT)
            return;
        pieces[spent] = (struct piece_record){
            .placement = "insert",
            .number = (int32_t)spent,
            .reason = "a limit is spent",
            .probability = 1,
            .expires = DAY_NONE,
            .ends_s = TIME_NONE,
        };
    }
}

/* --- upon what others decided --------------------------------------------------------- */

struct decision *
find_some(struct hand *hand, uint32_t lately)
{
    struct scene_order place;
    struct decision *decision = NULL;
    struct buf line BUF_AUTO = {0};
    int64_t number = scene_newest_order(hand) - (int64_t)chance(hand, lately);
    scene_order(number < 0 ? 0 : number, chance_of(hand, 70) ? 1 : 2, 0, &place);
    log_call(hand, &line, "find");
    log_field(&line, "order", place.id);
    log_field(&line, "package", place.package);
    log_write(hand, &line);
    hand_be_patient(hand);
    enum status status = ledger_find(hand->ledger, "fern", place.id, place.package,
                                     hand->arena, &hand->notes, &decision);
    log_answer(hand, &line, "find", status);
    if (status == STATUS_OK)
        log_promises(&line, decision);
    log_write(hand, &line);
    return status == STATUS_OK ? decision : NULL;
}

void
act_event(struct hand *hand)
{
    static const char *const kinds[] = {"printed", "printed", "failed", "skipped"};
    struct decision *decision = find_some(hand, 120);
    for (size_t i = 0; decision && i < decision->piece_count; i++)
        if (decision->pieces[i].offer && chance_of(hand, 50))
            say(hand, decision->id, &decision->pieces[i],
                kinds[chance(hand, COUNT_OF(kinds))]);
}

static enum status
void_order(struct hand *hand, int64_t number, int64_t at_s)
{
    struct buf line BUF_AUTO = {0};
    char id[32];
    snprintf(id, sizeof(id), "o-%lld", (long long)number);
    log_call(hand, &line, "void");
    log_field(&line, "order", id);
    log_number(&line, "at_s", at_s);
    log_write(hand, &line);
    hand_be_patient(hand);
    enum status status = ledger_void(hand->ledger, "fern", id, at_s,
                                     "the customer changed their mind", &hand->notes);
    log_answer(hand, &line, "void", status);
    log_write(hand, &line);
    return status;
}

void
act_void(struct hand *hand)
{
    int64_t number = scene_newest_order(hand) - (int64_t)chance(hand, 120);
    void_order(hand, number < 0 ? 0 : number, scene_now_s(hand));
}

/* --- the beginning and the end -------------------------------------------------------- */

enum status
act_setup(struct hand *hand)
{
    hand_be_patient(hand);
    enum status status = ledger_import_begin(hand->ledger, &hand->notes);
    for (int64_t i = 0; status == STATUS_OK && i < hand->options->pool_codes; i++) {
        char code[32];
        bool is_new = false;
        snprintf(code, sizeof(code), "GIFT-%06lld", (long long)i);
        status = ledger_pool_add(hand->ledger, "fern", "gifts", code, &hand->notes,
                                 &is_new);
    }
    enum status ended =
        ledger_import_end(hand->ledger, status == STATUS_OK, &hand->notes);
    return status == STATUS_OK ? ended : status;
}

/* What the ledger says of itself: it reckons its sums anew, too. */
enum status
act_verify(struct hand *hand)
{
    hand_be_patient(hand);
    return ledger_verify(hand->ledger, &hand->notes);
}

#define FINISH_GROUP 100

enum status
act_finish(struct hand *hand)
{
    int64_t at_s = SCENE_START_S + 3000 * (int64_t)DAY_S;
    struct expiry expiry = {0};
    enum status status = STATUS_OK;
    for (int64_t i = 0; status == STATUS_OK && i <= hand->options->orders;) {
        hand_be_patient(hand);
        status = ledger_group_begin(hand->ledger, &hand->notes);
        for (int j = 0; status == STATUS_OK && j < FINISH_GROUP; j++) {
            status = void_order(hand, i++, at_s);
            status = status == STATUS_WITHOUT ? STATUS_OK : status;
        }
        if (status == STATUS_OK)
            status = ledger_group_end(hand->ledger, &hand->notes);
    }
    hand_be_patient(hand);
    if (status == STATUS_OK)
        status = ledger_expire(hand->ledger, "fern", at_s, &hand->notes, &expiry);
    hand_be_patient(hand);
    return status == STATUS_OK ? ledger_verify(hand->ledger, &hand->notes) : status;
}
