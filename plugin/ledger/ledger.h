/* The ledger: history kept, decisions, codes, prints. Event by event, never overwritten.
 *
 * The embedded store is one SQLite file (WAL, synchronous FULL: an acknowledged promise
 * survives a power cut), opened by many processes at once. A `struct ledger` belongs to
 * one thread at a time; open one per thread. A write takes its turn by an flock ticket
 * beside the file, so that no station starves. The path "none" is a ledger that holds
 * nothing and takes nothing: previews.
 *
 * Besides what a call says of itself, any may return STATUS_RETRY (no turn in time),
 * STATUS_CANCELLED, STATUS_OUTSIDE (disk full, damaged file) or STATUS_NO_MEMORY; a call
 * that fails has written nothing. */
#ifndef TUCK_LEDGER_LEDGER_H
#define TUCK_LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/note.h"
#include "order/order.h"

struct ledger;

/* READ: no file is made, no byte written; a missing file is an empty ledger. A call that
 * would write is then STATUS_BAD_CALL. WRITE makes the file, and the folder it is in. */
enum ledger_mode { LEDGER_WRITE, LEDGER_READ };

/* A file that is not a ledger is STATUS_BAD_INPUT, one of a later tuck STATUS_TOO_NEW.
 * `patience` (NULL: 2 s) is for the opening; each later call may wait as long as was left
 * of it here, until ledger_set_patience() says otherwise. */
enum status ledger_open(const char *path, enum ledger_mode mode,
                        const struct patience *patience, struct notes *notes,
                        struct ledger **ret);
void ledger_close(struct ledger *ledger); /* NULL is fine */
/* How long the calls from now on may wait for their turn, and the flag that ends them;
 * whoever keeps a ledger open says it anew for each job. Copied; `cancel` is lent until
 * the next such call. A turn that is free is taken even when no time is left. */
void ledger_set_patience(struct ledger *ledger, const struct patience *patience);
bool ledger_is_none(const struct ledger *ledger);

/* --- history -------------------------------------------------------------------- */

/* All that is kept of a customer (imported histories, fetched ones, packed orders);
 * STATUS_WITHOUT when nothing is. */
enum status ledger_history(struct ledger *ledger, const char *merchant,
                           const char *customer, struct arena *arena,
                           struct notes *notes, struct history **ret);
/* Keeps a history: orders and complaints by id replace what was there, other things join
 * it; of two loyalty standings the one with the later as-of stays. */
enum status ledger_keep_history(struct ledger *ledger, const char *merchant,
                                const struct history *history, struct notes *notes);
/* Bulk: what comes between begin and end goes in as one transaction, or not at all when
 * `is_kept` is false or the end fails. Purchases with the same order id are one order's
 * lines; one without an order id is an order by itself, named by customer and time, so
 * that the same file twice changes nothing. */
enum status ledger_import_begin(struct ledger *ledger, struct notes *notes);
enum status ledger_import_purchase(struct ledger *ledger, const char *merchant,
                                   const struct csv_purchase *purchase,
                                   struct notes *notes);
enum status ledger_import_end(struct ledger *ledger, bool is_kept, struct notes *notes);

/* What a server last said of a customer: body and ETag, for when it is down. */
enum status ledger_cache_get(struct ledger *ledger, const char *url, struct arena *arena,
                             struct notes *notes, const char **ret_etag,
                             const char **ret_body, size_t *ret_n, int64_t *ret_at_s);
enum status ledger_cache_put(struct ledger *ledger, const char *url, const char *etag,
                             const char *body, size_t n, int64_t at_s,
                             struct notes *notes);

/* --- decisions ------------------------------------------------------------------ */

struct piece_key {
    const char *placement;
    int32_t number; /* 0… within the placement */
};

/* What was decided for one placement of one carton. */
struct piece_record {
    const char *placement;
    int32_t number;
    const char *offer; /* NULL: nothing, with the reason */
    const char *arm, *template_name, *reason, *code;
    const char *sku, *bin; /* pre-printed */
    double probability;
    bool is_held_out;
    struct day expires; /* of the coupon; DAY_NONE none */
    struct money liability; /* reckoned cost of the coupon */
    const char *values; /* the values document it is printed from; NULL none */
    const char *state;  /* last event: decided, printed, failed, skipped, voided */
};

struct decision {
    int64_t id; /* set by ledger_decide() */
    const char *merchant, *order, *package, *customer; /* customer may be NULL */
    const char *order_digest; /* revision: same order id, other digest */
    int32_t revision;         /* 1…; set by ledger_decide() */
    int64_t decided_s;
    const char *campaign_digest, *facts_digest;
    const char *trace; /* facts and plan as JSON */
    const char *facts, *plan; /* their text dumps */
    struct piece_record *pieces;
    size_t piece_count;
};

/* The newest, not voided decision on an order's package; STATUS_WITHOUT: none yet. */
enum status ledger_find(struct ledger *ledger, const char *merchant, const char *order,
                        const char *package, struct arena *arena, struct notes *notes,
                        struct decision **ret);

/* Standing of a customer (NULL: only totals) for named offers; order `except` is left
 * out. `ret` has `count` places. A piece that is held out counts for its customer, so
 * that treated and held out go on alike, but not in all: nothing left the stock. */
struct offer_standing {
    int32_t decided_for_customer;
    int64_t last_decided_s; /* TIME_NONE: never */
    int64_t decided_in_all;
};
enum status ledger_standing(struct ledger *ledger, const char *merchant,
                            const char *customer, const char *except_order,
                            const char *const *offers, size_t count,
                            struct notes *notes, struct offer_standing *ret);

/* Records a decision, its order and its codes in one transaction, checking caps again
 * inside it. `caps[i]` belongs to pieces[i]: most decisions for this customer (0: none)
 * and in all (-1: not counted); NULL: no caps. If another station decided the same digest
 * meanwhile, its decision comes back in *ret_existing and nothing is written
 * (STATUS_RETRY). A decision on an older digest is voided with an event, its codes too.
 * A piece whose cap is spent: STATUS_WITHOUT and *ret_spent tells which. A code that
 * another station has just taken is STATUS_RETRY with *ret_existing untouched: take new
 * codes. The order itself becomes a past order of its customer. */
struct piece_cap {
    int32_t per_customer;
    int64_t in_all;
};
enum status ledger_decide(struct ledger *ledger, const struct order *order,
                          struct decision *decision, const struct piece_cap *caps,
                          struct arena *arena, struct notes *notes,
                          struct decision **ret_existing, size_t *ret_spent);

/* The bytes printed for a piece, kept so that a reprint is the same; find:
 * STATUS_WITHOUT when none are kept. `format` is an enum sheet_format. */
enum status ledger_keep_sheet(struct ledger *ledger, int64_t decision_id,
                              const struct piece_key *piece, int32_t format,
                              const void *bytes, size_t n, struct notes *notes);
enum status ledger_find_sheet(struct ledger *ledger, int64_t decision_id,
                              const struct piece_key *piece, int32_t format,
                              struct arena *arena, struct notes *notes,
                              const uint8_t **ret_bytes, size_t *ret_n);

/* Events: "printed", "failed", "skipped", "voided". The same event twice in a row is one.
 * A piece that is voided counts no longer and its code is void. */
enum status ledger_event(struct ledger *ledger, int64_t decision_id,
                         const struct piece_key *piece, const char *event, int64_t at_s,
                         const char *reason, struct notes *notes);
/* Voids an order's decisions and codes, all packages, and takes the packed order for
 * cancelled in its customer's history. STATUS_WITHOUT: none to void. */
enum status ledger_void(struct ledger *ledger, const char *merchant, const char *order,
                        int64_t at_s, const char *reason, struct notes *notes);

/* A code nobody can guess, distinct from every code in this ledger: PREFIX-XXXX-XXXX of
 * letters and digits that are not mistaken for one another and spell no words (no
 * 0 O 1 I L U A E). It is taken by ledger_decide(), not before. */
enum status ledger_code(struct ledger *ledger, const char *prefix, struct arena *arena,
                        struct notes *notes, const char **ret);

/* Everything as text, in order of time, without times and with the chance part of codes
 * as asterisks: for golden tests. */
enum status ledger_dump(struct ledger *ledger, struct buf *out, struct notes *notes);

#endif
