/* The ledger: history kept, decisions, promises, redemptions. Event by event, never
 * overwritten.
 *
 * The store is one SQLite file (WAL, synchronous FULL: an acknowledged promise survives a
 * power cut), opened by many processes at once, or a PostgreSQL database that a fleet of
 * stations shares ("postgresql://…"). A `struct ledger` belongs to one thread at a time;
 * open one per thread. The path "none" is a ledger that holds nothing and takes nothing:
 * previews.
 *
 * Customers and households are given here as the shop knows them and stand in the store
 * by pseudonym; a decision or promise that comes out again carries the pseudonym.
 *
 * Besides what a call says of itself, any may return STATUS_RETRY (no turn in time),
 * STATUS_CANCELLED, STATUS_OUTSIDE (disk full, damaged file, database away) or
 * STATUS_NO_MEMORY; a call that fails has written nothing, unless the note says that this
 * is unknown: every call may then be made again and comes to the same. */
#ifndef TUCK_LEDGER_LEDGER_H
#define TUCK_LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/note.h"
#include "mint/code.h"
#include "mint/keys.h"
#include "order/order.h"

struct ledger;

/* READ: no file is made, no byte written; a missing file is an empty ledger. A call that
 * would write is then STATUS_BAD_CALL. WRITE makes the file, and the folder it is in. */
enum ledger_mode { LEDGER_WRITE, LEDGER_READ };

struct ledger_how {
    const char *path;
    enum ledger_mode mode;
    struct keys *keys; /* NULL only for "none"; a reference is taken */
    /* Who is at work: for events, and the number in signed codes, 0…127, which no two
     * stations that mint with one key may share. */
    const char *station;
    int32_t station_number;
    int64_t reserve_s; /* a promise never printed lapses after so long; 0: two hours */
    /* What a station goes on with while its database is away: a file of its own and how
     * many units of each limit it takes in advance. NULL, 0: it does not go on. */
    const char *standby;
    int32_t lease_units;
    /* For the opening (NULL: 2 s); each later call may wait as long as was left of it
     * here, until ledger_set_patience() says otherwise. */
    const struct patience *patience;
};

/* A file that is not a ledger is STATUS_BAD_INPUT, one of a later tuck STATUS_TOO_NEW, one
 * whose pseudonyms were made with another key STATUS_BAD_INPUT. */
enum status ledger_open(const struct ledger_how *how, struct notes *notes,
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

/* What a server last said of a customer: body and ETag, for when it is down. Kept under
 * a pseudonym of the address, which names the customer. */
enum status ledger_cache_get(struct ledger *ledger, const char *url, struct arena *arena,
                             struct notes *notes, const char **ret_etag,
                             const char **ret_body, size_t *ret_n, int64_t *ret_at_s);
enum status ledger_cache_put(struct ledger *ledger, const char *merchant,
                             const char *customer, const char *url, const char *etag,
                             const char *body, size_t n, int64_t at_s,
                             struct notes *notes);

/* --- decisions ------------------------------------------------------------------ */

struct piece_key {
    const char *placement;
    int32_t number; /* 0… within the placement */
};

/* What a promise would take of a limit. */
struct unit_claim {
    const char *name;     /* of the limit, with its window: "spring@30d" */
    const char *customer, *household; /* whose it is, as the shop knows them… */
    const char *scope;    /* …or of a store, station or wave; all NULL: all together */
    struct day first_day; /* of the calendar window; DAY_NONE: for ever, or rolling */
    int32_t rolling_days; /* today and the days before; 0: not rolling */
    int64_t most;         /* pieces; -1: not counted */
    int64_t most_minor;   /* money; -1: not counted */
};

/* How the code of a coupon is come by. */
struct code_wish {
    enum {
        CODE_NONE,
        CODE_RANDOM,
        CODE_SIGNED,
        CODE_POOL,
        CODE_GIVEN /* piece->code, as it is: settled from a station's own file */
    } kind;
    const char *prefix;   /* random and signed; NULL or "": none */
    int32_t offer_number; /* signed */
    const char *pool;
};

/* What was decided for one placement of one carton. */
struct piece_record {
    const char *placement;
    int32_t number;
    const char *offer; /* NULL: nothing, with the reason */
    const char *arm, *template_name, *template_digest, *reason;
    const char *sku, *bin; /* pre-printed */
    double probability;
    bool is_held_out;
    bool is_advised;    /* an advisor chose it */
    const char *cohort; /* it was learnt with; NULL: none */
    int64_t cost_minor; /* of the piece itself, reckoned */
    /* of the promise */
    int64_t promise;        /* its number; 0: none. Set by ledger_decide() */
    const char *code;       /* set by ledger_decide() as wished for */
    struct day expires;     /* of the coupon, last day; DAY_NONE none */
    int64_t ends_s;         /* the instant after that day in the shop's zone; TIME_NONE */
    struct money liability; /* reckoned cost of the coupon */
    const char *values;     /* the values document it is printed from; NULL none */
    /* reserved, printed, redeemed, expired, voided, failed, skipped, refused, lapsed;
     * without an offer: decided, printed, failed, skipped, refused */
    const char *state;
    /* asked for, not kept */
    struct code_wish wish;
    const struct unit_claim *claims; /* of every limit it falls under */
    size_t claim_count;
};

/* An experiment that the customer takes part in. */
struct exposure_record {
    const char *experiment, *arm;
};

/* A text of a decision that may be erased later: "order", "history", "standing", "facts",
 * "plan", "trace". */
struct decision_document {
    const char *kind, *body;
};

struct decision {
    int64_t id; /* set by ledger_decide() */
    const char *merchant, *order, *package, *customer, *household; /* NULL: not known */
    const char *order_digest; /* revision: same order id, other digest */
    int32_t revision;         /* 1…; set by ledger_decide() */
    int64_t decided_s;
    struct day today; /* in the shop's zone: the day that rolling windows count */
    const char *campaign_digest, *facts_digest;
    const char *campaign; /* its name */
    const char *segments; /* of it that held, split by one space; NULL or "": none */
    int64_t model;        /* what was learnt, by its number; 0: nothing */
    const struct exposure_record *exposures; /* asked for, not read back */
    size_t exposure_count;
    /* Stands no longer although the order is the same: it was made ahead, and what it hung
     * on has changed before it was printed. 0: none. Not kept. */
    int64_t replaces;
    const struct decision_document *documents;
    size_t document_count;
    struct piece_record *pieces;
    size_t piece_count;
};

/* The newest decision on an order's package that is neither voided nor lapsed;
 * STATUS_WITHOUT: none. Its documents are left out: ledger_document(). */
enum status ledger_find(struct ledger *ledger, const char *merchant, const char *order,
                        const char *package, struct arena *arena, struct notes *notes,
                        struct decision **ret);
/* The packages that an order was decided for, in order of their names. */
enum status ledger_packages(struct ledger *ledger, const char *merchant,
                            const char *order, struct arena *arena, struct notes *notes,
                            const char ***ret, size_t *ret_count);
/* STATUS_WITHOUT: never kept, or erased since. */
enum status ledger_document(struct ledger *ledger, int64_t decision_id, const char *kind,
                            struct arena *arena, struct notes *notes, const char **ret);

/* When each of the named offers was last promised to this customer by another order than
 * `except_order`, held out or not; TIME_NONE: never. */
enum status ledger_last(struct ledger *ledger, const char *merchant, const char *customer,
                        const char *except_order, const char *const *offers, size_t count,
                        struct notes *notes, int64_t *ret_s);
/* What is used of limits, without what `except_order` itself holds. `today`: of rolling
 * windows. */
struct unit_use {
    int64_t units, minor;
    bool is_known; /* false: a station without its database cannot know */
};
enum status ledger_used(struct ledger *ledger, const char *merchant,
                        const char *except_order, struct day today,
                        const struct unit_claim *claims, size_t count,
                        struct notes *notes, struct unit_use *ret);

/* Is the station going on without its database just now? Then it does not know when
 * something was last promised, nor what customers have of their limits. */
bool ledger_is_away(const struct ledger *ledger);
/* For a station with a standby: settles what was decided without the database and tops up
 * what is held of shared limits for the next time. `minor`: what one piece takes at most.
 * To be called now and then, outside of a carton's time. */
struct lease_wish {
    struct unit_claim claim;
    int64_t minor;
};
enum status ledger_prepare(struct ledger *ledger, const char *merchant, struct day today,
                           const struct lease_wish *wishes, size_t count,
                           struct notes *notes);

/* Writes the values document of a piece, now that its code is known: sets piece->values
 * (in the arena) or leaves it NULL. Called inside ledger_decide(): must not call the
 * ledger. */
typedef enum status ledger_write_fn(void *data, struct piece_record *piece);

/* Records a decision and its order in one transaction and makes its promises: reserves
 * units, takes codes. A promise that the same order holds for the same offer already
 * (another parcel, a reship) is shared: same code, counted once. If another station
 * decided the same digest meanwhile, its decision comes back in *ret_existing and nothing
 * is written (STATUS_RETRY). A decision on an older digest is voided with an event, its
 * promises and codes too. A limit that has no unit left, or a pool no code:
 * STATUS_WITHOUT and *ret_spent tells the piece. The order itself becomes a past order of
 * its customer. `order` may be NULL: no history is kept of it. */
enum status ledger_decide(struct ledger *ledger, const struct order *order,
                          struct decision *decision, ledger_write_fn *write, void *data,
                          struct arena *arena, struct notes *notes,
                          struct decision **ret_existing, size_t *ret_spent);
/* A decision that another system made, inside an import; its one piece with an offer was
 * printed when `is_printed`. `*ret_is_new` false: a decision on that order is there
 * already, and stays. */
enum status ledger_import_decision(struct ledger *ledger, struct decision *decision,
                                   bool is_printed, struct arena *arena,
                                   struct notes *notes, bool *ret_is_new);
/* Many decisions acknowledged together, for waves: those between begin and end become
 * durable with the end. One that fails takes back only itself. But others may be at the
 * same rows for good (two groups that wait for each other), or the database is started
 * anew: then the call that finds it out, the rest of the group and its end are all
 * STATUS_RETRY or STATUS_OUTSIDE, nothing of the group is kept, and only who made it can
 * make it again. Order by order is the safe way, for a call outside of a group is made
 * again by itself. */
enum status ledger_group_begin(struct ledger *ledger, struct notes *notes);
enum status ledger_group_end(struct ledger *ledger, struct notes *notes);

/* The bytes printed for a piece, kept so that a reprint is the same; find:
 * STATUS_WITHOUT when none are kept. `format` is an enum sheet_format, `device` tells
 * apart sheets of one format that are made for unlike devices ("": none is meant). The
 * digest (SHA-256, hex) outlives the bytes: *ret_bytes is NULL when they were erased. */
enum status ledger_keep_sheet(struct ledger *ledger, int64_t decision_id,
                              const struct piece_key *piece, int32_t format,
                              const char *device, const void *bytes, size_t n,
                              struct notes *notes);
enum status ledger_find_sheet(struct ledger *ledger, int64_t decision_id,
                              const struct piece_key *piece, int32_t format,
                              const char *device, struct arena *arena,
                              struct notes *notes, const char **ret_digest,
                              const uint8_t **ret_bytes, size_t *ret_n);

/* Says what became of a piece: "printed", "failed", "skipped", "refused" (by a packer),
 * "overridden" (a packer put in something else; nothing moves by it). The same event twice
 * in a row is one. Failed, skipped and refused give the units back unless paper is out (printed);
 * printed takes them again. When they are gone by then, or the promise has lapsed or is
 * void: STATUS_WITHOUT with a note, the event is kept all the same, and the paper must
 * not leave the house. */
enum status ledger_event(struct ledger *ledger, int64_t decision_id,
                         const struct piece_key *piece, const char *event, int64_t at_s,
                         const char *reason, struct notes *notes);
/* Voids an order's decisions and promises, all packages, and takes the packed order for
 * cancelled in its customer's history. What was redeemed stays. STATUS_WITHOUT: none to
 * void. */
enum status ledger_void(struct ledger *ledger, const char *merchant, const char *order,
                        int64_t at_s, const char *reason, struct notes *notes);

/* --- promises ------------------------------------------------------------------- */

enum promise_answer { /* what a till is told */
    ANSWER_OK,
    ANSWER_AGAIN,          /* this very redemption was accepted before */
    ANSWER_USED,           /* by another redemption: `used_*` tell when and where */
    ANSWER_EXPIRED,
    ANSWER_VOID,           /* the order was cancelled or changed; or never printed */
    ANSWER_UNKNOWN,        /* no such code was ever promised here */
    ANSWER_FORGED,         /* it looks signed, but no key of ours made it */
    ANSWER_MISTYPED,       /* its check symbol is wrong */
    ANSWER_OTHER_CUSTOMER,
    ANSWER_OTHER_MERCHANT,
    ANSWER_GENUINE,        /* signed by us, but promised in another ledger */
    ANSWER_NOBODY,         /* nobody is behind it: a guest's order, or one forgotten */
    ANSWER_QUESTION,       /* it brings an answer back, and is worth nothing at a till */
};
const char *promise_answer_name(enum promise_answer answer); /* "ok", "used", … */

struct promise_event {
    int64_t at_s;
    const char *kind, *reason;
    const char *place, *order;   /* redeemed */
    struct money amount;         /* redeemed */
    const char *redemption;      /* its id */
    const char *package;         /* printed, failed, skipped, decided */
    int32_t revision;
};

/* A promise and its whole life, oldest first. */
struct promise {
    int64_t id;
    const char *merchant, *order, *offer, *customer; /* customer: pseudonym or NULL */
    const char *code, *pool, *state;
    bool is_held_out, is_holding;
    int64_t made_s;
    struct day expires;
    struct money value;
    struct promise_event *events;
    size_t event_count;
};

struct redemption {
    const char *merchant, *code;
    const char *id;       /* of the redemption; NULL: "CODE/ORDER", or the code alone */
    const char *customer; /* as the shop knows them; NULL: not asked */
    const char *order, *place; /* may be NULL */
    const char *choice;        /* what the code was taken for; NULL: it leaves no choice */
    struct money amount;       /* of the sale; currency "": not told */
    int64_t at_s;
    /* It has happened already (a shop's file): kept whatever the answer is, and the
     * promise ends in the same state in whatever order such things come in. */
    bool is_told;
    /* Offers whose codes bring answers back and are worth nothing: ANSWER_QUESTION. */
    const char *const *questions;
    size_t question_count;
};
struct redemption_answer {
    enum promise_answer answer;
    const char *used_place, *used_order; /* ANSWER_USED, ANSWER_AGAIN */
    int64_t used_s;
    const char *reason;     /* of the void; which letter is wrong; else NULL */
    struct promise promise; /* without events; id 0: not found */
};
/* Answers a till, and takes the code as used when the answer is OK. `today` is the shop's
 * calendar day. */
enum status ledger_redeem(struct ledger *ledger, const struct redemption *redemption,
                          struct day today, struct arena *arena, struct notes *notes,
                          struct redemption_answer *ret);
/* How many redemptions there are by which that was chosen. */
enum status ledger_chosen(struct ledger *ledger, const char *merchant, const char *choice,
                          struct notes *notes, int64_t *ret);
/* What a customer answers by the code on their paper. */
struct reply {
    const char *merchant, *code;
    int32_t nps, effort;          /* 0…10, 1…7; -1: not told */
    int32_t rating;               /* of the piece that the code is on: 1…5; -1 */
    const char *question, *value; /* of the shop's own; both or neither */
    const char *channel;          /* it came by; may be NULL */
    int64_t at_s;
};
struct reply_answer {
    /* OK: kept. AGAIN: it is there already. USED: the same code said something else at a
     * later time, which stays. Or EXPIRED, VOID, NOBODY… as with redemptions. */
    enum promise_answer answer;
    bool is_instead;        /* OK: the same code said something else before */
    int32_t was_nps, was_effort, was_rating; /* that it said before; -1: not that */
    int64_t used_s;         /* AGAIN, USED: when */
    const char *reason;     /* of the void; else NULL */
    struct promise promise; /* without events; id 0: not found */
};
/* Keeps an answer in the history of the code's customer, where the facts of their next
 * carton see it. A code has one answer to a question: a later one takes its place. */
enum status ledger_reply(struct ledger *ledger, const struct reply *reply,
                         struct day today, struct arena *arena, struct notes *notes,
                         struct reply_answer *ret);
/* Voids one code. Told apart by the answer: OK (also when it was void before), UNKNOWN,
 * USED. */
enum status ledger_void_code(struct ledger *ledger, const char *merchant,
                             const char *code, int64_t at_s, const char *reason,
                             struct notes *notes, enum promise_answer *ret);

/* All promises of an order, a code or a customer (the two others NULL), oldest first. */
enum status ledger_promises(struct ledger *ledger, const char *merchant,
                            const char *order, const char *code, const char *customer,
                            struct arena *arena, struct notes *notes,
                            struct promise **ret, size_t *ret_count);

/* What is owed on paper at an instant: promises reserved or printed and not expired. */
struct liability {
    const char *offer;
    struct money value;  /* of one */
    struct day expires;
    int64_t reserved, printed; /* how many */
};
enum status ledger_liability(struct ledger *ledger, const char *merchant, int64_t now_s,
                             struct arena *arena, struct notes *notes,
                             struct liability **ret, size_t *ret_count);
/* Marks what has expired and lets lapse what was reserved and never printed. */
struct expiry {
    int64_t expired, lapsed;
};
enum status ledger_expire(struct ledger *ledger, const char *merchant, int64_t now_s,
                          struct notes *notes, struct expiry *ret);

/* --- waves ---------------------------------------------------------------------- */

/* A wave: orders that are decided and rendered ahead of their cartons, shared out among
 * threads, processes and machines. Each works on a share at a time; who takes one has it
 * for `lease_s` and may ask for longer; what is not done by then others may take, so that
 * a machine that dies gives its share back. Leases are reckoned by the database's clock;
 * one that was given in what is now the future, before the clock was set back, has run
 * out. None of these calls is for a station that goes on alone: STATUS_OUTSIDE while its
 * database is away. Who is forgotten is forgotten here, too: their orders that wait become
 * "failed" and lose their words, and so do orders that cannot be read. */
struct wave_order {
    int64_t place;        /* in pick order, from 1 */
    const char *name;     /* within the wave: a path, or an id; unique there */
    const char *document; /* the order document; NULL once it is done or failed */
    size_t document_n;    /* without the NUL at its end; there is none within */
    /* what became of it */
    const char *state;           /* "waiting", "taken", "done", "failed" */
    const char *note;            /* of a failure, one sentence; "" none */
    const char *worker;          /* who has it, or had it last; NULL nobody */
    const char *order, *package; /* as the document says; NULL before it was read */
    int64_t decision;            /* 0: none */
    int32_t tries;               /* how often it was taken */
};

/* Adds orders to a wave, which is made when it is not there. An order that is there by its
 * name stays as it is when the document is the same, and waits again when it is another,
 * or when it failed. So the same call twice goes on where the first one ended. */
enum status ledger_wave_add(struct ledger *ledger, const char *merchant,
                            const char *wave, int64_t at_s,
                            const struct wave_order *orders, size_t count,
                            struct notes *notes, int64_t *ret_waiting);
/* Takes a share of at most `most` orders in pick order: waiting ones, and those whose
 * lease has run out. An order that was taken five times and never done becomes "failed".
 * STATUS_WITHOUT: there is none to take now; others may still be at theirs. */
enum status ledger_wave_take(struct ledger *ledger, const char *merchant,
                             const char *wave, const char *worker, int32_t lease_s,
                             size_t most, struct arena *arena, struct notes *notes,
                             struct wave_order **ret, size_t *ret_count);
/* Asks for longer for all that the worker has. */
enum status ledger_wave_keep(struct ledger *ledger, const char *merchant,
                             const char *wave, const char *worker, int32_t lease_s,
                             struct notes *notes);
/* Says what became of a share: name, state ("done", "failed", "waiting": given back),
 * note, order, package, decision of each. What another has taken over meanwhile is left
 * as it is. Documents of what is done or failed are erased. May be called inside a group
 * (ledger_group_begin), so that a decision and the word of it last together. */
enum status ledger_wave_done(struct ledger *ledger, const char *merchant,
                             const char *wave, const char *worker,
                             const struct wave_order *orders, size_t count,
                             struct notes *notes);
struct wave_level {
    const char *wave;
    int64_t made_s, orders, waiting, taken, done, failed;
};
/* All waves (`wave` NULL) or one; oldest first. */
enum status ledger_waves(struct ledger *ledger, const char *merchant, const char *wave,
                         struct arena *arena, struct notes *notes,
                         struct wave_level **ret, size_t *ret_count);
/* The orders of a wave in pick order, without documents; `state` NULL: all. */
enum status ledger_wave_orders(struct ledger *ledger, const char *merchant,
                               const char *wave, const char *state, struct arena *arena,
                               struct notes *notes, struct wave_order **ret,
                               size_t *ret_count);
/* Was the decision made in a wave? */
enum status ledger_wave_has(struct ledger *ledger, int64_t decision_id,
                            struct notes *notes, bool *ret);
/* Forgets a wave; decisions stay. STATUS_WITHOUT: no such. */
enum status ledger_wave_drop(struct ledger *ledger, const char *merchant,
                             const char *wave, struct notes *notes);

/* --- pools ---------------------------------------------------------------------- */

/* Adds a code to a pool; inside an import. `*ret_is_new` false: it was there already. */
enum status ledger_pool_add(struct ledger *ledger, const char *merchant, const char *pool,
                            const char *code, struct notes *notes, bool *ret_is_new);
struct pool_level {
    const char *pool;
    int64_t codes, left;
};
enum status ledger_pools(struct ledger *ledger, const char *merchant,
                         struct arena *arena, struct notes *notes,
                         struct pool_level **ret, size_t *ret_count);

/* --- whose it is, and for how long ---------------------------------------------- */

/* Erases what is held of a customer: history, documents, sheets; what must stay for the
 * sums (promises, counters) stands under a name that leads nowhere. STATUS_WITHOUT:
 * nothing is held. */
enum status ledger_forget(struct ledger *ledger, const char *merchant,
                          const char *customer, int64_t at_s, struct notes *notes);
/* All that is held of a customer as one JSON text. STATUS_WITHOUT: nothing. */
enum status ledger_export(struct ledger *ledger, const char *merchant,
                          const char *customer, struct buf *out, struct notes *notes);
/* Erases texts and bytes of decisions made before an instant, and history told or packed
 * before another (TIME_NONE: leaves it). */
struct retention {
    int64_t documents_before_s, sheets_before_s, history_before_s;
};
enum status ledger_retain(struct ledger *ledger, const char *merchant,
                          const struct retention *retention, struct notes *notes,
                          int64_t *ret_erased);

/* --- the store itself ----------------------------------------------------------- */

/* A copy as of one instant, while others write; whole or not at all. */
enum status ledger_backup(struct ledger *ledger, const char *path, struct notes *notes);
/* Every finding a note: the file's own check, and every sum reckoned anew from events.
 * STATUS_BAD_INPUT when one is wrong. */
enum status ledger_verify(struct ledger *ledger, struct notes *notes);

/* Everything as text, in order of time, without times and with the chance part of codes
 * as asterisks: for golden tests. */
enum status ledger_dump(struct ledger *ledger, struct buf *out, struct notes *notes);

#endif
