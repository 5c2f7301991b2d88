/* What paper caused, told from the shop's ledger: how its settings and campaign dealt
 * customers goes to the report, and the press draws its plots. */
#include "station/report-wish.h"

#include "press/plot.h"
#include "station/bench.h"
#include "station/found.h"
#include "station/knowledge.h"

#include <string.h>

#define REPORT_PATIENCE_MS 600000
#define PLOT_PATIENCE_MS 10000

struct asking {
    struct tuck_shop *shop;
    struct arena *arena;
    struct notes *notes;
    struct report_wish wish;
    struct report_deal *deals;
    size_t deal_room;
};

/* --- how customers were dealt ---------------------------------------------------------
 */

static enum status
add_deal(struct asking *asking, enum report_kind kind, const char *name,
         const char *const *arms, const double *weights, size_t count)
{
    struct report_deal *deal =
        arena_append(asking->arena, &asking->deals, &asking->wish.deal_count,
                     &asking->deal_room, sizeof(*deal));
    if (!deal)
        return STATUS_NO_MEMORY;
    *deal = (struct report_deal){
        .kind = kind,
        .campaign = kind == REPORT_SHOP ? NULL : asking->shop->campaign->name,
        .name = name,
        .arms = arms,
        .weights = weights,
        .arm_count = count};
    return STATUS_OK;
}

static enum status
add_holdout(struct asking *asking, enum report_kind kind, const char *name, double share)
{
    static const char *const arms[] = {"held-out", "treated"};
    double *weights = arena_make_array(asking->arena, 2, sizeof(*weights));
    if (!weights)
        return STATUS_NO_MEMORY;
    weights[0] = share;
    weights[1] = 1 - share;
    return share > 0 && share < 1 ? add_deal(asking, kind, name, arms, weights, 2)
                                  : STATUS_OK;
}

static enum status
add_experiment(struct asking *asking, const struct experiment *experiment)
{
    const size_t count = experiment->arm_count;
    const char **arms = arena_make_array(asking->arena, count, sizeof(*arms));
    double *weights = arena_make_array(asking->arena, count, sizeof(*weights));
    if (!arms || !weights)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        arms[i] = experiment->arms[i].name;
        weights[i] = experiment->arms[i].weight;
    }
    return add_deal(asking, REPORT_EXPERIMENT, experiment->name, arms, weights, count);
}

/* An offer reaches nobody whom the shop, the campaign or the offer itself holds out; each
 * deals for itself. */
static double
held_out_share(const struct settings *settings, const struct campaign *campaign,
               const struct offer *offer)
{
    return offer->sells ? 1 - (1 - settings->holdout_bp / 10000.0) *
                                  (1 - campaign->holdout_bp / 10000.0) *
                                  (1 - offer->holdout_bp / 10000.0)
                        : 0;
}

static enum status
add_deals(struct asking *asking)
{
    const struct campaign *campaign = asking->shop->campaign;
    const struct settings *settings = asking->shop->settings;
    enum status status =
        add_holdout(asking, REPORT_SHOP, NULL, settings->holdout_bp / 10000.0);
    if (status == STATUS_OK)
        status =
            add_holdout(asking, REPORT_CAMPAIGN, NULL, campaign->holdout_bp / 10000.0);
    for (size_t i = 0; i < campaign->experiment_count && status == STATUS_OK; i++)
        status = add_experiment(asking, &campaign->experiments[i]);
    for (size_t i = 0; i < campaign->offer_count && status == STATUS_OK; i++)
        status = add_holdout(asking, REPORT_OFFER, campaign->offers[i].name,
                             held_out_share(settings, campaign, &campaign->offers[i]));
    asking->wish.deals = asking->deals;
    return status;
}

/* --- what is asked --------------------------------------------------------------------
 */

/* The first instant of a day, or of the one after. */
static enum status
read_day(const struct tuck_shop *shop, const char *text, int days_on, struct notes *notes,
         int64_t *ret_s)
{
    struct day day;
    char next[16];
    if (!text)
        return STATUS_OK;
    if (!day_parse(text, &day))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_BAD_DATE, NULL, 0,
                         "the date is \"%.40s\"; expected a day such as 2026-11-22",
                         text);
    day_text((struct day){day.n + days_on}, next);
    return time_parse(next, shop->settings->zone, ret_s) ? STATUS_OK : STATUS_BAD_INPUT;
}

enum status
report_wish_of(const struct tuck_shop *shop, const struct asked_range *asked,
               struct notes *notes, struct report_wish *ret)
{
    const struct settings *settings = shop->settings;
    int64_t after_s = TIME_NONE;
    *ret = (struct report_wish){.merchant = settings->merchant,
                                .currency = settings->currency,
                                .zone = settings->zone,
                                .now_s = shop_now(shop),
                                .range = {TIME_NONE, TIME_NONE},
                                .within_days = asked->within_days
                                                   ? asked->within_days
                                                   : settings->report.within_days,
                                .margin_bp = settings->report.margin_bp,
                                .least_effect_bp = settings->report.least_effect_bp};
    enum status status = read_day(shop, asked->date, 1, notes, &after_s);
    if (status == STATUS_OK && after_s != TIME_NONE)
        ret->now_s = after_s - 1;
    if (status == STATUS_OK)
        status = read_day(shop, asked->from, 0, notes, &ret->range.from_s);
    if (status == STATUS_OK)
        status = read_day(shop, asked->to, 1, notes, &ret->range.until_s);
    return status;
}

static enum status
read_wish(struct asking *asking, const struct tuck_report *how)
{
    const struct asked_range asked = {how->from, how->to, how->date, how->within_days};
    enum status status =
        report_wish_of(asking->shop, &asked, asking->notes, &asking->wish);
    return status == STATUS_OK ? add_deals(asking) : status;
}

/* --- the page -------------------------------------------------------------------------
 */

static bool
draw(void *data, const struct plot *plot, const void **ret_svg, size_t *ret_n)
{
    struct asking *asking = data;
    const struct patience patience = {clock_monotonic_ms() + PLOT_PATIENCE_MS, NULL};
    struct sheet sheet;
    if (!asking->shop->press)
        return false;
    if (press_plot(asking->shop->press, plot, &patience, asking->arena, asking->notes,
                   &sheet) != STATUS_OK)
        return false;
    *ret_svg = sheet.bytes;
    *ret_n = sheet.size;
    return true;
}

static enum status
make(struct asking *asking, struct ledger *ledger, const struct tuck_report *how,
     struct buf *out)
{
    struct knowledge *knowledge CLEANUP(knowledge_unrefp) = NULL;
    struct report *report = NULL;
    enum status status = read_wish(asking, how);
    if (status == STATUS_OK)
        knowledge = knowledge_get(asking->shop, ledger, asking->notes);
    if (knowledge && knowledge->model)
        asking->wish.model = model_parts(knowledge->model);
    if (status == STATUS_OK)
        status =
            report_make(ledger, &asking->wish, asking->arena, asking->notes, &report);
    if (status != STATUS_OK)
        return status;
    if (how->form == TUCK_FORM_JSON)
        report_json(report, out);
    else if (how->form == TUCK_FORM_HTML)
        report_html(report, draw, asking, out);
    else
        report_tell(report, how->is_coloured, out);
    return out->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status
station_report(struct tuck_shop *shop, const struct tuck_report *how, void **ret_bytes,
               size_t *ret_length, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct buf out BUF_AUTO = {0};
    struct asking asking = {.shop = shop, .arena = arena, .notes = notes};
    struct desk desk = {.shop = shop};
    enum status status =
        arena ? desk_open(shop, LEDGER_READ, REPORT_PATIENCE_MS, NULL, notes, &desk)
              : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = make(&asking, desk.ledger, how, &out);
    desk_close(&desk, notes);
    if (status != STATUS_OK)
        return status;
    *ret_length = out.n;
    *ret_bytes = buf_take(&out);
    return *ret_bytes ? STATUS_OK : STATUS_NO_MEMORY;
}
