/* Hyphenation by the patterns of the text's language, as LibreOffice installs them.
 *
 * Every place where a word may be divided gets a soft hyphen, at which Pango breaks a
 * line and shows a hyphen; once the lines are known those that were not needed are taken
 * out again, for they would part letters that belong together and be found in a PDF's
 * text. Names and other words that a hole put in stay whole, as do addresses and numbers.
 */
#include "page/words.h"

#include <hyphen.h>
#include <string.h>

#define PATTERNS_DIR "/usr/share/hyphen"
#define WORD_LEAST 6 /* characters; and what a line may begin or end with: */
#define LEFT_LEAST 2
#define RIGHT_LEAST 3
#define WORD_MOST 80
#define SHY "\xC2\xAD"
#define SHY_N 2

struct dictionary {
    HyphenDict *patterns; /* NULL: none for this language */
};

void
hyphens_free(void *data)
{
    struct dictionary *dictionary = data;
    if (dictionary->patterns)
        hnj_hyphen_free(dictionary->patterns);
    g_free(dictionary);
}

/* hyph_de_AT.dic for de-AT, else hyph_de.dic, else the first of hyph_de_*.dic. */
static char *
find_patterns(const char *lang)
{
    char *exact = g_strdup_printf("hyph_%s.dic", lang), *best = NULL;
    size_t n = strcspn(lang, "-_");
    char *plain = g_strdup_printf("hyph_%.*s.dic", (int)n, lang);
    char *any = g_strdup_printf("hyph_%.*s_", (int)n, lang);
    GDir *dir = g_dir_open(PATTERNS_DIR, 0, NULL);
    g_strdelimit(exact, "-", '_');
    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        int rank = strcmp(name, exact) == 0                                        ? 3
                   : strcmp(name, plain) == 0                                      ? 2
                   : g_str_has_prefix(name, any) && g_str_has_suffix(name, ".dic") ? 1
                                                                                   : 0;
        int had = !best                      ? 0
                  : strcmp(best, exact) == 0 ? 3
                  : strcmp(best, plain) == 0 ? 2
                                             : 1;
        if (rank > had || (rank == 1 && had == 1 && strcmp(name, best) < 0)) {
            g_free(best);
            best = g_strdup(name);
        }
    }
    if (dir)
        g_dir_close(dir);
    g_free(exact);
    g_free(plain);
    g_free(any);
    return best;
}

static HyphenDict *
patterns_for(struct pages *pages, const char *lang)
{
    struct dictionary *dictionary = g_hash_table_lookup(pages->hyphens, lang);
    if (!dictionary) {
        char *name = find_patterns(lang);
        char *path = name ? g_build_filename(PATTERNS_DIR, name, NULL) : NULL;
        dictionary = g_new0(struct dictionary, 1);
        dictionary->patterns = path ? hnj_hyphen_load(path) : NULL;
        g_hash_table_insert(pages->hyphens, g_strdup(lang), dictionary);
        g_free(path);
        g_free(name);
    }
    return dictionary->patterns;
}

/* Marks, by character, after which of the word's letters it may be divided. `word` is in
 * small letters and UTF-8. */
static bool
divide(HyphenDict *patterns, const char *word, size_t count, char marks[WORD_MOST + 8])
{
    char **rep = NULL;
    int *pos = NULL, *cut = NULL;
    gsize n = strlen(word);
    char *own = patterns->utf8
                    ? g_strdup(word)
                    : g_convert(word, -1, patterns->cset, "UTF-8", NULL, &n, NULL);
    char *places = own ? g_malloc0(n + 5) : NULL;
    bool is_good = own && hnj_hyphen_hyphenate2(patterns, own, (int)n, places, NULL, &rep,
                                                &pos, &cut) == 0;
    for (size_t i = 0; is_good && i < count; i++)
        marks[i] = places[i] & 1 && !(rep && rep[i]);
    for (size_t i = 0; rep && i < n; i++)
        free(rep[i]);
    free(rep);
    free(pos);
    free(cut);
    g_free(places);
    g_free(own);
    return is_good;
}

struct points {
    GArray *at; /* size_t: before which byte a hyphen may stand */
    const struct words *words;
    HyphenDict *patterns;
};

static bool
is_inserted(const struct words *words, size_t from, size_t to)
{
    for (size_t i = 0; i < words->inserted_count; i++)
        if (words->inserted[i].from < to && words->inserted[i].to > from)
            return true;
    return false;
}

static void
divide_word(struct points *points, size_t from, size_t to)
{
    char marks[WORD_MOST + 8] = {0};
    const char *text = points->words->text;
    size_t count = (size_t)g_utf8_strlen(text + from, (gssize)(to - from)), i = 0;
    if (count < WORD_LEAST || count > WORD_MOST || is_inserted(points->words, from, to))
        return;
    char *small = g_utf8_strdown(text + from, (gssize)(to - from));
    /* A letter that comes to two in small ones would move all that follow. */
    if ((size_t)g_utf8_strlen(small, -1) == count &&
        divide(points->patterns, small, count, marks))
        for (const char *p = text + from; p < text + to; i++) {
            p = g_utf8_next_char(p);
            size_t at = (size_t)(p - text);
            if (marks[i] && i + 1 >= LEFT_LEAST && i + 1 + RIGHT_LEAST <= count)
                g_array_append_val(points->at, at);
        }
    g_free(small);
}

/* A word stands between spaces, its signs before and behind left out; one with anything
 * but letters inside stays whole. */
static void
look_at_word(struct points *points, size_t from, size_t to)
{
    const char *text = points->words->text;
    while (from < to && !g_unichar_isalpha(g_utf8_get_char(text + from)))
        from = (size_t)(g_utf8_next_char(text + from) - text);
    while (to > from) {
        const char *last = g_utf8_prev_char(text + to);
        if (g_unichar_isalpha(g_utf8_get_char(last)))
            break;
        to = (size_t)(last - text);
    }
    for (const char *p = text + from; p < text + to; p = g_utf8_next_char(p))
        if (!g_unichar_isalpha(g_utf8_get_char(p)))
            return;
    divide_word(points, from, to);
}

/* How many of the points lie at or before `at`, times the bytes that each adds. */
static size_t
added_before(const GArray *at, size_t offset)
{
    size_t count = 0;
    while (count < at->len && g_array_index(at, size_t, count) <= offset)
        count++;
    return count * SHY_N;
}

/* The words with runs moved: by `sign` bytes for each point before them. */
static bool
move_runs(struct arena *arena, const struct words *words, const GArray *at, int sign,
          struct words *out)
{
    out->runs = arena_make_array(arena, words->run_count, sizeof *out->runs);
    out->scripts = arena_make_array(arena, words->script_count, sizeof *out->scripts);
    if (!out->runs || !out->scripts)
        return false;
#define MOVED(offset)                                                                    \
    (sign > 0 ? (offset) + added_before(at, offset)                                      \
              : (offset)-added_before(at, (offset)-1))
    for (size_t i = 0; i < words->run_count; i++) {
        out->runs[i] = words->runs[i];
        out->runs[i].from = words->runs[i].from ? MOVED(words->runs[i].from) : 0;
        out->runs[i].to = MOVED(words->runs[i].to);
    }
    for (size_t i = 0; i < words->script_count; i++) {
        out->scripts[i] = words->scripts[i];
        out->scripts[i].from = words->scripts[i].from ? MOVED(words->scripts[i].from) : 0;
        out->scripts[i].to = MOVED(words->scripts[i].to);
    }
#undef MOVED
    return true;
}

static bool
insert_hyphens(struct arena *arena, const struct words *words, const GArray *at,
               struct words *ret)
{
    struct buf text BUF_AUTO = {0};
    struct words out = *words;
    size_t from = 0;
    for (size_t i = 0; i < at->len; i++) {
        size_t to = g_array_index(at, size_t, i);
        buf_add(&text, words->text + from, to - from);
        buf_add(&text, SHY, SHY_N);
        from = to;
    }
    buf_add(&text, words->text + from, words->n - from);
    out.text = text.failed ? NULL : arena_copy(arena, text.p, text.n);
    out.n = text.n;
    out.inserted_count = 0; /* nothing asks again */
    if (!out.text || !move_runs(arena, words, at, 1, &out))
        return false;
    *ret = out;
    return true;
}

bool
words_hyphenate(struct lay *lay, const struct words *words, struct words *ret)
{
    struct points points = {NULL, words, patterns_for(lay->pages, lay->values->lang)};
    bool is_good = false;
    if (!points.patterns)
        return false;
    points.at = g_array_new(FALSE, FALSE, sizeof(size_t));
    for (size_t from = 0, n; from < words->n; from += n) {
        n = strcspn(words->text + from, " \n");
        look_at_word(&points, from, from + n);
        n += strspn(words->text + from + n, " \n");
    }
    if (points.at->len > 0)
        is_good = insert_hyphens(lay->arena, words, points.at, ret);
    g_array_unref(points.at);
    return is_good;
}

/* Whether a line of the layout ends with the soft hyphen that ends at byte `to`. */
static bool
ends_line(PangoLayout *layout, size_t to)
{
    for (int i = 0, n = pango_layout_get_line_count(layout); i < n; i++) {
        const PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
        if ((size_t)(line->start_index + line->length) == to)
            return true;
    }
    return false;
}

bool
words_keep_hyphens(struct arena *arena, const struct words *words, PangoLayout *layout,
                   struct words *ret)
{
    struct buf text BUF_AUTO = {0};
    struct words out = *words;
    GArray *gone = g_array_new(FALSE, FALSE, sizeof(size_t));
    const char *p = words->text, *end = p + words->n;
    for (const char *shy; (shy = strstr(p, SHY)); p = shy + SHY_N) {
        size_t at = (size_t)(shy - words->text);
        bool stays = ends_line(layout, at + SHY_N);
        buf_add(&text, p, (size_t)(shy - p) + (stays ? SHY_N : 0));
        if (!stays)
            g_array_append_val(gone, at);
    }
    buf_add(&text, p, (size_t)(end - p));
    out.text = text.failed ? NULL : arena_copy(arena, text.p ? text.p : "", text.n);
    out.n = text.n;
    bool is_good = out.text && move_runs(arena, words, gone, -1, &out);
    g_array_unref(gone);
    if (is_good)
        *ret = out;
    return is_good;
}
