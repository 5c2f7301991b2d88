/* The worst customers: what ops staff would have to think of for each template.
 *
 * One of whom nothing is known, one with names as long as names are, one whose name is in
 * another script and direction than the page, and one who has bought everything: many
 * orders, large numbers, a carton of many lines. Each of them in every language. */
#include "station/worst.h"

#include "lang/lang.h"

#include <string.h>

#define LINES 40
#define ORDERS 60

struct names {
    const char *lang, *given, *family, *product;
};

/* Long, but such as registries hold them */
static const struct names longest[] = {
    {"en", "Wolfeschlegelsteinhausenbergerdorff Montgomery-Alexander",
     "Featherstonehaugh-Cholmondeley-Warburton",
     "Handpicked First Flush Darjeeling, second terrace, matured in a clay pot"},
    {"de", "Wolfeschlegelsteinhausenbergerdorffwelchevoraltern",
     "Waren-Gewissenhaftschafers-Wessenschafewarenwohlgepflege",
     "Unterseebootsfahrervereinsjubiläumsgedenktee, handverlesen, im Tontopf gereift"},
    {"he", "אברהם־יצחק־יעקב־ישראל־מנחם", "בן־אברהם־אלקיים־רוזנצוויג־שטיינברג",
     "תה דרג׳ילינג קטיף ראשון, נבחר ביד, מיושן בכד חרס"},
    {"fa", "امیرمحمدرضا عبدالرحیم غلامحسین",
     "حسینی‌طباطبایی‌یزدی‌نژاد اصفهانی‌زاده",
     "چای دارجیلینگِ نخستین برداشت، دست‌چین، خوابانده در کوزهٔ "
     "سفالی"},
    {"ru", "Александр-Святослав-Вячеслав", "Рождественско-Преображенский-Заречный",
     "Дарджилинг первого сбора, ручной отбор, выдержанный в глиняном кувшине"},
    {"ms", "Tengku Muhammad Izzuddin Shah Alauddin", "bin Tengku Abdul Rahman Al-Haj",
     "Teh Darjeeling petikan pertama, dipilih tangan, diperam dalam tempayan"},
    {"ja", "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末", "勅使河原武者小路小鳥遊",
     "手摘みダージリン・ファーストフラッシュ、素焼きの甕でじっくり熟成"},
};

static const struct names rtl_name = {NULL, "عبدالرحمان", "محمدزاده (B&amp;B) شماره 12",
                                      "چای Earl Grey"};
static const struct names ltr_name = {NULL, "Noa (she/her)",
                                      "O’Brien-Śmigły &amp; 小鳥遊 12/3",
                                      "Assam &lt;b&gt;No. 7&lt;/b&gt; สมชาย"};

const char *
worst_name(size_t index)
{
    static const char *const names[WORST_COUNT] = {
        "nothing known", "longest names", "another script", "most of everything"};
    return names[index];
}

static const struct names *
longest_of(const char *lang)
{
    for (size_t i = 0; i < COUNT_OF(longest); i++)
        if (strncmp(longest[i].lang, lang, strlen(longest[i].lang)) == 0)
            return &longest[i];
    return &longest[0];
}

static void
put_customer(const struct names *names, const char *lang, struct buf *out)
{
    buf_printf(out, "<customer id='CHECK' language='%s' birthday='1990-11-22'>", lang);
    if (names)
        buf_printf(out, "<given-name>%s</given-name><family-name>%s</family-name>",
                   names->given, names->family);
    buf_puts(out, "<consent for='personalisation' given='true'/>"
                  "<consent for='marketing' given='true'/></customer>");
}

static void
put_lines(const struct names *names, int count, struct buf *out)
{
    buf_puts(out, "<lines>");
    for (int i = 0; i < count; i++)
        buf_printf(out,
                   "<line sku='LONG-SKU-0123456789-%02d' quantity='%d' "
                   "unit-price='99999.99' category='black-tea'><name>%s</name></line>",
                   i, count > 1 ? 1000000 : 2, names ? names->product : "Assam");
    buf_puts(out, "</lines>");
}

static const struct names *
names_of(size_t index, const char *lang)
{
    return index == 0   ? NULL
           : index == 2 ? (lang_is_rtl(lang) ? &ltr_name : &rtl_name)
                        : longest_of(lang);
}

static enum status
make_order(struct tuck_shop *shop, size_t index, const char *lang, struct arena *arena,
           struct notes *trouble, struct order **ret)
{
    const struct names *names = names_of(index, lang);
    struct buf text BUF_AUTO = {0};
    buf_printf(&text,
               "<order xmlns='urn:tuck:order:1' merchant='%s' id='CHECK-1' "
               "placed-at='2026-11-22T10:00:00Z' currency='%s'>",
               shop->settings->merchant, shop->settings->currency);
    put_customer(names, lang, &text);
    put_lines(names, index == 3 ? LINES : 1, &text);
    buf_puts(&text, "<carton length='300mm' width='200mm' height='100mm'/></order>");
    if (text.failed)
        return STATUS_NO_MEMORY;
    return order_read(shop->reader, text.p, text.n, "(check)", shop->settings->zone,
                      arena, trouble, ret);
}

static enum status
make_history(struct tuck_shop *shop, size_t index, const char *lang, struct arena *arena,
             struct notes *trouble, struct history **ret)
{
    struct buf text BUF_AUTO = {0};
    if (index != 3) {
        *ret = history_make(arena, "CHECK");
        return *ret ? STATUS_OK : STATUS_NO_MEMORY;
    }
    buf_puts(&text, "<history xmlns='urn:tuck:history:1' customer='CHECK'>");
    for (int i = 0; i < ORDERS; i++)
        buf_printf(&text,
                   "<order id='CHECK-P%d' placed-at='%d-%02d-15' currency='%s' "
                   "state='done'><line sku='TEA-%03d' quantity='99' "
                   "unit-price='999.99' category='black-tea'><name>%s</name></line>"
                   "</order>",
                   i, 2021 + i / 12, 1 + i % 12, shop->settings->currency, i,
                   longest_of(lang)->product);
    buf_puts(&text,
             "<loyalty tier='Bloom' points='1234567' as-of='2026-11-01'/></history>");
    if (text.failed)
        return STATUS_NO_MEMORY;
    return history_read(shop->reader, text.p, text.n, "(check)", shop->settings->zone,
                        arena, trouble, ret);
}

enum status
worst_make(struct tuck_shop *shop, size_t index, const char *lang, struct arena *arena,
           struct order **ret_order, struct facts **ret_facts)
{
    const struct settings *settings = shop->settings;
    const struct facts_settings facts = {.zone = settings->zone,
                                         .language = settings->language,
                                         .points = settings->points,
                                         .places = settings->places_near};
    struct notes trouble = {0};
    struct history *history = NULL;
    enum status status = make_order(shop, index, lang, arena, &trouble, ret_order);
    if (status == STATUS_OK)
        status = make_history(shop, index, lang, arena, &trouble, &history);
    if (status == STATUS_OK)
        status = facts_make(*ret_order, history, &facts, arena, &trouble, ret_facts);
    return status == STATUS_BAD_INPUT ? STATUS_BUG : status;
}
