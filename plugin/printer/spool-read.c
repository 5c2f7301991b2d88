/* What a job's file tells, read as a stranger's.
 *
 * The description is good or the file is no job. Of the lines behind it those count that
 * come before the first with a wrong digest. What a line does to a job's state is told
 * here and nowhere else (`apply`), so that a file read after a crash says the same as the
 * memory that wrote it. */
#include "printer/spool-file.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* The text of a line, decoded, in the arena. */
static const char *
get_text(struct arena *arena, const char *text, size_t n)
{
    char *out = arena_copy(arena, text, n), *to = out;
    for (size_t i = 0; out && i < n; i++) {
        unsigned code = 0;
        if (text[i] == '%' && i + 2 < n && sscanf(text + i + 1, "%2x", &code) == 1) {
            *to++ = (char)code;
            i += 2;
        } else {
            *to++ = text[i];
        }
    }
    if (out)
        *to = '\0';
    return out;
}

static bool
set_number(int64_t *number, const char *text)
{
    return text_to_int64(text, number) && *number >= 0;
}

struct slot {
    const char *key;
    const char **text;
    int64_t *number;
};

/* What the lines of a description set. */
static bool
read_description(struct job_file *file, const char *text, size_t n)
{
    struct spool_entry *entry = &file->entry;
    int64_t format = 0, width = 0, height = 0, copies = 0;
    const struct slot slots[] = {
        {"printer", &entry->printer, NULL},
        {"ticket", &entry->ticket, NULL},
        {"order", &entry->order, NULL},
        {"package", &entry->package, NULL},
        {"placement", &entry->placement, NULL},
        {"title", &entry->title, NULL},
        {"format", NULL, &format},
        {"size", NULL, &entry->size},
        {"width", NULL, &width},
        {"height", NULL, &height},
        {"copies", NULL, &copies},
        {"again-of", NULL, &entry->again_of},
        {"queued", NULL, &entry->queued_s},
    };
    const char *end = text + n;
    for (const char *line = text, *next; line < end; line = next + 1) {
        next = memchr(line, '\n', (size_t)(end - line));
        const char *blank = next ? memchr(line, ' ', (size_t)(next - line)) : NULL;
        if (!blank)
            return false;
        const char *value = get_text(file->arena, blank + 1, (size_t)(next - blank - 1));
        for (size_t i = 0; value && i < COUNT_OF(slots); i++) {
            if (strlen(slots[i].key) != (size_t)(blank - line) ||
                memcmp(slots[i].key, line, (size_t)(blank - line)) != 0)
                continue;
            if (slots[i].text)
                *slots[i].text = value;
            else if (!set_number(slots[i].number, value))
                return false;
        }
    }
    entry->format = (enum sheet_format)format;
    entry->width_mm100 = (int32_t)width;
    entry->height_mm100 = (int32_t)height;
    entry->copies = (int32_t)copies;
    return entry->printer && sheet_kind_of(entry->format);
}

/* The description ends with a line "end SHA256" over all before it. */
static bool
read_head(struct job_file *file, const char *head, const char **ret_sum)
{
    size_t magic = strlen(SPOOL_MAGIC);
    const char *end = memmem(head, SPOOL_EVENTS, "\nend ", 5);
    const char *sum = memmem(head, SPOOL_EVENTS, "\nsha256 ", 8);
    if (memcmp(head, SPOOL_MAGIC, magic) != 0 || !end || !sum ||
        end + 5 + 64 > head + SPOOL_EVENTS || sum + 8 + 64 > end)
        return false;
    size_t n = (size_t)(end + 1 - head);
    if (memcmp(hash_sha256(head, n).hex, end + 5, 64) != 0)
        return false;
    *ret_sum = arena_copy(file->arena, sum + 8, 64);
    return *ret_sum && read_description(file, head + magic, n - magic);
}

static const struct {
    const char *what;
    int state; /* -1: it changes none */
} meanings[] = {
    {"queued", SPOOL_WAITING},
    {"held", SPOOL_HELD},
    {"released", SPOOL_WAITING},
    {"sending", SPOOL_SENDING},
    {"taken", SPOOL_TAKEN},
    {"printed", SPOOL_PRINTED},
    {"failed", SPOOL_FAILED},
    {"cancelled", SPOOL_CANCELLED},
    {"doubt", SPOOL_DOUBT},
    {"waiting", SPOOL_WAITING},
    {"moved", SPOOL_WAITING},
    {"told", -1},
    {"seen", -1},
    {"earlier", -1},
};

bool
job_file_is_word(const char *what, const char *word)
{
    size_t n = strlen(word);
    return strncmp(what, word, n) == 0 && (what[n] == '\0' || what[n] == ' ');
}

/* "earlier LINES TRIES ATTEMPTS DEVICE-JOB PRINTER": what the lines told that a rewriting
 * left out. */
static void
apply_earlier(struct job_file *file, const char *what)
{
    long long lines = 0, device_job = 0;
    int tries = 0, attempts = 0, end = 0;
    if (sscanf(what, "earlier %lld %d %d %lld %n", &lines, &tries, &attempts, &device_job,
               &end) != 4 ||
        end == 0)
        return;
    file->lines = lines;
    file->attempts = attempts;
    file->entry.tries = tries;
    file->entry.device_job = device_job;
    file->entry.printer = what + end;
}

static void
apply_state(struct job_file *file, enum spool_state state)
{
    file->entry.state = state;
    file->entry.is_told = false;
}

/* What an event does to the job. The word may be followed by an argument: "taken 17",
 * "moved label-2", "sending 3". */
static void
apply(struct job_file *file, const struct spool_event *event)
{
    struct spool_entry *entry = &file->entry;
    const char *what = event->what, *argument = strchr(what, ' ');
    argument = argument ? argument + 1 : "";
    for (size_t i = 0; i < COUNT_OF(meanings); i++)
        if (job_file_is_word(what, meanings[i].what) && meanings[i].state >= 0)
            apply_state(file, (enum spool_state)meanings[i].state);
    file->lines++;
    entry->changed_s = event->at_s;
    if (job_file_is_word(what, "told"))
        entry->is_told = true;
    else
        entry->reason = event->text;
    if (job_file_is_word(what, "earlier"))
        apply_earlier(file, what);
    if (job_file_is_word(what, "moved"))
        entry->printer = argument;
    if (job_file_is_word(what, "moved") || job_file_is_word(what, "released"))
        file->attempts = 0; /* somebody wants it to be tried as if it were new */
    if (job_file_is_word(what, "sending")) {
        entry->tries++;
        file->attempts++;
    }
    /* A number is of one transfer: the next has its own, or none. */
    if (job_file_is_word(what, "sending") || job_file_is_word(what, "taken"))
        entry->device_job = 0;
    if (job_file_is_word(what, "taken"))
        text_to_int64(argument, &entry->device_job);
}

bool
job_file_keep(struct job_file *file, int64_t at_s, const char *what, const char *text)
{
    struct spool_event *events = (struct spool_event *)file->entry.events;
    struct spool_event *event =
        arena_append(file->arena, &events, &file->entry.event_count, &file->event_room,
                     sizeof(*event));
    file->entry.events = events;
    if (!event)
        return false;
    *event = (struct spool_event){at_s, what, text};
    apply(file, event);
    if (job_file_is_word(what, "earlier"))
        event->what = "earlier"; /* its numbers are nobody else's */
    return true;
}

/* "SSSSSSSS AT WHAT[ - TEXT]" */
static bool
read_event(struct job_file *file, const char *line, size_t n)
{
    long long at_s = 0;
    int used = 0;
    const char *text = line + SPOOL_SUM_DIGITS + 1;
    if (n < SPOOL_SUM_DIGITS + 4 ||
        memcmp(hash_sha256(text, n - SPOOL_SUM_DIGITS - 1).hex, line, SPOOL_SUM_DIGITS) !=
            0)
        return false;
    char *copy = arena_copy(file->arena, text, n - SPOOL_SUM_DIGITS - 1);
    file->is_starved |= !copy;
    if (!copy || sscanf(copy, "%lld %n", &at_s, &used) != 1 || used == 0)
        return false;
    char *what = copy + used, *dash = strstr(what, " - ");
    const char *why = "";
    if (dash) {
        *dash = '\0';
        why = get_text(file->arena, dash + 3, strlen(dash + 3));
    }
    bool is_kept = why && job_file_keep(file, at_s, what, why);
    file->is_starved |= !is_kept;
    return is_kept;
}

static void
read_events(struct job_file *file, const char *head)
{
    const char *line = head + SPOOL_EVENTS, *end = head + SPOOL_HEAD;
    while (line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        if (!next || !read_event(file, line, (size_t)(next - line)))
            break;
        line = next + 1;
    }
    file->events_end = (size_t)(line - head);
}

bool
job_file_parse(struct job_file *file, const char *head, const char **ret_sum)
{
    if (!read_head(file, head, ret_sum))
        return false;
    read_events(file, head);
    return file->entry.event_count > 0;
}
