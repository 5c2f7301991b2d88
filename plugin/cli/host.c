/* The plugin, loaded as any host loads it: dlopen, one symbol, faces by name.
 *
 * It is looked for where it was installed. TUCK_PLUGIN, TUCK_PRESS and TUCK_DATA name
 * another tuck.so, tuck-press and data folder, as for a build that is not installed;
 * TUCK_KEYS and TUCK_STATION are what differs from one station of a shop to the next. */
#include "cli/cli.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
host_load(struct host *host)
{
    const char *path = getenv("TUCK_PLUGIN");
    *host = (struct host){0};
    void *handle = dlopen(path ? path : PKGLIBDIR "/tuck.so", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        complain("the plugin cannot be loaded: %s", dlerror());
        return false;
    }
    host->entry = dlsym(handle, TUCK_ENTRY_SYMBOL);
    if (host->entry) {
        host->carton = host->entry->face(TUCK_CARTON_FACE, 1);
        host->ops = host->entry->face(TUCK_OPS_FACE, 1);
        host->promise = host->entry->face(TUCK_PROMISE_FACE, 1);
        host->print = host->entry->face(TUCK_PRINT_FACE, 1);
        host->wave = host->entry->face(TUCK_WAVE_FACE, 1);
        host->learn = host->entry->face(TUCK_LEARN_FACE, 1);
    }
    if (!host->carton || !host->ops || !host->promise || !host->print ||
        !host->wave || !host->learn) {
        complain("the plugin lacks one of the faces %s, %s, %s, %s, %s and %s of revision 1",
                 TUCK_CARTON_FACE, TUCK_OPS_FACE, TUCK_PROMISE_FACE, TUCK_PRINT_FACE,
                 TUCK_WAVE_FACE, TUCK_LEARN_FACE);
        return false;
    }
    return true;
}

void
host_fill_open(const struct options *options, struct tuck_open *ret)
{
    *ret = (struct tuck_open){
        .size = sizeof(*ret),
        .workers = options->workers,
        .shop = options->shop,
        .ledger = options->ledger,
        .campaign = options->campaign,
        .press = getenv("TUCK_PRESS"),
        .data_dir = getenv("TUCK_DATA"),
        .keys = options->keys ? options->keys : getenv("TUCK_KEYS"),
        .station = getenv("TUCK_STATION"),
        .flags = TUCK_NO_SENDING,
    };
}

static bool
open_shop(struct host *host, const struct options *options, bool wants_press,
          uint32_t flags)
{
    struct tuck_open open;
    struct tuck_notes *notes = NULL;
    if (!host_load(host))
        return false;
    host_fill_open(options, &open);
    if (!wants_press)
        open.workers = TUCK_NO_PRESS;
    open.flags = flags;
    tuck_status status = host->carton->open(&open, &host->shop, &notes);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK && errors == 0)
        complain("the shop %s cannot be opened: %s", options->shop, status_text(status));
    return status == TUCK_OK;
}

bool
host_open(struct host *host, const struct options *options)
{
    return open_shop(host, options, true, TUCK_NO_SENDING);
}

bool
host_open_sending(struct host *host, const struct options *options)
{
    return open_shop(host, options, true, TUCK_SENDING);
}

bool
host_open_senders(struct host *host, const struct options *options)
{
    return open_shop(host, options, false, TUCK_SENDING);
}

bool
host_open_desk(struct host *host, const struct options *options)
{
    return open_shop(host, options, false, TUCK_NO_SENDING);
}

void
host_close(struct host *host)
{
    if (host->shop)
        host->carton->close(host->shop);
    host->shop = NULL;
}

int
host_put(struct host *host, tuck_status status, struct tuck_notes *notes, void *bytes,
         size_t length, const char *path, const char *what)
{
    int errors = host_tell(host, notes);
    if (status != TUCK_OK && errors == 0)
        complain("%s: %s", what, status_text(status));
    bool is_out = status == TUCK_OK && out_write(host, path, bytes, length);
    host->ops->bytes_free(bytes);
    host_close(host);
    return is_out ? EXIT_FINE : EXIT_TROUBLE;
}

const char *
status_text(tuck_status status)
{
    static const char *const texts[] = {"fine",
                                        "nothing there",
                                        "out of time or busy",
                                        "wrong input",
                                        "a wrong call",
                                        "made for a newer tuck",
                                        "memory is out",
                                        "cancelled",
                                        "trouble outside",
                                        "a fault of tuck's own"};
    return status >= 0 && (size_t)status < sizeof(texts) / sizeof(texts[0])
               ? texts[status]
               : "unknown";
}

void
tell_note(const struct tuck_note *note)
{
    static const char *const levels[] = {"", "error", "warning", "note"};
    static const enum colour colours[] = {PLAIN, RED, YELLOW, CYAN};
    fflush(stdout);
    if (note->file && note->file[0]) {
        fprintf(stderr, "%s%s", err_colour(BOLD), note->file);
        if (note->line > 0)
            fprintf(stderr, ":%d", note->line);
        fprintf(stderr, ":%s ", err_colour(PLAIN));
    } else {
        fputs("tuck: ", stderr);
    }
    fprintf(stderr, "%s%s:%s %s %s[%s %d]%s\n", err_colour(colours[note->level]),
            levels[note->level], err_colour(PLAIN), note->text, err_colour(DIM),
            note->room, note->number, err_colour(PLAIN));
}

int
host_tell(const struct host *host, struct tuck_notes *notes)
{
    struct tuck_note note = {.size = sizeof(note)};
    int errors = 0;
    for (int64_t i = 0; notes && host->carton->notes_get(notes, i, &note) == TUCK_OK;
         i++) {
        tell_note(&note);
        errors += note.level == TUCK_ERROR;
    }
    host->carton->notes_free(notes);
    return errors;
}
