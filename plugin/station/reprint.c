/* A reprint: the pieces of an order that was packed, once more and the same.
 *
 * The ledger has the bytes, or the values they were made from. Nothing is decided: what
 * is void, has lapsed or whose paper is erased is not printed again, and a note says why.
 * Each sheet that is handed out is recorded as printed once more, before it is. */
#include "station/carton-decide.h"
#include "station/found.h"

#include <string.h>

struct reprint {
    struct tuck_shop *shop;
    const char *order, *package;
    struct tuck_carton *carton;
    struct desk desk;
    struct patience patience;
    struct notes *notes;
    struct promise *promises; /* of the order */
    size_t promise_count;
    const char *reason; /* of the events */
};

static enum status
read_promises(struct reprint *reprint)
{
    enum status status =
        ledger_promises(reprint->desk.ledger, reprint->shop->settings->merchant,
                        reprint->order, NULL, NULL, reprint->carton->arena,
                        reprint->notes, &reprint->promises, &reprint->promise_count);
    return status == STATUS_WITHOUT ? STATUS_OK : status;
}

/* --- why not ------------------------------------------------------------------------ */

static const struct promise_event *
last_event(const struct promise *promise, const char *kind)
{
    for (size_t i = promise->event_count; i > 0; i--)
        if (text_equal(promise->events[i - 1].kind, kind))
            return &promise->events[i - 1];
    return NULL;
}

static const char *
state_text(const char *state)
{
    return text_equal(state, "voided")    ? "was voided"
           : text_equal(state, "expired") ? "has expired"
                                          : "has lapsed";
}

static enum status
refuse(const struct reprint *reprint, const struct promise *promise)
{
    const struct promise_event *event = last_event(promise, promise->state);
    const char *at =
        event ? found_time(reprint->shop, reprint->carton->arena, event->at_s) : NULL;
    bool has_reason = event && event->reason;
    return note_fail(reprint->notes, STATUS_WITHOUT, NOTE_NO_REPRINT, NULL, 0,
                     "order %.60s is not printed again: offer %.60s %s%s%.16s%s%.100s",
                     reprint->order, promise->offer, state_text(promise->state),
                     at ? " on " : "", at ? at : "", has_reason ? ": " : "",
                     has_reason ? event->reason : "");
}

static bool
is_gone(const struct promise *promise)
{
    return text_equal(promise->state, "voided") || text_equal(promise->state, "lapsed") ||
           text_equal(promise->state, "expired");
}

/* No decision stands: what became of the promises tells why. */
static enum status
refuse_all(const struct reprint *reprint)
{
    const struct promise *gone = NULL;
    for (size_t i = 0; i < reprint->promise_count; i++)
        if (is_gone(&reprint->promises[i]) && (!gone || reprint->promises[i].code))
            gone = &reprint->promises[i];
    if (gone)
        return refuse(reprint, gone);
    return note_fail(reprint->notes, STATUS_WITHOUT, NOTE_NO_REPRINT, NULL, 0,
                     "order %.60s, package %.40s was never packed", reprint->order,
                     reprint->package);
}

/* One code of several may be void; an earlier promise of the same offer does not count.
 */
static enum status
check_promises(const struct reprint *reprint)
{
    const struct tuck_carton *carton = reprint->carton;
    for (size_t i = 0; i < carton->piece_count; i++)
        for (size_t j = reprint->promise_count; j > 0; j--) {
            const struct promise *promise = &reprint->promises[j - 1];
            if (carton->pieces[i].outcome != TUCK_CHOSEN ||
                !text_equal(carton->pieces[i].offer, promise->offer))
                continue;
            if (is_gone(promise))
                return refuse(reprint, promise);
            break;
        }
    return STATUS_OK;
}

/* --- the pieces again --------------------------------------------------------------- */

/* "reprint", "reprint 2" …: an event that is like the last one would be taken for it. */
static enum status
name_reason(struct reprint *reprint)
{
    int most = 0;
    for (size_t i = 0; i < reprint->promise_count; i++) {
        const struct promise *promise = &reprint->promises[i];
        int times = 0;
        for (size_t j = 0; j < promise->event_count; j++) {
            const char *reason = promise->events[j].reason;
            times += reason && strncmp(reason, "reprint", 7) == 0;
        }
        most = times > most ? times : most;
    }
    reprint->reason = most == 0
                          ? "reprint"
                          : arena_printf(reprint->carton->arena, "reprint %d", most + 1);
    return reprint->reason ? STATUS_OK : STATUS_NO_MEMORY;
}

/* The order document gives the language and the date on the sheet; when it has been
 * erased the bytes themselves have to be there. */
static enum status
read_order_again(struct reprint *reprint, int64_t decision)
{
    struct tuck_carton *carton = reprint->carton;
    const char *text = NULL;
    enum status status = ledger_document(reprint->desk.ledger, decision, "order",
                                         carton->arena, reprint->notes, &text);
    if (status != STATUS_OK)
        return status == STATUS_WITHOUT ? STATUS_OK : status;
    return order_read(reprint->shop->reader, text, strlen(text), "(order)",
                      reprint->shop->settings->zone, carton->arena, reprint->notes,
                      &carton->order);
}

static enum status
render_again(struct reprint *reprint)
{
    struct tuck_carton *carton = reprint->carton;
    for (size_t i = 0; i < carton->piece_count; i++) {
        struct piece *piece = &carton->pieces[i];
        const struct rendered *rendered = NULL;
        if (piece->outcome != TUCK_CHOSEN)
            continue;
        enum status status =
            piece_render(carton, piece, &carton->output, reprint->desk.ledger,
                         &reprint->patience, reprint->notes, &rendered);
        if (status != STATUS_OK)
            return note_fail(reprint->notes, status, NOTE_NO_REPRINT, NULL, 0,
                             "order %.60s: the sheet of placement %.40s cannot be made "
                             "again",
                             reprint->order, piece->placement->name);
    }
    return STATUS_OK;
}

static enum status
record_again(struct reprint *reprint)
{
    struct tuck_carton *carton = reprint->carton;
    for (size_t i = 0; i < carton->piece_count; i++) {
        const struct piece *piece = &carton->pieces[i];
        const struct piece_key key = {piece->placement->name, piece->number};
        if (piece->outcome != TUCK_CHOSEN)
            continue;
        enum status status =
            ledger_event(reprint->desk.ledger, carton->decision_id, &key, "printed",
                         shop_now(reprint->shop), reprint->reason, reprint->notes);
        if (status == STATUS_WITHOUT)
            return note_fail(reprint->notes, status, NOTE_NO_REPRINT, NULL, 0,
                             "order %.60s is not printed again: what placement %.40s "
                             "promises is void or gone",
                             reprint->order, piece->placement->name);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status
run(struct reprint *reprint)
{
    struct tuck_carton *carton = reprint->carton;
    struct decision *decision = NULL;
    struct way way = {.shop = reprint->shop,
                      .carton = carton,
                      .patience = reprint->patience,
                      .bench = reprint->desk.bench,
                      .ledger = reprint->desk.ledger};
    enum status status = read_promises(reprint);
    if (status == STATUS_OK)
        status = ledger_find(reprint->desk.ledger, reprint->shop->settings->merchant,
                             reprint->order, reprint->package, carton->arena,
                             reprint->notes, &decision);
    if (status == STATUS_WITHOUT)
        return refuse_all(reprint);
    if (status == STATUS_OK)
        status = read_order_again(reprint, decision->id);
    if (status == STATUS_OK)
        status = way_take_existing(&way, decision);
    if (status == STATUS_OK)
        status = check_promises(reprint);
    if (status == STATUS_OK)
        status = name_reason(reprint);
    if (status == STATUS_OK)
        status = render_again(reprint);
    return status == STATUS_OK ? record_again(reprint) : status;
}

enum status
station_reprint(struct tuck_shop *shop, const char *order, const char *package,
                struct tuck_carton **ret, struct notes *notes)
{
    struct reprint reprint = {.shop = shop,
                              .order = order,
                              .package = package ? package : "1",
                              .patience = {clock_monotonic_ms() + DESK_BUDGET_MS, NULL},
                              .notes = notes};
    int64_t begun_ms = clock_monotonic_ms();
    enum status status = carton_new(shop, &reprint.carton);
    if (status != STATUS_OK)
        return status;
    reprint.carton->is_reprint = true;
    output_plain(TUCK_PDF, 0, &reprint.carton->output);
    status = desk_open(shop, LEDGER_WRITE, DESK_BUDGET_MS, NULL, notes, &reprint.desk);
    if (status == STATUS_OK)
        status = run(&reprint);
    desk_close(&reprint.desk, notes);
    if (status != STATUS_OK) {
        carton_free(reprint.carton);
        return status;
    }
    reprint.carton->took_ms = (int32_t)(clock_monotonic_ms() - begun_ms);
    *ret = reprint.carton;
    return STATUS_OK;
}
