/* Languages by their tags. A script in the tag says the direction; without one it is that
 * in which the language is mostly written. */
#include "lang/lang.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

static bool
lang_begins(const char *lang, const char *part)
{
    size_t n = strlen(part);
    return strncasecmp(lang, part, n) == 0 && (lang[n] == '\0' || lang[n] == '-');
}

bool
lang_is_rtl(const char *lang)
{
    static const char *const written_rtl[] = {
        "ar", "he", "iw",  "fa",  "ur",  "yi",  "ji",  "ckb", "ps",  "sd",
        "ug", "dv", "arc", "syr", "nqo", "prs", "arz", "ary", "apc", "azb"};
    static const char *const rtl_scripts[] = {"Arab", "Hebr", "Syrc",
                                              "Thaa", "Nkoo", "Adlm"};
    const char *script = strchr(lang, '-');
    /* A four-letter second part is the script and says it all. */
    if (script && strlen(script + 1) >= 4 && (script[5] == '\0' || script[5] == '-')) {
        for (size_t i = 0; i < COUNT_OF(rtl_scripts); i++)
            if (strncasecmp(script + 1, rtl_scripts[i], 4) == 0)
                return true;
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(written_rtl); i++)
        if (lang_begins(lang, written_rtl[i]))
            return true;
    return false;
}

int
lang_fits(const char *have, const char *want)
{
    if (!have)
        return 1;
    if (strcasecmp(have, want) == 0)
        return 4;
    if (lang_begins(want, have))
        return 3;
    /* "de" for a reader of de-AT, and de-CH for one of de, before nothing at all */
    size_t n = strcspn(want, "-");
    return strncasecmp(have, want, n) == 0 && have[n] == '-' ? 2 : 0;
}
