/* Whose words wait in waves.
 *
 * An order that waits in a wave stands there as the document it came as, and only the
 * document says whose it is. So whoever asks for a customer's words has all that wait
 * read, a page at a time; what was decided has no words there any more. */
#include "ledger/store-wave-words.h"

#define PAGE "200"

static const char sql_page[] =
    "SELECT wave, name, digest, document FROM wave_order WHERE merchant = ?1"
    " AND document IS NOT NULL AND (wave, name) > (?2, ?3) ORDER BY wave, name"
    " LIMIT " PAGE;
static const char sql_erase[] =
    "UPDATE wave_order SET document = NULL, state = 'failed', worker = NULL, note = ?5"
    " WHERE merchant = ?1 AND wave = ?2 AND name = ?3 AND digest = ?4"
    " AND document IS NOT NULL";

struct finding {
    struct store *store;
    const char *merchant, *customer;
    struct order_reader *reader; /* NULL until there is something to read */
    struct arena *arena, *page, *scratch;
    struct notes *notes;
    size_t room;
    struct wave_words words;
};

enum whose { THEIRS, ANOTHERS, UNREADABLE };

static enum status
tell_whose(struct finding *finding, const char *bytes, size_t n, enum whose *ret)
{
    char name[NAME_SIZE];
    struct order *order = NULL;
    struct notes unread = {0}; /* what is wrong with an order is told to who decides it */
    enum status status = STATUS_OK;
    arena_reset(finding->scratch);
    if (!finding->reader)
        status = order_reader_open(finding->notes, &finding->reader);
    if (status != STATUS_OK)
        return status;
    status = order_read(finding->reader, bytes, n, "order", NULL, finding->scratch,
                        &unread, &order);
    if (status == STATUS_NO_MEMORY)
        return status;
    if (status != STATUS_OK) {
        *ret = UNREADABLE;
        return STATUS_OK;
    }
    const char *whose = store_name(finding->store, "customer", finding->merchant,
                                   order->customer.id, name);
    *ret = whose && text_equal(whose, finding->customer) ? THEIRS : ANOTHERS;
    return STATUS_OK;
}

static enum status
take_word(struct finding *finding, struct row *row)
{
    struct wave_words *words = &finding->words;
    size_t n = 0;
    enum whose whose = ANOTHERS;
    const char *document = row_bytes(row, 3, &n);
    enum status status =
        row->failed ? STATUS_NO_MEMORY : tell_whose(finding, document, n, &whose);
    if (status != STATUS_OK || whose == ANOTHERS)
        return status;
    struct row kept = {.rows = row->rows, .arena = finding->arena};
    struct wave_word *word = arena_append(finding->arena, &words->word,
                                          &words->list_count, &finding->room,
                                          sizeof(*word));
    if (!word)
        return STATUS_NO_MEMORY;
    *word = (struct wave_word){.wave = row_text(&kept, 0),
                               .name = row_text(&kept, 1),
                               .digest = row_text(&kept, 2),
                               .is_unreadable = whose == UNREADABLE};
    words->count += whose == THEIRS;
    return kept.failed ? STATUS_NO_MEMORY : STATUS_OK;
}

/* The last one's wave and name are where the next page goes on. */
static enum status
read_page(struct finding *finding, struct buf *wave, struct buf *name, size_t *ret_count)
{
    struct rows *rows ROWS_AUTO = NULL;
    bool has_row = false;
    enum status status = sql_query(
        finding->store, sql_page,
        VALUES(T(finding->merchant), T(wave->p ? wave->p : ""), T(name->p ? name->p : "")),
        finding->notes, &rows);
    *ret_count = 0;
    while (status == STATUS_OK &&
           (status = rows_next(rows, finding->notes, &has_row)) == STATUS_OK && has_row) {
        struct row row = {.rows = rows, .arena = finding->page};
        arena_reset(finding->page);
        status = take_word(finding, &row);
        buf_reset(wave);
        buf_reset(name);
        buf_puts(wave, rows_lent(rows, 0));
        buf_puts(name, rows_lent(rows, 1));
        ++*ret_count;
    }
    return status == STATUS_OK && (wave->failed || name->failed) ? STATUS_NO_MEMORY
                                                                  : status;
}

enum status
wave_words_find(struct store *store, const char *merchant, const char *customer,
                struct arena *arena, struct notes *notes, struct wave_words *ret)
{
    struct arena *page ARENA_AUTO = arena_new(0);
    struct arena *scratch ARENA_AUTO = arena_new(0);
    struct buf wave BUF_AUTO = {0}, name BUF_AUTO = {0};
    struct finding finding = {.store = store,
                              .merchant = merchant,
                              .customer = customer,
                              .arena = arena,
                              .page = page,
                              .scratch = scratch,
                              .notes = notes};
    size_t count = 1;
    enum status status = page && scratch ? STATUS_OK : STATUS_NO_MEMORY;
    while (status == STATUS_OK && count > 0)
        status = read_page(&finding, &wave, &name, &count);
    order_reader_close(finding.reader);
    if (status == STATUS_OK)
        *ret = finding.words;
    return status;
}

enum status
wave_words_erase(struct store *store, const char *merchant,
                 const struct wave_words *words, struct notes *notes)
{
    static const char theirs[] = "its customer was forgotten";
    static const char unreadable[] =
        "it could not be read when a customer was forgotten, so its words went, too";
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < words->list_count; i++) {
        const struct wave_word *word = &words->word[i];
        status = sql_run(store, sql_erase,
                         VALUES(T(merchant), T(word->wave), T(word->name),
                                T(word->digest), T(word->is_unreadable ? unreadable : theirs)),
                         notes);
    }
    return status;
}
