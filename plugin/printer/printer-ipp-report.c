/* What an IPP printer says of itself, as a report.
 *
 * In comes the answer to Get-Printer-Attributes, out goes a report that holds nothing of
 * the answer's memory. A printer that was reached but gave no good answer is silent, one
 * that was not reached is gone; what an answer lacks stays unknown. */
#include "printer/printer-ipp.h"

#include <cups/pwg.h>
#include <string.h>

#define MEDIA_MOST 32
#define MIMES_MOST 64
#define WORD_MOST 255

/* Reasons that people know a word for; RFC 8011, 5.4.12, and PWG 5100.9. */
static const struct {
    const char *start;
    const char *sentence;
} sayings[] = {
    {"media-empty", "it is out of media"},
    {"media-needed", "it waits for media"},
    {"media-jam", "media is jammed in it"},
    {"cover-open", "its cover is open"},
    {"door-open", "a door of it is open"},
    {"interlock-open", "a door of it is open"},
    {"input-tray-missing", "a tray is missing"},
    {"output-area-full", "its output is full"},
    {"output-tray-missing", "its output tray is missing"},
    {"marker-supply-empty", "its ribbon, ink or toner is empty"},
    {"marker-waste-full", "its waste container is full"},
    {"toner-empty", "its toner is empty"},
    {"developer-empty", "its developer is empty"},
    {"cutter", "its cutter is at fault"},
    {"paused", "it is paused"},
    {"moving-to-paused", "it is being paused"},
    {"offline", "its device is off, or does not answer"},
    {"shutdown", "its device is off, or does not answer"},
    {"timed-out", "its device is off, or does not answer"},
    {"connecting-to-device", "it is looking for its device"},
    {"spool-area-full", "its spool is full"},
    {"deactivated", "it is deactivated"},
};

static const char *const wanted[] = {
    "printer-state",
    "printer-state-reasons",
    "printer-state-message",
    "printer-make-and-model",
    "printer-is-accepting-jobs",
    "queued-job-count",
    "color-supported",
    "document-format-supported",
    "operations-supported",
    "printer-resolution-default",
    "printer-resolution-supported",
    "pwg-raster-document-resolution-supported",
    "media-ready",
    "media-col-ready",
    "media-size-supported",
    "media-supported",
    "copies-supported",
    "print-scaling-supported",
};

enum status
ipp_ask_printer(struct ipp_link *link, struct ipp_answer *answer)
{
    struct ipp_draft draft IPP_DRAFT_AUTO = {NULL, false};
    ipp_draft_init(&draft, link, IPP_OP_GET_PRINTER_ATTRIBUTES, 0);
    ipp_put_texts(&draft, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                  COUNT_OF(wanted), wanted);
    return ipp_ask(link, &draft, NULL, answer);
}

/* A copy of a text of the answer, clean and of bounded length; NULL when there is none
 * (or memory is out: the report then lacks it). */
static char *
copy_text(struct arena *arena, ipp_attribute_t *attribute, int i)
{
    const char *text =
        attribute && i < ippGetCount(attribute) ? ippGetString(attribute, i, NULL) : NULL;
    size_t n = text ? strnlen(text, WORD_MOST) : 0;
    while (n > 0 && !text_is_utf8(text, n))
        n--; /* an end in the midst of a character, or worse */
    return n > 0 ? arena_copy(arena, text, n) : NULL;
}

char *
ipp_keywords(struct arena *arena, ipp_attribute_t *attribute)
{
    char *words = arena_strdup(arena, "");
    for (int i = 0; words && attribute && i < ippGetCount(attribute) && i < 32; i++) {
        const char *word = copy_text(arena, attribute, i);
        if (word && *word && strcmp(word, "none") != 0)
            words = *words ? arena_printf(arena, "%s %s", words, word)
                           : arena_strdup(arena, word);
    }
    return words;
}

static const char *
say(const char *reasons)
{
    for (const char *p = reasons; *p; p += strcspn(p, " "), p += *p == ' ')
        for (size_t i = 0; i < COUNT_OF(sayings); i++)
            if (strncmp(p, sayings[i].start, strlen(sayings[i].start)) == 0)
                return sayings[i].sentence;
    return NULL;
}

/* Is there a reason that no printer prints with, however it is weighed? CUPS' own and
 * many other printers derive the -report, -warning or -error behind a word from their
 * state, so that an idle one that is out of media only reports it. Of several trays one
 * may be empty; a job that waits for media says "media-needed". */
static bool
is_blocked(const struct printer_report *report)
{
    static const char *const blocks[] = {"media-needed", "media-jam",      "cover-open",
                                         "door-open",    "interlock-open", "media-empty"};
    size_t count = COUNT_OF(blocks) - (report->loaded_count > 1);
    for (const char *p = report->reasons; *p; p += strcspn(p, " "), p += *p == ' ')
        for (size_t i = 0; i < count; i++) {
            size_t n = strlen(blocks[i]);
            if (strncmp(p, blocks[i], n) == 0 && (p[n] == '-' || p[n] == ' ' || !p[n]))
                return true;
        }
    return false;
}

static enum status
read_state(const struct ipp_link *link, ipp_t *ipp, struct printer_report *ret)
{
    ipp_attribute_t *state = ippFindAttribute(ipp, "printer-state", IPP_TAG_ENUM);
    ipp_attribute_t *accepts =
        ippFindAttribute(ipp, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN);
    ipp_attribute_t *message =
        ippFindAttribute(ipp, "printer-state-message", IPP_TAG_TEXT);
    switch (state ? ippGetInteger(state, 0) : 0) {
    case IPP_PSTATE_IDLE:
        ret->state = PRINTER_IDLE;
        break;
    case IPP_PSTATE_PROCESSING:
        ret->state = PRINTER_PRINTING;
        break;
    case IPP_PSTATE_STOPPED:
        ret->state = PRINTER_STOPPED;
        break;
    default:
        ret->state = PRINTER_UNKNOWN;
        break;
    }
    ret->reasons = ipp_keywords(
        link->arena, ippFindAttribute(ipp, "printer-state-reasons", IPP_TAG_KEYWORD));
    if (ret->reasons == NULL)
        return STATUS_NO_MEMORY;
    const char *detail = say(ret->reasons);
    if (accepts && !ippGetBoolean(accepts, 0)) {
        ret->state = PRINTER_STOPPED;
        detail = detail ? detail : "it takes no jobs";
    }
    if (!printer_is_ready(ret) || is_blocked(ret))
        ret->state = PRINTER_STOPPED;
    if (detail == NULL && ret->state == PRINTER_STOPPED)
        detail = copy_text(link->arena, message, 0);
    if (detail == NULL)
        detail = ret->state == PRINTER_STOPPED ? "it is stopped" : "";
    ret->detail = detail;
    return STATUS_OK;
}

static void
read_resolution(ipp_attribute_t *attribute, int i, struct printer_report *ret)
{
    ipp_res_t units = IPP_RES_PER_INCH;
    int y = 0, x = 0;
    if (attribute && ippGetValueTag(attribute) == IPP_TAG_RESOLUTION &&
        i < ippGetCount(attribute))
        x = ippGetResolution(attribute, i, &y, &units);
    if (x < 1 || y < 1 || x > 10000 || y > 10000)
        return;
    bool is_metric = units == IPP_RES_PER_CM;
    ret->dpi_x = is_metric ? (x * 254 + 50) / 100 : x;
    ret->dpi_y = is_metric ? (y * 254 + 50) / 100 : y;
}

static bool
has_resolution(ipp_attribute_t *attribute, const struct printer_report *report)
{
    for (int i = 0; i < ippGetCount(attribute); i++) {
        struct printer_report one = {.dpi_x = 0};
        read_resolution(attribute, i, &one);
        if (one.dpi_x == report->dpi_x && one.dpi_y == report->dpi_y)
            return true;
    }
    return false;
}

/* The default, else the first that it supports; and where rasters are taken at other
 * resolutions only, the last of those: lists grow. */
static void
read_resolutions(ipp_t *ipp, struct printer_report *ret)
{
    ipp_attribute_t *raster = ippFindAttribute(
        ipp, "pwg-raster-document-resolution-supported", IPP_TAG_RESOLUTION);
    read_resolution(
        ippFindAttribute(ipp, "printer-resolution-supported", IPP_TAG_RESOLUTION), 0,
        ret);
    read_resolution(
        ippFindAttribute(ipp, "printer-resolution-default", IPP_TAG_RESOLUTION), 0, ret);
    if (raster && !has_resolution(raster, ret))
        read_resolution(raster, ippGetCount(raster) - 1, ret);
}

static enum status
read_mimes(const struct ipp_link *link, ipp_t *ipp, struct printer_report *ret)
{
    ipp_attribute_t *formats =
        ippFindAttribute(ipp, "document-format-supported", IPP_TAG_MIMETYPE);
    int count = formats ? ippGetCount(formats) : 0;
    count = count < MIMES_MOST ? count : MIMES_MOST;
    const char **mimes = arena_make_array(link->arena, (size_t)count + 1, sizeof(*mimes));
    int kept = 0;
    if (mimes == NULL)
        return STATUS_NO_MEMORY;
    for (int i = 0; i < count; i++)
        if ((mimes[kept] = copy_text(link->arena, formats, i)))
            kept++;
    mimes[kept] = NULL;
    ret->mimes = count ? mimes : NULL;
    return STATUS_OK;
}

static bool
read_size(ipp_t *column, struct printer_media *ret)
{
    ipp_attribute_t *size =
        ippFindAttribute(column, "media-size", IPP_TAG_BEGIN_COLLECTION);
    ipp_t *sides = size ? ippGetCollection(size, 0) : NULL;
    ipp_attribute_t *x =
        sides ? ippFindAttribute(sides, "x-dimension", IPP_TAG_INTEGER) : NULL;
    ipp_attribute_t *y =
        sides ? ippFindAttribute(sides, "y-dimension", IPP_TAG_INTEGER) : NULL;
    if (x == NULL || y == NULL || ippGetInteger(x, 0) < 1 || ippGetInteger(y, 0) < 1)
        return false;
    ret->width_mm100 = ippGetInteger(x, 0);
    ret->height_mm100 = ippGetInteger(y, 0);
    return true;
}

/* The PWG name of a loaded medium: its own, else the one of media-ready that has its
 * size. */
static const char *
name_media(struct arena *arena, ipp_t *column, ipp_attribute_t *names,
           const struct printer_media *media)
{
    char *name =
        copy_text(arena, ippFindAttribute(column, "media-size-name", IPP_TAG_ZERO), 0);
    for (int i = 0; name == NULL && names && i < ippGetCount(names); i++) {
        char *other = copy_text(arena, names, i);
        pwg_media_t *size = other ? pwgMediaForPWG(other) : NULL;
        if (size && size->width == media->width_mm100 &&
            size->length == media->height_mm100)
            name = other;
    }
    return name;
}

static size_t
read_columns(struct arena *arena, ipp_attribute_t *columns, ipp_attribute_t *names,
             struct printer_media *media)
{
    size_t count = 0;
    for (int i = 0; columns && i < ippGetCount(columns) && count < MEDIA_MOST; i++) {
        ipp_t *column = ippGetCollection(columns, i);
        if (column == NULL || !read_size(column, &media[count]))
            continue;
        media[count].name = name_media(arena, column, names, &media[count]);
        count++;
    }
    return count;
}

/* media-col-ready tells sizes; media-ready only names, which tell sizes by their form. */
static enum status
read_media(const struct ipp_link *link, ipp_t *ipp, struct printer_report *ret)
{
    ipp_attribute_t *columns =
        ippFindAttribute(ipp, "media-col-ready", IPP_TAG_BEGIN_COLLECTION);
    ipp_attribute_t *names = ippFindAttribute(ipp, "media-ready", IPP_TAG_ZERO);
    struct printer_media *media =
        arena_make_array(link->arena, MEDIA_MOST, sizeof(*media));
    if (media == NULL)
        return STATUS_NO_MEMORY;
    size_t count = read_columns(link->arena, columns, names, media);
    for (int i = 0; count < MEDIA_MOST && columns == NULL && names; i++) {
        if (i >= ippGetCount(names))
            break;
        char *name = copy_text(link->arena, names, i);
        pwg_media_t *size = name ? pwgMediaForPWG(name) : NULL;
        if (name)
            media[count++] = (struct printer_media){name, size ? size->width : 0,
                                                    size ? size->length : 0};
    }
    ret->loaded = media;
    ret->loaded_count = count;
    return STATUS_OK;
}

static enum status
read_answer(const struct ipp_link *link, ipp_t *ipp, struct printer_report *ret)
{
    ipp_attribute_t *colour = ippFindAttribute(ipp, "color-supported", IPP_TAG_BOOLEAN);
    ipp_attribute_t *queued = ippFindAttribute(ipp, "queued-job-count", IPP_TAG_INTEGER);
    enum status status = read_media(link, ipp, ret);
    if (status == STATUS_OK)
        status = read_state(link, ipp, ret); /* which looks at the media */
    if (status == STATUS_OK)
        status = read_mimes(link, ipp, ret);
    ret->make = copy_text(
        link->arena, ippFindAttribute(ipp, "printer-make-and-model", IPP_TAG_TEXT), 0);
    ret->has_colour = colour && ippGetBoolean(colour, 0);
    ret->waiting = queued ? ippGetInteger(queued, 0) : -1;
    read_resolutions(ipp, ret);
    return status;
}

/* Who does not answer well is silent; who is not there, or has no printer there, is gone.
 */
enum status
ipp_report(const struct ipp_link *link, const struct ipp_answer *answer,
           struct printer_report *ret)
{
    if (ipp_answer_is_good(answer))
        return read_answer(link, answer->ipp, ret);
    bool is_gone = answer->reach == IPP_REACH_NOT ||
                   (answer->reach == IPP_REACH_NO_IPP && answer->http_status == 404) ||
                   (answer->reach == IPP_REACH_ANSWERED &&
                    answer->code == IPP_STATUS_ERROR_NOT_FOUND);
    /* Silence is a fault of who has to answer: so it gets a reason, and is not ready. */
    ret->state = is_gone ? PRINTER_GONE : PRINTER_SILENT;
    ret->reasons = is_gone                              ? ""
                   : answer->reach == IPP_REACH_NO_WORD ? "timed-out-error"
                                                        : "other-error";
    ret->detail = answer->why;
    return STATUS_OK;
}
