/* Replay: a decision and its sheets made again from what the ledger kept of them.
 *
 * The order, the history and the standing of that time go through today's campaign,
 * templates and press; codes and their days are the recorded ones. Each part is compared
 * with what was kept: digests of policy, facts, templates and output, and the plan as
 * text. Nothing is written. */
#include "station/found.h"
#include "station/knowledge.h"
#include "station/set-back.h"
#include "station/template-digest.h"

#include "base/hash.h"

#include <string.h>

struct replay {
    struct tuck_shop *shop;
    struct desk desk;
    const char *order;
    tuck_replayed_fn *each;
    void *each_data;
    struct notes *notes;
    const char *package;
};

static void
tell(const struct replay *replay, const struct piece_record *piece, const char *what,
     const char *was, const char *is)
{
    const struct tuck_replayed part = {
        .size = sizeof(part),
        .is_same = text_equal(was, is),
        .package = replay->package,
        .placement = piece ? piece->placement : NULL,
        .number = piece ? piece->number : 0,
        .what = what,
        .was = was,
        .is = is,
    };
    replay->each(replay->each_data, &part);
}

/* Of two texts the first line that differs, or the digest that both have. */
static enum status
tell_text(const struct replay *replay, struct arena *arena,
          const struct piece_record *piece, const char *what, const char *was,
          const char *is)
{
    was = was ? was : "";
    is = is ? is : "";
    if (text_equal(was, is)) {
        const char *digest = arena_strdup(arena, hash_sha256(was, strlen(was)).hex);
        if (!digest)
            return STATUS_NO_MEMORY;
        tell(replay, piece, what, digest, digest);
        return STATUS_OK;
    }
    while (*was && *is && *was != '\n' && strcspn(was, "\n") == strcspn(is, "\n") &&
           strncmp(was, is, strcspn(was, "\n")) == 0) {
        was += strcspn(was, "\n");
        is += strcspn(is, "\n");
        was += *was == '\n';
        is += *is == '\n';
    }
    const char *was_line = arena_copy(arena, was, strcspn(was, "\n"));
    const char *is_line = arena_copy(arena, is, strcspn(is, "\n"));
    if (!was_line || !is_line)
        return STATUS_NO_MEMORY;
    tell(replay, piece, what, was_line, is_line);
    return STATUS_OK;
}

/* --- comparing ------------------------------------------------------------------------ */

static const struct piece_record *
find_piece(const struct decision *decision, const struct piece_record *piece)
{
    for (size_t i = 0; i < decision->piece_count; i++)
        if (decision->pieces[i].number == piece->number &&
            text_equal(decision->pieces[i].placement, piece->placement))
            return &decision->pieces[i];
    return NULL;
}

static struct piece *
find_carton_piece(struct tuck_carton *carton, const struct piece_record *piece)
{
    for (size_t i = 0; i < carton->piece_count; i++)
        if (carton->pieces[i].number == piece->number &&
            text_equal(carton->pieces[i].placement->name, piece->placement))
            return &carton->pieces[i];
    return NULL;
}

static enum status
compare_output(const struct replay *replay, struct way *way, const struct decision *kept,
               const struct piece_record *piece)
{
    struct tuck_carton *carton = way->carton;
    struct piece *made = find_carton_piece(carton, piece);
    const struct piece_key key = {piece->placement, piece->number};
    const struct rendered *rendered = NULL;
    const uint8_t *bytes = NULL;
    const char *was = NULL, *is = NULL;
    size_t n = 0;
    enum status status =
        ledger_find_sheet(replay->desk.ledger, kept->id, &key, TUCK_PDF, "", carton->arena,
                          replay->notes, &was, &bytes, &n);
    if (status != STATUS_OK) /* no sheet was made then */
        return status == STATUS_WITHOUT ? STATUS_OK : status;
    output_plain(TUCK_PDF, 0, &carton->output);
    if (made && made->outcome == TUCK_CHOSEN)
        status = piece_render(carton, made, &carton->output, NULL, &way->patience,
                              replay->notes, &rendered);
    if (status == STATUS_NO_MEMORY || status == STATUS_CANCELLED)
        return status;
    if (rendered &&
        !(is = arena_strdup(carton->arena,
                            hash_sha256(rendered->bytes, rendered->size).hex)))
        return STATUS_NO_MEMORY;
    tell(replay, piece, "output", was, is);
    return STATUS_OK;
}

static enum status
compare_piece(const struct replay *replay, struct way *way, const struct decision *kept,
              const struct decision *made, const struct piece_record *piece)
{
    const struct piece_record *other = find_piece(made, piece);
    if (!piece->offer || piece->is_held_out || !piece->template_name)
        return STATUS_OK;
    if (piece->template_digest)
        tell(replay, piece, "template", piece->template_digest,
             template_digest(replay->shop, piece->template_name));
    enum status status =
        tell_text(replay, way->carton->arena, piece, "values", piece->values,
                  other ? other->values : NULL);
    return status == STATUS_OK ? compare_output(replay, way, kept, piece) : status;
}

static enum status
compare(const struct replay *replay, struct way *way, const struct decision *kept,
        const struct decision *made)
{
    struct tuck_carton *carton = way->carton;
    const char *made_facts = carton->facts_text, *made_plan = carton->plan_text;
    const char *facts = NULL, *plan = NULL;
    const struct kept_from from = {kept->id, replay->order, replay->package};
    tell(replay, NULL, "policy", kept->campaign_digest, made->campaign_digest);
    enum status status = kept_document(replay->desk.ledger, &from, "facts", carton->arena, replay->notes, &facts);
    if (status == STATUS_OK && text_equal(kept->facts_digest, made->facts_digest))
        tell(replay, NULL, "facts", kept->facts_digest, made->facts_digest);
    else if (status == STATUS_OK)
        status = tell_text(replay, carton->arena, NULL, "facts", facts, made_facts);
    if (status == STATUS_OK)
        status = kept_document(replay->desk.ledger, &from, "plan", carton->arena, replay->notes, &plan);
    if (status == STATUS_OK)
        status = tell_text(replay, carton->arena, NULL, "plan", plan, made_plan);
    for (size_t i = 0; status == STATUS_OK && i < kept->piece_count; i++)
        status = compare_piece(replay, way, kept, made, &kept->pieces[i]);
    return status;
}

/* --- an order ------------------------------------------------------------------------- */

static enum status
replay_package(struct replay *replay)
{
    struct tuck_carton *carton = NULL;
    struct decision *kept = NULL, made;
    enum status status = carton_new(replay->shop, &carton);
    if (status != STATUS_OK)
        return status;
    carton->is_preview = false; /* paper as it was, without a specimen's mark */
    struct way way = {
        .shop = replay->shop,
        .carton = carton,
        .patience = {clock_monotonic_ms() + DESK_BUDGET_MS, NULL},
        .bench = replay->desk.bench,
        .ledger = replay->desk.ledger,
        .today = zone_day(replay->shop->settings->zone, shop_now(replay->shop), NULL),
    };
    status = ledger_find(replay->desk.ledger, replay->shop->settings->merchant,
                         replay->order, replay->package, carton->arena, replay->notes,
                         &kept);
    const struct kept_from from = {kept ? kept->id : 0, replay->order, replay->package};
    if (status == STATUS_OK)
        status = way_set_back(&way, &from, replay->notes);
    if (status == STATUS_OK)
        status = way_know(&way, &from, kept->model, replay->notes);
    if (status == STATUS_OK)
        status = way_remake(&way, kept, &made);
    if (status == STATUS_OK)
        status = compare(replay, &way, kept, &made);
    knowledge_unref(way.knowledge);
    carton_free(carton);
    return status;
}

enum status
station_replay(struct tuck_shop *shop, const char *order, tuck_replayed_fn *each,
               void *each_data, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct replay replay = {.shop = shop,
                            .order = order,
                            .each = each,
                            .each_data = each_data,
                            .notes = notes};
    const char **packages = NULL;
    size_t count = 0, found = 0;
    enum status status =
        arena ? desk_open(shop, LEDGER_READ, DESK_BUDGET_MS, NULL, notes, &replay.desk)
              : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = ledger_packages(replay.desk.ledger, shop->settings->merchant, order,
                                 arena, notes, &packages, &count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        size_t note_count = notes->count;
        replay.package = packages[i];
        status = replay_package(&replay);
        found += status == STATUS_OK;
        if (status == STATUS_WITHOUT && notes->count == note_count)
            status = STATUS_OK; /* this one is void */
    }
    desk_close(&replay.desk, notes);
    return status == STATUS_OK && found == 0 ? STATUS_WITHOUT : status;
}
