/* The past: history from the ledger, then files, then servers; later sources win.
 *
 * Nothing here may hold a carton up or stop it. A file that is missing is a customer
 * without history there; a server that is slow, down or lying costs at most its deadline,
 * and then its last good answer, kept in the ledger, is used. Notes name a source by its
 * pattern, not by what it came to: a customer's id may be an e-mail address. */
#include "station/past.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct gathering {
    struct tuck_shop *shop;
    struct bench *bench;
    struct ledger *ledger;
    const struct order *order;
    bool keeps;
    const struct patience *patience;
    struct arena *arena;
    struct notes *notes;
    struct history *history;
    bool is_partial;
};

/* STATUS_WITHOUT: it is another customer's. */
static enum status
join(struct gathering *gathering, struct history *found, const char *source)
{
    if (!text_equal(found->customer, gathering->order->customer.id))
        return note_fail(gathering->notes, STATUS_WITHOUT, NOTE_HISTORY_FOR_ANOTHER,
                         source, 1,
                         "this is the history of another customer than the order's; it "
                         "is not used");
    struct history *both = history_merge(gathering->arena, gathering->history, found);
    if (!both)
        return STATUS_NO_MEMORY;
    gathering->history = both;
    return STATUS_OK;
}

static enum status
read_and_join(struct gathering *gathering, const char *bytes, size_t n,
              const char *source)
{
    struct notes trouble = {0};
    struct history *found = NULL;
    enum status status =
        history_read(gathering->shop->reader, bytes, n, source,
                     gathering->shop->settings->zone, gathering->arena, &trouble, &found);
    for (size_t i = 0; i < trouble.count; i++)
        note_add(gathering->notes, trouble.note[i].id, trouble.note[i].file,
                 trouble.note[i].line, "%s", trouble.note[i].text);
    if (status == STATUS_NO_MEMORY)
        return status;
    if (status != STATUS_OK)
        return STATUS_BAD_INPUT;
    return join(gathering, found, source);
}

/* A customer without history is better than a way out of the folder or the server's path.
 */
static enum status
expand(struct gathering *gathering, const char *pattern, struct buf *out)
{
    const struct fetch_param params[] = {
        {"customer", gathering->order->customer.id},
        {"merchant", gathering->order->merchant},
    };
    enum status status = fetch_expand(pattern, params, COUNT_OF(params), out);
    if (status == STATUS_BAD_INPUT) {
        gathering->is_partial = true;
        note_add(gathering->notes, NOTE_HISTORY_UNAVAILABLE, pattern, 0,
                 "this history is not asked for: the customer's id cannot stand there");
    }
    return status;
}

static enum status
ask_file(struct gathering *gathering, const struct history_source *source)
{
    struct buf path BUF_AUTO = {0};
    char *bytes = NULL;
    size_t n = 0;
    enum status status = expand(gathering, source->files, &path);
    if (status != STATUS_OK || path.failed)
        return status == STATUS_OK ? STATUS_NO_MEMORY : status;
    if (access(path.p, F_OK) != 0)
        return STATUS_OK;
    status = file_read(path.p, shop_readable_bytes(gathering->patience), gathering->notes,
                       &bytes, &n);
    if (status == STATUS_OK)
        status = read_and_join(gathering, bytes, n, source->files);
    free(bytes);
    if (status == STATUS_OK || status == STATUS_NO_MEMORY)
        return status;
    gathering->is_partial = true;
    if (status != STATUS_WITHOUT) /* another customer's is told already */
        note_add(gathering->notes, NOTE_HISTORY_UNAVAILABLE, source->files, 0,
                 "this history is not used: the file cannot be read as one");
    return STATUS_OK;
}

/* The server's last good answer, from the ledger; `body` is NULL when none is kept. */
static enum status
use_kept(struct gathering *gathering, const char *body, size_t n)
{
    enum status status = STATUS_WITHOUT;
    if (body)
        status = read_and_join(gathering, body, n, "(history server, kept)");
    if (status == STATUS_OK || status == STATUS_NO_MEMORY)
        return status;
    gathering->is_partial = true;
    note_add(gathering->notes, NOTE_HISTORY_UNAVAILABLE, NULL, 0,
             "the history server gave no answer to use and none is kept");
    return STATUS_OK;
}

static enum status
ask_server(struct gathering *gathering, const struct history_source *source)
{
    struct buf url BUF_AUTO = {0};
    struct fetch_reply reply CLEANUP(fetch_reply_done) = {0};
    struct fetch *fetch = NULL;
    const char *etag = NULL, *kept = NULL;
    size_t kept_n = 0;
    int64_t kept_at_s = 0;
    enum status status = expand(gathering, source->url, &url);
    if (status != STATUS_OK || url.failed)
        return status == STATUS_OK ? STATUS_NO_MEMORY : status;
    status = bench_fetch(gathering->shop, gathering->bench, gathering->notes, &fetch);
    if (status != STATUS_OK)
        return status;
    (void)ledger_cache_get(gathering->ledger, url.p, gathering->arena, gathering->notes,
                           &etag, &kept, &kept_n, &kept_at_s);
    struct patience patience = *gathering->patience;
    int64_t deadline_ms = clock_monotonic_ms() + source->deadline_ms;
    if (deadline_ms < patience.deadline_ms)
        patience.deadline_ms = deadline_ms;
    status = fetch_get(fetch, url.p, etag, shop_readable_bytes(&patience), &patience,
                       gathering->notes, &reply);
    if (status == STATUS_WITHOUT) /* the server knows no such customer */
        return STATUS_OK;
    if (status == STATUS_OK && reply.is_not_modified)
        return use_kept(gathering, kept, kept_n);
    if (status == STATUS_OK)
        status = read_and_join(gathering, reply.body.p ? reply.body.p : "", reply.body.n,
                               "(history server)");
    if (status == STATUS_OK && gathering->keeps)
        (void)ledger_cache_put(gathering->ledger, gathering->order->merchant,
                               gathering->order->customer.id, url.p, reply.etag,
                               reply.body.p, reply.body.n, shop_now(gathering->shop),
                               gathering->notes);
    if (status == STATUS_OK || status == STATUS_NO_MEMORY || status == STATUS_CANCELLED)
        return status;
    if (kept)
        note_add(gathering->notes, NOTE_HISTORY_STALE, NULL, 0,
                 "the history server gave no answer to use; its last one is used");
    return use_kept(gathering, kept, kept_n);
}

enum status
past_gather(struct tuck_shop *shop, struct bench *bench, struct ledger *ledger,
            const struct order *order, bool keeps, const struct patience *patience,
            struct arena *arena, struct notes *notes, struct history **ret)
{
    struct gathering gathering = {.shop = shop,
                                  .bench = bench,
                                  .ledger = ledger,
                                  .order = order,
                                  .keeps = keeps,
                                  .patience = patience,
                                  .arena = arena,
                                  .notes = notes};
    struct history *kept = NULL;
    gathering.history = history_make(arena, order->customer.id);
    if (!gathering.history)
        return STATUS_NO_MEMORY;
    if (order->customer.id) {
        enum status status = ledger_history(ledger, order->merchant, order->customer.id,
                                            arena, notes, &kept);
        if (status == STATUS_OK)
            status = join(&gathering, kept, "(ledger)");
        if (status == STATUS_NO_MEMORY)
            return status;
        gathering.is_partial |= status != STATUS_OK && status != STATUS_WITHOUT;
        for (size_t i = 0; i < shop->settings->source_count; i++) {
            const struct history_source *source = &shop->settings->sources[i];
            status = source->files ? ask_file(&gathering, source)
                                   : ask_server(&gathering, source);
            if (status == STATUS_NO_MEMORY || status == STATUS_CANCELLED)
                return status;
        }
    }
    gathering.history->is_partial = gathering.is_partial;
    *ret = gathering.history;
    return STATUS_OK;
}
