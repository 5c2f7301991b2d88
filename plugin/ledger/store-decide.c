/* Deciding: one transaction in which a plan becomes a promise.
 *
 * Between a station's look at the ledger and its decision others may have decided. So
 * under the turn it is all asked again: is this very order decided already (then that
 * decision stands), is an older version of it (then that one is voided first and gives
 * back what it used), and is every cap still open. Then decision, pieces, codes, tally
 * and the order as a past order go in together, or nothing does. */
#include "ledger/store-decision.h"
#include "ledger/store-tally.h"

#define REASON_CHANGED "the order was changed"

static const char sql_decision[] =
    "INSERT INTO decision(merchant, order_id, package, revision, customer, order_digest,"
    " decided_s, campaign_digest, facts_digest, trace, facts, plan)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
static const char sql_piece[] =
    "INSERT INTO piece(decision, placement, number, offer, is_held_out, arm, template,"
    " reason, code, sku, bin, probability, expires_day, liability_minor,"
    " liability_currency, values_document)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
static const char sql_code[] =
    "INSERT INTO code(code, decision, placement, number) VALUES(?1, ?2, ?3, ?4)"
    " ON CONFLICT DO NOTHING";

struct deciding {
    struct store *store;
    const struct order *order;
    const struct decision *decision; /* as it will be, with id and revision */
    const struct piece_cap *caps;
    struct notes *notes;
    size_t spent;
};

/* STATUS_WITHOUT: no unit of the piece's offer is left. */
static enum status
check_cap(const struct deciding *deciding, const struct piece_record *piece,
          const struct piece_cap *cap)
{
    const struct decision *decision = deciding->decision;
    int64_t count = 0;
    enum status status = STATUS_OK;
    if (cap->in_all >= 0 && !piece->is_held_out) {
        status = tally_count(deciding->store, decision->merchant, "", piece->offer,
                             deciding->notes, &count);
        if (status == STATUS_OK && count >= cap->in_all)
            return STATUS_WITHOUT;
    }
    if (status == STATUS_OK && cap->per_customer > 0 && decision->customer) {
        status = tally_count(deciding->store, decision->merchant, decision->customer,
                             piece->offer, deciding->notes, &count);
        if (status == STATUS_OK && count >= cap->per_customer)
            return STATUS_WITHOUT;
    }
    return status;
}

static enum status
put_code(const struct deciding *deciding, const struct piece_record *piece)
{
    enum status status = sql_run(deciding->store, sql_code,
                                 VALUES(T(piece->code), I(deciding->decision->id),
                                        T(piece->placement), I(piece->number)),
                                 deciding->notes);
    if (status == STATUS_OK && sqlite3_changes(deciding->store->db) == 0)
        return note_fail(deciding->notes, STATUS_RETRY, NOTE_LEDGER_CODE_TAKEN, NULL, 0,
                         "another decision has just taken the same code; decide again");
    return status;
}

static enum status
put_piece(const struct deciding *deciding, const struct piece_record *piece)
{
    const struct decision *decision = deciding->decision;
    enum status status = sql_run(
        deciding->store, sql_piece,
        VALUES(I(decision->id), T(piece->placement), I(piece->number), T(piece->offer),
               I(piece->is_held_out), T(piece->arm), T(piece->template_name),
               T(piece->reason), T(piece->code), T(piece->sku), T(piece->bin),
               R(piece->probability), I_UNLESS(piece->expires.n, DAY_NONE.n),
               I(piece->liability.minor), T(piece->liability.currency), T(piece->values)),
        deciding->notes);
    if (status == STATUS_OK && piece->code)
        status = put_code(deciding, piece);
    if (status != STATUS_OK || !piece->offer)
        return status;
    const struct tallied tallied = {.merchant = decision->merchant,
                                    .customer = decision->customer,
                                    .offer = piece->offer,
                                    .is_held_out = piece->is_held_out,
                                    .decided_s = decision->decided_s};
    return tally_add(deciding->store, &tallied, deciding->notes);
}

static enum status
put_pieces(struct deciding *deciding)
{
    const struct decision *decision = deciding->decision;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < decision->piece_count; i++) {
        const struct piece_record *piece = &decision->pieces[i];
        if (deciding->caps && piece->offer)
            status = check_cap(deciding, piece, &deciding->caps[i]);
        if (status == STATUS_WITHOUT)
            deciding->spent = i;
        if (status == STATUS_OK) /* counts at once: a cap also binds within a carton */
            status = put_piece(deciding, piece);
    }
    return status;
}

static enum status
put_decision(struct store *store, const struct decision *decision, struct notes *notes,
             int64_t *ret_id)
{
    enum status status = sql_run(
        store, sql_decision,
        VALUES(T(decision->merchant), T(decision->order), T(decision->package),
               I(decision->revision), T(decision->customer), T(decision->order_digest),
               I(decision->decided_s), T(decision->campaign_digest),
               T(decision->facts_digest), T(decision->trace), T(decision->facts),
               T(decision->plan)),
        notes);
    if (status == STATUS_OK)
        *ret_id = sqlite3_last_insert_rowid(store->db);
    return status;
}

/* The version before gives back what it used, and leaves the history of a customer whose
 * order it turned out not to be. */
static enum status
void_older(const struct deciding *deciding, const struct decision *older)
{
    const struct decision *decision = deciding->decision;
    enum status status = decision_void(deciding->store, older->id, decision->decided_s,
                                       REASON_CHANGED, deciding->notes);
    if (status == STATUS_OK && older->customer &&
        !text_equal(older->customer, decision->customer))
        status = store_drop_packed(deciding->store, decision->merchant, older->customer,
                                   decision->order, deciding->notes);
    return status;
}

static enum status
decide(struct deciding *deciding, struct decision *decision, struct arena *arena,
       struct decision **ret_existing)
{
    struct store *store = deciding->store;
    struct decision *older = NULL;
    int32_t revision = 0;
    enum status status =
        decision_newest(store, decision->merchant, decision->order, decision->package,
                        arena, deciding->notes, &older, &revision);
    if (status != STATUS_OK)
        return status;
    if (older && text_equal(older->order_digest, decision->order_digest)) {
        *ret_existing = older;
        return STATUS_RETRY;
    }
    if (older)
        status = void_older(deciding, older);
    decision->revision = revision + 1;
    if (status == STATUS_OK)
        status = put_decision(store, decision, deciding->notes, &decision->id);
    if (status == STATUS_OK)
        status = event_add(store, decision->id, "", 0, "decided", decision->decided_s,
                           NULL, deciding->notes);
    if (status == STATUS_OK)
        status = put_pieces(deciding);
    if (status == STATUS_OK && decision->customer && deciding->order)
        status = store_put_packed(store, deciding->order, arena, deciding->notes);
    return status;
}

enum status
store_decide(struct store *store, const struct order *order, struct decision *decision,
             const struct piece_cap *caps, struct arena *arena, struct notes *notes,
             struct decision **ret_existing, size_t *ret_spent)
{
    struct decision made = *decision;
    struct decision *existing = NULL;
    struct deciding deciding = {
        .store = store, .order = order, .decision = &made, .caps = caps, .notes = notes};
    made.package = made.package ? made.package : "1";
    if (made.customer && !made.customer[0])
        made.customer = NULL;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = store_end(store, decide(&deciding, &made, arena, &existing), notes);
    if (status == STATUS_OK) {
        decision->id = made.id;
        decision->revision = made.revision;
    }
    if (status == STATUS_RETRY && existing)
        *ret_existing = existing;
    if (status == STATUS_WITHOUT)
        *ret_spent = deciding.spent;
    return status;
}
