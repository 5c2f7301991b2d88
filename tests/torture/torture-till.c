/* What tills and the night do to a ledger: redeem (once, twice, with another's code, a
 * mistyped one, told late), void a code, let expire, look things up. */
#include "torture.h"

#include <stdio.h>
#include <string.h>

/* A code: one of the hand's own, which others may have voided since, or of what was
 * lately decided by anybody. False: none was found. */
static bool
some_code(struct hand *hand, struct seen *ret)
{
    uint32_t count = hand->seen_count < SEEN_MOST ? hand->seen_count : SEEN_MOST;
    if (count && chance_of(hand, 60)) {
        *ret = hand->seen[chance(hand, count)];
        return true;
    }
    const struct decision *decision = find_some(hand, 500);
    const struct piece_record *coded[OFFER_COUNT];
    count = 0;
    for (size_t i = 0; decision && i < decision->piece_count; i++)
        if (decision->pieces[i].code && count < COUNT_OF(coded))
            coded[count++] = &decision->pieces[i];
    if (count == 0)
        return false;
    const struct piece_record *piece = coded[chance(hand, count)];
    snprintf(ret->code, sizeof(ret->code), "%s", piece->code);
    snprintf(ret->offer, sizeof(ret->offer), "%s", piece->offer);
    snprintf(ret->order, sizeof(ret->order), "%s", decision->order);
    return true;
}

/* As it was read at the till: mostly as printed. */
static const char *
read_code(struct hand *hand, const char *code)
{
    char *copy = arena_strdup(hand->arena, code);
    uint32_t dice = chance(hand, 100);
    if (!copy || dice >= 6)
        return copy;
    if (dice < 2)
        return "FERN-2345-6789-CDFH-JKMN";
    size_t n = strlen(copy);
    copy[n - 1 - chance(hand, n < 4 ? (uint32_t)n : 4)] = "23456789CD"[chance(hand, 10)];
    return copy;
}

static void
log_redemption(struct hand *hand, struct buf *line, const struct redemption *redemption)
{
    log_call(hand, line, "redeem");
    log_field(line, "code", redemption->code);
    log_field(line, "id", redemption->id);
    log_field(line, "customer", redemption->customer);
    log_number(line, "minor", redemption->amount.minor);
    log_number(line, "at_s", redemption->at_s);
    log_number(line, "told", redemption->is_told);
    log_write(hand, line);
}

static void
redeem(struct hand *hand, const struct redemption *redemption)
{
    struct buf line BUF_AUTO = {0};
    struct redemption_answer answer = {0};
    const struct day today = {(int32_t)(scene_now_s(hand) / DAY_S)};
    log_redemption(hand, &line, redemption);
    hand_be_patient(hand);
    enum status status = ledger_redeem(hand->ledger, redemption, today, hand->arena,
                                       &hand->notes, &answer);
    log_answer(hand, &line, "redeem", status);
    if (status == STATUS_OK) {
        log_field(&line, "answer", promise_answer_name(answer.answer));
        log_number(&line, "promise", answer.promise.id);
    }
    log_write(hand, &line);
}

void
act_redeem(struct hand *hand)
{
    struct seen seen;
    struct scene_order place;
    uint32_t whose = chance(hand, 100);
    long long number = 0;
    if (!some_code(hand, &seen) || sscanf(seen.order, "o-%lld", &number) != 1)
        return;
    scene_order(number, 1, 0, &place);
    bool is_told = chance_of(hand, 15);
    const struct redemption redemption = {
        .merchant = chance_of(hand, 2) ? "moss" : "fern",
        .code = read_code(hand, seen.code),
        .id = arena_printf(hand->arena, "r-%s-%s-%u", place.id, seen.offer,
                           chance(hand, 3)),
        .customer = whose < 5                                       ? "stranger@raw.example"
                    : whose < 50 && scene_has_customer(&place) ? place.customer
                                                                    : NULL,
        .order = chance_of(hand, 50) ? "sale-77" : NULL,
        .place = hand->station,
        .amount = {1 + (int64_t)chance(hand, 9999), "EUR"},
        .at_s = scene_now_s(hand) -
                (is_told && chance_of(hand, 60) ? (int64_t)chance(hand, 3 * DAY_S) : 0),
        .is_told = is_told,
    };
    redeem(hand, &redemption);
    if (chance_of(hand, 15)) /* the till did not hear the answer */
        redeem(hand, &redemption);
}

void
act_void_code(struct hand *hand)
{
    struct seen seen;
    struct buf line BUF_AUTO = {0};
    enum promise_answer answer = ANSWER_UNKNOWN;
    int64_t at_s = scene_now_s(hand);
    if (!some_code(hand, &seen))
        return;
    log_call(hand, &line, "void-code");
    log_field(&line, "code", seen.code);
    log_number(&line, "at_s", at_s);
    log_write(hand, &line);
    hand_be_patient(hand);
    enum status status = ledger_void_code(hand->ledger, "fern", seen.code, at_s,
                                          "it leaked", &hand->notes, &answer);
    log_answer(hand, &line, "void-code", status);
    if (status == STATUS_OK)
        log_field(&line, "answer", promise_answer_name(answer));
    log_write(hand, &line);
}

void
act_expire(struct hand *hand)
{
    struct buf line BUF_AUTO = {0};
    struct expiry expiry = {0};
    int64_t now_s = scene_now_s(hand);
    log_call(hand, &line, "expire");
    log_number(&line, "at_s", now_s);
    log_write(hand, &line);
    hand_be_patient(hand);
    enum status status =
        ledger_expire(hand->ledger, "fern", now_s, &hand->notes, &expiry);
    log_answer(hand, &line, "expire", status);
    if (status == STATUS_OK) {
        log_number(&line, "expired", expiry.expired);
        log_number(&line, "lapsed", expiry.lapsed);
    }
    log_write(hand, &line);
}

/* --- looking -------------------------------------------------------------------------- */

/* No reader ever sees more used than a limit has. */
static enum status
look_at_limits(struct hand *hand, struct buf *line)
{
    struct scene_order place;
    struct piece_record *pieces = NULL;
    int64_t now_s = scene_now_s(hand);
    scene_order(scene_newest_order(hand), 1, 0, &place);
    enum status status = scene_pieces(&place, now_s, hand->arena, &pieces);
    buf_puts(line, ",\"used\":[");
    for (size_t i = 0, n = 0; status == STATUS_OK && i < OFFER_COUNT; i++) {
        struct unit_use used[CLAIMS_MAX];
        const struct piece_record *piece = &pieces[i];
        status = ledger_used(hand->ledger, "fern", NULL,
                             (struct day){(int32_t)(now_s / DAY_S)}, piece->claims,
                             piece->claim_count, &hand->notes, used);
        for (size_t j = 0; status == STATUS_OK && j < piece->claim_count; j++)
            if (piece->claims[j].rolling_days == 0)
                buf_printf(line, "%s[\"%s\",%lld,%lld]", n++ ? "," : "",
                           piece->claims[j].name, (long long)used[j].units,
                           (long long)used[j].minor);
    }
    buf_puts(line, "]");
    return status;
}

void
act_look(struct hand *hand)
{
    struct buf line BUF_AUTO = {0}, used BUF_AUTO = {0};
    struct promise *promises = NULL;
    struct liability *liabilities = NULL;
    size_t count = 0;
    struct scene_order place;
    scene_order(scene_newest_order(hand) - 20, 1, 0, &place);
    log_call(hand, &line, "look");
    log_write(hand, &line);
    hand_be_patient(hand);
    enum status status = look_at_limits(hand, &used);
    if (status == STATUS_OK && chance_of(hand, 50))
        status = ledger_promises(hand->ledger, "fern", place.id, NULL, NULL, hand->arena,
                                 &hand->notes, &promises, &count);
    if (status == STATUS_OK && chance_of(hand, 10))
        status = ledger_liability(hand->ledger, "fern", scene_now_s(hand), hand->arena,
                                  &hand->notes, &liabilities, &count);
    log_answer(hand, &line, "look", status);
    if (status == STATUS_OK)
        buf_puts(&line, used.p);
    log_write(hand, &line);
}
