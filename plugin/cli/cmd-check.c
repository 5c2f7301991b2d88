/* tuck check: what is wrong with a shop, before a sheet is printed. */
#include "cli/cli.h"

#include <stdio.h>

int
cmd_check(const struct options *options)
{
    struct host host;
    struct tuck_open open;
    struct tuck_notes *notes = NULL;
    struct tuck_note note = {.size = sizeof(note)};
    struct bar bar;
    int counts[4] = {0};
    if (!host_load(&host))
        return EXIT_TROUBLE;
    host_fill_open(options, &open);
    bar_init(&bar, "checking", options->is_quiet);
    void *page = NULL;
    size_t length = 0;
    tuck_status status = options->html ? host.ops->check_page(&open, bar_step, &bar,
                                                              &page, &length, &notes)
                                       : host.ops->check(&open, bar_step, &bar, &notes);
    bar_done(&bar);
    bool is_written = !page || out_write(&host, options->html, page, length);
    host.ops->bytes_free(page);
    for (int64_t i = 0; host.carton->notes_get(notes, i, &note) == TUCK_OK; i++) {
        tell_note(&note);
        counts[note.level]++;
    }
    host.carton->notes_free(notes);
    if (status != TUCK_OK && counts[TUCK_ERROR] == 0) {
        complain("the check could not be finished: %s", status_text(status));
        return EXIT_TROUBLE;
    }
    if (!options->is_quiet)
        printf("%s%d error%s, %d warning%s%s\n",
               out_colour(counts[TUCK_ERROR]     ? RED
                          : counts[TUCK_WARNING] ? YELLOW
                                                 : GREEN),
               counts[TUCK_ERROR], counts[TUCK_ERROR] == 1 ? "" : "s",
               counts[TUCK_WARNING], counts[TUCK_WARNING] == 1 ? "" : "s",
               out_colour(PLAIN));
    return counts[TUCK_ERROR] || !is_written ? EXIT_TROUBLE : EXIT_FINE;
}
