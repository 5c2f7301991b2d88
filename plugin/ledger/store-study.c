/* The whole ledger, in pages of rows.
 *
 * Each table is read in the order of its key, a page at a time from where the page before
 * ended, so that a database need not hold millions of rows for one answer; all pages see
 * the same instant. What belongs together (an order and its lines, a decision, its pieces
 * and experiments) is read side by side in the same order and joined here. */
#include "ledger/store.h"
#include "ledger/study-words.h"
#include "ledger/study.h"

#include <math.h>
#include <string.h>

#define PAGE 20000
#define PAGE_SQL "20000"

struct studying {
    struct store *store;
    const char *merchant;
    const struct study_range *range;
    const struct study_sink *sink;
    struct study_words words;
    struct arena *arena; /* of the page */
    struct notes *notes;
};

/* --- orders --------------------------------------------------------------------------- */

static const char sql_orders[] =
    "SELECT customer, id, placed_at_s, currency, total_minor, refunded_minor, is_packed,"
    " state FROM past_order WHERE merchant = ?1 AND (customer, id) > (?2, ?3)"
    " ORDER BY customer, id LIMIT " PAGE_SQL;
static const char sql_lines[] =
    "SELECT customer, order_id, sku, category, quantity, returned, price_minor"
    " FROM past_line WHERE merchant = ?1 AND (customer, order_id) >= (?2, ?3)"
    " AND (customer, order_id) <= (?4, ?5) ORDER BY customer, order_id, line";

struct lines { /* of a page's orders, as they come */
    struct rows *rows;
    bool has_row;
};

struct page { /* of one customer's orders: those may go over the end of a page of rows */
    struct arena *arena;
    struct study_order *orders;
    size_t count, room;
    /* Keys, which live as long as a statement goes on that was given them: of the last
     * row, behind which the page begins, and of its own last one. */
    struct key {
        struct buf customer, id;
    } after, last;
};

static int
compare_orders(const void *left, const void *right)
{
    const struct study_order *a = left, *b = right;
    if (a->placed_at_s != b->placed_at_s)
        return a->placed_at_s < b->placed_at_s ? -1 : 1;
    return strcmp(a->id, b->id);
}

/* Hands over the customer's orders, and begins with the next one's. */
static enum status
flush(struct studying *studying, struct page *page)
{
    enum status status = STATUS_OK;
    if (page->count > 1)
        qsort(page->orders, page->count, sizeof(*page->orders), compare_orders);
    for (size_t i = 0; status == STATUS_OK && i < page->count; i++)
        status = studying->sink->order(studying->sink->data, &page->orders[i]);
    page->orders = NULL;
    page->count = page->room = 0;
    arena_reset(page->arena);
    return status;
}

/* Lines come in the order of their orders; those of orders that were left out go by. */
static enum status
take_lines(struct studying *studying, struct lines *lines, const char *customer,
           const char *id, struct page *page, struct study_order *order)
{
    struct study_line *taken = NULL;
    size_t count = 0, room = 0;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && lines->has_row) {
        int where = strcmp(rows_lent(lines->rows, 0), customer);
        where = where ? where : strcmp(rows_lent(lines->rows, 1), id);
        if (where > 0)
            break;
        if (where == 0) {
            struct study_line *line =
                arena_append(page->arena, &taken, &count, &room, sizeof(*line));
            if (!line)
                return STATUS_NO_MEMORY;
            *line = (struct study_line){
                .sku = study_word(&studying->words, rows_lent(lines->rows, 2)),
                .category = study_word(&studying->words, rows_lent(lines->rows, 3)),
                .quantity = rows_int(lines->rows, 4, 0),
                .returned = rows_int(lines->rows, 5, 0),
                .price_minor = rows_int(lines->rows, 6, 0)};
        }
        status = rows_next(lines->rows, studying->notes, &lines->has_row);
    }
    order->lines = taken;
    order->line_count = count;
    return status;
}

static enum status
take_order(struct studying *studying, struct rows *rows, struct lines *lines,
           struct page *page)
{
    const char *name = rows_lent(rows, 0), *id = rows_lent(rows, 1);
    uint32_t customer = study_customer(&studying->words, name);
    enum status status = STATUS_OK;
    if (page->count > 0 && page->orders[0].customer != customer)
        status = flush(studying, page);
    if (status != STATUS_OK || rows_int(rows, 7, 0) == PAST_CANCELLED)
        return status;
    struct study_order *order =
        arena_append(page->arena, &page->orders, &page->count, &page->room,
                     sizeof(*order));
    const char *copy = order ? arena_strdup(page->arena, id) : NULL;
    if (!copy)
        return STATUS_NO_MEMORY;
    *order = (struct study_order){
        .customer = customer,
        .id = copy,
        .placed_at_s = rows_int(rows, 2, 0),
        .currency = study_word(&studying->words, rows_lent(rows, 3)),
        .net_minor = rows_int(rows, 4, 0) - rows_int(rows, 5, 0),
        .is_packed = rows_int(rows, 6, 0) != 0,
    };
    return lines->rows ? take_lines(studying, lines, name, id, page, order) : STATUS_OK;
}

static const char *
key_text(const struct buf *key)
{
    return key->n ? key->p : "";
}

static bool
set_key(struct key *key, const char *customer, const char *id)
{
    buf_reset(&key->customer);
    buf_reset(&key->id);
    buf_puts(&key->customer, customer);
    buf_puts(&key->id, id);
    return !key->customer.failed && !key->id.failed;
}

/* The lines of as many orders as a page has. */
static enum status
open_lines(struct studying *studying, struct page *page, struct rows **ret)
{
    static const char sql[] =
        "SELECT customer, id FROM (SELECT customer, id FROM past_order WHERE merchant = ?1"
        " AND (customer, id) > (?2, ?3) ORDER BY customer, id LIMIT " PAGE_SQL ") x"
        " ORDER BY customer DESC, id DESC LIMIT 1";
    struct rows *last ROWS_AUTO = NULL;
    const char *customer = key_text(&page->after.customer);
    const char *id = key_text(&page->after.id);
    enum status status =
        sql_first(studying->store, sql, VALUES(T(studying->merchant), T(customer), T(id)),
                  studying->notes, &last);
    if (status != STATUS_OK || !last)
        return status;
    if (!set_key(&page->last, rows_lent(last, 0), rows_lent(last, 1)))
        return STATUS_NO_MEMORY;
    return sql_first(studying->store, sql_lines,
                     VALUES(T(studying->merchant), T(customer), T(id),
                            T(key_text(&page->last.customer)), T(key_text(&page->last.id))),
                     studying->notes, ret);
}

static enum status
read_page(struct studying *studying, struct page *page, bool *ret_is_more)
{
    struct rows *rows ROWS_AUTO = NULL, *line_rows ROWS_AUTO = NULL;
    bool has_row = false;
    size_t count = 0;
    enum status status = studying->sink->wants_lines
                             ? open_lines(studying, page, &line_rows)
                             : STATUS_OK;
    struct lines lines = {.rows = line_rows, .has_row = line_rows != NULL};
    if (status == STATUS_OK)
        status = sql_query(studying->store, sql_orders,
                           VALUES(T(studying->merchant), T(key_text(&page->after.customer)),
                                  T(key_text(&page->after.id))),
                           studying->notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, studying->notes, &has_row)) == STATUS_OK && has_row) {
        status = take_order(studying, rows, &lines, page);
        if (status == STATUS_OK && ++count == PAGE)
            break;
    }
    if (status == STATUS_OK && count == PAGE) {
        /* the row lends the key, and the statement has the one before: copied aside */
        if (!set_key(&page->last, rows_lent(rows, 0), rows_lent(rows, 1)))
            status = STATUS_NO_MEMORY;
        rows_done(&rows);
        rows_done(&line_rows);
        const struct key key = page->after;
        page->after = page->last;
        page->last = key;
    }
    *ret_is_more = count == PAGE;
    return status == STATUS_OK && studying->words.failed ? STATUS_NO_MEMORY : status;
}

static enum status
study_orders(struct studying *studying)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct page page = {.arena = arena};
    bool is_more = true;
    enum status status = arena ? STATUS_OK : STATUS_NO_MEMORY;
    while (status == STATUS_OK && is_more)
        status = read_page(studying, &page, &is_more);
    if (status == STATUS_OK)
        status = flush(studying, &page);
    buf_done(&page.after.customer);
    buf_done(&page.after.id);
    buf_done(&page.last.customer);
    buf_done(&page.last.id);
    return status;
}

/* --- answers -------------------------------------------------------------------------- */

static const char sql_answers[] =
    "SELECT id, customer, kind, at_s, score, subject FROM past_thing WHERE merchant = ?1"
    " AND id > ?2 AND score IS NOT NULL AND at_s IS NOT NULL ORDER BY id"
    " LIMIT " PAGE_SQL;

static enum status
study_answers(struct studying *studying)
{
    int64_t last = 0;
    enum status status = STATUS_OK;
    for (bool is_more = true; status == STATUS_OK && is_more;) {
        struct rows *rows ROWS_AUTO = NULL;
        bool has_row = false;
        is_more = false;
        status = sql_query(studying->store, sql_answers,
                           VALUES(T(studying->merchant), I(last)), studying->notes, &rows);
        while (status == STATUS_OK &&
               (status = rows_next(rows, studying->notes, &has_row)) == STATUS_OK &&
               has_row) {
            const struct study_answer answer = {
                .customer = study_customer(&studying->words, rows_lent(rows, 1)),
                .kind = study_word(&studying->words, rows_lent(rows, 2)),
                .at_s = rows_int(rows, 3, 0),
                .score = rows_int(rows, 4, 0),
                .subject = study_word(&studying->words, rows_lent(rows, 5))};
            last = rows_int(rows, 0, 0);
            is_more = true;
            status = studying->words.failed
                         ? STATUS_NO_MEMORY
                         : studying->sink->answer(studying->sink->data, &answer);
        }
    }
    return status;
}

/* --- decisions ------------------------------------------------------------------------ */

/* By id alone: an index that begins with the merchant would be gone through whole for
 * every page, so it must not look useful. */
static const char sql_decisions[] =
    "SELECT id, customer, decided_s, order_id, campaign, campaign_digest, segments,"
    " revision FROM decision WHERE merchant || '' = ?1 AND id > ?2 AND id <= ?3"
    " AND decided_s >= ?4 AND decided_s < ?5 ORDER BY id";
static const char sql_pieces[] =
    "SELECT p.decision, p.placement, p.offer, p.arm, p.cohort, p.is_held_out,"
    " p.is_advised, m.was_printed, m.state, p.probability, p.cost_minor, m.value_minor,"
    " p.promise,"
    " CASE WHEN m.state = 'redeemed' THEN"
    "  (SELECT min(r.at_s) FROM redemption r WHERE r.promise = m.id) END"
    " FROM piece p LEFT JOIN promise m ON m.id = p.promise"
    " WHERE p.decision > ?1 AND p.decision <= ?2"
    " ORDER BY p.decision, p.placement, p.number";
static const char sql_exposures[] =
    "SELECT decision, experiment, arm FROM exposure WHERE decision > ?1"
    " AND decision <= ?2 ORDER BY decision, experiment";

struct side { /* rows that belong to decisions, in their order */
    struct rows *rows;
    bool has_row;
};

static void
side_done(struct side *side)
{
    rows_done(&side->rows);
}

static enum status
open_side(struct studying *studying, const char *sql, int64_t after, int64_t last,
          struct side *side)
{
    enum status status = sql_first(studying->store, sql, VALUES(I(after), I(last)),
                                   studying->notes, &side->rows);
    side->has_row = status == STATUS_OK && side->rows;
    return status;
}

/* Is the row in hand of this decision? Those of decisions before go by. */
static enum status
at_decision(struct studying *studying, struct side *side, int64_t id, bool *ret)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && side->has_row && rows_int(side->rows, 0, 0) < id)
        status = rows_next(side->rows, studying->notes, &side->has_row);
    *ret = status == STATUS_OK && side->has_row && rows_int(side->rows, 0, 0) == id;
    return status;
}

static void
read_piece(struct study_words *words, struct rows *rows, struct study_piece *ret)
{
    *ret = (struct study_piece){
        .placement = study_word(words, rows_lent(rows, 1)),
        .offer = study_word(words, rows_lent(rows, 2)),
        .arm = study_word(words, rows_lent(rows, 3)),
        .cohort = study_word(words, rows_lent(rows, 4)),
        .is_held_out = rows_int(rows, 5, 0) != 0,
        .is_advised = rows_int(rows, 6, 0) != 0,
        .was_printed = rows_int(rows, 7, 0) != 0,
        .state = study_word(words, rows_lent(rows, 8)),
        .probability =
            rows_is_null(rows, 9) ? NAN : rows->sql->driver->real(rows, 9),
        .cost_minor = rows_int(rows, 10, 0),
        .value_minor = rows_int(rows, 11, 0),
        .promise = rows_int(rows, 12, 0),
        .redeemed_s = rows_int(rows, 13, TIME_NONE)};
}

static enum status
take_pieces(struct studying *studying, struct side *side, struct study_decision *decision)
{
    struct study_piece *pieces = NULL;
    size_t room = 0;
    bool is_here = false;
    enum status status = at_decision(studying, side, decision->id, &is_here);
    while (status == STATUS_OK && is_here) {
        struct study_piece *piece =
            arena_append(studying->arena, &pieces, &decision->piece_count, &room,
                         sizeof(*piece));
        if (!piece)
            return STATUS_NO_MEMORY;
        read_piece(&studying->words, side->rows, piece);
        status = rows_next(side->rows, studying->notes, &side->has_row);
        is_here = side->has_row && rows_int(side->rows, 0, 0) == decision->id;
    }
    decision->pieces = pieces;
    return status;
}

static enum status
take_exposures(struct studying *studying, struct side *side,
               struct study_decision *decision)
{
    struct study_exposure *exposures = NULL;
    size_t room = 0;
    bool is_here = false;
    enum status status = at_decision(studying, side, decision->id, &is_here);
    while (status == STATUS_OK && is_here) {
        struct study_exposure *exposure =
            arena_append(studying->arena, &exposures, &decision->exposure_count, &room,
                         sizeof(*exposure));
        if (!exposure)
            return STATUS_NO_MEMORY;
        *exposure = (struct study_exposure){
            study_word(&studying->words, rows_lent(side->rows, 1)),
            study_word(&studying->words, rows_lent(side->rows, 2))};
        status = rows_next(side->rows, studying->notes, &side->has_row);
        is_here = side->has_row && rows_int(side->rows, 0, 0) == decision->id;
    }
    decision->exposures = exposures;
    return status;
}

static enum status
take_decision(struct studying *studying, struct rows *rows, struct side *pieces,
              struct side *exposures)
{
    struct study_words *words = &studying->words;
    const char *customer = rows_lent(rows, 1);
    struct study_decision decision = {
        .id = rows_int(rows, 0, 0),
        .customer = customer ? study_customer(words, customer) : STUDY_GUEST,
        .decided_s = rows_int(rows, 2, 0),
        .order = arena_strdup(studying->arena, rows_lent(rows, 3)),
        .campaign = study_word(words, rows_lent(rows, 4)),
        .campaign_digest = study_word(words, rows_lent(rows, 5)),
        .segments = study_word(words, rows_lent(rows, 6)),
        .revision = (int32_t)rows_int(rows, 7, 1)};
    if (!decision.order || words->failed)
        return STATUS_NO_MEMORY;
    enum status status = take_pieces(studying, pieces, &decision);
    if (status == STATUS_OK)
        status = take_exposures(studying, exposures, &decision);
    if (status == STATUS_OK)
        status = studying->sink->decision(studying->sink->data, &decision);
    arena_reset(studying->arena);
    return status;
}

static enum status
read_decisions(struct studying *studying, int64_t after, int64_t last)
{
    const struct study_range *range = studying->range;
    struct rows *rows ROWS_AUTO = NULL;
    struct side pieces CLEANUP(side_done) = {0}, exposures CLEANUP(side_done) = {0};
    bool has_row = false;
    enum status status = open_side(studying, sql_pieces, after, last, &pieces);
    if (status == STATUS_OK)
        status = open_side(studying, sql_exposures, after, last, &exposures);
    if (status == STATUS_OK)
        status = sql_query(
            studying->store, sql_decisions,
            VALUES(T(studying->merchant), I(after), I(last),
                   I(range->from_s == TIME_NONE ? INT64_MIN : range->from_s),
                   I(range->until_s == TIME_NONE ? INT64_MAX : range->until_s)),
            studying->notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, studying->notes, &has_row)) == STATUS_OK && has_row)
        status = take_decision(studying, rows, &pieces, &exposures);
    return status;
}

static enum status
study_decisions(struct studying *studying)
{
    static const char sql_first_after[] = "SELECT min(id) FROM decision WHERE id > ?1";
    int64_t at = 0;
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        int64_t first = 0;
        status = sql_number(studying->store, sql_first_after, VALUES(I(at)), 0,
                            studying->notes, &first);
        if (status != STATUS_OK || first == 0)
            break;
        at = first - 1 + PAGE;
        status = read_decisions(studying, first - 1, at);
    }
    return status;
}

/* --- all -------------------------------------------------------------------------------- */

enum status
store_study(struct store *store, const char *merchant, const struct study_range *range,
            const struct study_sink *sink, struct arena *words, struct notes *notes,
            uint32_t *ret_customers)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct studying studying = {.store = store, .merchant = merchant, .range = range,
                                .sink = sink, .words = {.arena = words}, .arena = arena,
                                .notes = notes};
    bool is_empty = false;
    *ret_customers = 0;
    enum status status = arena ? store_look(store, notes, &is_empty) : STATUS_NO_MEMORY;
    if (status != STATUS_OK || is_empty)
        return status;
    if (sink->order)
        status = study_orders(&studying);
    if (status == STATUS_OK && sink->answer)
        status = study_answers(&studying);
    if (status == STATUS_OK && sink->decision)
        status = study_decisions(&studying);
    *ret_customers = studying.words.key_count;
    study_words_done(&studying.words);
    return store_looked(store, status, notes);
}
