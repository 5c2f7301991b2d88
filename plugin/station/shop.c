/* A shop: opened once, used by every station and thread of the process.
 *
 * Opening reads settings, campaign and templates' places, starts the press and has the
 * fallback sheets rendered, so that later a carton can be answered whatever breaks. */
#include "station/shop.h"

#include "station/bench.h"
#include "station/fallback.h"
#include "station/knowledge.h"
#include "station/print.h"
#include "station/template-media.h"
#include "station/watch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPEN_BUDGET_MS 10000
#define READABLE_PER_MS 8192

int64_t
shop_now(const struct tuck_shop *shop)
{
    return shop->clock ? shop->clock(shop->clock_data) : clock_wall_s();
}

size_t
shop_readable_bytes(const struct patience *patience)
{
    int64_t left_ms = patience_left_ms(patience);
    int64_t most_ms = XML_MAX_BYTES / READABLE_PER_MS;
    return (size_t)(left_ms < most_ms ? left_ms : most_ms) * READABLE_PER_MS;
}

const char *
shop_data_dir(const struct tuck_open *how)
{
    return how->data_dir ? how->data_dir : PKGDATADIR;
}

struct tuck_note
note_as_told(const struct note *note)
{
    return (struct tuck_note){
        .size = sizeof(struct tuck_note),
        .number = (int32_t)note->id,
        .level = (int32_t)note->level,
        .line = note->line,
        .room = note->room,
        .file = note->file,
        .text = note->text,
    };
}

void
shop_log(struct tuck_shop *shop, const struct notes *notes)
{
    for (size_t i = 0; shop->log && i < notes->count; i++) {
        const struct tuck_note told = note_as_told(&notes->note[i]);
        shop->log(shop->log_data, &told);
    }
}

static enum status
open_press(struct tuck_shop *shop, const struct tuck_open *how,
           const struct patience *patience, struct notes *notes)
{
    const struct settings *settings = shop->settings;
    const char **dirs = arena_make_array(settings->arena,
                                         settings->template_dir_count + 2, sizeof(*dirs));
    const char *fonts =
        arena_printf(settings->arena, "%s/fonts.conf", shop_data_dir(how));
    if (!dirs || !fonts)
        return STATUS_NO_MEMORY;
    dirs[0] = settings->dir;
    memcpy(dirs + 1, settings->template_dirs,
           settings->template_dir_count * sizeof(*dirs));
    shop->press_path = arena_strdup(
        shop->arena, how->press ? how->press : PKGLIBEXECDIR "/tuck-press");
    if (!shop->press_path)
        return STATUS_NO_MEMORY;
    const struct press_settings press = {
        .worker_path = shop->press_path,
        .fonts_conf = fonts,
        .read_dirs = dirs,
        .workers = how->workers > 0 ? how->workers : settings->workers,
        .memory_limit = settings->memory_limit,
    };
    return press_open(&press, patience, notes, &shop->press);
}

static void
shop_closep(struct tuck_shop **shop)
{
    shop_close(*shop);
}

/* What the host says goes before the settings. */
static bool
name_things(struct tuck_shop *shop, const struct tuck_open *how)
{
    const struct settings *settings = shop->settings;
    char machine[65] = "";
    if (!how->station && gethostname(machine, sizeof(machine) - 1) != 0)
        strcpy(machine, "station");
    shop->ledger_path =
        how->ledger ? arena_strdup(shop->arena, how->ledger) : settings->ledger;
    shop->keys_path =
        how->keys ? arena_strdup(shop->arena, how->keys) : settings->keys_path;
    shop->station = arena_strdup(shop->arena, how->station ? how->station : machine);
    shop->station_number =
        how->station_number > 0 ? how->station_number : settings->station_number;
    return shop->ledger_path && shop->keys_path && shop->station;
}

/* A host that prints takes up what an earlier one left in the spool. A spool that cannot
 * be opened keeps no shop closed: print() says it of every piece. */
static enum status
open_senders(struct tuck_shop *shop, const struct tuck_open *how, struct notes *notes)
{
    struct spool *spool;
    bool wants = how->workers != TUCK_NO_PRESS || (how->flags & TUCK_SENDING);
    shop->is_sending = wants && !(how->flags & TUCK_NO_SENDING);
    if (!shop->is_sending || shop->settings->printer_count == 0)
        return STATUS_OK;
    enum status status = shop_spool(shop, notes, &spool);
    return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

static enum status
open_rooms(struct tuck_shop *shop, const struct tuck_open *how, struct notes *notes)
{
    int32_t budget_ms = how->budget_ms > 0 ? how->budget_ms : OPEN_BUDGET_MS;
    const struct patience patience = {clock_monotonic_ms() + budget_ms, NULL};
    enum status status =
        settings_open(how->shop, shop_data_dir(how), notes, &shop->settings);
    if (status == STATUS_OK)
        status = order_reader_open(notes, &shop->reader);
    if (status == STATUS_OK)
        status = campaign_open(how->campaign ? how->campaign : shop->settings->campaign,
                               notes, &shop->campaign);
    if (status != STATUS_OK)
        return status;
    if (!name_things(shop, how))
        return STATUS_NO_MEMORY;
    status = watches_open(shop);
    if (status != STATUS_OK)
        return status;
    bool has_press = how->workers != TUCK_NO_PRESS;
    if (has_press)
        status = open_press(shop, how, &patience, notes);
    if (status == STATUS_OK && has_press)
        status = fallbacks_make(shop, &patience, notes);
    return status == STATUS_OK ? open_senders(shop, how, notes) : status;
}

enum status
shop_open(const struct tuck_open *how, struct notes *notes, struct tuck_shop **ret)
{
    struct tuck_shop *shop CLEANUP(shop_closep) = NULL;
    struct tuck_shop *made = calloc(1, sizeof(*made));
    if (!made)
        return STATUS_NO_MEMORY;
    pthread_mutex_init(&made->lock, NULL);
    pthread_mutex_init(&made->spool_lock, NULL);
    pthread_mutex_init(&made->knowledge_lock, NULL);
    shop = made;
    xml_init();
    fetch_init();
    made->log = how->log;
    made->log_data = how->log_data;
    made->clock = how->clock;
    made->clock_data = how->clock_data;
    made->arena = arena_new(0);
    enum status status = made->arena ? open_rooms(made, how, notes) : STATUS_NO_MEMORY;
    shop_log(made, notes);
    if (status == STATUS_OK)
        *ret = take(shop);
    return status;
}

void
shop_close(struct tuck_shop *shop)
{
    if (!shop)
        return;
    shop_spool_close(shop); /* its senders use all the rest */
    while (shop->idle) {
        struct bench *bench = shop->idle;
        shop->idle = bench->next;
        bench_close(bench);
    }
    keys_unref(shop->keys);
    knowledge_unref(shop->knowledge);
    template_digests_free(shop->digests);
    template_medias_free(shop->medias);
    if (shop->settings)
        watches_close(shop);
    press_close(shop->press);
    campaign_unref(shop->campaign);
    order_reader_close(shop->reader);
    settings_close(shop->settings);
    arena_free(shop->arena);
    pthread_mutex_destroy(&shop->spool_lock);
    pthread_mutex_destroy(&shop->knowledge_lock);
    pthread_mutex_destroy(&shop->lock);
    free(shop);
}

bool
shop_has_press(const struct tuck_shop *shop)
{
    return shop->press != NULL;
}

int32_t
shop_workers(struct tuck_shop *shop, int32_t *ret_pids, int32_t most)
{
    struct press_health health;
    if (!shop->press)
        return 0;
    press_health(shop->press, &health);
    for (int32_t i = 0; i < health.alive && i < most && i < 16; i++)
        ret_pids[i] = health.pids[i];
    return health.alive;
}

/* --- receipts ---------------------------------------------------------------------- */

/* "17/insert/0" or "17/insert/0/fallback" */
static bool
read_ticket(const char *ticket, int64_t *ret_decision, char placement[80],
            int32_t *ret_number, bool *ret_is_fallback)
{
    long long decision = 0;
    int number = 0, used = 0;
    if (strlen(ticket) > 160 ||
        sscanf(ticket, "%lld/%79[^/]/%d%n", &decision, placement, &number, &used) != 3)
        return false;
    *ret_is_fallback = text_equal(ticket + used, "/fallback");
    if (ticket[used] && !*ret_is_fallback)
        return false;
    *ret_decision = decision;
    *ret_number = number;
    return decision > 0 && number >= 0;
}

static enum status
with_ledger(struct tuck_shop *shop, struct notes *notes, struct bench **ret_bench,
            struct ledger **ret_ledger)
{
    const struct patience patience = {clock_monotonic_ms() + shop->settings->budget_ms,
                                      NULL};
    enum status status = bench_borrow(shop, notes, ret_bench);
    return status == STATUS_OK ? bench_ledger(shop, *ret_bench, LEDGER_WRITE, &patience,
                                              notes, ret_ledger)
                               : status;
}

enum status
shop_say(struct tuck_shop *shop, const char *ticket, int32_t what, const char *reason,
         struct notes *notes)
{
    static const char *const events[] = {NULL,      "printed", "failed",
                                         "skipped", "refused", "overridden"};
    char placement[80];
    int64_t decision = 0;
    bool is_fallback = false;
    struct piece_key key = {.placement = placement};
    struct bench *bench = NULL;
    struct ledger *ledger = NULL;
    if (!read_ticket(ticket, &decision, placement, &key.number, &is_fallback))
        return note_fail(notes, STATUS_BAD_CALL, NOTE_BAD_TICKET, NULL, 0,
                         "\"%.80s\" is not a ticket of a piece", ticket);
    const char *event = events[what];
    /* A printed fallback means that the piece itself was not. */
    if (is_fallback && what == TUCK_PRINTED) {
        event = "failed";
        reason = "the fallback was printed instead";
    }
    enum status status = with_ledger(shop, notes, &bench, &ledger);
    if (status == STATUS_OK)
        status =
            ledger_event(ledger, decision, &key, event, shop_now(shop), reason, notes);
    bench_return(shop, bench);
    shop_log(shop, notes);
    return status;
}

enum status
shop_void(struct tuck_shop *shop, const char *order, const char *reason,
          struct notes *notes)
{
    struct bench *bench = NULL;
    struct ledger *ledger = NULL;
    enum status status = with_ledger(shop, notes, &bench, &ledger);
    if (status == STATUS_OK)
        status = ledger_void(ledger, shop->settings->merchant, order, shop_now(shop),
                             reason, notes);
    bench_return(shop, bench);
    shop_log(shop, notes);
    return status;
}

/* --- what it is made of ------------------------------------------------------------ */

bool
shop_offer(const struct tuck_shop *shop, int64_t index, struct tuck_offer *ret)
{
    if (index >= (int64_t)shop->campaign->offer_count)
        return false;
    const struct offer *offer = &shop->campaign->offers[index];
    *ret = (struct tuck_offer){.size = sizeof(*ret),
                               .name = offer->name,
                               .title = offer->title,
                               .placement = offer->placement->name,
                               .template_name = offer->template_name};
    return true;
}

const char *
shop_language(const struct tuck_shop *shop, int64_t index)
{
    const struct settings *settings = shop->settings;
    return index < (int64_t)settings->language_count ? settings->languages[index] : NULL;
}

const char *
shop_folder(const struct tuck_shop *shop, int64_t index)
{
    const struct settings *settings = shop->settings;
    return index == 0 ? settings->dir
           : index <= (int64_t)settings->template_dir_count
               ? settings->template_dirs[index - 1]
               : NULL;
}
