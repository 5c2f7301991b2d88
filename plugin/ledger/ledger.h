/* The ledger: history kept, decisions, codes, prints. Event by event, never overwritten.
 *
 * The embedded store is one SQLite file (WAL, synchronous FULL: an acknowledged promise
 * survives a power cut), opened by many processes at once. A `struct ledger` belongs to
 * one thread at a time; open one per thread. A write takes its turn by an flock ticket
 * beside the file, so that no station starves. The path "none" is a ledger that holds
 * nothing and takes nothing: previews. */
#ifndef TUCK_LEDGER_LEDGER_H
#define TUCK_LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/note.h"
#include "order/order.h"

struct ledger;

enum ledger_mode { LEDGER_WRITE, LEDGER_READ }; /* READ: no file is made, no byte written */
enum status ledger_open(const char *path, enum ledger_mode mode,
                        const struct patience *patience, struct notes *notes,
                        struct ledger **ret);
void ledger_close(struct ledger *ledger);
bool ledger_is_none(const struct ledger *ledger);

/* --- history -------------------------------------------------------------------- */

/* All that is kept of a customer (imported histories, fetched ones, packed orders);
 * STATUS_WITHOUT when nothing is. */
enum status ledger_history(struct ledger *ledger, const char *merchant,
                           const char *customer, struct arena *arena,
                           struct notes *notes, struct history **ret);
/* Keeps a history: orders by id replace what was there, other things join it. */
enum status ledger_keep_history(struct ledger *ledger, const char *merchant,
                                const struct history *history, struct notes *notes);
/* Bulk: between begin and end many histories and purchases go in as few transactions. */
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
    const char *trace; /* plan as JSON */
    struct piece_record *pieces;
    size_t piece_count;
};

/* The newest, not voided decision on an order's package; STATUS_WITHOUT: none yet. */
enum status ledger_find(struct ledger *ledger, const char *merchant, const char *order,
                        const char *package, struct arena *arena, struct notes *notes,
                        struct decision **ret);

/* Standing of a customer (NULL: only totals) for named offers; order `except` is left
 * out. `ret` has `count` places. */
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
 * and in all (-1: not counted). If another station decided the same digest meanwhile, its
 * decision comes back in *ret_existing and nothing is written (STATUS_RETRY). A decision on
 * an older digest is voided with an event, its codes too. A piece whose cap is spent:
 * STATUS_WITHOUT and *ret_spent tells which. */
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

/* Events: "printed", "failed", "skipped", "voided". The same event twice is one. */
enum status ledger_event(struct ledger *ledger, int64_t decision_id,
                         const struct piece_key *piece, const char *event, int64_t at_s,
                         const char *reason, struct notes *notes);
/* Voids an order's decisions and codes, all packages. STATUS_WITHOUT: none to void. */
enum status ledger_void(struct ledger *ledger, const char *merchant, const char *order,
                        int64_t at_s, const char *reason, struct notes *notes);

/* A code nobody can guess, distinct from every code in this ledger: PREFIX-XXXX-XXXX of
 * letters that are not mistaken for one another (no 0 O 1 I L U). */
enum status ledger_code(struct ledger *ledger, const char *prefix, struct arena *arena,
                        struct notes *notes, const char **ret);

/* Everything as text, in order of time, without times: for golden tests. */
enum status ledger_dump(struct ledger *ledger, struct buf *out, struct notes *notes);

#endif
