/* tuck preview, pack and reprint: what would be, what is, and what was printed.
 *
 * The first two go the same way through the plugin; a preview records nothing. A packed
 * sheet that was put in its folder is said to be printed: here the folder is the printer.
 * A reprint is given by the plugin as printed already. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct run {
    struct host host;
    const struct options *options;
    bool is_preview, is_reprint;
    bool wants_documents; /* a contact sheet or one file of all: cartons are kept */
    struct tuck_carton **cartons;
    int64_t carton_count;
    bool is_listing; /* a line for each piece on standard output */
    int columns;     /* of the terminal, 0 when there is none */
    int64_t sheets, troubles;
};

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
    struct tuck_note note = {.size = sizeof(note)};
    struct tuck_carton_info info = {.size = sizeof(info)};
    const char *json = NULL;
    size_t length = 0;
    if (run->host.carton->info(carton, &info) != TUCK_OK)
        return;
    if (run->options->wants_print &&
        run->host.print->print(carton, run->options->printer, run->options->budget_ms) !=
            TUCK_OK)
        run->troubles++;
    for (int64_t i = 0; run->host.carton->note(carton, i, &note) == TUCK_OK; i++)
        if (note.level != TUCK_INFO || !run->options->is_quiet)
            tell_note(&note);
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
    if (run->wants_documents)
        run->cartons[run->carton_count] = carton;
    else
        run->host.carton->carton_free(carton);
    run->carton_count++;
}

static void
pack_one(struct run *run, const struct order_file *file)
{
    const struct options *options = run->options;
    struct tuck_carton *carton = NULL;
    const struct tuck_order order = {
        .size = sizeof(order),
        .flags = (run->is_preview ? TUCK_PREVIEW : 0) |
                 (run->is_preview || options->wants_print ? TUCK_NO_SHEETS : 0),
        .bytes = file->bytes,
        .length = file->length,
        .name = file->path,
        .budget_ms = options->budget_ms,
        .format = options->format,
        .dpi = options->dpi,
        .date = options->date,
        .offer = options->offer,
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
    keep_or_free(run, carton);
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

static bool
write_document(struct run *run)
{
    const struct options *options = run->options;
    const struct tuck_ops_face *ops = run->host.ops;
    struct tuck_notes *notes = NULL;
    void *bytes = NULL;
    size_t length = 0;
    char *path = NULL;
    tuck_status status =
        options->wants_contact_sheet
            ? ops->contact_sheet(run->host.shop, run->cartons, run->carton_count, NULL,
                                 options->format ? options->format : TUCK_PDF, &bytes,
                                 &length, &notes)
            : ops->bundle(run->host.shop, run->cartons, run->carton_count, &bytes,
                          &length, &notes);
    int errors = host_tell(&run->host, notes);
    if (status != TUCK_OK) {
        if (errors == 0)
            complain("%s", status == TUCK_WITHOUT ? "there is nothing to print"
                                                  : status_text(status));
        return false;
    }
    bool is_written =
        options->output
            ? out_write(&run->host, options->output, bytes, length)
            : asprintf(&path, "%s/contact-sheet.%s", options->dir ? options->dir : ".",
                       options->format == TUCK_PNG ? "png" : "pdf") > 0 &&
                  out_write(&run->host, path, bytes, length);
    ops->bytes_free(bytes);
    const char *shown = options->output ? options->output : path;
    fflush(stdout);
    if (is_written && !options->is_quiet && strcmp(shown, "-") != 0)
        fprintf(stderr, "%s\n", shown);
    free(path);
    return is_written;
}

/* Labels may follow each other in one file; pictures and rasters may not. */
static bool
is_stream(int32_t format)
{
    return format == TUCK_ZPL || format == TUCK_EPL || format == TUCK_TSPL;
}

struct single {
    char *bytes;
    size_t length;
    int64_t sheets;
};

static bool
add_sheet(struct run *run, struct single *single, struct tuck_carton *carton, int64_t index)
{
    const void *bytes = NULL;
    size_t length = 0;
    struct tuck_carton_info info = {.size = sizeof(info)};
    const struct options *options = run->options;
    tuck_status status = run->host.carton->sheet(
        carton, index, options->format, options->dpi, options->budget_ms, &bytes, &length);
    run->host.carton->info(carton, &info);
    if (status != TUCK_OK) {
        complain("there is no sheet: %s", status_text(status));
        return false;
    }
    if (single->sheets++ > 0 && !is_stream(info.format)) {
        complain("-o takes one sheet of this format; use -d for many");
        return false;
    }
    char *grown = realloc(single->bytes, single->length + length);
    if (!grown)
        return false;
    memcpy(grown + single->length, bytes, length);
    single->bytes = grown;
    single->length += length;
    return true;
}

/* The sheets as they are, in the format asked for. */
static bool
write_single(struct run *run)
{
    struct tuck_piece piece = {.size = sizeof(piece)};
    struct single single = {0};
    bool is_fine = true;
    for (int64_t c = 0; is_fine && c < run->carton_count; c++)
        for (int64_t i = 0; is_fine && run->host.carton->piece(run->cartons[c], i,
                                                               &piece) == TUCK_OK;
             i++)
            if (piece.outcome == TUCK_CHOSEN)
                is_fine = add_sheet(run, &single, run->cartons[c], i);
    if (is_fine && single.sheets == 0) {
        complain("there is no sheet: %s", status_text(TUCK_WITHOUT));
        is_fine = false;
    }
    is_fine = is_fine &&
              out_write(&run->host, run->options->output, single.bytes, single.length);
    free(single.bytes);
    return is_fine;
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
    bool is_single = options->output && !options->wants_contact_sheet &&
                     (options->format > TUCK_PDF || (options->printer && !options->format));
    if (options->wants_print)
        await_paper(run);
    if (options->wants_scan && run->carton_count > 0)
        run->troubles += scan_tell(&run->host, run->cartons, run->carton_count, options);
    if ((options->output || options->wants_contact_sheet) && run->carton_count > 0 &&
        !(is_single ? write_single(run) : write_document(run)))
        run->troubles++;
    fflush(stdout);
    if (options->dir && !options->is_quiet && (run->sheets || !run->is_reprint))
        fprintf(stderr, "%lld sheet%s in %s\n", (long long)run->sheets,
                run->sheets == 1 ? "" : "s", options->dir);
    return run->troubles ? EXIT_TROUBLE : EXIT_FINE;
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
        pack_one(run, &orders->file[i]);
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
    if (!orders_read(options, &orders))
        return EXIT_TROUBLE;
    run.wants_documents =
        options->output || options->wants_contact_sheet || options->wants_scan;
    run.cartons = calloc(orders.count, sizeof(struct tuck_carton *));
    if (run.cartons && (options->wants_print ? host_open_sending(&run.host, options)
                                             : host_open(&run.host, options)))
        result = run_orders(&run, &orders);
    for (int64_t i = 0; run.wants_documents && i < run.carton_count; i++)
        run.host.carton->carton_free(run.cartons[i]);
    free(run.cartons);
    host_close(&run.host);
    orders_free(&orders);
    return result;
}

int
cmd_preview(const struct options *options)
{
    return start(options, true);
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
    run.cartons = calloc((size_t)options->arg_count, sizeof(struct tuck_carton *));
    if (run.cartons && (options->wants_print ? host_open_sending(&run.host, options)
                                             : host_open(&run.host, options))) {
        for (int i = 0; i < options->arg_count; i++)
            reprint_one(&run, options->args[i]);
        result = finish(&run);
    }
    for (int64_t i = 0; run.wants_documents && i < run.carton_count; i++)
        run.host.carton->carton_free(run.cartons[i]);
    free(run.cartons);
    host_close(&run.host);
    return result;
}
