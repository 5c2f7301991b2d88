/* Threads: one text over several frames, in columns and on pages.
 *
 * The first frame of a thread's name brings the words; each frame, on this page and on
 * those that follow, takes the lines that lie in it and leaves the rest to the next. No
 * paragraph leaves a single line behind at a frame's foot, or sends one ahead to the
 * next frame's head, where there is room to avoid it. A text that outlasts its last
 * frame is told by the page. */
#include "page/words.h"

#include <string.h>

#define SLACK (PANGO_SCALE * 5) /* 0.05 mm */

struct thread *
thread_find(struct lay *lay, const xmlNode *node, const char *name,
            const struct style *style, struct rgba colour, const struct fit *fit)
{
    struct threads *threads = lay->threads;
    for (size_t i = 0; i < threads->count; i++)
        if (strcmp(threads->items[i].name, name) == 0)
            return &threads->items[i];
    if (threads->count == COUNT_OF(threads->items)) {
        lay_fault(lay, STATUS_BAD_INPUT, NOTE_PAGE_TOO_FULL, node,
                  "a template has at most %zu threads", COUNT_OF(threads->items));
        return NULL;
    }
    struct thread *thread = &threads->items[threads->count];
    thread->name = arena_strdup(lay->arena, name);
    thread->at = 0;
    if (!thread->name ||
        !words_make(lay, node, style, colour, WORDS_THREAD_MAX, &thread->words)) {
        lay->status = STATUS_NO_MEMORY;
        return NULL;
    }
    thread->is_hyphenated = false;
    for (size_t i = 0; i < fit->rule_count; i++)
        if (fit->rules[i] == RULE_HYPHENATE)
            thread->is_hyphenated = words_hyphenate(lay, &thread->words, &thread->words);
    threads->count++;
    return thread;
}

static const struct look plain = {.scale = 1, .may_break = true};

struct lines {
    const PangoLayoutLine **line;
    size_t count, within; /* within: those that lie in the frame */
};

static void
read_lines(PangoLayout *layout, const struct fit *fit, struct lines *ret)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    ret->line =
        g_new(const PangoLayoutLine *, (size_t)pango_layout_get_line_count(layout));
    ret->count = ret->within = 0;
    bool is_over = false;
    do {
        PangoRectangle rect;
        pango_layout_iter_get_line_extents(iter, NULL, &rect);
        is_over = is_over || rect.y + rect.height > fit->h * PANGO_SCALE + SLACK ||
                  (fit->lines > 0 && ret->count >= (size_t)fit->lines);
        ret->line[ret->count++] = pango_layout_iter_get_line_readonly(iter);
        ret->within += !is_over;
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

static bool
begins_paragraph(const struct lines *lines, size_t i)
{
    return i >= lines->count || lines->line[i]->is_paragraph_start;
}

/* Gives up a line or two rather than to part one from its paragraph. */
static size_t
settle_break(const struct lines *lines)
{
    size_t n = lines->within;
    if (n >= lines->count)
        return lines->count;
    bool is_widow = !begins_paragraph(lines, n) && begins_paragraph(lines, n + 1);
    if (is_widow && n >= 2 && !begins_paragraph(lines, n - 1))
        n--;
    bool is_orphan =
        n >= 2 && begins_paragraph(lines, n - 1) && !begins_paragraph(lines, n);
    return is_orphan ? n - 1 : n;
}

/* Where the rest begins: nothing opens a frame with the space between two paragraphs. */
static size_t
skip_space(const struct words *words, size_t at)
{
    while (at < words->n && strchr(" \n", words->text[at]))
        at++;
    return at;
}

static bool
ends_divided(const struct words *words, const PangoLayoutLine *line)
{
    return line->length > 2 &&
           memcmp(words->text + line->start_index + line->length - 2, "\xC2\xAD", 2) == 0;
}

/* Bytes of `rest` that the frame holds. */
static size_t
measure_part(struct lay *lay, const struct words *rest, const struct fit *fit)
{
    struct lines lines;
    size_t to = 0;
    PangoLayout *layout = words_lay_out(lay, rest, fit, &plain);
    read_lines(layout, fit, &lines);
    size_t count = settle_break(&lines);
    /* No word is divided between two frames. */
    while (count > 1 && count < lines.count && ends_divided(rest, lines.line[count - 1]))
        count--;
    if (count == lines.count)
        to = rest->n;
    else if (count > 0)
        to = (size_t)lines.line[count]->start_index;
    g_free(lines.line);
    g_object_unref(layout);
    return to;
}

bool
thread_take(struct lay *lay, struct thread *thread, const struct fit *fit,
            struct words *ret_words, struct settled *ret)
{
    struct words rest, part;
    size_t n = thread->words.n;
    thread->at = skip_space(&thread->words, thread->at);
    if (thread->at == n)
        return false;
    bool is_good = words_part(lay->arena, &thread->words, thread->at, n, &rest);
    size_t opened = is_good ? rest.n - (n - thread->at) : 0;
    size_t to = is_good ? measure_part(lay, &rest, fit) : 0;
    if (is_good && to <= opened)
        return false; /* not even a line lies in it */
    size_t end = to - opened + thread->at;
    size_t last = end;
    while (last > thread->at && strchr(" \n", thread->words.text[last - 1]))
        last--;
    is_good = is_good && words_part(lay->arena, &thread->words, thread->at, last, &part);
    if (!is_good) {
        lay->status = STATUS_NO_MEMORY;
        return false;
    }
    thread->at = end;
    *ret = (struct settled){
        .layout = words_lay_out(lay, &part, fit, &plain), .scale = 1, .w = fit->w};
    if (thread->is_hyphenated &&
        words_keep_hyphens(lay->arena, &part, ret->layout, &rest)) {
        g_object_unref(ret->layout);
        ret->layout = words_lay_out(lay, &rest, fit, &plain);
    }
    settled_measure(ret);
    *ret_words = part;
    return true;
}

size_t
threads_left(const struct threads *threads)
{
    size_t left = 0;
    for (size_t i = 0; i < threads->count; i++) {
        const struct words *words = &threads->items[i].words;
        left += words->n - skip_space(words, threads->items[i].at);
    }
    return left;
}
