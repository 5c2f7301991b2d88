/* The shop's printers as ops see them: all asked at once, a thread each, so that one that
 * does not answer holds up no other; and the test page. */
#include "station/found.h"
#include "station/print.h"
#include "station/values.h"
#include "station/watch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASK_BUDGET_MS 3000
#define TEST_BUDGET_MS 30000
#define TEST_TEMPLATE "printer-test"

struct asking {
    pthread_t thread;
    bool is_begun;
    struct tuck_shop *shop;
    size_t index;
    struct patience patience;
    struct arena *arena;
    struct notes notes;
    struct sight sight;
    enum status status;
};

static void *
ask_one(void *data)
{
    struct asking *asking = data;
    asking->status = watch_look(asking->shop, asking->index, &asking->patience,
                                asking->arena, &asking->notes, &asking->sight);
    return NULL;
}

static const char *
joined_media(struct arena *arena, const struct printer *printer,
             const struct printer_report *report)
{
    struct buf text BUF_AUTO = {0};
    for (size_t i = 0; i < report->loaded_count; i++)
        if (report->loaded[i].name)
            buf_printf(&text, "%s%s", text.n ? " " : "", report->loaded[i].name);
    if (text.n == 0)
        return printer->media;
    return text.failed ? NULL : arena_strdup(arena, text.p);
}

static const char *
joined(struct arena *arena, const char *const *words)
{
    struct buf text BUF_AUTO = {0};
    for (size_t i = 0; words && words[i]; i++)
        buf_printf(&text, "%s%s", i ? " " : "", words[i]);
    return text.n == 0 || text.failed ? NULL : arena_strdup(arena, text.p);
}

static bool
serves_here(const struct tuck_shop *shop, const struct printer_place *place)
{
    for (size_t i = 0; place->stations && place->stations[i]; i++)
        if (text_equal(place->stations[i], shop->station))
            return true;
    return place->stations == NULL;
}

static int64_t
count_spooled(struct tuck_shop *shop, struct spool *spool, const char *name,
              struct arena *arena)
{
    const uint32_t open = 1u << SPOOL_WAITING | 1u << SPOOL_HELD | 1u << SPOOL_SENDING |
                          1u << SPOOL_TAKEN | 1u << SPOOL_DOUBT;
    struct spool_entry *entries = NULL;
    size_t count = 0;
    (void)shop;
    if (spool)
        spool_list(spool, open, name, NULL, arena, NULL, &entries, &count);
    return (int64_t)count;
}

static const char *
text_in(struct arena *arena, const char *text)
{
    return text ? arena_strdup(arena, text) : NULL;
}

static void
tell_printer(struct tuck_found *found, const struct asking *asking, struct spool *spool)
{
    const struct tuck_shop *shop = asking->shop;
    const struct printer *printer = &shop->settings->printers[asking->index];
    const struct printer_place *place = &shop->settings->places[asking->index];
    const struct printer_report *report = &asking->sight.report;
    const struct printer settled = watch_settle(shop, asking->index, report);
    found->printers[asking->index] = (struct tuck_printer){
        .size = sizeof(struct tuck_printer),
        .state = (int32_t)report->state,
        .name = text_in(found->arena, printer->name),
        .uri = text_in(found->arena, printer->uri),
        .state_name = printer_state_name(report->state),
        .make = text_in(found->arena, report->make),
        .reasons = text_in(found->arena, report->reasons),
        .detail = text_in(found->arena, report->detail),
        .media = text_in(found->arena, joined_media(found->arena, printer, report)),
        .formats = joined(found->arena, report->mimes),
        .stations = joined(found->arena, place->stations),
        .format = (int32_t)settled.format,
        .dpi = settled.dpi,
        .is_ready = asking->sight.is_ready,
        .has_colour = place->colour == COLOUR_YES ||
                      (place->colour == COLOUR_ASK && report->has_colour),
        .serves_here = serves_here(shop, place),
        .waiting = report->waiting,
        .spooled =
            count_spooled(asking->shop, spool, printer->name, found->arena),
        .took_ms = report->took_ms,
    };
}

static enum status
ask_all(struct asking *askings, size_t count)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        askings[i].arena = arena_new(0);
        askings[i].is_begun =
            askings[i].arena &&
            pthread_create(&askings[i].thread, NULL, ask_one, &askings[i]) == 0;
        if (!askings[i].is_begun)
            askings[i].status = STATUS_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        if (askings[i].is_begun)
            pthread_join(askings[i].thread, NULL);
        if (status == STATUS_OK)
            status = askings[i].status;
    }
    return status;
}

enum status
station_printers(struct tuck_shop *shop, int32_t budget_ms, struct tuck_found **ret,
                 struct notes *notes)
{
    const size_t count = shop->settings->printer_count;
    struct tuck_found *found CLEANUP(found_freep) = NULL;
    struct spool *spool = NULL;
    enum status status = shop_spool(shop, notes, &spool);
    if (status == STATUS_WITHOUT || status == STATUS_NO_MEMORY)
        return status;
    struct asking *askings = calloc(count, sizeof(*askings));
    status = askings ? found_new(&found) : STATUS_NO_MEMORY;
    if (status == STATUS_OK &&
        !(found->printers =
              arena_make_array(found->arena, count, sizeof(*found->printers))))
        status = STATUS_NO_MEMORY;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        askings[i].shop = shop;
        askings[i].index = i;
        askings[i].patience.deadline_ms =
            clock_monotonic_ms() + (budget_ms > 0 ? budget_ms : ASK_BUDGET_MS);
    }
    if (status == STATUS_OK)
        status = ask_all(askings, count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        tell_printer(found, &askings[i], spool);
    for (size_t i = 0; askings && i < count; i++)
        arena_free(askings[i].arena);
    free(askings);
    if (status != STATUS_OK)
        return status;
    found->printer_count = count;
    *ret = take(found);
    return STATUS_OK;
}

bool
found_printer(const struct tuck_found *found, int64_t index, struct tuck_printer *ret)
{
    if (index < 0 || (size_t)index >= found->printer_count)
        return false;
    *ret = found->printers[index];
    return true;
}

/* --- the test page ------------------------------------------------------------------- */

/* What lies in it, as far as is known: the page is drawn for that. */
static void
find_paper(const struct tuck_shop *shop, size_t index,
           const struct printer_report *report, struct values_slip *slip)
{
    const struct printer_place *place = &shop->settings->places[index];
    slip->paper_width_mm100 = place->width_mm100;
    slip->paper_height_mm100 = place->height_mm100;
    if (place->width_mm100 == 0 && report->loaded_count > 0) {
        slip->paper_width_mm100 = report->loaded[0].width_mm100;
        slip->paper_height_mm100 = report->loaded[0].height_mm100;
    }
}

static enum status
make_test_page(struct tuck_shop *shop, const struct printer *printer,
               const struct values_slip *slip, struct display *display,
               struct arena *arena, struct notes *notes, struct sheet *ret)
{
    const struct patience patience = {clock_monotonic_ms() + TEST_BUDGET_MS, NULL};
    struct buf values BUF_AUTO = {0};
    struct output output;
    const struct values_input input = {.settings = shop->settings,
                                       .campaign = shop->campaign->name,
                                       .display = display,
                                       .slip = slip,
                                       .expires = DAY_NONE,
                                       .created_s = shop_now(shop)};
    output_of_printer(printer, &output);
    values_write(&input, &values);
    const char *path = settings_find_template(shop->settings, TEST_TEMPLATE, arena);
    if (!path)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_TEMPLATE_MISSING, NULL, 0,
                         "no template folder has a template \"" TEST_TEMPLATE "\"");
    if (values.failed)
        return STATUS_NO_MEMORY;
    const struct press_piece piece = {.template_path = path,
                                      .values = values.p,
                                      .values_n = values.n,
                                      .lang = shop->settings->language};
    struct press_job job = {.format = output.format,
                            .dpi = output.dpi,
                            .device = output.device,
                            .created_s = shop_now(shop),
                            .title = "printer test",
                            .pieces = &piece,
                            .piece_count = 1};
    job.device.may_shrink = true;
    return press_make(shop->press, &job, &patience, arena, notes, ret);
}

enum status
station_test_page(struct tuck_shop *shop, const char *printer, int64_t *ret_job,
                  struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    const int64_t now_ms = clock_monotonic_ms();
    const struct patience asking = {now_ms + ASK_BUDGET_MS, NULL};
    const struct patience patience = {now_ms + ASK_BUDGET_MS + TEST_BUDGET_MS, NULL};
    ptrdiff_t index = settings_find_printer(shop->settings, printer);
    struct spool *spool = NULL;
    struct sight sight;
    struct sheet sheet;
    struct bench *bench = NULL;
    enum status status = arena ? shop_spool(shop, notes, &spool) : STATUS_NO_MEMORY;
    if (status == STATUS_OK && index < 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_NO_PRINTERS, shop->settings->path,
                         0, "the settings name no printer \"%.60s\"", printer);
    if (status == STATUS_OK)
        status = watch_look(shop, (size_t)index, &asking, arena, notes, &sight);
    if (status != STATUS_OK)
        return status;
    const struct printer settled = watch_settle(shop, (size_t)index, &sight.report);
    struct values_slip slip = {.printer = settled.name,
                               .uri = settled.uri,
                               .media = joined_media(arena, &settled, &sight.report),
                               .format = sheet_kind_of(settled.format)->name,
                               .dpi = settled.dpi,
                               .is_for_house = true};
    find_paper(shop, (size_t)index, &sight.report, &slip);
    status = bench_borrow(shop, notes, &bench);
    if (status == STATUS_OK)
        status = make_test_page(shop, &settled, &slip, bench->display, arena, notes, &sheet);
    bench_return(shop, bench);
    if (status != STATUS_OK)
        return status;
    const struct spool_job job = {.printer = settled.name,
                                  .title = "printer test",
                                  .format = sheet.format,
                                  .bytes = sheet.bytes,
                                  .n = sheet.size,
                                  .width_mm100 = sheet.width_mm100,
                                  .height_mm100 = sheet.height_mm100};
    return spool_put(spool, &job, &patience, notes, ret_job);
}
