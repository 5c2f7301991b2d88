/* tuck preview, pack and reprint: what would be, what is, and what was printed.
 *
 * The first two go the same way through the plugin; a preview records nothing. A packed
 * sheet that was put in its folder is said to be printed: here the folder is the printer.
 * A reprint is given by the plugin as printed already. */
#include "cli/packing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAPER_WAIT_MS 20000
#define REASON_INDENT 20 /* below the offer's name */

static const char *
outcome_word(int32_t outcome)
{
    static const char *const words[] = {"?",        "print",    "pick",
                                        "fallback", "held out", "nothing"};
    return outcome > 0 && outcome <= TUCK_NOTHING ? words[outcome] : words[0];
}

static enum colour
outcome_colour(int32_t outcome)
{
    static const enum colour colours[] = {PLAIN, GREEN, CYAN, YELLOW, DIM, DIM};
    return outcome > 0 && outcome <= TUCK_NOTHING ? colours[outcome] : PLAIN;
}

static void
print_piece(const struct tuck_piece *piece, int columns)
{
    const char *what =
        piece->outcome == TUCK_FALLBACK ? piece->template_name : piece->offer;
    int at = out_put(PLAIN, "  %-8s ", piece->placement);
    at += out_put(outcome_colour(piece->outcome), "%-8s", outcome_word(piece->outcome));
    at += out_put(BOLD, " %-16s", what ? what : "-");
    if (piece->sku)
        at += out_put(PLAIN, "  %s from bin %s", piece->sku, piece->bin);
    if (piece->code) {
        at += out_put(CYAN, "  %s", piece->code);
        at += out_put(PLAIN, " until %s", piece->expires);
    }
    const char *reason = piece->reason ? piece->reason : "";
    at += out_put(PLAIN, "  ");
    if (columns > 0 && at + (int)strlen(reason) > columns) {
        out_put(PLAIN, "\n%*s", REASON_INDENT, "");
        at = REASON_INDENT;
    }
    fputs(out_colour(DIM), stdout);
    out_wrapped(reason, at, REASON_INDENT, columns);
    fputs(out_colour(PLAIN), stdout);
}

/* Order ids come from outside: only what is safe in a file's name stays. */
static void
safe_name(const char *text, char *out, size_t room)
{
    size_t n = 0;
    for (; text && *text && n + 1 < room; text++) {
        unsigned char c = (unsigned char)*text;
        bool is_safe = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                       (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c >= 0x80;
        out[n++] = is_safe ? (char)c : '_';
    }
    out[n] = '\0';
}

/* Those that were not told yet. */
static void
tell_notes(struct run *run, const struct tuck_carton *carton)
{
    struct tuck_note note = {.size = sizeof(note)};
    for (; run->host.carton->note(carton, run->notes_told, &note) == TUCK_OK;
         run->notes_told++)
        if (note.level != TUCK_INFO || !run->options->is_quiet)
            tell_note(&note);
}

static bool
write_piece(struct run *run, struct tuck_carton *carton, int64_t index,
            const struct tuck_piece *piece, const struct tuck_carton_info *info)
{
    const struct options *options = run->options;
    const void *bytes = NULL;
    size_t length = 0;
    char order[100], package[40] = "", number[16] = "", name[200];
    tuck_status status =
        run->host.carton->sheet(carton, index, options->format, options->dpi,
                                options->budget_ms, &bytes, &length);
    if (status == TUCK_WITHOUT)
        return true;
    tell_notes(run, carton); /* a sheet is rendered when it is asked for */
    if (status != TUCK_OK) {
        complain("%s: no sheet for placement %s: %s", info->order ? info->order : "?",
                 piece->placement, status_text(status));
        return false;
    }
    safe_name(info->order ? info->order : "unreadable", order, sizeof(order));
    if (info->package && strcmp(info->package, "1") != 0) {
        package[0] = '-';
        safe_name(info->package, package + 1, sizeof(package) - 1);
    }
    if (piece->number > 0)
        snprintf(number, sizeof(number), "-%d", piece->number + 1);
    snprintf(name, sizeof(name), "%s%s-%s%s.%s", order, package, piece->placement, number,
             format_extension(options->format ? options->format : info->format));
    if (!out_drop(&run->host, options->dir, name, bytes, length))
        return false;
    run->sheets++;
    return true;
}

/* What became of a piece that was sent to a printer; false when somebody has to act. */
static bool
tell_sent(const struct run *run, const struct tuck_carton *carton, int64_t index)
{
    struct tuck_sent sent = {.size = sizeof(sent)};
    if (run->host.print->sent(carton, index, &sent) != TUCK_OK)
        return false;
    if (!run->is_listing || sent.outcome == TUCK_SENT_NO_PAPER)
        return sent.outcome != TUCK_SENT_UNAVAILABLE;
    out_put(PLAIN, "%*s", REASON_INDENT, "");
    if (sent.outcome == TUCK_SENT_QUEUED)
        out_put(GREEN, "to %s, job %lld\n", sent.printer, (long long)sent.job);
    else
        out_put(sent.outcome == TUCK_SENT_UNAVAILABLE ? RED : YELLOW, "%s\n", sent.text);
    return sent.outcome != TUCK_SENT_UNAVAILABLE;
}

static void
handle_piece(struct run *run, struct tuck_carton *carton, int64_t index,
             const struct tuck_carton_info *info)
{
    struct tuck_piece piece = {.size = sizeof(piece)};
    if (run->host.carton->piece(carton, index, &piece) != TUCK_OK)
        return;
    if (run->is_listing)
        print_piece(&piece, run->columns);
    if (run->options->wants_print && !tell_sent(run, carton, index))
        run->troubles++;
    if (!run->options->dir)
        return;
    bool is_written = write_piece(run, carton, index, &piece, info);
    bool is_paper = piece.outcome == TUCK_CHOSEN || piece.outcome == TUCK_FALLBACK;
    if (!is_written)
        run->troubles++;
    if (run->is_preview || !piece.ticket || !is_paper || run->options->wants_print ||
        (run->is_reprint && is_written))
        return;
    tuck_status status = run->host.carton->say(
        run->host.shop, piece.ticket, is_written ? TUCK_PRINTED : TUCK_FAILED,
        is_written ? NULL : "the file could not be written");
    if (status == TUCK_WITHOUT)
        complain("%s: this sheet must not leave the house: what it promises is void or "
                 "gone",
                 piece.ticket);
    else if (status != TUCK_OK)
        complain("%s: the receipt could not be recorded: %s", piece.ticket,
                 status_text(status));
    run->troubles += status != TUCK_OK;
}

static void
handle_carton(struct run *run, struct tuck_carton *carton, const char *path)
{
    struct tuck_carton_info info = {.size = sizeof(info)};
    const char *json = NULL;
    size_t length = 0;
    if (run->host.carton->info(carton, &info) != TUCK_OK)
        return;
    if (run->options->wants_print &&
        run->host.print->print(carton, run->options->printer, run->options->budget_ms) !=
            TUCK_OK)
        run->troubles++;
    run->notes_told = 0;
    tell_notes(run, carton);
    if (run->is_listing)
        printf("%s%s%s  %s%s%s%s\n", out_colour(BOLD), info.order ? info.order : path,
               out_colour(PLAIN), out_colour(DIM),
               run->is_reprint ? "printed again, the same" : path,
               info.is_repeat && !run->is_reprint ? "  answered before, the same again"
                                                  : "",
               out_colour(PLAIN));
    for (int64_t i = 0; i < info.pieces; i++)
        handle_piece(run, carton, i, &info);
    if (run->options->wants_json && !run->options->wants_scan &&
        run->host.carton->text(carton, TUCK_TEXT_WHY, &json, &length) == TUCK_OK)
        printf("%s%s", run->carton_count ? ",\n" : "", json);
}

static void
keep_or_free(struct run *run, struct tuck_carton *carton)
{
    if (run->wants_documents && run->carton_count == run->carton_room) {
        int64_t room = run->carton_room ? 2 * run->carton_room : 64;
        struct tuck_carton **grown = realloc(run->cartons, (size_t)room * sizeof(*grown));
        if (!grown) {
            run->host.carton->carton_free(carton);
            run->troubles++;
            return;
        }
        run->cartons = grown;
        run->carton_room = room;
    }
    if (run->wants_documents)
        run->cartons[run->carton_count] = carton;
    else
        run->host.carton->carton_free(carton);
    run->carton_count++;
}

/* `offer` and `language` NULL: as the rules and the customer have it. */
static void
pack_one(struct run *run, const struct order_file *file, const char *offer,
         const char *language)
{
    const struct options *options = run->options;
    struct tuck_carton *carton = NULL;
    const struct tuck_order order = {
        .size = sizeof(order),
        .flags = (run->is_preview ? TUCK_PREVIEW : 0) |
                 (run->is_preview || options->wants_print ? TUCK_NO_SHEETS : 0) |
                 (run->is_preview && options->is_every_offer ? TUCK_ONLY_OFFER : 0),
        .bytes = file->bytes,
        .length = file->length,
        .name = file->path,
        .budget_ms = options->budget_ms,
        .format = options->format,
        .dpi = options->dpi,
        .date = options->date,
        .offer = offer,
        .language = language,
        .customer = options->as,
        .printer = options->wants_print ? NULL : options->printer,
    };
    tuck_status status = run->host.carton->pack(run->host.shop, &order, &carton);
    if (status != TUCK_OK)
        run->troubles++;
    if (!carton) {
        complain("%s: %s", file->path, status_text(status));
        return;
    }
    handle_carton(run, carton, file->path);
    if (run->is_preview)
        preview_carton(run, carton, language);
    keep_or_free(run, carton);
}

/* The order as it is, or for every offer, or in every language of the shop, or both. */
static void
pack_each(struct run *run, const struct order_file *file)
{
    const struct options *options = run->options;
    struct tuck_offer offer = {.size = sizeof(offer)};
    const struct tuck_ops_face *ops = run->host.ops;
    for (int64_t i = 0;; i++) {
        const char *name = options->offer, *language = options->language;
        if (options->is_every_offer) {
            if (ops->offer(run->host.shop, i, &offer) != TUCK_OK)
                return;
            name = offer.name;
        } else if (i > 0) {
            return;
        }
        if (options->is_every_offer && !offer.template_name)
            continue;
        if (!options->is_every_language)
            pack_one(run, file, name, language);
        for (int64_t j = 0; options->is_every_language &&
                            ops->language(run->host.shop, j, &language) == TUCK_OK;
             j++)
            pack_one(run, file, name, language);
    }
}

static void
reprint_one(struct run *run, const char *order)
{
    struct tuck_carton *carton = NULL;
    struct tuck_notes *notes = NULL;
    tuck_status status = run->host.promise->reprint(
        run->host.shop, order, run->options->package, &carton, &notes);
    int errors = host_tell(&run->host, notes);
    if (status != TUCK_OK) {
        run->troubles++;
        if (errors == 0)
            complain("%s: %s", order, status_text(status));
        return;
    }
    handle_carton(run, carton, order);
    keep_or_free(run, carton);
}

/* A command that ends takes its senders with it: they are given time to be done. */
static void
await_paper(struct run *run)
{
    struct tuck_found *found = NULL;
    struct tuck_job job = {.size = sizeof(job)};
    const uint32_t open = ~(1u << TUCK_JOB_PRINTED | 1u << TUCK_JOB_CANCELLED) & 0xff;
    int64_t count = 0;
    run->host.print->settle(run->host.shop, PAPER_WAIT_MS);
    if (run->host.print->jobs(run->host.shop, open, NULL, NULL, &found, NULL) == TUCK_OK)
        while (run->host.print->job(found, count, &job) == TUCK_OK)
            count++;
    run->host.promise->found_free(found);
    fflush(stdout);
    if (count && !run->options->is_quiet)
        fprintf(stderr, "%lld job%s in the spool: tuck spool\n", (long long)count,
                count == 1 ? " is still" : "s are still");
}

/* What comes after the last carton. */
static int
finish(struct run *run)
{
    const struct options *options = run->options;
    bool is_single =
        options->output && !options->wants_contact_sheet &&
        (options->format > TUCK_PDF || (options->printer && !options->format));
    if (options->wants_print)
        await_paper(run);
    if (options->wants_scan && run->carton_count > 0)
        run->troubles += scan_tell(&run->host, run->cartons, run->carton_count, options);
    bool wants_document = options->output || options->wants_contact_sheet;
    if (run->gallery && !preview_gallery(run))
        run->troubles++;
    else if (!run->gallery && wants_document && run->carton_count > 0 &&
             !(is_single ? write_single(run) : write_document(run)))
        run->troubles++;
    preview_finish(run);
    fflush(stdout);
    if (options->dir && !options->is_quiet && (run->sheets || !run->is_reprint))
        fprintf(stderr, "%lld sheet%s in %s\n", (long long)run->sheets,
                run->sheets == 1 ? "" : "s", options->dir);
    return run->troubles ? EXIT_TROUBLE : EXIT_FINE;
}

static void
free_cartons(struct run *run)
{
    for (int64_t i = 0; run->wants_documents && i < run->carton_count; i++)
        run->host.carton->carton_free(run->cartons[i]);
    free(run->cartons);
    run->cartons = NULL;
    run->carton_count = run->carton_room = 0;
}

static int
run_orders(struct run *run, const struct order_files *orders)
{
    const struct options *options = run->options;
    struct bar bar;
    bool is_list = options->wants_json && orders->count > 1 && !options->wants_scan;
    bar_init(&bar, run->is_preview ? "previewing" : "packing",
             options->is_quiet || terminal_columns() > 0 || orders->count < 8);
    if (is_list)
        puts("[");
    for (size_t i = 0; i < orders->count; i++) {
        pack_each(run, &orders->file[i]);
        bar_step(&bar, (int64_t)i + 1, (int64_t)orders->count, NULL);
    }
    bar_done(&bar);
    if (is_list)
        puts("]");
    return finish(run);
}

static int
start(const struct options *options, bool is_preview)
{
    bool takes_stdout = options->output && strcmp(options->output, "-") == 0;
    struct run run = {.options = options,
                      .is_preview = is_preview,
                      .columns = terminal_columns(),
                      .is_listing =
                          !options->is_quiet && !options->wants_json && !takes_stdout};
    struct order_files orders;
    int result = EXIT_TROUBLE;
    if (takes_stdout && options->wants_json) {
        complain("--json and --output=- both want standard output");
        return EXIT_USAGE;
    }
    if (is_preview && !preview_init(&run))
        return EXIT_USAGE;
    if (!orders_read(options, &orders))
        return EXIT_TROUBLE;
    run.wants_documents = options->output || options->wants_contact_sheet ||
                          options->wants_scan || run.wants_open;
    if (options->wants_print ? host_open_sending(&run.host, options)
                             : host_open(&run.host, options))
        result = run_orders(&run, &orders);
    free_cartons(&run);
    host_close(&run.host);
    if (run.gallery && result != EXIT_USAGE && options->beside)
        result = preview_beside(&run, &orders, run_orders, result);
    preview_done(&run);
    orders_free(&orders);
    return result;
}

static int
preview_once(const struct options *options)
{
    return start(options, true);
}

int
cmd_preview(const struct options *options)
{
    return options->is_watching ? preview_watch(options, preview_once)
                                : preview_once(options);
}

int
cmd_pack(const struct options *options)
{
    return start(options, false);
}

int
cmd_reprint(const struct options *options)
{
    struct run run = {.options = options,
                      .is_reprint = true,
                      .columns = terminal_columns(),
                      .is_listing = !options->is_quiet,
                      .wants_documents = options->output};
    int result = EXIT_TROUBLE;
    if (!options->output + !options->dir + !options->wants_print != 2) {
        complain("reprint wants -d with a folder, -o with a file, or --print, for its "
                 "sheets");
        return EXIT_USAGE;
    }
    if (options->output && strcmp(options->output, "-") == 0)
        run.is_listing = false;
    if (options->wants_print ? host_open_sending(&run.host, options)
                             : host_open(&run.host, options)) {
        for (int i = 0; i < options->arg_count; i++)
            reprint_one(&run, options->args[i]);
        result = finish(&run);
    }
    free_cartons(&run);
    host_close(&run.host);
    return result;
}
