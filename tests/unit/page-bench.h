/* A bench for tests of pages: a template written as text, values, a page. */
#ifndef TUCK_TESTS_PAGE_BENCH_H
#define TUCK_TESTS_PAGE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/xml.h"
#include "page/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bench {
    struct pages *pages;
    struct arena *arena;
    struct notes notes;
    struct page *page; /* of the last make() */
    struct buf dump;
    char dir[64], file[96];
};

/* The head of every template here; the declarations stand in one line so that the page
 * begins in line 4. */
#define HEAD(attributes, declarations)                                                   \
    "<template xmlns='urn:tuck:template:1' "                                             \
    "xmlns:xsl='http://www.w3.org/1999/XSL/Transform'\n name='t' "                       \
    "kind='insert' " attributes ">\n"                                                    \
    "<colour name='ink' rgb='#23201C'/><style name='body' font='Karla' size='4'/>"       \
    "<style name='tight' font='Karla' size='4' leading='1.25'/>" declarations "\n"
#define A6 "media='iso_a6_105x148mm'"
#define TAIL "</template>\n"
#define PAGE(body) HEAD(A6, "") "<page>" body "</page>" TAIL
#define FRAME(attributes, text)                                                          \
    PAGE("<frame x='10' y='10' w='60' h='20' style='body' " attributes ">" text          \
         "</frame>")

static inline void
bench_write(struct bench *bench, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", bench->dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* One text of stem.xml in German. */
static inline void
bench_translate(struct bench *bench, const char *stem, const char *id, const char *source,
                const char *target)
{
    struct buf text BUF_AUTO = {0};
    char name[40];
    snprintf(name, sizeof name, "%s.de.xlf", stem);
    buf_printf(&text,
               "<xliff xmlns='urn:oasis:names:tc:xliff:document:2.0' version='2.0' "
               "srcLang='en' trgLang='de'><file id='f'>\n<unit id='%s'><segment>"
               "<source>%s</source><target>%s</target></segment></unit></file></xliff>",
               id, source, target);
    bench_write(bench, name, text.p);
}

static inline void
bench_forget(struct bench *bench, const char *stem)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s.de.xlf", bench->dir, stem);
    (void)unlink(path);
}

static inline void
bench_clear(struct bench *bench)
{
    page_done(bench->page);
    bench->page = NULL;
    buf_reset(&bench->dump);
    memset(&bench->notes, 0, sizeof bench->notes);
}

/* Values: lang, then the <v>s and rows as XML. */
static inline enum status
bench_make_file(struct bench *bench, const char *path, const char *lang, const char *rows)
{
    struct buf values BUF_AUTO = {0};
    bench_clear(bench);
    buf_printf(
        &values,
        "<values xmlns='urn:tuck:values:1' lang='%s' created='2026-10-02T07:12:00Z'>"
        "%s</values>",
        lang, rows);
    enum status status = page_make(bench->pages, path, values.p, values.n, bench->arena,
                                   &bench->notes, &bench->page);
    if (status == STATUS_OK)
        page_dump(bench->page, &bench->dump);
    return status;
}

static inline enum status
bench_make(struct bench *bench, const char *template, const char *lang, const char *rows)
{
    bench_write(bench, "t.xml", template);
    return bench_make_file(bench, bench->file, lang, rows);
}

static inline void
bench_say_notes(const struct bench *bench)
{
    for (size_t i = 0; i < bench->notes.count; i++)
        print_message("note %d line %d: %s\n", (int)bench->notes.note[i].id,
                      (int)bench->notes.note[i].line, bench->notes.note[i].text);
}

static inline void
assert_made(struct bench *bench, const char *template, const char *lang, const char *rows)
{
    enum status status = bench_make(bench, template, lang, rows);
    if (status != STATUS_OK)
        bench_say_notes(bench);
    assert_int_equal(status, STATUS_OK);
}

static inline void
assert_dump_has(struct bench *bench, const char *text)
{
    if (!strstr(bench->dump.p, text))
        print_message("%s\nlacks: %s\n", bench->dump.p, text);
    assert_non_null(strstr(bench->dump.p, text));
}

static inline void
assert_dump_lacks(struct bench *bench, const char *text)
{
    if (strstr(bench->dump.p, text))
        print_message("%s\nhas: %s\n", bench->dump.p, text);
    assert_null(strstr(bench->dump.p, text));
}

static inline void
assert_noted(struct bench *bench, enum note_id id)
{
    if (!notes_find(&bench->notes, id))
        bench_say_notes(bench);
    assert_non_null(notes_find(&bench->notes, id));
}

static inline int
bench_open(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    if (!bench)
        return -1;
    snprintf(bench->dir, sizeof bench->dir, "/tmp/tuck-page-XXXXXX");
    if (!mkdtemp(bench->dir))
        return -1;
    snprintf(bench->file, sizeof bench->file, "%s/t.xml", bench->dir);
    const char *dirs[] = {bench->dir, TEST_DATA, NULL};
    const struct pages_settings settings = {.fonts_conf = FONTS_CONF, .read_dirs = dirs};
    bench->arena = arena_new(0);
    *state = bench;
    enum status status = pages_open(&settings, &bench->notes, &bench->pages);
    bench_say_notes(bench);
    return bench->arena && status == STATUS_OK ? 0 : -1;
}

static inline int
bench_close(void **state)
{
    struct bench *bench = *state;
    static const char *const files[] = {"t.xml",   "theme.xml", "dot.svg",
                                        "out.svg", "t.de.xlf",  "theme.de.xlf"};
    bench_clear(bench);
    pages_close(bench->pages);
    arena_free(bench->arena);
    buf_done(&bench->dump);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        char path[160];
        snprintf(path, sizeof path, "%s/%s", bench->dir, files[i]);
        (void)unlink(path);
    }
    int left = rmdir(bench->dir);
    free(bench);
    return left;
}

#endif
