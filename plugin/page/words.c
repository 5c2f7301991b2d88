/* Words: the text of one frame, gathered from what the stylesheet gave.
 *
 * White space that was written in the template collapses; lines that came with a value
 * stay lines. The base direction is the page's as soon as any of the template's words
 * reads that way; what a hole put in is set apart by isolates only where its direction
 * differs, because every such character shows up in text copied from a PDF. */
#include "page/words.h"

#include <string.h>

struct piece {
    const char *p;
    size_t n;
    const struct style *style;
    struct rgba colour;
    enum { WRITTEN, INSERTED, BREAK, PARAGRAPH } kind;
    bool is_live; /* inserted, and of this carton */
};

struct gather {
    struct lay *lay;
    struct piece *pieces;
    size_t count, room;
    bool is_failed;
};

static void
add_piece(struct gather *gather, struct piece piece)
{
    struct piece *slot = arena_append(gather->lay->arena, &gather->pieces, &gather->count,
                                      &gather->room, sizeof *slot);
    if (slot)
        *slot = piece;
    else
        gather->is_failed = true;
}

static void
add_inserted(struct gather *gather, const xmlNode *hole, struct piece like)
{
    const char *need = lay_attr(hole, "_need");
    like.kind = INSERTED;
    like.is_live = need && strcmp(need, "*") == 0;
    for (const xmlNode *text = hole->children; text; text = text->next) {
        if (text->type != XML_TEXT_NODE || !text->content)
            continue;
        like.p = (const char *)text->content;
        like.n = strlen(like.p);
        if (strcmp(like.p, "NaN") == 0)
            lay_note(gather->lay, NOTE_NUMBER_UNKNOWN, (int32_t)lay_line(hole->parent),
                     "a hole came to a number that is not known");
        else
            add_piece(gather, like);
    }
}

static void
gather_from(struct gather *gather, const xmlNode *parent, const struct style *style,
            struct rgba colour)
{
    for (const xmlNode *node = parent->children; node; node = node->next) {
        struct piece piece = {.style = style, .colour = colour, .kind = WRITTEN};
        if (node->type == XML_TEXT_NODE && node->content) {
            piece.p = (const char *)node->content;
            piece.n = strlen(piece.p);
            add_piece(gather, piece);
        } else if (lay_is(node, "hole")) {
            add_inserted(gather, node, piece);
        } else if (lay_is(node, "br")) {
            piece.kind = BREAK;
            add_piece(gather, piece);
        } else if (lay_is(node, "p")) {
            piece.kind = PARAGRAPH;
            add_piece(gather, piece);
            gather_from(gather, node, style, colour);
            add_piece(gather, piece);
        } else if (lay_is(node, "span")) {
            const char *name = lay_attr(node, "style");
            const struct style *inner =
                name ? template_style(gather->lay->tpl, name) : NULL;
            struct rgba ink = inner && inner->colour_name ? inner->colour : colour;
            gather_from(gather, node, inner ? inner : style,
                        lay_colour(gather->lay, node, "colour", ink));
        }
    }
}

/* ---- direction ---- */

static bool
any_has_direction(const struct gather *gather, bool is_inserted, int direction)
{
    for (size_t i = 0; i < gather->count; i++) {
        const struct piece *piece = &gather->pieces[i];
        if ((piece->kind == INSERTED) == is_inserted && piece->p &&
            text_has_direction(piece->p, piece->n, direction))
            return true;
    }
    return false;
}

static bool
is_blank(const struct piece *piece)
{
    for (size_t i = 0; i < piece->n; i++)
        if (!strchr(" \t\r\n", piece->p[i]))
            return false;
    return true;
}

static bool
has_written(const struct gather *gather)
{
    for (size_t i = 0; i < gather->count; i++)
        if (gather->pieces[i].kind == WRITTEN && !is_blank(&gather->pieces[i]))
            return true;
    return false;
}

/* By the template's words; signs of no direction ("3 x name") are the page's, and only a
 * frame of nothing but values goes by what these say. */
static int
base_direction(const struct gather *gather)
{
    int of_page = gather->lay->page->is_rtl ? -1 : 1;
    bool is_inserted = !has_written(gather);
    if (any_has_direction(gather, is_inserted, of_page))
        return of_page;
    return any_has_direction(gather, is_inserted, -of_page) ? -of_page : of_page;
}

/* Whether a piece is all that the frame says. */
static bool
is_alone(const struct gather *gather, const struct piece *piece)
{
    for (size_t i = 0; i < gather->count; i++) {
        const struct piece *other = &gather->pieces[i];
        if (other != piece && !is_blank(other))
            return false;
    }
    return true;
}

/* ---- putting together ---- */

struct builder {
    struct buf text;
    struct words *words;
    struct arena *arena;
    const char *lang;
    size_t most;
    size_t breaks; /* owed before the next character */
    bool owes_space, is_failed;
};

static struct word_run *
run_for(struct builder *builder, const struct piece *piece)
{
    struct words *words = builder->words;
    struct word_run *last = words->run_count ? &words->runs[words->run_count - 1] : NULL;
    if (last && last->style == piece->style && last->to == builder->text.n &&
        memcmp(&last->colour, &piece->colour, sizeof last->colour) == 0)
        return last;
    struct word_run *run = arena_append(builder->arena, &words->runs, &words->run_count,
                                        &words->run_room, sizeof *run);
    if (!run) {
        builder->is_failed = true;
        return NULL;
    }
    *run =
        (struct word_run){builder->text.n, builder->text.n, piece->style, piece->colour};
    return run;
}

/* What is beyond the ceiling goes; a text that long is cut in any frame. */
static size_t
within_ceiling(const struct builder *builder, const char *p, size_t n)
{
    size_t owed = builder->breaks + builder->owes_space;
    size_t room =
        builder->text.n + owed < builder->most ? builder->most - builder->text.n - owed : 0;
    if (n <= room)
        return n;
    while (room > 0 && ((unsigned char)p[room] & 0xC0) == 0x80)
        room--;
    return room;
}

static void
put(struct builder *builder, const struct piece *piece, const char *p, size_t n)
{
    bool is_first = builder->text.n == 0;
    n = within_ceiling(builder, p, n);
    struct word_run *run = n ? run_for(builder, piece) : NULL;
    if (!run)
        return;
    for (; builder->breaks > 0 && !is_first; builder->breaks--) {
        buf_puts(&builder->text, "\n");
        builder->owes_space = false;
    }
    if (builder->owes_space && !is_first)
        buf_puts(&builder->text, " ");
    builder->owes_space = false;
    builder->breaks = 0;
    buf_add(&builder->text, p, n);
    run->to = builder->text.n;
}

/* Turkish and its kin keep the dot of i. */
static char *
upper(const char *p, size_t n, const char *lang)
{
    bool is_dotted = strncmp(lang, "tr", 2) == 0 || strncmp(lang, "az", 2) == 0;
    GString *text = g_string_new(NULL);
    for (const char *c = p; c < p + n; c = g_utf8_next_char(c)) {
        if (is_dotted && *c == 'i')
            g_string_append(text, "\xC4\xB0");
        else
            g_string_append_len(text, c, g_utf8_next_char(c) - c);
    }
    char *result = g_utf8_strup(text->str, (gssize)text->len);
    g_string_free(text, TRUE);
    return result;
}

static void
put_words(struct builder *builder, const struct piece *piece, const char *p, size_t n)
{
    char *big = piece->style->is_upper ? upper(p, n, builder->lang) : NULL;
    put(builder, piece, big ? big : p, big ? strlen(big) : n);
    g_free(big);
}

static void
put_written(struct builder *builder, const struct piece *piece)
{
    const char *end = piece->p + piece->n;
    for (const char *p = piece->p; p < end;) {
        size_t blank = strspn(p, " \t\r\n"), n;
        if (blank > 0)
            builder->owes_space = true;
        p += blank;
        n = strcspn(p, " \t\r\n");
        if (n > 0)
            put_words(builder, piece, p, n);
        p += n;
    }
}

static void
remember_inserted(struct builder *builder, size_t from)
{
    struct words *words = builder->words;
    struct inserted *slot =
        arena_append(builder->arena, &words->inserted, &words->inserted_count,
                     &words->inserted_room, sizeof *slot);
    if (slot)
        *slot = (struct inserted){from, builder->text.n};
    else
        builder->is_failed = true;
}

static void
put_inserted(struct builder *builder, const struct piece *piece, bool is_isolated)
{
    const char *end = piece->p + piece->n;
    bool is_open = false;
    for (const char *p = piece->p; p < end;) {
        size_t n = strcspn(p, "\n");
        size_t blank = strspn(p, " ");
        if (blank > 0)
            builder->owes_space = true;
        if (n > blank) {
            if (is_isolated)
                put(builder, piece, ISOLATE_OPEN, strlen(ISOLATE_OPEN));
            is_open = is_isolated;
            size_t from = builder->text.n;
            put_words(builder, piece, p + blank, n - blank);
            if (piece->is_live)
                remember_inserted(builder, from);
            if (is_open)
                put(builder, piece, ISOLATE_CLOSE, strlen(ISOLATE_CLOSE));
        }
        p += n;
        for (; p < end && *p == '\n'; p++)
            builder->breaks++;
    }
}

static void
put_all(struct builder *builder, const struct gather *gather, int direction)
{
    for (size_t i = 0; i < gather->count; i++) {
        const struct piece *piece = &gather->pieces[i];
        switch (piece->kind) {
        case WRITTEN:
            put_written(builder, piece);
            break;
        case INSERTED:
            put_inserted(builder, piece,
                         text_has_direction(piece->p, piece->n, -direction) &&
                             !is_alone(gather, piece));
            break;
        case BREAK:
            builder->breaks++;
            break;
        case PARAGRAPH:
            builder->breaks = MAX(builder->breaks, 1);
            break;
        }
    }
}

/* ---- paragraphs that read the other way ---- */

static bool
reads_otherwise(const char *p, size_t n, int direction)
{
    int balance = 0;
    if (text_direction(p, n) != -direction || g_str_has_prefix(p, ISOLATE_OPEN))
        return false;
    for (const char *c = p, *next; c < p + n; c = next) {
        next = g_utf8_next_char(c);
        balance += text_direction(c, (size_t)(next - c));
    }
    return balance * direction < 0;
}

/* Makes room in the runs for an isolate's sign at `at`: one that opens looks like what
 * follows it, one that closes like what stands before. */
static void
shift_runs(struct words *words, size_t at, bool is_open)
{
    const size_t by = strlen(ISOLATE_OPEN);
    for (size_t i = 0; i < words->run_count; i++) {
        struct word_run *run = &words->runs[i];
        run->from += run->from > at || (run->from == at && !is_open) ? by : 0;
        run->to += run->to > at || (run->to == at && !is_open) ? by : 0;
    }
}

static void
add_isolate(struct builder *builder, struct buf *out, bool is_open)
{
    shift_runs(builder->words, out->n, is_open);
    buf_puts(out, is_open ? ISOLATE_OPEN : ISOLATE_CLOSE);
}

/* A layout has one base direction, a message may have paragraphs of both: those that
 * read the other way are set apart as a whole. */
static void
isolate_paragraphs(struct builder *builder, int direction)
{
    struct buf out = {0};
    const char *p = builder->text.p;
    if (!p || !strchr(p, '\n'))
        return;
    while (true) {
        size_t n = strcspn(p, "\n");
        bool is_other = reads_otherwise(p, n, direction);
        if (is_other)
            add_isolate(builder, &out, true);
        buf_add(&out, p, n);
        if (is_other)
            add_isolate(builder, &out, false);
        if (p[n] == '\0')
            break;
        buf_puts(&out, "\n");
        p += n + 1;
    }
    buf_done(&builder->text);
    builder->text = out;
}

static bool
find_scripts(struct arena *arena, struct words *words)
{
    PangoScriptIter *iter = pango_script_iter_new(words->text, (int)words->n);
    bool is_good = true;
    do {
        const char *from, *to;
        PangoScript script;
        pango_script_iter_get_range(iter, &from, &to, &script);
        struct script_run *run =
            arena_append(arena, &words->scripts, &words->script_count,
                         &words->script_room, sizeof *run);
        is_good = run != NULL;
        if (run)
            *run =
                (struct script_run){(size_t)(from - words->text),
                                    (size_t)(to - words->text), (GUnicodeScript)script};
    } while (is_good && pango_script_iter_next(iter));
    pango_script_iter_free(iter);
    return is_good;
}

static bool
make_own(struct lay *lay, const xmlNode *node, const struct style *style,
         struct rgba colour, size_t most, struct words *ret)
{
    struct gather gather = {.lay = lay};
    struct words words = {.style = style, .colour = colour};
    gather_from(&gather, node, style, colour);
    int direction = base_direction(&gather);
    struct builder builder = {
        .words = &words,
        .arena = lay->arena,
        .lang = lay->values->lang,
        .most = most,
    };
    put_all(&builder, &gather, direction);
    isolate_paragraphs(&builder, direction);
    words.is_rtl = direction < 0;
    words.n = builder.text.n;
    words.text = arena_copy(lay->arena, builder.text.p ? builder.text.p : "", words.n);
    bool is_good = words.text && !gather.is_failed && !builder.is_failed &&
                   !builder.text.failed && find_scripts(lay->arena, &words);
    buf_done(&builder.text);
    if (is_good)
        *ret = words;
    return is_good;
}

bool
words_make(struct lay *lay, const xmlNode *node, const struct style *style,
           struct rgba colour, size_t most, struct words *ret)
{
    struct words words, *shorter;
    bool is_good = make_own(lay, node, style, colour, most, &words);
    for (const xmlNode *child = node->children; is_good && child; child = child->next) {
        if (!lay_is(child, "short"))
            continue;
        shorter = arena_append(lay->arena, &words.shorter, &words.shorter_count,
                               &words.shorter_room, sizeof *shorter);
        is_good = shorter && make_own(lay, child, style, colour, most, shorter);
    }
    if (is_good)
        *ret = words;
    return is_good;
}

/* Isolates that the cut left open are closed before the ellipsis, which then stands
 * where the whole line ends. */
static size_t
open_isolates(const char *text, size_t n)
{
    size_t open = 0;
    for (size_t i = 0; i + 3 <= n; i++) {
        if (memcmp(text + i, ISOLATE_OPEN, 3) == 0)
            open++;
        else if (open > 0 && memcmp(text + i, ISOLATE_CLOSE, 3) == 0)
            open--;
    }
    return open;
}

/* What of the runs lies between two bytes; `by` is what goes before the text. */
static bool
part_runs(struct arena *arena, const struct words *words, size_t from, size_t to,
          size_t by, struct words *part)
{
    part->runs = arena_make_array(arena, words->run_count, sizeof *part->runs);
    part->scripts = arena_make_array(arena, words->script_count, sizeof *part->scripts);
    part->run_count = part->script_count = 0;
    if (!part->runs || !part->scripts)
        return false;
    for (size_t i = 0; i < words->run_count; i++) {
        struct word_run run = words->runs[i];
        run.from = MAX(run.from, from) - from + (run.from > from ? by : 0);
        run.to = MIN(run.to, to) - MIN(from, MIN(run.to, to)) + by;
        if (run.from < run.to && words->runs[i].to > from && words->runs[i].from < to)
            part->runs[part->run_count++] = run;
    }
    for (size_t i = 0; i < words->script_count; i++) {
        struct script_run run = words->scripts[i];
        run.from = MAX(run.from, from) - from + (run.from > from ? by : 0);
        run.to = MIN(run.to, to) - MIN(from, MIN(run.to, to)) + by;
        if (run.from < run.to && words->scripts[i].to > from && words->scripts[i].from < to)
            part->scripts[part->script_count++] = run;
    }
    return true;
}

bool
words_part(struct arena *arena, const struct words *words, size_t from, size_t to,
           struct words *ret)
{
    struct buf text BUF_AUTO = {0};
    struct words part = *words;
    part.shorter_count = part.inserted_count = 0;
    for (size_t open = open_isolates(words->text, from); open > 0; open--)
        buf_puts(&text, ISOLATE_OPEN);
    size_t by = text.n;
    buf_add(&text, words->text + from, to - from);
    part.text = arena_copy(arena, text.p ? text.p : "", text.n);
    part.n = text.n;
    if (!part.text || text.failed || !part_runs(arena, words, from, to, by, &part))
        return false;
    *ret = part;
    return true;
}

bool
words_cut(struct arena *arena, const struct words *words, size_t n, struct words *ret)
{
    struct buf text BUF_AUTO = {0};
    struct words cut = *words;
    while (n > 0 && strchr(" \n,;:-", words->text[n - 1]))
        n--;
    buf_add(&text, words->text, n);
    for (size_t open = open_isolates(words->text, n); open > 0; open--)
        buf_puts(&text, ISOLATE_CLOSE);
    buf_puts(&text, "\xE2\x80\xA6");
    cut.text = arena_copy(arena, text.p, text.n);
    cut.n = text.n;
    cut.runs = arena_make_array(arena, words->run_count, sizeof *cut.runs);
    cut.scripts = arena_make_array(arena, words->script_count, sizeof *cut.scripts);
    if (!cut.text || !cut.runs || !cut.scripts || text.failed)
        return false;
    cut.run_count = cut.script_count = 0;
    for (size_t i = 0; i < words->run_count; i++)
        if (words->runs[i].from < n || i == 0) {
            cut.runs[cut.run_count] = words->runs[i];
            cut.runs[cut.run_count++].to = MIN(words->runs[i].to, n);
        }
    for (size_t i = 0; i < words->script_count; i++)
        if (words->scripts[i].from < n || i == 0) {
            cut.scripts[cut.script_count] = words->scripts[i];
            cut.scripts[cut.script_count++].to = MIN(words->scripts[i].to, n);
        }
    /* The ellipsis looks like what stands before it. */
    if (cut.run_count > 0)
        cut.runs[cut.run_count - 1].to = cut.n;
    if (cut.script_count > 0)
        cut.scripts[cut.script_count - 1].to = cut.n;
    *ret = cut;
    return true;
}
