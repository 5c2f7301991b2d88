/* Check: everything of a shop that can be found wrong before a sheet is printed.
 *
 * Settings and campaign are read as when a shop is opened; then every offer's template,
 * arm by arm, and every fallback is looked at in each of the shop's languages for the
 * worst customers (worst.c). The press lays out and looks; nothing is printed. Looks are
 * shared among threads, one for each worker of the press. What is found is told once, at
 * its line, however many customers met it (findings.c). */
#include "mint/code.h"
#include "report/proof.h"
#include "station/bench.h"
#include "station/findings.h"
#include "station/scan.h"
#include "station/shop.h"
#include "station/values.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK_BUDGET_MS 20000 /* for one piece: a check may take its time */
#define THREADS_MAX 8
#define SPOT_DPI 110

struct checking {
    struct tuck_shop *shop; /* only what was opened so far */
    struct notes *notes;
    tuck_progress_fn *progress;
    void *progress_data;
    struct arena *arena;
    struct proof_task *tasks;
    size_t task_count, task_room;
    pthread_mutex_t lock; /* of what follows */
    size_t next, done;
    struct scan *scan; /* NULL: symbols are not tried */
    struct findings findings;
    enum status status; /* the first that is not well ends all */
};

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

/* The values document of a task, in `arena`. */
static enum status
write_values(struct checking *checking, const struct proof_task *task,
             struct display *display, struct arena *arena, struct press_piece *ret)
{
    struct tuck_shop *shop = checking->shop;
    const struct settings *settings = shop->settings;
    struct order *order = NULL;
    struct facts *facts = NULL;
    struct buf values BUF_AUTO = {0};
    struct choice choice = {.placement = task->placement,
                            .offer = task->offer,
                            .arm = task->arm,
                            .template_name = task->template_name,
                            .reason = "check"};
    enum status status = worst_make(
        shop, task->worst, settings->languages[task->language], arena, &order, &facts);
    if (status != STATUS_OK)
        return status;
    const char *code = task->offer ? widest_code(settings, task->offer) : NULL;
    struct day expires = DAY_NONE;
    if (code)
        expires.n = facts->today.n + days_of_code(task->offer);
    const struct values_input input = {
        .settings = settings,
        .campaign = shop->campaign->name,
        .display = display,
        .order = task->offer ? order : NULL,
        .facts = task->offer ? facts : NULL,
        .choice = task->offer ? &choice : NULL,
        .placement = task->placement,
        .code = code,
        .expires = expires,
        .created_s = order->placed_at_s,
    };
    values_write(&input, &values);
    char *bytes = values.failed ? NULL : arena_copy(arena, values.p, values.n);
    if (!bytes)
        return STATUS_NO_MEMORY;
    *ret = (struct press_piece){.template_path = task->path,
                                .values = bytes,
                                .values_n = values.n,
                                .lang = values_lang(&input)};
    return STATUS_OK;
}

static bool
counts(const struct checking *checking, const struct note *note,
       const struct proof_task *task)
{
    /* Texts of the shop's own language stand in the template itself. */
    return note->level != NOTE_INFO &&
           !(note->id == NOTE_STRING_MISSING && task->language == 0) &&
           checking->status == STATUS_OK;
}

/* What is in a symbol hangs on the offer, hardly on its reader, and a look takes long: one
 * customer stands for all. A fallback has no other. */
static bool
is_tried(const struct checking *checking, const struct proof_task *task)
{
    return checking->scan && task->language == 0 && task->worst == (task->offer ? 1 : 0);
}

/* One template for one worst customer. */
static enum status
look_at(struct checking *checking, const struct proof_task *task, struct display *display)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct notes found = {0};
    struct press_piece piece;
    if (!arena)
        return STATUS_NO_MEMORY;
    enum status status = write_values(checking, task, display, arena, &piece);
    if (status != STATUS_OK)
        return status;
    const struct press_job job = {.format = SHEET_PDF,
                                  .title = task->template_name,
                                  .pieces = &piece,
                                  .piece_count = 1};
    const struct patience patience = {clock_monotonic_ms() + CHECK_BUDGET_MS, NULL};
    struct sheet looked;
    status =
        press_proof(checking->shop->press, &job, &patience, arena, &found, &looked);
    if (status == STATUS_OK && is_tried(checking, task))
        status = scanner_check(checking->shop, checking->scan, &job, arena, &found);
    if (status != STATUS_OK && !notes_have_error(&found))
        note_add(&found, NOTE_CHECK_PIECE, task->path, 0,
                 "the template could not be laid out");
    status = STATUS_OK;
    pthread_mutex_lock(&checking->lock);
    for (size_t i = 0; i < found.count; i++) {
        struct note *note = &found.note[i];
        if (!note->file[0])
            snprintf(note->file, sizeof note->file, "%s", task->path);
        if (counts(checking, note, task) &&
            !findings_add(&checking->findings, note, task))
            status = STATUS_NO_MEMORY;
    }
    pthread_mutex_unlock(&checking->lock);
    return status;
}

/* The next task; NULL: there is none, or all is to end. */
static const struct proof_task *
take_task(struct checking *checking)
{
    const struct proof_task *task = NULL;
    pthread_mutex_lock(&checking->lock);
    if (checking->status == STATUS_OK && checking->next < checking->task_count)
        task = &checking->tasks[checking->next++];
    pthread_mutex_unlock(&checking->lock);
    return task;
}

static void
finish_task(struct checking *checking, const struct proof_task *task, enum status status)
{
    pthread_mutex_lock(&checking->lock);
    checking->done++;
    if (status == STATUS_OK && checking->progress &&
        checking->progress(checking->progress_data, (int64_t)checking->done,
                           (int64_t)checking->task_count, task->template_name) != 0)
        status = STATUS_CANCELLED;
    if (checking->status == STATUS_OK)
        checking->status = status;
    pthread_mutex_unlock(&checking->lock);
}

static void *
work(void *data)
{
    struct checking *checking = data;
    struct display *display = display_open();
    const struct proof_task *task;
    while ((task = take_task(checking)))
        finish_task(checking, task,
                    display ? look_at(checking, task, display) : STATUS_NO_MEMORY);
    display_close(display);
    return NULL;
}

static void
work_together(struct checking *checking, int32_t workers)
{
    pthread_t threads[THREADS_MAX];
    int32_t count = 0;
    while (count + 1 < workers && count < THREADS_MAX &&
           pthread_create(&threads[count], NULL, work, checking) == 0)
        count++;
    work(checking);
    for (int32_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

/* --- what there is to look at ----------------------------------------------------------
 */

static enum status
add_task(struct checking *checking, struct proof_task task)
{
    struct proof_task *slot =
        arena_append(checking->arena, &checking->tasks, &checking->task_count,
                     &checking->task_room, sizeof *slot);
    if (!slot)
        return STATUS_NO_MEMORY;
    *slot = task;
    return STATUS_OK;
}

static enum status
add_template(struct checking *checking, struct proof_task task, int32_t line)
{
    const struct settings *settings = checking->shop->settings;
    enum status status = STATUS_OK;
    task.path = settings_find_template(settings, task.template_name, checking->arena);
    if (!task.path) {
        note_add(checking->notes, NOTE_TEMPLATE_MISSING, checking->shop->campaign->path,
                 line,
                 "no template folder has a template \"%s\"; expected %s/%s/template.xml",
                 task.template_name, settings->template_dirs[0], task.template_name);
        return STATUS_OK;
    }
    /* Nobody's data reach a fallback, and it speaks the shop's language. */
    size_t languages = task.offer ? settings->language_count : 1;
    size_t customers = task.offer ? WORST_COUNT : 1;
    for (task.language = 0; task.language < languages; task.language++)
        for (task.worst = 0; status == STATUS_OK && task.worst < customers; task.worst++)
            status = add_task(checking, task);
    return status;
}

static enum status
add_offer(struct checking *checking, const struct offer *offer)
{
    struct proof_task task = {.template_name = offer->template_name,
                              .offer = offer,
                              .placement = offer->placement};
    if (!offer->template_name)
        return STATUS_OK;
    enum status status = add_template(checking, task, offer->line);
    for (size_t i = 0; status == STATUS_OK && i < offer->arm_count; i++) {
        task.arm = &offer->arms[i];
        task.template_name =
            task.arm->template_name ? task.arm->template_name : offer->template_name;
        status = add_template(checking, task, offer->line);
    }
    return status;
}

static enum status
add_all(struct checking *checking)
{
    const struct campaign *campaign = checking->shop->campaign;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < campaign->offer_count; i++)
        status = add_offer(checking, &campaign->offers[i]);
    for (size_t i = 0; status == STATUS_OK && i < campaign->placement_count; i++) {
        const struct placement *placement = &campaign->placements[i];
        const struct proof_task task = {.template_name = placement->fallback_template,
                                        .placement = placement};
        if (task.template_name)
            status = add_template(checking, task, placement->line);
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

/* --- the page --------------------------------------------------------------------------
 */

/* A small picture of the spot, in `arena`; a finding without a place has none. */
static void
draw_spot(struct checking *checking, const struct finding *finding,
          struct display *display, struct arena *arena, struct proof_finding *to)
{
    struct press_piece piece;
    struct sheet sheet;
    struct notes unheard = {0};
    if (finding->note.place.w <= 0 ||
        write_values(checking, &finding->task, display, arena, &piece) != STATUS_OK)
        return;
    const struct press_job job = {.format = SHEET_PNG,
                                  .dpi = SPOT_DPI,
                                  .title = finding->task.template_name,
                                  .pieces = &piece,
                                  .piece_count = 1,
                                  .spot = finding->note.place};
    const struct patience patience = {clock_monotonic_ms() + CHECK_BUDGET_MS, NULL};
    if (press_make(checking->shop->press, &job, &patience, arena, &unheard, &sheet) ==
        STATUS_OK) {
        to->png = sheet.bytes;
        to->png_n = sheet.size;
    }
}

static enum status
describe(struct checking *checking, const struct finding *finding, struct arena *arena,
         struct proof_finding *to)
{
    struct buf languages BUF_AUTO = {0}, customers BUF_AUTO = {0};
    finding_put_languages(finding, checking->shop->settings, &languages);
    finding_put_customers(finding, &customers);
    *to = (struct proof_finding){
        .note = &finding->note,
        .is_refused = finding_is_refused(finding),
        .template_name = finding->task.template_name,
        .offer = finding->task.offer ? finding->task.offer->name : NULL,
        .languages = arena_strdup(arena, languages.p ? languages.p : ""),
        .customers = arena_strdup(arena, customers.p ? customers.p : ""),
        .times = finding->times,
    };
    return to->languages && to->customers ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
write_page(struct checking *checking, struct buf *html)
{
    const struct findings *found = &checking->findings;
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct display *display = display_open();
    struct proof_finding *findings =
        arena ? arena_make_array(arena, found->count + 1, sizeof *findings) : NULL;
    enum status status = findings && display ? STATUS_OK : STATUS_NO_MEMORY;
    for (size_t i = 0; status == STATUS_OK && i < found->count; i++) {
        status = describe(checking, &found->items[i], arena, &findings[i]);
        if (status == STATUS_OK)
            draw_spot(checking, &found->items[i], display, arena, &findings[i]);
    }
    display_close(display);
    if (status != STATUS_OK)
        return status;
    const struct proof proof = {.shop = checking->shop->settings->name,
                                .findings = findings,
                                .finding_count = found->count,
                                .looks = (int64_t)checking->task_count,
                                .languages = checking->shop->settings->languages,
                                .language_count =
                                    checking->shop->settings->language_count,
                                .notes = checking->notes};
    proof_html(&proof, html);
    return html->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status
check_templates(struct checking *checking, struct buf *html)
{
    enum status status;
    checking->arena = arena_new(0);
    checking->findings.arena = arena_new(0);
    if (checking->arena && checking->findings.arena) {
        status = add_all(checking);
        if (status == STATUS_OK)
            work_together(checking, checking->shop->settings->workers);
        if (status == STATUS_OK)
            status = checking->status;
        findings_sort(&checking->findings);
        if (status == STATUS_OK && html)
            status = write_page(checking, html);
        findings_tell(&checking->findings, checking->shop->settings, checking->notes);
    } else {
        status = STATUS_NO_MEMORY;
    }
    arena_free(checking->findings.arena);
    arena_free(checking->arena);
    return status;
}

/* A worker for each processor, but for a host that knows better. */
static int32_t
workers_for(const struct tuck_open *how)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (how->workers > 0)
        return how->workers;
    return processors < 1             ? 1
           : processors > THREADS_MAX ? THREADS_MAX
                                      : (int32_t)processors;
}

enum status
station_check(const struct tuck_open *how, tuck_progress_fn *progress,
              void *progress_data, struct notes *notes, struct buf *html)
{
    struct tuck_open open = *how;
    struct tuck_shop *shop = NULL;
    open.ledger = "none"; /* a check leaves no trace */
    open.flags = TUCK_NO_SENDING;
    open.workers = workers_for(how);
    enum status status = shop_open(&open, notes, &shop);
    if (status != STATUS_OK)
        return status;
    struct checking checking = {.shop = shop,
                                .notes = notes,
                                .progress = progress,
                                .progress_data = progress_data};
    struct day today = zone_day(shop->settings->zone, shop_now(shop), NULL);
    shop->settings->workers = open.workers;
    pthread_mutex_init(&checking.lock, NULL);
    campaign_check(shop->campaign, today, notes);
    check_numbers(shop, notes);
    if (scanner_open(shop, open.workers, notes, &checking.scan) == STATUS_NO_MEMORY)
        status = STATUS_NO_MEMORY;
    else
        status = check_templates(&checking, html);
    scan_close(checking.scan);
    pthread_mutex_destroy(&checking.lock);
    shop_close(shop);
    if (status == STATUS_OK && notes_have_error(notes))
        status = STATUS_BAD_INPUT;
    return status;
}
