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
struct fit {
    int32_t w, h;
    int32_t lines; /* at most; 0: as many as fit */
    bool may_shrink, may_cut;
    int32_t min_percent;
    PangoAlignment align; /* left and right as on paper */
};

/* Words that found their size. Kept and shared: never changed. */
struct settled {
    PangoLayout *layout;
    double scale;
    bool is_cut, is_overflow;
    int unknown;     /* characters that no font has */
    struct rect ink; /* of the lines, in the frame */
};
const struct settled *words_settle(struct lay *lay, const struct words *words,
                                   const struct fit *fit);
/* One layout, whatever its size comes to. Free with g_object_unref(). */
PangoLayout *words_lay_out(struct lay *lay, const struct words *words,
                           const struct fit *fit, double scale, PangoWrapMode wrap);
/* Fills the rest in from the layout. */
void settled_measure(struct settled *settled);

/* Threads: one text that goes on from frame to frame, and from page to page. They last
 * for one piece. */
struct thread {
    const char *name;
    struct words words;
    size_t at; /* the bytes that have found a place */
};
struct threads {
    struct thread items[16];
    size_t count;
};
/* The thread of that name; one that is new takes its words from `node`. NULL: memory is
 * out, or there are too many (told). */
struct thread *thread_find(struct lay *lay, const xmlNode *node, const char *name,
                           const struct style *style, struct rgba colour);
/* What of the rest lies in the frame, as words and their layout; the thread is moved
 * beyond it. False: nothing is left, or memory is out. */
bool thread_take(struct lay *lay, struct thread *thread, const struct fit *fit,
                 struct words *ret_words, struct settled *ret);
size_t threads_left(const struct threads *threads); /* bytes without a place */

#endif
