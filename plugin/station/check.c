/* Check: everything of a shop that can be found wrong before a sheet is printed.
 *
 * Settings and campaign are read as when a shop is opened; then every offer's template,
 * arm by arm, and every fallback is rendered for the worst customers: one of whom nothing
 * is known, the longest names, a right-to-left reader, a reader of other scripts. What
 * the press says of a template is told once, at its line, however many customers met it.
 */
#include "mint/code.h"
#include "station/bench.h"
#include "station/shop.h"
#include "station/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK_BUDGET_MS 20000 /* for one piece: a check may take its time */

#define ORDER_HEAD                                                                       \
    "<order xmlns='urn:tuck:order:1' merchant='%s' id='CHECK-1' "                        \
    "placed-at='2026-11-22T10:00:00Z' currency='%s'>"
#define ORDER_TAIL "<carton length='300mm' width='200mm' height='100mm'/></order>"

struct worst {
    const char *name; /* what it is that is bad */
    const char *customer;
    const char *line;
};

static const struct worst worst_customers[] = {
    {"nothing known", "<customer/>", "<line sku='A' quantity='1'/>"},
    {"longest names",
     "<customer id='CHECK' language='de'>"
     "<given-name>Wolfeschlegelsteinhausenbergerdorffwelchevoraltern</given-name>"
     "<family-name>Waren-Gewissenhaftschafers-Wessenschafewarenwohlgepflege</family-name>"
     "<consent for='marketing' given='true'/></customer>",
     "<line sku='LONG-SKU-0123456789-0123456789' quantity='1000000' "
     "unit-price='99999.99' "
     "category='black-tea'><name>Unterseebootsfahrervereinsjubil\xc3\xa4umsgedenktee, "
     "handverlesen, extra lang gerollt, im Tontopf gereift</name></line>"},
    {"right to left",
     "<customer id='CHECK' language='fa'>"
     "<given-name>"
     "\xd8\xb9\xd8\xa8\xd8\xaf\xd8\xa7\xd9\x84\xd8\xb1\xd8\xad\xd9\x85\xd8\xa7"
     "\xd9\x86</given-name><family-name>\xd9\x85\xd8\xad\xd9\x85\xd8\xaf\xd8\xb2\xd8\xa7"
     "\xd8\xaf\xd9\x87 (B&amp;B) \xd8\xb4\xd9\x85\xd8\xa7\xd8\xb1\xd9\x87 12"
     "</family-name></customer>",
     "<line sku='TEA-1' quantity='2' unit-price='7.90'><name>\xda\x86\xd8\xa7\xdb\x8c "
     "Earl Grey</name></line>"},
    {"other scripts",
     "<customer id='CHECK' "
     "language='ja'><given-name>\xe9\x99\xbd\xe8\x91\xb5</given-name>"
     "<family-name>\xe5\xb0\x8f\xe9\xb3\xa5\xe9\x81\x8a \xe0\xb8\xaa\xe0\xb8\xa1\xe0\xb8"
     "\x8a\xe0\xb8\xb2\xe0\xb8\xa2 \xe0\xa4\xb8\xe0\xa5\x8d\xe0\xa4\xb5</family-name>"
     "</customer>",
     "<line sku='TEA-2' quantity='1' unit-price='3.00'><name>\xe7\x85\x8e\xe8\x8c\xb6"
     "</name></line>"},
};

struct checking {
    struct tuck_shop *shop; /* only what was opened so far */
    struct display *display;
    struct notes *notes;
    tuck_progress_fn *progress;
    void *progress_data;
    int64_t done, total;
};

static bool
is_told(const struct notes *notes, const struct note *note)
{
    for (size_t i = 0; i < notes->count; i++)
        if (notes->note[i].id == note->id && notes->note[i].line == note->line &&
            text_equal(notes->note[i].file, note->file) &&
            (note->line > 0 || text_equal(notes->note[i].text, note->text)))
            return true;
    return false;
}

static void
tell(struct checking *checking, const struct notes *found, const char *template_path,
     const char *worst)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct note *note = &found->note[i];
        if (!is_told(checking->notes, note))
            note_add(checking->notes, note->id,
                     note->file[0] ? note->file : template_path, note->line,
                     "%s (customer: %s)", note->text, worst);
    }
}

static enum status
make_worst(struct checking *checking, const struct worst *worst, struct arena *arena,
           struct order **ret_order, struct facts **ret_facts)
{
    const struct settings *settings = checking->shop->settings;
    const struct facts_settings facts_settings = {.zone = settings->zone,
                                                  .language = settings->language,
                                                  .points = settings->points,
                                                  .places = settings->places_near};
    struct notes trouble = {0};
    struct buf text BUF_AUTO = {0};
    buf_printf(&text, ORDER_HEAD "%s<lines>%s</lines>" ORDER_TAIL, settings->merchant,
               "EUR", worst->customer, worst->line);
    if (text.failed)
        return STATUS_NO_MEMORY;
    enum status status = order_read(checking->shop->reader, text.p, text.n, "(check)",
                                    settings->zone, arena, &trouble, ret_order);
    struct history *none =
        history_make(arena, (*ret_order) ? (*ret_order)->customer.id : "");
    if (status == STATUS_OK && none)
        return facts_make(*ret_order, none, &facts_settings, arena, &trouble, ret_facts);
    return status == STATUS_OK ? STATUS_NO_MEMORY : STATUS_BUG;
}

static bool
has_code(const struct offer *offer)
{
    return offer->coupon.kind != COUPON_NONE || offer->reply.valid_days > 0;
}

static int32_t
days_of_code(const struct offer *offer)
{
    return offer->reply.valid_days > 0 ? offer->reply.valid_days
                                       : offer->coupon.valid_days;
}

/* The widest code that the offer could have; NULL: it has none. */
static const char *
widest_code(const struct settings *settings, const struct offer *offer)
{
    bool is_signed =
        settings->codes_signed && offer_number(offer) > 0 && !offer->coupon.pool;
    return !has_code(offer) ? NULL
           : is_signed      ? "WWWWWW-WWWW-WWWW-WWWW-WWWW"
                            : "WWWWWW-WWWW-WWWW";
}

/* One template for one worst customer. `choice` NULL: a fallback, which nobody's data
 * reach. */
static enum status
check_piece(struct checking *checking, const char *template_name,
            const struct choice *choice, const struct placement *placement,
            const struct worst *worst)
{
    struct tuck_shop *shop = checking->shop;
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct order *order = NULL;
    struct facts *facts = NULL;
    struct notes found = {0};
    struct buf values BUF_AUTO = {0};
    struct sheet sheet;
    if (!arena)
        return STATUS_NO_MEMORY;
    const char *path = settings_find_template(shop->settings, template_name, arena);
    if (!path)
        return STATUS_OK; /* told before */
    enum status status = make_worst(checking, worst, arena, &order, &facts);
    if (status != STATUS_OK)
        return status;
    const char *code = choice ? widest_code(shop->settings, choice->offer) : NULL;
    struct day expires = DAY_NONE;
    if (code)
        expires.n = facts->today.n + days_of_code(choice->offer);
    const struct values_input input = {
        .settings = shop->settings,
        .campaign = shop->campaign->name,
        .display = checking->display,
        .order = choice ? order : NULL,
        .facts = choice ? facts : NULL,
        .choice = choice,
        .placement = placement,
        .code = code,
        .expires = expires,
        .created_s = order->placed_at_s,
    };
    values_write(&input, &values);
    if (values.failed)
        return STATUS_NO_MEMORY;
    const struct press_piece piece = {.template_path = path,
                                      .values = values.p,
                                      .values_n = values.n,
                                      .lang = values_lang(&input)};
    const struct press_job job = {.format = SHEET_PDF,
                                  .created_s = order->placed_at_s,
                                  .title = template_name,
                                  .pieces = &piece,
                                  .piece_count = 1};
    const struct patience patience = {clock_monotonic_ms() + CHECK_BUDGET_MS, NULL};
    status = press_make(shop->press, &job, &patience, arena, &found, &sheet);
    tell(checking, &found, path, worst->name);
    if (status != STATUS_OK && !notes_have_error(&found))
        note_add(checking->notes, NOTE_CHECK_PIECE, path, 0,
                 "the template could not be rendered (customer: %s)", worst->name);
    return STATUS_OK;
}

static enum status
step(struct checking *checking, const char *what)
{
    checking->done++;
    if (checking->progress && checking->progress(checking->progress_data, checking->done,
                                                 checking->total, what) != 0)
        return STATUS_CANCELLED;
    return STATUS_OK;
}

static enum status
check_template(struct checking *checking, const char *template_name,
               const struct choice *choice, const struct placement *placement,
               int32_t line)
{
    const struct campaign *campaign = checking->shop->campaign;
    struct arena *arena ARENA_AUTO = arena_new(0);
    if (!arena)
        return STATUS_NO_MEMORY;
    if (!settings_find_template(checking->shop->settings, template_name, arena))
        note_add(checking->notes, NOTE_TEMPLATE_MISSING, campaign->path, line,
                 "no template folder has a template \"%s\"; expected %s/%s/template.xml",
                 template_name, checking->shop->settings->template_dirs[0],
                 template_name);
    for (size_t i = 0; i < COUNT_OF(worst_customers); i++) {
        enum status status =
            check_piece(checking, template_name, choice, placement, &worst_customers[i]);
        if (status == STATUS_OK)
            status = step(checking, template_name);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status
check_offer(struct checking *checking, const struct offer *offer)
{
    struct choice choice = {.placement = offer->placement,
                            .offer = offer,
                            .template_name = offer->template_name,
                            .reason = "check"};
    if (!offer->template_name)
        return STATUS_OK;
    enum status status = check_template(checking, offer->template_name, &choice,
                                        offer->placement, offer->line);
    for (size_t i = 0; status == STATUS_OK && i < offer->arm_count; i++) {
        choice.arm = &offer->arms[i];
        choice.template_name =
            choice.arm->template_name ? choice.arm->template_name : offer->template_name;
        status = check_template(checking, choice.template_name, &choice, offer->placement,
                                offer->line);
    }
    return status;
}

/* So long that keys rotated once a year cannot tell the last day. */
#define LONG_DAYS (CODE_DAYS_MOST - 366)

static void
check_numbers(const struct tuck_shop *shop, struct notes *notes)
{
    const struct campaign *campaign = shop->campaign;
    for (size_t i = 0; shop->settings->codes_signed && i < campaign->offer_count; i++) {
        const struct offer *offer = &campaign->offers[i];
        const char *what = offer->reply.valid_days > 0 ? "reply" : "coupon";
        if (has_code(offer) && !offer->coupon.pool && offer_number(offer) == 0)
            note_add(notes, NOTE_CODE_UNSIGNED, campaign->path, offer->line,
                     "offer '%.60s' has a %s without a number, so its codes are "
                     "random; expected number=\"1\" to \"511\"",
                     offer->name, what);
        else if (offer_number(offer) > 0 && days_of_code(offer) > LONG_DAYS)
            note_add(notes, NOTE_KEYS_OLD, campaign->path, offer->line,
                     "offer '%.60s' has a %s valid for %d days, but a signed code "
                     "tells no last day more than %d days after its key was made",
                     offer->name, what, (int)days_of_code(offer), CODE_DAYS_MOST);
    }
}

static enum status
check_templates(struct checking *checking)
{
    const struct campaign *campaign = checking->shop->campaign;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < campaign->offer_count; i++)
        checking->total += campaign->offers[i].template_name
                               ? (int64_t)((1 + campaign->offers[i].arm_count) *
                                           COUNT_OF(worst_customers))
                               : 0;
    for (size_t i = 0; i < campaign->placement_count; i++)
        checking->total += campaign->placements[i].fallback_template
                               ? (int64_t)COUNT_OF(worst_customers)
                               : 0;
    for (size_t i = 0; status == STATUS_OK && i < campaign->offer_count; i++)
        status = check_offer(checking, &campaign->offers[i]);
    for (size_t i = 0; status == STATUS_OK && i < campaign->placement_count; i++) {
        const struct placement *placement = &campaign->placements[i];
        if (placement->fallback_template)
            status = check_template(checking, placement->fallback_template, NULL,
                                    placement, placement->line);
    }
    return status;
}

enum status
station_check(const struct tuck_open *how, tuck_progress_fn *progress,
              void *progress_data, struct notes *notes)
{
    struct tuck_open open = *how;
    struct tuck_shop *shop = NULL;
    open.ledger = "none"; /* a check leaves no trace */
    open.flags = TUCK_NO_SENDING;
    enum status status = shop_open(&open, notes, &shop);
    if (status != STATUS_OK)
        return status;
    struct checking checking = {.shop = shop,
                                .notes = notes,
                                .progress = progress,
                                .progress_data = progress_data,
                                .display = display_open()};
    struct day today = zone_day(shop->settings->zone, shop_now(shop), NULL);
    campaign_check(shop->campaign, today, notes);
    check_numbers(shop, notes);
    status = checking.display ? check_templates(&checking) : STATUS_NO_MEMORY;
    display_close(checking.display);
    shop_close(shop);
    if (status == STATUS_OK && notes_have_error(notes))
        status = STATUS_BAD_INPUT;
    return status;
}
