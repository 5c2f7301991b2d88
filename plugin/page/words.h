/* The words of one frame: one text, and runs of it that look alike. Inside page/. */
#ifndef TUCK_PAGE_WORDS_H
#define TUCK_PAGE_WORDS_H

#include "page/page-inside.h"

struct word_run {
    size_t from, to; /* bytes of the text */
    const struct style *style;
    struct rgba colour;
};

struct script_run {
    size_t from, to;
    GUnicodeScript script;
};

struct words {
    const char *text;
    size_t n;
    struct word_run *runs;
    size_t run_count, run_room;
    struct script_run *scripts;
    size_t script_count, script_room;
    const struct style *style; /* of the frame */
    struct rgba colour;
    bool is_rtl; /* base direction, by what the text mostly says */
    struct inserted {
        size_t from, to;
    } *inserted; /* what is this carton's own: names, which are never hyphenated */
    size_t inserted_count, inserted_room;
    struct words *shorter; /* what the frame says instead when it must, shorter and shorter */
    size_t shorter_count, shorter_room;
};

#define WORDS_MAX 8192           /* bytes: more than any page holds */
#define WORDS_THREAD_MAX 1000000 /* more than any thread's pages hold */

/* Gathers the text of a frame or badge, at most `most` bytes. False when memory is out. */
bool words_make(struct lay *lay, const xmlNode *node, const struct style *style,
                struct rgba colour, size_t most, struct words *ret);
/* The bytes `from` to `to` as words of their own. */
bool words_part(struct arena *arena, const struct words *words, size_t from, size_t to,
                struct words *ret);
/* The same words up to `n` bytes, closed by an ellipsis. */
bool words_cut(struct arena *arena, const struct words *words, size_t n,
               struct words *ret);

/* How a text is to lie in its frame. */
enum fit_rule { RULE_SHRINK, RULE_TIGHTEN, RULE_FEWER_LINES, RULE_HYPHENATE, RULE_SHORTER };
struct fit {
    int32_t w, h;
    int32_t lines; /* at most; 0: as many as fit */
    enum fit_rule rules[8];
    size_t rule_count;
    bool may_cut;        /* after all rules */
    int32_t min_percent; /* of the style's size */
    int32_t max_tighten; /* thousandths of the size taken from between letters */
    PangoAlignment align; /* left and right as on paper */
};

/* How it lies there. */
struct look {
    double scale;
    int32_t tighten;
    int32_t w;      /* 0: the frame's */
    bool may_break; /* words, where they are too wide */
};

/* Words that found their look. Kept and shared: never changed. */
struct settled {
    PangoLayout *layout;
    double scale;
    int32_t tighten, shorter; /* shorter: the number of the text that was taken, 0 none */
    int32_t w, shift;         /* the layout's measure and where it begins in the frame */
    bool is_run_on, is_cut, is_overflow;
    int unknown;     /* characters that no font has */
    struct rect ink; /* of the lines, in the layout */
};
const struct settled *words_settle(struct lay *lay, const struct words *words,
                                   const struct fit *fit);

/* One layout, whatever its size comes to. Free with g_object_unref(). */
PangoLayout *words_lay_out(struct lay *lay, const struct words *words,
                           const struct fit *fit, const struct look *look);
bool words_within(PangoLayout *layout, const struct fit *fit);
/* The words cut to what the frame holds; `whole` is their layout. NULL: no memory. */
PangoLayout *words_lay_out_cut(struct lay *lay, const struct words *words,
                               const struct fit *fit, const struct look *look,
                               PangoLayout *whole);
/* The words in a narrower measure, as their style wishes; NULL: they are well as in
 * `layout`. */
PangoLayout *words_wrap(struct lay *lay, const struct words *words, const struct fit *fit,
                        const struct look *look, PangoLayout *layout, int32_t *ret_w);

/* The words with a soft hyphen wherever their language allows one. False: the language's
 * patterns are not installed, or no word can be divided. */
bool words_hyphenate(struct lay *lay, const struct words *words, struct words *ret);
/* The words with those soft hyphens alone at which the layout's lines end. */
bool words_keep_hyphens(struct arena *arena, const struct words *words,
                        PangoLayout *layout, struct words *ret);
void hyphens_free(void *dictionary); /* for the hash table */
/* Fills the rest in from the layout. */
void settled_measure(struct settled *settled);

/* Threads: one text that goes on from frame to frame, and from page to page. They last
 * for one piece. */
struct thread {
    const char *name;
    struct words words;
    size_t at; /* the bytes that have found a place */
    bool is_hyphenated;
};
struct threads {
    struct thread items[16];
    size_t count;
};
/* The thread of that name; one that is new takes its words from `node`. NULL: memory is
 * out, or there are too many (told). */
struct thread *thread_find(struct lay *lay, const xmlNode *node, const char *name,
                           const struct style *style, struct rgba colour,
                           const struct fit *fit);
/* What of the rest lies in the frame, as words and their layout; the thread is moved
 * beyond it. False: nothing is left, or memory is out. */
bool thread_take(struct lay *lay, struct thread *thread, const struct fit *fit,
                 struct words *ret_words, struct settled *ret);
size_t threads_left(const struct threads *threads); /* bytes without a place */

#endif
