/* The typesetter alone: what a paragraph costs in each script, and a symbol of each kind.
 * Every piece says something else, so that nothing is found settled. */
#include "page/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 200

static const struct {
    const char *name, *lang, *text; /* some 40 characters, ten times over */
} scripts[] = {
    {"Latin", "en", "Tea wants water just off the boil, please. "},
    {"Latin, hyphenated", "de", "Wasserkocherbesitzer bevorzugen Kräutertee. "},
    {"Cyrillic", "ru", "Чаю нужна вода сразу после кипения, прошу. "},
    {"Greek", "el", "Το τσάι θέλει νερό μόλις έχει βράσει, ναι. "},
    {"Hebrew", "he", "התה מבקש מים רגע אחרי הרתיחה, ארבע דקות. "},
    {"Arabic", "fa",
     "چای آبِ تازه‌جوش می‌خواهد، چهار دقیقه وقت. "},
    {"Devanagari", "hi", "चाय को उबलते ही पानी चाहिए, चार मिनट तक। "},
    {"Thai", "th", "ชาต้องการน้ำที่เพิ่งเดือด สี่นาทีเท่านั้น "},
    {"Japanese", "ja",
     "お茶に必要なのは、沸きたてのお湯と四分間、そして急かさないこと。"},
};

static const struct {
    const char *type, *value; /* %04d is another number each time */
} symbols[] = {
    {"qr", "https://example.com/o/welcome?c=FERN-%04d-ABCD"},
    {"micro-qr", "FERN-%04d"},
    {"datamatrix", "FERN-%04d-ABCD"},
    {"aztec", "https://example.com/o/welcome?c=FERN-%04d-ABCD"},
    {"pdf417", "https://example.com/o/welcome?c=FERN-%04d-ABCD"},
    {"code128", "FERN-%04d-ABCD"},
    {"ean13", "40063813%04d"},
    {"upca", "0360002%04d"},
    {"gs1-128", "[01]09501101530003[10]AB-%04d"},
    {"gs1-qr", "[01]09501101530003[10]AB-%04d"},
    {"gs1-datamatrix", "[01]09501101530003[10]AB-%04d"},
    {"databar-expanded", "[01]09501101530003[10]AB-%04d"},
    {"databar-expanded-stacked", "[01]09501101530003[10]AB-%04d"},
};

static char dir[] = "/tmp/tuck-bench-page-XXXXXX", path[64];

static double
now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void
write_template(const char *body)
{
    FILE *file = fopen(path, "w");
    if (!file)
        exit(99);
    fprintf(file,
            "<template xmlns='urn:tuck:template:1' name='t' kind='insert' "
            "media='iso_a6_105x148mm'><style name='text' font='Karla' size='10pt' "
            "leading='1.35'/><script code='Hebr' font='Noto Sans Hebrew'/><script "
            "code='Arab' font='Noto Sans Arabic'/><script code='Deva' font='Noto Sans "
            "Devanagari'/><script code='Thai' font='Noto Sans Thai'/><script code='Jpan' "
            "font='Noto Sans CJK JP'/><page>%s</page></template>",
            body);
    if (fclose(file) != 0)
        exit(99);
}

static double
make(struct pages *pages, const char *lang, const char *value)
{
    struct buf values BUF_AUTO = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct notes notes = {0};
    struct page *page;
    buf_printf(&values,
               "<values xmlns='urn:tuck:values:1' lang='%s'><v name='gift-message' "
               "type='text'>%s</v></values>",
               lang, value);
    double begun = now_us();
    if (page_make(pages, path, values.p, values.n, arena, &notes, &page) != STATUS_OK) {
        fprintf(stderr, "bench-page: %s\n", notes.count ? notes.note[0].text : "failed");
        exit(1);
    }
    double took = now_us() - begun;
    page_done(page);
    return took;
}

static double
median_of(struct pages *pages, const char *lang, void (*say)(size_t, int, char *),
          size_t i)
{
    double us[ROUNDS];
    char value[2000];
    for (int round = -20; round < ROUNDS; round++) {
        say(i, 1000 + (round < 0 ? round + 500 : round), value);
        double took = make(pages, lang, value);
        if (round >= 0)
            us[round] = took;
    }
    qsort(us, ROUNDS, sizeof us[0], by_size);
    return us[ROUNDS / 2];
}

static void
say_text(size_t i, int number, char *out)
{
    int n = sprintf(out, "%d ", number);
    for (int times = 0; times < 10; times++)
        n += sprintf(out + n, "%s", scripts[i].text);
}

static void
say_symbol(size_t i, int number, char *out)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    sprintf(out, symbols[i].value, number);
#pragma GCC diagnostic pop
}

static void
bench_all(struct pages *pages, double empty)
{
    char body[400];
    printf("\nlayout: a paragraph of ten sentences, median of %d\n", ROUNDS);
    for (size_t i = 0; i < COUNT_OF(scripts); i++) {
        bool hyphenates = strstr(scripts[i].name, "hyphenated") != NULL;
        snprintf(body, sizeof body,
                 "<frame x='9' y='9' w='%d' h='130' style='text' fit='%s'>{$gift-message}"
                 "</frame>",
                 hyphenates ? 20 : 87, hyphenates ? "hyphenate cut" : "shrink cut");
        write_template(body);
        printf("  %-28s %10.0f us\n", scripts[i].name,
               median_of(pages, scripts[i].lang, say_text, i) - empty);
    }
    printf("\nsymbols: encoded and laid out, median of %d\n", ROUNDS);
    for (size_t i = 0; i < COUNT_OF(symbols); i++) {
        snprintf(body, sizeof body,
                 "<symbol x='5' y='5' w='95' h='40' type='%s' value='{$gift-message}'/>",
                 symbols[i].type);
        write_template(body);
        printf("  %-28s %10.0f us\n", symbols[i].type,
               median_of(pages, "en", say_symbol, i) - empty);
    }
}

int
main(int argc, char **argv)
{
    struct notes notes = {0};
    struct pages *pages;
    if (argc != 2 || !mkdtemp(dir))
        return 2;
    snprintf(path, sizeof path, "%s/t.xml", dir);
    const char *const dirs[] = {dir, NULL};
    const struct pages_settings settings = {argv[1], dirs};
    if (pages_open(&settings, &notes, &pages) != STATUS_OK)
        return 1;
    write_template("<box x='1' y='1' w='1' h='1' fill='{$gift-message}'/>");
    double empty = 0;
    for (int i = 0; i < 50; i++)
        empty = make(pages, "en", i % 2 ? "#112233" : "#332211");
    printf("\na page of nothing, which is taken off below: %.0f us\n", empty);
    bench_all(pages, empty);
    pages_close(pages);
    unlink(path);
    return rmdir(dir);
}
