/* All that is held of a customer, as JSON: every table, the rows that are theirs.
 *
 * Column by column as it stands, so that nothing is left out for being thought of no
 * interest, the sheets' bytes included. */
#include "ledger/store-wave-words.h"

#include <string.h>

#define OF_CUSTOMER " WHERE merchant = ?1 AND customer = ?2"
#define DECISIONS "(SELECT id FROM decision" OF_CUSTOMER ")"
#define PROMISES "(SELECT id FROM promise" OF_CUSTOMER ")"

/* kinds: a letter a column, t text, n whole number, r number, b bytes as Base64, a a server's answer: the
 * text it mostly is, else Base64 after "base64:". */
static const struct part {
    const char *name, *columns, *kinds, *sql;
} parts[] = {
    {"past_orders",
     "id placed_at state currency total_minor refunded_minor channel is_gift is_packed",
     "tnntnntnn",
     "SELECT id, placed_at_s, state, currency, total_minor, refunded_minor, channel,"
     " is_gift, is_packed FROM past_order" OF_CUSTOMER " ORDER BY placed_at_s, id"},
    {"past_lines", "order line sku name category tags quantity returned price_minor",
     "tnttttnnn",
     "SELECT order_id, line, sku, name, category, tags, quantity, returned, price_minor"
     " FROM past_line" OF_CUSTOMER " ORDER BY order_id, line"},
    {"told", "kind id at closed score order subject channel occasion author words",
     "ttnnntttttt",
     "SELECT kind, identity, at_s, closed_s, score, order_id, subject, channel, occasion,"
     " author, words FROM past_thing" OF_CUSTOMER " ORDER BY kind, at_s, id"},
    {"loyalty", "tier points points_to_next next_tier as_of household", "tnntnt",
     "SELECT tier, points, points_to_next, next_tier, as_of_s, household FROM loyalty"
         OF_CUSTOMER},
    {"answers_kept", "at etag body", "nta",
     "SELECT at_s, etag, body FROM cache" OF_CUSTOMER " ORDER BY at_s, url"},
    {"decisions",
     "id order package revision decided order_digest campaign_digest facts_digest station"
     " campaign segments model",
     "nttnntttttt"
     "n",
     "SELECT id, order_id, package, revision, decided_s, order_digest, campaign_digest,"
     " facts_digest, station, campaign, segments, model FROM decision" OF_CUSTOMER " ORDER BY id"},
    {"pieces",
     "decision placement number offer is_held_out arm template template_digest reason"
     " promise sku bin probability cohort is_advised cost_minor",
     "ntntnttttnttrtnn",
     "SELECT decision, placement, number, offer, is_held_out, arm, template,"
     " template_digest, reason, promise, sku, bin, probability, cohort, is_advised,"
     " cost_minor FROM piece WHERE decision IN " DECISIONS " ORDER BY decision, place"},
    {"experiments", "decision experiment arm", "ntt",
     "SELECT decision, experiment, arm FROM exposure WHERE decision IN " DECISIONS
     " ORDER BY decision, experiment"},
    {"documents", "decision placement number kind body", "ntntt",
     "SELECT decision, placement, number, kind, body FROM document WHERE decision"
     " IN " DECISIONS " ORDER BY decision, placement, number, kind"},
    {"sheets", "decision placement number format device digest bytes_base64", "ntnnttb",
     "SELECT decision, placement, number, format, device, digest, bytes FROM sheet"
     " WHERE decision IN " DECISIONS " ORDER BY decision, placement, number, format"},
    {"promises",
     "id order offer household made code pool expires_day ends value_minor currency state"
     " is_held_out is_holding was_printed",
     "ntttnttnnnttnnn",
     "SELECT id, order_id, offer, household, made_s, code, pool, expires_day, ends_s,"
     " value_minor, currency, state, is_held_out, is_holding, was_printed FROM promise" OF_CUSTOMER " ORDER BY id"},
    {"limits", "promise limit scope first_day minor", "nttnn",
     "SELECT promise, name, scope, first_day, minor FROM unit WHERE promise IN " PROMISES
     " ORDER BY promise, name"},
    {"counted", "limit first_day units minor", "tnnn",
     "SELECT name, first_day, units, minor FROM counter WHERE merchant = ?1 AND scope = ?2"
     " ORDER BY name, first_day"},
    {"events", "at kind decision placement number promise reason", "ntntnnt",
     "SELECT at_s, kind, decision, placement, number, promise, reason FROM event"
     " WHERE decision IN " DECISIONS " OR promise IN " PROMISES " ORDER BY id"},
    {"redemptions", "id promise at order place amount_minor currency choice", "tnnttntt",
     "SELECT id, promise, at_s, order_id, place, amount_minor, currency, choice"
     " FROM redemption"
     " WHERE promise IN " PROMISES " ORDER BY at_s, id"},
    {"waves", "wave name place decision", "ttnn",
     "SELECT wave, name, place, decision FROM wave_order WHERE decision IN " DECISIONS
     " ORDER BY wave, place"},
};
/* One of them a query: ?1 merchant, ?2 wave, ?3 name. */
static const struct part waiting = {
    "waiting_in_waves", "wave name place added state tries document", "ttnntnt",
    "SELECT wave, name, place, added_s, state, tries, document FROM wave_order"
    " WHERE merchant = ?1 AND wave = ?2 AND name = ?3"};

static void
put_bytes(struct rows *rows, int column, bool may_be_text, struct buf *out)
{
    size_t n = 0;
    const char *bytes = rows->sql->driver->bytes(rows, column, &n);
    if (may_be_text && text_is_utf8(bytes, n) && !memchr(bytes, '\0', n)) {
        struct buf text BUF_AUTO = {0};
        buf_add(&text, bytes, n);
        buf_json(out, n ? text.p : "");
        out->failed |= text.failed;
        return;
    }
    buf_puts(out, may_be_text ? "\"base64:" : "\"");
    buf_base64(out, bytes, n);
    buf_puts(out, "\"");
}

static void
put_real(double number, struct buf *out)
{
    char text[32];
    text_from_double(number, text);
    buf_puts(out, text);
}

static void
put_value(struct rows *rows, int column, char kind, struct buf *out)
{
    if (rows_is_null(rows, column))
        buf_puts(out, "null");
    else if (kind == 'b' || kind == 'a')
        put_bytes(rows, column, kind == 'a', out);
    else if (kind == 'r')
        put_real(rows->sql->driver->real(rows, column), out);
    else if (kind == 'n')
        buf_puts(out, rows_lent(rows, column));
    else
        buf_json(out, rows_lent(rows, column));
}

static void
put_row(struct rows *rows, const struct part *part, struct buf *out)
{
    const char *name = part->columns;
    for (int i = 0; part->kinds[i]; i++) {
        size_t n = 0;
        while (name[n] && name[n] != ' ')
            n++;
        buf_printf(out, "%s\"%.*s\": ", i ? ", " : "    {", (int)n, name);
        name += name[n] ? n + 1 : n;
        put_value(rows, i, part->kinds[i], out);
    }
    buf_puts(out, "}");
}

static enum status
put_rows(struct store *store, const struct part *part, const struct value *values,
         size_t value_count, struct buf *out, struct notes *notes, size_t *count)
{
    struct rows *rows ROWS_AUTO = NULL;
    bool has_row = false;
    enum status status = sql_query(store, part->sql, values, value_count, notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        buf_puts(out, *count ? ",\n" : "\n");
        put_row(rows, part, out);
        ++*count;
    }
    return status;
}

static enum status
put_part(struct store *store, const struct part *part, const struct value values[2],
         struct buf *out, struct notes *notes, size_t *total)
{
    size_t count = 0;
    buf_printf(out, ",\n  \"%s\": [", part->name);
    enum status status = put_rows(store, part, values, 2, out, notes, &count);
    buf_puts(out, count ? "\n  ]" : "]");
    *total += count;
    return status;
}

static enum status
put_waiting(struct store *store, const char *merchant, const char *customer,
            struct buf *out, struct notes *notes, size_t *total)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct wave_words words = {0};
    size_t count = 0;
    enum status status =
        arena ? wave_words_find(store, merchant, customer, arena, notes, &words)
              : STATUS_NO_MEMORY;
    buf_printf(out, ",\n  \"%s\": [", waiting.name);
    for (size_t i = 0; status == STATUS_OK && i < words.list_count; i++) {
        const struct wave_word *word = &words.word[i];
        if (!word->is_unreadable)
            status = put_rows(store, &waiting,
                              VALUES(T(merchant), T(word->wave), T(word->name)), out,
                              notes, &count);
    }
    buf_puts(out, count ? "\n  ]" : "]");
    *total += count;
    return status;
}

enum status
store_export(struct store *store, const char *merchant, const char *customer,
             struct buf *out, struct notes *notes)
{
    const struct value values[] = {T(merchant), T(customer)};
    size_t count = 0;
    bool is_empty = false;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    buf_puts(out, "{\n  \"merchant\": ");
    buf_json(out, merchant);
    buf_puts(out, ",\n  \"pseudonym\": ");
    buf_json(out, customer);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(parts); i++)
        status = put_part(store, &parts[i], values, out, notes, &count);
    if (status == STATUS_OK)
        status = put_waiting(store, merchant, customer, out, notes, &count);
    buf_puts(out, "\n}\n");
    status = store_looked(store, status, notes);
    if (status == STATUS_OK && out->failed)
        status = STATUS_NO_MEMORY;
    return status == STATUS_OK && count == 0 ? STATUS_WITHOUT : status;
}
