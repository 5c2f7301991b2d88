/* Findings: thousands of looks at pages come to a few things that are wrong.
 *
 * The same remark on the same line of a template is one finding, whoever met it; what the
 * first had is kept for the picture, of the others only languages and customers. */
#include "station/findings.h"

#include <stdlib.h>
#include <string.h>

static bool
is_same(const struct finding *finding, const struct note *note)
{
    return finding->note.id == note->id && finding->note.line == note->line &&
           strcmp(finding->note.file, note->file) == 0 &&
           (note->line > 0 || strcmp(finding->note.text, note->text) == 0);
}

bool
findings_add(struct findings *findings, const struct note *note,
             const struct proof_task *task)
{
    struct finding *finding = NULL;
    for (size_t i = 0; i < findings->count && !finding; i++)
        if (is_same(&findings->items[i], note))
            finding = &findings->items[i];
    if (!finding) {
        finding = arena_append(findings->arena, &findings->items, &findings->count,
                               &findings->room, sizeof *finding);
        if (!finding)
            return false;
        *finding = (struct finding){.note = *note, .task = *task};
    }
    finding->languages |= 1ull << (task->language & 63);
    finding->customers |= 1ull << (task->worst & 63);
    finding->times++;
    return true;
}

static int
by_place(const void *a, const void *b)
{
    const struct note *x = &((const struct finding *)a)->note;
    const struct note *y = &((const struct finding *)b)->note;
    int files = strcmp(x->file, y->file);
    return files                ? files
           : x->line != y->line ? x->line - y->line
                                : (int)x->id - (int)y->id;
}

void
findings_sort(struct findings *findings)
{
    if (findings->count)
        qsort(findings->items, findings->count, sizeof *findings->items, by_place);
}

bool
finding_is_refused(const struct finding *finding)
{
    switch (finding->note.id) {
    case NOTE_SYMBOL_SMALL:
    case NOTE_SYMBOL_PALE:
    case NOTE_SYMBOL_CROWDED:
    case NOTE_SCAN_NOT_READ:
        return true;
    default:
        return finding->note.level == NOTE_ERROR;
    }
}

void
finding_put_languages(const struct finding *finding, const struct settings *settings,
                      struct buf *out)
{
    const char *comma = "";
    for (size_t i = 0; i < settings->language_count; i++)
        if (finding->languages >> i & 1) {
            buf_printf(out, "%s%s", comma, settings->languages[i]);
            comma = ", ";
        }
}

void
finding_put_customers(const struct finding *finding, struct buf *out)
{
    const char *comma = "";
    for (size_t i = 0; i < WORST_COUNT; i++)
        if (finding->customers >> i & 1) {
            buf_printf(out, "%s%s", comma, worst_name(i));
            comma = ", ";
        }
}

void
findings_tell(const struct findings *findings, const struct settings *settings,
              struct notes *notes)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        const struct note *note = &finding->note;
        bool is_symbol = finding_is_refused(finding) && note->level != NOTE_ERROR;
        struct buf who BUF_AUTO = {0};
        finding_put_languages(finding, settings, &who);
        buf_puts(&who, "; customer: ");
        finding_put_customers(finding, &who);
        note_add_at(notes, is_symbol ? NOTE_CHECK_SYMBOL : note->id, note->file,
                    note->line, &note->place, "%s (in %s)", note->text,
                    who.p ? who.p : "");
    }
}
