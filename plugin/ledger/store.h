/* The rules of the ledger, over whichever database.
 *
 * Below the front door (ledger.c), which has checked its arguments and turned customers
 * into pseudonyms. `store_*` functions run whole promises: each begins its transaction,
 * does its statements and ends it, so a failure leaves nothing behind. The lower half of
 * this header is what they share inside one. */
#ifndef TUCK_LEDGER_STORE_H
#define TUCK_LEDGER_STORE_H

#include "ledger/ledger.h"
#include "ledger/sql.h"

/* "c~…", "h~…": what stands for a customer or a household. */
#define NAME_SIZE (PSEUDONYM_SIZE + 2)

struct store {
    struct sql *sql;
    struct keys *keys; /* lent */
    const char *station;
    int32_t station_number;
    int64_t reserve_s;
    bool is_importing, is_grouping;
    struct moves *moves; /* of the transaction: store-moves.h; NULL: none yet */
    /* A station's own file: units come from what was leased in advance. */
    bool is_standby;
    /* The units of a decision that is settled were leased: they come from there. */
    bool is_settling;
    int32_t serial_from, serial_most; /* of signed codes */
    enum status import_status; /* what first went wrong in the import under way */
    enum status group_status;  /* what could not be taken back by itself in the group */
};

enum status store_history(struct store *store, const char *merchant, const char *customer,
                          struct arena *arena, struct notes *notes, struct history **ret);
enum status store_keep_history(struct store *store, const char *merchant,
                               const char *customer, const struct history *history,
                               struct notes *notes);
enum status store_import_begin(struct store *store, struct notes *notes);
enum status store_import_purchase(struct store *store, const char *merchant,
                                  const char *customer,
                                  const struct csv_purchase *purchase,
                                  struct notes *notes);
enum status store_import_decision(struct store *store, struct decision *decision,
                                  bool is_printed, struct arena *arena,
                                  struct notes *notes, bool *ret_is_new);
enum status store_import_end(struct store *store, bool is_kept, struct notes *notes);

enum status store_find(struct store *store, const char *merchant, const char *order,
                       const char *package, struct arena *arena, struct notes *notes,
                       struct decision **ret);
enum status store_packages(struct store *store, const char *merchant, const char *order,
                           struct arena *arena, struct notes *notes, const char ***ret,
                           size_t *ret_count);
enum status store_document(struct store *store, int64_t decision_id, const char *kind,
                           struct arena *arena, struct notes *notes, const char **ret);
enum status store_last(struct store *store, const char *merchant, const char *customer,
                       const char *except_order, const char *const *offers, size_t count,
                       struct notes *notes, int64_t *ret_s);
enum status store_used(struct store *store, const char *merchant,
                       const char *except_order, struct day today,
                       const struct unit_claim *claims, size_t count, struct notes *notes,
                       struct unit_use *ret);
enum status store_decide(struct store *store, const struct order *order,
                         struct decision *decision, ledger_write_fn *write, void *data,
                         struct arena *arena, struct notes *notes,
                         struct decision **ret_existing, size_t *ret_spent);
enum status store_event(struct store *store, int64_t decision_id,
                        const struct piece_key *piece, const char *kind, int64_t at_s,
                        const char *reason, struct notes *notes);
enum status store_void(struct store *store, const char *merchant, const char *order,
                       int64_t at_s, const char *reason, struct notes *notes);

enum status store_redeem(struct store *store, const struct redemption *redemption,
                         const char *customer, struct day today, struct arena *arena,
                         struct notes *notes, struct redemption_answer *ret);
enum status store_chosen(struct store *store, const char *merchant, const char *choice,
                         struct notes *notes, int64_t *ret);
enum status store_reply(struct store *store, const struct reply *reply, struct day today,
                        struct arena *arena, struct notes *notes,
                        struct reply_answer *ret);
enum status store_void_code(struct store *store, const char *merchant, const char *code,
                            int64_t at_s, const char *reason, struct notes *notes,
                            enum promise_answer *ret);
enum status store_promises(struct store *store, const char *merchant, const char *order,
                           const char *code, const char *customer, struct arena *arena,
                           struct notes *notes, struct promise **ret, size_t *ret_count);
enum status store_liability(struct store *store, const char *merchant, int64_t now_s,
                            struct arena *arena, struct notes *notes,
                            struct liability **ret, size_t *ret_count);
enum status store_expire(struct store *store, const char *merchant, int64_t now_s,
                         struct notes *notes, struct expiry *ret);
enum status store_pool_add(struct store *store, const char *merchant, const char *pool,
                           const char *code, struct notes *notes, bool *ret_is_new);
enum status store_pools(struct store *store, const char *merchant, struct arena *arena,
                        struct notes *notes, struct pool_level **ret, size_t *ret_count);

enum status store_keep_sheet(struct store *store, int64_t decision_id,
                             const struct piece_key *piece, int32_t format,
                             const char *device, const void *bytes, size_t n,
                             struct notes *notes);
enum status store_find_sheet(struct store *store, int64_t decision_id,
                             const struct piece_key *piece, int32_t format,
                             const char *device, struct arena *arena, struct notes *notes,
                             const char **ret_digest, const uint8_t **ret_bytes,
                             size_t *ret_n);
enum status store_cache_get(struct store *store, const char *url, struct arena *arena,
                            struct notes *notes, const char **ret_etag,
                            const char **ret_body, size_t *ret_n, int64_t *ret_at_s);
enum status store_cache_put(struct store *store, const char *merchant,
                            const char *customer, const char *url, const char *etag,
                            const char *body, size_t n, int64_t at_s,
                            struct notes *notes);
enum status store_wave_add(struct store *store, const char *merchant, const char *wave,
                           int64_t at_s, const struct wave_order *orders, size_t count,
                           struct notes *notes, int64_t *ret_waiting);
enum status store_wave_take(struct store *store, const char *merchant, const char *wave,
                            const char *worker, int32_t lease_s, size_t most,
                            struct arena *arena, struct notes *notes,
                            struct wave_order **ret, size_t *ret_count);
enum status store_wave_keep(struct store *store, const char *merchant, const char *wave,
                            const char *worker, int32_t lease_s, struct notes *notes);
enum status store_wave_done(struct store *store, const char *merchant, const char *wave,
                            const char *worker, const struct wave_order *orders,
                            size_t count, struct notes *notes);
enum status store_waves(struct store *store, const char *merchant, const char *wave,
                        struct arena *arena, struct notes *notes, struct wave_level **ret,
                        size_t *ret_count);
enum status store_wave_orders(struct store *store, const char *merchant, const char *wave,
                              const char *state, struct arena *arena, struct notes *notes,
                              struct wave_order **ret, size_t *ret_count);
enum status store_wave_has(struct store *store, int64_t decision_id, struct notes *notes,
                           bool *ret);
enum status store_wave_drop(struct store *store, const char *merchant, const char *wave,
                            struct notes *notes);
enum status store_forget(struct store *store, const char *merchant, const char *customer,
                         int64_t at_s, struct notes *notes);
enum status store_export(struct store *store, const char *merchant, const char *customer,
                         struct buf *out, struct notes *notes);
enum status store_retain(struct store *store, const char *merchant,
                         const struct retention *retention, struct notes *notes,
                         int64_t *ret_erased);
/* Of a station's own file: the words of decisions that the database has, made before. */
enum status store_drop_settled(struct store *standby, int64_t before_s,
                               struct notes *notes);
struct study_range;
struct study_sink;
enum status store_study(struct store *store, const char *merchant,
                        const struct study_range *range, const struct study_sink *sink,
                        struct arena *words, struct notes *notes,
                        uint32_t *ret_customers);
enum status store_model_put(struct store *store, const char *merchant, const void *bytes,
                            size_t n, int64_t at_s, struct notes *notes,
                            int64_t *ret_number);
enum status store_model_get(struct store *store, const char *merchant, int64_t known,
                            struct arena *arena, struct notes *notes,
                            const void **ret_bytes, size_t *ret_n, int64_t *ret_number);
enum status store_model_find(struct store *store, const char *merchant, int64_t number,
                             struct arena *arena, struct notes *notes,
                             const void **ret_bytes, size_t *ret_n);
enum status store_backup(struct store *store, const char *path, struct notes *notes);
enum status store_verify(struct store *store, struct notes *notes);
enum status store_dump(struct store *store, struct buf *out, struct notes *notes);

/* Customers that a file of version 1 holds as given become pseudonyms; a store whose
 * pseudonyms were made with another key is refused. */
enum status store_settle_names(struct store *store, struct notes *notes);
/* NULL for NULL; else `ret`. What is a pseudonym already stays. */
const char *store_name(const struct store *store, const char *kind, const char *merchant,
                       const char *id, char ret[NAME_SIZE]);

/* --- shared inside: transactions and statements ------------------------------------- */

/* A write: end commits when `status` is STATUS_OK, else takes back, and returns what it
 * all came to. Inside an import both join the import's, inside a group they are a part
 * that can be taken back by itself. */
enum status store_begin(struct store *store, struct notes *notes);
enum status store_end(struct store *store, enum status status, struct notes *notes);
/* A part of a write that may be taken back by itself (`status` not STATUS_OK). */
enum status store_part(struct store *store, struct notes *notes);
enum status store_parted(struct store *store, enum status status, struct notes *notes);

/* A read of more than one statement: all see the same instant. `*ret_is_empty`: there is
 * no database, so there is nothing to read and nothing to end. */
enum status store_look(struct store *store, struct notes *notes, bool *ret_is_empty);
enum status store_looked(struct store *store, enum status status, struct notes *notes);

enum status store_lock(struct store *store, const char *what, const char *merchant,
                       const char *key, struct notes *notes);

enum status sql_query(struct store *store, const char *sql, const struct value *values,
                      size_t count, struct notes *notes, struct rows **ret);
/* A statement without rows. */
enum status sql_run(struct store *store, const char *sql, const struct value *values,
                    size_t count, struct notes *notes);
/* The first column of the first row; `none` when there is no row or it is NULL. */
enum status sql_number(struct store *store, const char *sql, const struct value *values,
                       size_t count, int64_t none, struct notes *notes, int64_t *ret);
/* A statement that ends in RETURNING a number and adds a row, whose number is told, or
 * changes one, if there was one to change. */
enum status sql_add(struct store *store, const char *sql, const struct value *values,
                    size_t count, struct notes *notes, int64_t *ret_id);
enum status sql_change(struct store *store, const char *sql, const struct value *values,
                       size_t count, struct notes *notes, bool *ret_is_any);
/* As sql_query(), stepped to its first row; `*ret` is NULL when there is none. */
enum status sql_first(struct store *store, const char *sql, const struct value *values,
                      size_t count, struct notes *notes, struct rows **ret);

/* --- shared inside: orders ------------------------------------------------------------ */

/* A packed or told order into the history; `is_packed`: never over what was told. */
enum status store_put_order(struct store *store, const char *merchant,
                            const char *customer, const struct past_order *order,
                            bool is_packed, struct notes *notes);
enum status store_put_packed(struct store *store, const struct order *order,
                             const char *customer, struct arena *arena,
                             struct notes *notes);
enum status store_drop_packed(struct store *store, const char *merchant,
                              const char *customer, const char *order,
                              struct notes *notes);

#endif
