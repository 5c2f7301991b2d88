/* socket://host:9100 – printers that print whatever comes in on a port.
 *
 * Such a port has no jobs and no answers of its own; what can be known is what TCP tells
 * and what the printer's language lets it say. A transfer that the peer's system has
 * acknowledged to the last byte is taken; one that was cut is in doubt from its first
 * byte on. A printer that takes the connection and says nothing is a state: one that
 * speaks ZPL does just that when it is open, out of media or out of ribbon. */
#include "printer/driver.h"
#include "printer/tcp.h"
#include "printer/zebra.h"

#include "base/hash.h"
#include "press/zpl-read.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define CONNECT_MS 2000
#define SILENCE_MS 300 /* how long a printer may think before it says the next thing */
#define ANSWER_MS 1000 /* how long all of its answer may take */
#define LINGER_MS 250  /* how long it may take to close after we have */
#define ANSWER_ROOM 8192
#define PLATE_LEAST 1024 /* a smaller plate is sent sooner than asked for */

/* Of a transfer that was whole. A port has no numbers for jobs; this one only tells the
 * spool's follow() from a question about a transfer that broke off. */
#define TAKEN_WHOLE 1

static bool
speaks_zpl(const struct printer *printer)
{
    return printer->format == 0 || printer->format == SHEET_ZPL;
}

static enum status
check(const struct printer *printer, const char *file, int32_t line, struct notes *notes)
{
    struct tcp_target target;
    const char *wrong = tcp_parse(printer->uri, &target);
    if (wrong)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_PRINTER_URI, file, line,
                         "printer %s: \"%.120s\": %s",
                         printer->name ? printer->name : "?", printer->uri, wrong);
    return STATUS_OK;
}

static enum status
open_printer(const struct printer *printer, const struct patience *patience,
             struct tcp *ret, const struct tcp_target *target)
{
    int32_t connect_ms = printer->connect_ms > 0 ? printer->connect_ms : CONNECT_MS;
    return tcp_open(ret, target, connect_ms, patience);
}

/* --- asking ----------------------------------------------------------------------- */

struct answer {
    char bytes[ANSWER_ROOM];
    size_t n;
};
typedef bool is_whole_fn(const struct answer *answer);

/* Puts a question and reads until the answer is whole, or silence. Only a broken
 * connection, memory and the cancel flag are trouble. */
static enum status
converse(struct tcp *tcp, const char *question, is_whole_fn *is_whole,
         const struct patience *patience, struct answer *ret)
{
    size_t n = 0;
    int64_t now_ms = clock_monotonic_ms(), last_ms = now_ms + ANSWER_MS;
    ret->n = 0;
    enum status status = tcp_write(tcp, question, strlen(question), patience, &n);
    while (status == STATUS_OK && !is_whole(ret) && ret->n < sizeof(ret->bytes)) {
        now_ms = clock_monotonic_ms();
        int64_t until_ms = now_ms + SILENCE_MS < last_ms ? now_ms + SILENCE_MS : last_ms;
        status = tcp_read(tcp, ret->bytes + ret->n, sizeof(ret->bytes) - ret->n, until_ms,
                          patience, &n);
        if (status == STATUS_OK && n == 0)
            break;
        ret->n += status == STATUS_OK ? n : 0;
    }
    return status == STATUS_RETRY ? STATUS_OK : status;
}

static bool
is_zebra_whole(const struct answer *answer)
{
    struct zebra zebra;
    zebra_read(answer->bytes, answer->n, &zebra);
    return zebra.has_flags;
}

static bool
is_one_byte(const struct answer *answer)
{
    return answer->n > 0;
}

static enum status
tell_reasons(const struct reasons *reasons, struct arena *arena,
             struct printer_report *ret)
{
    ret->reasons = reasons_keywords(reasons, arena);
    ret->detail = reasons_sentence(reasons, arena);
    if (reasons_stop(reasons))
        ret->state = PRINTER_STOPPED;
    return ret->reasons && ret->detail ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
tell_mime(enum sheet_format format, struct arena *arena, struct printer_report *ret)
{
    const struct sheet_kind *kind = sheet_kind_of(format);
    const char **mimes = arena_make_array(arena, 2, sizeof(*mimes));
    if (!mimes)
        return STATUS_NO_MEMORY;
    mimes[0] = kind ? kind->mime : NULL;
    ret->mimes = mimes;
    return STATUS_OK;
}

/* The nominal resolutions of a head with so many dots a millimetre. */
static int32_t
dpi_of(int32_t dots_per_mm)
{
    return dots_per_mm == 6    ? 152
           : dots_per_mm == 8  ? 203
           : dots_per_mm == 12 ? 300
           : dots_per_mm == 24 ? 600
                               : 0;
}

static enum status
tell_identity(const struct zebra *zebra, struct arena *arena, struct printer_report *ret)
{
    if (!zebra->model[0])
        return STATUS_OK;
    ret->make = arena_printf(arena, "%s (%s)", zebra->model, zebra->firmware);
    ret->dpi_x = ret->dpi_y = dpi_of(zebra->dots_per_mm);
    return ret->make ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
ask_zebra(struct tcp *tcp, const struct patience *patience, struct arena *arena,
          struct printer_report *ret)
{
    struct answer answer;
    struct zebra zebra;
    struct reasons reasons = {.count = 0};
    enum status status =
        converse(tcp, ZEBRA_QUESTIONS, is_zebra_whole, patience, &answer);
    if (status == STATUS_CANCELLED)
        return status;
    zebra_read(answer.bytes, answer.n, &zebra);
    zebra_reasons(&zebra, &reasons);
    ret->state = PRINTER_SILENT;
    ret->detail =
        answer.n == 0
            ? "it takes the connection but does not answer: open, out of media, "
              "paused, or no two-way printer"
            : "it answers, but not all that a label printer would";
    if (!zebra.has_flags && !zebra.has_words && !zebra.model[0])
        return STATUS_OK;
    status = tell_mime(SHEET_ZPL, arena, ret);
    if (status == STATUS_OK)
        status = tell_identity(&zebra, arena, ret);
    if (zebra.has_flags) {
        ret->waiting = zebra.flags.formats + zebra.flags.labels;
        ret->state = ret->waiting > 0 || zebra.flags.is_buffer_full ? PRINTER_PRINTING
                                                                    : PRINTER_IDLE;
    }
    if (status == STATUS_OK && (zebra.has_flags || reasons.count > 0))
        status = tell_reasons(&reasons, arena, ret);
    return status;
}

/* TSPL's status byte: bits, but for none. TSC, TSPL/TSPL2 Programming, "<ESC>!?". */
static bool
tspl_reasons(unsigned char byte, struct reasons *ret)
{
    static const struct {
        unsigned char bit;
        const char *keyword, *sentence;
    } bits[] = {
        {0x01, "cover-open-error", "the head is open"},
        {0x02, "media-jam-error", "paper is jammed"},
        {0x04, "media-empty-error", "it is out of media"},
        {0x08, "marker-supply-empty-error", "it is out of ribbon"},
        {0x10, "paused", "it is paused"},
        {0x80, "other-error", "it tells of an error"},
    };
    for (size_t i = 0; i < COUNT_OF(bits); i++)
        if (byte & bits[i].bit)
            reasons_add(ret, bits[i].keyword, bits[i].sentence);
    return !(byte & 0x40);
}

static enum status
ask_tspl(struct tcp *tcp, const struct patience *patience, struct arena *arena,
         struct printer_report *ret)
{
    struct answer answer;
    struct reasons reasons = {.count = 0};
    enum status status = converse(tcp, "\033!?", is_one_byte, patience, &answer);
    if (status == STATUS_CANCELLED)
        return status;
    ret->state = PRINTER_SILENT;
    ret->detail = "it takes the connection but does not answer";
    if (answer.n == 0)
        return STATUS_OK;
    if (answer.n != 1 || !tspl_reasons((unsigned char)answer.bytes[0], &reasons)) {
        ret->detail = "it answers, but not as a printer of its language would";
        return STATUS_OK;
    }
    ret->state = answer.bytes[0] & 0x20 ? PRINTER_PRINTING : PRINTER_IDLE;
    status = tell_mime(SHEET_TSPL, arena, ret);
    return status == STATUS_OK ? tell_reasons(&reasons, arena, ret) : status;
}

static enum status
gone(const struct tcp *tcp, struct arena *arena, struct printer_report *ret)
{
    ret->state = PRINTER_GONE;
    ret->detail = arena_strdup(arena, tcp->why);
    return ret->detail ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
ask(const struct printer *printer, const struct patience *patience, struct arena *arena,
    struct notes *notes, struct printer_report *ret)
{
    struct tcp_target target;
    TCP_AUTO struct tcp tcp = TCP_NONE;
    (void)notes;
    tcp_parse(printer->uri, &target); /* printer.c has had it checked */
    enum status status = open_printer(printer, patience, &tcp, &target);
    if (status == STATUS_RETRY || status == STATUS_OUTSIDE)
        return gone(&tcp, arena, ret);
    if (status != STATUS_OK || printer->is_one_way)
        return status; /* nothing comes back: it takes the connection, and that is all */
    if (speaks_zpl(printer))
        return ask_zebra(&tcp, patience, arena, ret);
    if (printer->format == SHEET_TSPL)
        return ask_tspl(&tcp, patience, arena, ret);
    /* EPL2 and pages have no question that is sure not to be printed. */
    return STATUS_OK;
}

/* --- sending ---------------------------------------------------------------------- */

static enum status
receive(struct printer_receipt *ret, enum delivery delivery, const char *text,
        struct arena *arena)
{
    ret->delivery = delivery;
    ret->text = arena_strdup(arena, text);
    return ret->text ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Printers that were asked for a stored plate and said nothing: not asked again at once,
 * for a question without an answer costs every label its SILENCE_MS. */
#define MUTES_MAX 32
#define MUTE_MS 60000
static pthread_mutex_t mutes_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    uint32_t printer; /* hash of the URI; two of one hash are only asked less often */
    int64_t until_ms;
} mutes[MUTES_MAX];

static uint32_t
hash_printer(const struct printer *printer)
{
    return hash_fnv32a(printer->uri, strlen(printer->uri));
}

static bool
is_mute(const struct printer *printer)
{
    uint32_t hash = hash_printer(printer);
    pthread_mutex_lock(&mutes_lock);
    bool is = mutes[hash % MUTES_MAX].printer == hash &&
              mutes[hash % MUTES_MAX].until_ms > clock_monotonic_ms();
    pthread_mutex_unlock(&mutes_lock);
    return is;
}

static void
remember_mute(const struct printer *printer)
{
    uint32_t hash = hash_printer(printer);
    pthread_mutex_lock(&mutes_lock);
    mutes[hash % MUTES_MAX].printer = hash;
    mutes[hash % MUTES_MAX].until_ms = clock_monotonic_ms() + MUTE_MS;
    pthread_mutex_unlock(&mutes_lock);
}

static bool
is_list_whole(const struct answer *answer)
{
    bool is_whole;
    zebra_lists(answer->bytes, answer->n, "?:?", &is_whole);
    return is_whole;
}

/* Has the printer the plate that the document begins with? Only its own word counts,
 * given on the connection that the document then takes: a printer that was switched off
 * in between has forgotten the plate and broken the connection. */
static enum status
find_plate(const struct transfer *transfer, struct tcp *tcp,
           const struct tcp_target *target, struct zpl_download *ret, bool *ret_has)
{
    const struct printer_document *document = transfer->document;
    const struct printer *printer = transfer->printer;
    struct answer answer;
    char question[48];
    bool is_whole;
    *ret_has = false;
    if (document->format != SHEET_ZPL || is_mute(printer) ||
        !zpl_first_download(document->bytes, document->n, ret) || ret->offset != 0 ||
        ret->size < PLATE_LEAST || ret->size >= document->n)
        return STATUS_OK;
    snprintf(question, sizeof(question), "^XA^HW%s^XZ\r\n", ret->name);
    enum status status =
        converse(tcp, question, is_list_whole, transfer->patience, &answer);
    if (status != STATUS_OK && status != STATUS_OUTSIDE)
        return status;
    *ret_has = zebra_lists(answer.bytes, answer.n, ret->name, &is_whole);
    if (status == STATUS_OK && is_whole)
        return status;
    *ret_has = false;
    /* An answer that came late would find the document's connection closed, and its reset
     * could take the document along. */
    remember_mute(printer);
    tcp_close(tcp);
    return open_printer(printer, transfer->patience, tcp, target);
}

static enum status
send_open(const struct transfer *transfer, struct tcp *tcp,
          const struct tcp_target *target, size_t from, struct printer_receipt *ret)
{
    const struct printer_document *document = transfer->document;
    size_t sent = 0;
    if (transfer->before && transfer->before(transfer->data) != STATUS_OK)
        return receive(ret, DELIVERY_NONE, "it was not to be sent", transfer->arena);
    int64_t first_byte_ms = clock_monotonic_ms();
    enum status status = tcp_write(tcp, (const char *)document->bytes + from,
                                   document->n - from, transfer->patience, &sent);
    ret->first_byte_ms = sent ? first_byte_ms : 0;
    if (status == STATUS_OK)
        status = tcp_finish(tcp, target->waits_not ? 0 : LINGER_MS, transfer->patience);
    if (status == STATUS_OK) {
        ret->delivery = DELIVERY_TAKEN;
        ret->device_job = TAKEN_WHOLE;
        return STATUS_OK;
    }
    /* What the system still holds must not print after we have said that it may not. */
    tcp_abort(tcp);
    return receive(ret, sent ? DELIVERY_UNSURE : DELIVERY_NONE, tcp->why,
                   transfer->arena);
}

static enum status
send_document(const struct transfer *transfer, struct printer_receipt *ret)
{
    struct tcp_target target;
    struct zpl_download plate;
    bool has_plate = false;
    TCP_AUTO struct tcp tcp = TCP_NONE;
    tcp_parse(transfer->printer->uri, &target); /* printer.c has had it checked */
    enum status status =
        open_printer(transfer->printer, transfer->patience, &tcp, &target);
    if (status == STATUS_OK)
        status = find_plate(transfer, &tcp, &target, &plate, &has_plate);
    if (status != STATUS_OK)
        return receive(ret, DELIVERY_NONE, tcp.why, transfer->arena);
    return send_open(transfer, &tcp, &target, has_plate ? plate.size : 0, ret);
}

/* --- following -------------------------------------------------------------------- */

/* Of a transfer that was cut off nobody can tell: an idle printer proves nothing. */
static enum status
follow(const struct printer *printer, const char *name, int64_t device_job,
       const struct patience *patience, struct arena *arena, struct notes *notes,
       struct printer_progress *ret)
{
    struct printer_report report = {
        .state = PRINTER_UNKNOWN, .reasons = "", .waiting = -1};
    (void)name;
    if (device_job != TAKEN_WHOLE)
        return patience_is_cancelled(patience) ? STATUS_CANCELLED : STATUS_OK;
    enum status status = ask(printer, patience, arena, notes, &report);
    if (status != STATUS_OK)
        return status;
    if (report.state == PRINTER_GONE)
        return STATUS_RETRY;
    ret->reasons = report.reasons;
    if (report.state == PRINTER_IDLE)
        ret->fate = FATE_PRINTED;
    else if (report.state == PRINTER_PRINTING || report.state == PRINTER_STOPPED)
        ret->fate = FATE_WAITING;
    return STATUS_OK;
}

const struct printer_driver driver_socket = {
    .scheme = "socket",
    .check = check,
    .ask = ask,
    .send = send_document,
    .follow = follow,
};
