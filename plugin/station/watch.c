/* Watches: each printer's last report, so that a carton seldom has to ask.
 *
 * A report that found the printer ready is good for two seconds, one that did not for half
 * a second. A printer that answered before and now says nothing is taken for one that is
 * open, out of media or off: Zebra printers fall silent then. One that never answered is a
 * one-way printer, and may well print. */
#include "station/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FRESH_READY_MS 2000
#define FRESH_OTHER_MS 500

struct watch {
    pthread_mutex_t lock;    /* of what follows */
    pthread_cond_t answered; /* on the monotonic clock */
    bool is_asking;          /* somebody does */
    struct arena *arena;     /* of the report */
    struct sight sight;
    int64_t asked_ms; /* 0: never */
    bool has_answered;
};

enum status
watches_open(struct tuck_shop *shop)
{
    size_t count = shop->settings->printer_count;
    pthread_condattr_t attr;
    if (count == 0)
        return STATUS_OK;
    shop->watches = calloc(count, sizeof(*shop->watches));
    if (!shop->watches)
        return STATUS_NO_MEMORY;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    for (size_t i = 0; i < count; i++) {
        pthread_mutex_init(&shop->watches[i].lock, NULL);
        pthread_cond_init(&shop->watches[i].answered, &attr);
    }
    pthread_condattr_destroy(&attr);
    return STATUS_OK;
}

void
watches_close(struct tuck_shop *shop)
{
    for (size_t i = 0; shop->watches && i < shop->settings->printer_count; i++) {
        pthread_mutex_destroy(&shop->watches[i].lock);
        pthread_cond_destroy(&shop->watches[i].answered);
        arena_free(shop->watches[i].arena);
    }
    free(shop->watches);
}

static const char *
copy(struct arena *arena, const char *text, bool *failed)
{
    const char *made = text ? arena_strdup(arena, text) : NULL;
    *failed |= text && !made;
    return made;
}

static bool
copy_report(struct arena *arena, const struct printer_report *from,
            struct printer_report *ret)
{
    bool failed = false;
    size_t mimes = 0;
    *ret = *from;
    ret->make = copy(arena, from->make, &failed);
    ret->reasons = copy(arena, from->reasons, &failed);
    ret->detail = copy(arena, from->detail, &failed);
    while (from->mimes && from->mimes[mimes])
        mimes++;
    const char **words = arena_make_array(arena, mimes + 1, sizeof(*words));
    struct printer_media *loaded =
        arena_make_array(arena, from->loaded_count + 1, sizeof(*loaded));
    if (!words || !loaded)
        return false;
    for (size_t i = 0; i < mimes; i++)
        words[i] = copy(arena, from->mimes[i], &failed);
    for (size_t i = 0; i < from->loaded_count; i++) {
        loaded[i] = from->loaded[i];
        loaded[i].name = copy(arena, from->loaded[i].name, &failed);
    }
    ret->mimes = from->mimes ? words : NULL;
    ret->loaded = loaded;
    return !failed;
}

/* False: there is none that is fresh enough, or memory is out. */
static bool
take_known(struct watch *watch, bool may_be_old, struct arena *arena, struct sight *ret)
{
    pthread_mutex_lock(&watch->lock);
    int64_t age_ms = clock_monotonic_ms() - watch->asked_ms;
    bool is_fresh = age_ms < (watch->sight.is_ready ? FRESH_READY_MS : FRESH_OTHER_MS);
    bool is_taken = watch->asked_ms && (is_fresh || may_be_old) &&
                    copy_report(arena, &watch->sight.report, &ret->report);
    ret->is_ready = watch->sight.is_ready;
    ret->is_silent = watch->sight.is_silent;
    pthread_mutex_unlock(&watch->lock);
    return is_taken;
}

static enum status
keep(struct watch *watch, const struct printer *printer,
     const struct printer_report *report, struct sight *sight)
{
    struct arena *arena = arena_new(0);
    struct printer_report kept;
    if (!arena || !copy_report(arena, report, &kept)) {
        arena_free(arena);
        return STATUS_NO_MEMORY;
    }
    pthread_mutex_lock(&watch->lock);
    bool is_mute = report->state == PRINTER_SILENT;
    watch->has_answered |= report->state != PRINTER_SILENT &&
                           report->state != PRINTER_GONE &&
                           report->state != PRINTER_UNKNOWN;
    bool is_well = printer_is_ready(report); /* silence may be a fault, and is told so */
    *sight = (struct sight){*report, is_well && !is_mute,
                            is_well && is_mute && !watch->has_answered &&
                                !printer_should_answer(printer)};
    arena_free(watch->arena);
    watch->arena = arena;
    watch->sight = *sight;
    watch->sight.report = kept;
    watch->asked_ms = clock_monotonic_ms();
    pthread_mutex_unlock(&watch->lock);
    return STATUS_OK;
}

/* Who asks may have more time than who wants to know. */
static const struct printer_report being_asked = {
    .state = PRINTER_SILENT,
    .reasons = "",
    .detail = "it has been asked and does not answer",
    .waiting = -1,
};

/* Takes the turn to ask; false when the patience ends before it is free. */
static bool
turn_take(struct watch *watch, const struct patience *patience)
{
    const int64_t at_ms = patience->deadline_ms;
    const struct timespec at = {at_ms / 1000, at_ms % 1000 * 1000000};
    int rc = 0;
    pthread_mutex_lock(&watch->lock);
    while (watch->is_asking && rc == 0)
        rc = at_ms == INT64_MAX
                 ? pthread_cond_wait(&watch->answered, &watch->lock)
                 : pthread_cond_timedwait(&watch->answered, &watch->lock, &at);
    bool is_taken = !watch->is_asking;
    watch->is_asking = true;
    pthread_mutex_unlock(&watch->lock);
    return is_taken;
}

static void
turn_give(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    watch->is_asking = false;
    pthread_cond_signal(&watch->answered);
    pthread_mutex_unlock(&watch->lock);
}

enum status
watch_look(struct tuck_shop *shop, size_t printer, const struct patience *patience,
           struct arena *arena, struct notes *notes, struct sight *ret)
{
    static const struct patience none = {0, NULL};
    struct watch *watch = &shop->watches[printer];
    struct printer_report report;
    if (take_known(watch, false, arena, ret))
        return STATUS_OK;
    if (!turn_take(watch, &none)) {
        if (take_known(watch, true, arena, ret))
            return STATUS_OK;
        if (!turn_take(watch, patience)) {
            *ret = (struct sight){.report = being_asked};
            return STATUS_OK;
        }
        if (take_known(watch, false, arena, ret)) {
            turn_give(watch);
            return STATUS_OK;
        }
    }
    enum status status = printer_ask(&shop->settings->printers[printer], patience, arena,
                                     notes, &report);
    if (status == STATUS_OK)
        status = keep(watch, &shop->settings->printers[printer], &report, ret);
    turn_give(watch);
    return status;
}

static bool
takes(const struct printer_report *report, enum sheet_format format)
{
    const struct sheet_kind *kind = sheet_kind_of(format);
    for (size_t i = 0; report->mimes && report->mimes[i]; i++)
        if (strcasecmp(report->mimes[i], kind->mime) == 0)
            return true;
    return false;
}

/* What a printer is best sent of what it takes: what it lays on paper itself first. */
static enum sheet_format
choose_format(const struct printer *printer, const struct printer_report *report)
{
    static const enum sheet_format best[] = {SHEET_PDF, SHEET_PWG, SHEET_PCLM, SHEET_ZPL,
                                             SHEET_EPL, SHEET_TSPL, SHEET_PNG};
    for (size_t i = 0; i < COUNT_OF(best); i++)
        if (takes(report, best[i]))
            return best[i];
    return strncmp(printer->uri, "socket:", 7) == 0 ? SHEET_ZPL : SHEET_PDF;
}

struct printer
watch_settle(const struct tuck_shop *shop, size_t printer,
             const struct printer_report *report)
{
    struct printer settled = shop->settings->printers[printer];
    if (!settled.format)
        settled.format = choose_format(&settled, report);
    if (settled.dpi == 0)
        settled.dpi = report->dpi_x;
    if (settled.device.head_dots == 0 && settled.format == SHEET_ZPL)
        settled.device.head_dots = report->head_dots;
    if (settled.device.ink == INK_GREY && report->has_colour &&
        shop->settings->places[printer].colour != COLOUR_NO)
        settled.device.ink = INK_COLOUR;
    return settled;
}
