/* Conditions: what the linter says to each, that libxml2 takes what it lets pass, and
 * which can never hold. */
#include "facts-bench.h"

#include "campaign/expr.h"

#include <libxml/xpathInternals.h>

static const char *const segment_names[] = {"vip", "tea-lovers"};
static const struct expr_names names = {.segments = segment_names,
                                        .segment_count = COUNT_OF(segment_names)};

/* --- the linter -----------------------------------------------------------------------
 */

struct lint_case {
    const char *expr;
    int note;         /* 0: nothing to say */
    const char *says; /* part of the note's sentence, or NULL */
};

static const struct lint_case lint_cases[] = {
    /* what shops write */
    {"$stage = 'lapsing' and $tier != 'none' and bought('TEA-042', 90)", 0, NULL},
    {"$orders >= 3", 0, NULL},
    {"$orders+1 = $order-number", 0, NULL},
    {"$spend > 100 * 100 or $milestone > 0", 0, NULL},
    {"not($is-gift)", 0, NULL},
    {"$is-gift", 0, NULL},
    {"$is-gift = true()", 0, NULL},
    {"true()", 0, NULL},
    {"-$birthday-distance <= 7 and $birthday-distance <= -(-7)", 0, NULL},
    {"$days-since-last mod 7 = 0", 0, NULL},
    {"$spend div $orders > .5", 0, NULL},
    {"round($returns-share) = 5.", 0, NULL},
    {"contains($region, 'B') and starts-with($country, \"D\")", 0, NULL},
    {"substring($language, 1, 2) = 'de'", 0, NULL},
    {"substring-before($language, '-') = 'de'", 0, NULL},
    {"substring($language, 4) = 'AT'", 0, NULL},
    {"string-length($sought) > 0", 0, NULL},
    {"concat($country, '-', $region) = 'DE-BY'", 0, NULL},
    {"normalize-space($occasion) != ''", 0, NULL},
    {"translate($tier, 'abc', 'ABC') = 'GOLD'", 0, NULL},
    {"boolean($sought) and number($tier) > 2", 0, NULL},
    {"string($orders) = '3'", 0, NULL},
    {"$today = '2026-12-24'", 0, NULL},
    {"within('--12-24', 10)", 0, NULL},
    {"within('--02-29', 3)", 0, NULL},
    {"within('2026-12-24', 10)", 0, NULL},
    {"within($today, 0)", 0, NULL},
    {"within(style('wedding-day'), 30)", 0, NULL},
    {"bought-category('tea')", 0, NULL},
    {"bought-tag('green', 30) or tag-in-order('green')", 0, NULL},
    {"quantity-bought('TEA-042', 365) >= 12", 0, NULL},
    {"in-order('TEA-042') and category-in-order('tea')", 0, NULL},
    {"interested-in('ceramics') and sought('teapot', 90)", 0, NULL},
    {"style('scent') = 'rose'", 0, NULL},
    {"segment('vip')", 0, NULL},
    {"$favourite-category = $sought", 0, NULL},
    {"$nps-class = $effort-class", 0, NULL}, /* both may be unknown */
    {"(($month >= 3) and (($month <= 5)))", 0, NULL},
    {"\n $month\t>= 3 ", 0, NULL},
    {"ceiling($age div 10) > floor(2.5)", 0, NULL},

    {"", NOTE_CONDITION_SYNTAX, "ends where"},
    {"$orders >", NOTE_CONDITION_SYNTAX, "ends where"},
    {"$orders = = 3", NOTE_CONDITION_SYNTAX, "character 11"},
    {"$orders ! 3", NOTE_CONDITION_SYNTAX, "character 9"},
    {"($orders = 3", NOTE_CONDITION_SYNTAX, "operator or )"},
    {"$orders = 3)", NOTE_CONDITION_SYNTAX, "operator or the end"},
    {"$stage = 'lapsing", NOTE_CONDITION_SYNTAX, "closing quote"},
    {"$ orders = 3", NOTE_CONDITION_SYNTAX, "must follow $"},
    {"$orders = 3 & $is-gift", NOTE_CONDITION_SYNTAX, "\"&\""},
    {"$orders = 3 $is-gift", NOTE_CONDITION_SYNTAX, "operator or the end"},
    {"bought('TEA' 90)", NOTE_CONDITION_SYNTAX, "comma or )"},
    {"bought = 3", NOTE_CONDITION_SYNTAX, "is a function"},
    {"$orders = 1e5", NOTE_CONDITION_SYNTAX, "\"e5\""},

    {"$stge = 'active'", NOTE_CONDITION_FACT, "did you mean $stage?"},
    {"$wholly-different > 3", NOTE_CONDITION_FACT, "no fact $wholly-different"},
    {"$orders-1 > 3", NOTE_CONDITION_FACT, "$orders - 1"},
    {"$shop:stage = 'active'", NOTE_CONDITION_FACT, NULL},
    {"baught('TEA', 90)", NOTE_CONDITION_FUNCTION, "did you mean bought()?"},
    {"document('x') = 'y'", NOTE_CONDITION_FUNCTION, NULL},
    {"count(1) = 2", NOTE_CONDITION_FUNCTION, NULL},
    {"position() = 1", NOTE_CONDITION_FUNCTION, NULL},
    {"tuck:bought('TEA')", NOTE_CONDITION_FUNCTION, NULL},

    {"bought()", NOTE_CONDITION_ARITY, "1 or 2 arguments, here it has 0"},
    {"bought('TEA', 90, 3)", NOTE_CONDITION_ARITY, "here it has 3"},
    {"in-order('TEA', 90)", NOTE_CONDITION_ARITY, "1 argument,"},
    {"within('--12-24')", NOTE_CONDITION_ARITY, "2 arguments"},
    {"string-length() > 3", NOTE_CONDITION_ARITY, NULL},
    {"concat('a') = 'a'", NOTE_CONDITION_ARITY, "at least 2"},
    {"true(1)", NOTE_CONDITION_ARITY, NULL},

    {"$stage = 3", NOTE_CONDITION_TYPES, "$stage is a word, but 3 is a number"},
    {"3 = $stage", NOTE_CONDITION_TYPES, "$stage is a word, but 3 is a number"},
    {"$orders = '3'", NOTE_CONDITION_TYPES, "without quotes"},
    {"$tier = 3", NOTE_CONDITION_TYPES, "in quotes"},
    {"$is-gift = 'yes'", NOTE_CONDITION_TYPES, "a yes or no"},
    {"$is-gift = 1", NOTE_CONDITION_TYPES, NULL},
    {"$stage = $orders", NOTE_CONDITION_TYPES, NULL},
    {"$stage + 1 > 2", NOTE_CONDITION_TYPES, "where a number is needed"},
    {"-$stage > 2", NOTE_CONDITION_TYPES, NULL},
    {"'a' * 2 > 2", NOTE_CONDITION_TYPES, NULL},
    {"bought(42)", NOTE_CONDITION_TYPES, "where a text is needed"},
    {"bought('TEA', '90')", NOTE_CONDITION_TYPES, "where a number is needed"},
    {"within($stage, 3)", NOTE_CONDITION_TYPES, "where a day is needed"},
    {"segment($stage)", NOTE_CONDITION_TYPES, "written out"},
    {"contains($is-gift, 'a')", NOTE_CONDITION_TYPES, NULL},
    {"bought('TEA') = 'yes'", NOTE_CONDITION_TYPES, NULL},

    {"$stage = 'lapsin'", NOTE_CONDITION_VALUE, "did you mean 'lapsing'?"},
    {"'Active' != $stage", NOTE_CONDITION_VALUE, NULL},
    {"$stage = ''", NOTE_CONDITION_VALUE, "it is one of: first-order"},
    {"$weather = 'sunny'", NOTE_CONDITION_VALUE, NULL},
    {"$stage = $weather", NOTE_CONDITION_VALUE, "no value in common"},
    {"bought('', 3)", NOTE_CONDITION_VALUE, "empty"},

    {"stage = 'lapsing'", NOTE_CONDITION_DOLLAR, "write $stage"},
    {"$orders > 3 and is-gift", NOTE_CONDITION_DOLLAR, "write $is-gift"},

    {"$stage = lapsing", NOTE_CONDITION_PATH, "'lapsing'"},
    {"/order/line", NOTE_CONDITION_PATH, "path"},
    {"//line", NOTE_CONDITION_PATH, NULL},
    {". = 3", NOTE_CONDITION_PATH, NULL},
    {"@name = 3", NOTE_CONDITION_PATH, NULL},
    {"*", NOTE_CONDITION_PATH, NULL},
    {"$stage[1] = 'active'", NOTE_CONDITION_PATH, NULL},
    {"$stage | $weather", NOTE_CONDITION_PATH, NULL},
    {"$stage/name", NOTE_CONDITION_PATH, NULL},
    {"line/name = 'x'", NOTE_CONDITION_PATH, NULL},

    {"$orders", NOTE_CONDITION_NO_QUESTION, "$orders is a number"},
    {"$stage", NOTE_CONDITION_NO_QUESTION, "= 'value'"},
    {"$orders > 3 and $sought", NOTE_CONDITION_NO_QUESTION, "!= ''"},
    {"not($orders)", NOTE_CONDITION_NO_QUESTION, NULL},
    {"'lapsing'", NOTE_CONDITION_NO_QUESTION, NULL},
    {"$stage = 'active' or 'lapsing'", NOTE_CONDITION_NO_QUESTION, "'lapsing' is a text"},

    {"$stage > 'active'", NOTE_CONDITION_ORDER, "only numbers"},
    {"$today < '2026-12-24'", NOTE_CONDITION_ORDER, "within()"},
    {"$is-gift < true()", NOTE_CONDITION_ORDER, NULL},

    {"$today = '24.12.2026'", NOTE_CONDITION_DAY, "yyyy-mm-dd"},
    {"$today = '2026-02-30'", NOTE_CONDITION_DAY, NULL},
    {"within('12-24', 10)", NOTE_CONDITION_DAY, "--mm-dd"},
    {"within('--02-30', 10)", NOTE_CONDITION_DAY, NULL},
    {"segment('vipp')", NOTE_CAMPAIGN_SEGMENT, "did you mean 'vip'?"},
};

static struct expr *
lint(const char *source, struct arena *arena, struct notes *notes)
{
    struct expr_place place = {.notes = notes,
                               .file = "campaign.xml",
                               .line = 7,
                               .who = "offer 'tea'",
                               .source = source};
    struct expr *expr = expr_parse(&place, arena);
    if (expr != NULL)
        expr_lint(&place, expr, &names, EXPR_TYPE_TRUTH);
    assert_int_equal(place.has_failed, notes->count > 0);
    return expr;
}

static void
the_linter_tells_each_slip(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lint_cases); i++) {
        const struct lint_case *c = &lint_cases[i];
        ARENA_AUTO struct arena *arena = arena_new(0);
        struct notes notes = {0};
        lint(c->expr, arena, &notes);
        int note = notes.count > 0 ? (int)notes.note[0].id : 0;
        if (note != c->note)
            fail_msg("%s: note %d, %s", c->expr, note, notes.note[0].text);
        if (c->says != NULL && strstr(notes.note[0].text, c->says) == NULL)
            fail_msg("%s: %s", c->expr, notes.note[0].text);
        if (note != 0)
            assert_int_equal(notes.note[0].line, 7);
    }
}

static void
every_slip_of_a_condition_is_told(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct notes notes = {0};
    lint("$stge = 'active' and $orders = '3' and baught('x') and $weather = 'sunny'",
         arena, &notes);
    assert_int_equal(notes.count, 4);
}

static void
a_condition_that_is_too_long_or_deep_is_refused(void **state)
{
    (void)state;
    char source[EXPR_MAX_BYTES + 64];
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct notes notes = {0};

    memset(source, ' ', sizeof source);
    memcpy(source, "$is-gift", 8);
    source[EXPR_MAX_BYTES] = '\0';
    assert_non_null(lint(source, arena, &notes));
    assert_int_equal(notes.count, 0);
    source[EXPR_MAX_BYTES] = ' ';
    source[EXPR_MAX_BYTES + 1] = '\0';
    assert_null(lint(source, arena, &notes));
    assert_int_equal(notes.note[0].id, NOTE_CONDITION_TOO_LONG);

    notes.count = 0;
    memset(source, '(', 2000);
    source[2000] = '\0';
    assert_null(lint(source, arena, &notes));
    assert_int_equal(notes.note[0].id, NOTE_CONDITION_TOO_LONG);

    notes.count = 0;
    source[0] = '1';
    for (size_t i = 1; i < 2000; i += 2)
        memcpy(source + i, "+1", 2);
    memcpy(source + 2001, " = 1", 5);
    assert_null(lint(source, arena, &notes));
    assert_int_equal(notes.note[0].id, NOTE_CONDITION_TOO_LONG);
}

/* --- libxml2 agrees -------------------------------------------------------------------
 */

static int
never_in_a_segment(struct expr_run *run, const char *name)
{
    (void)run;
    (void)name;
    return 0;
}

/* 1 true, 0 false, -1 not taken. */
static int
evaluate(struct bench *bench, const char *source, struct expr_run *run)
{
    xmlXPathContext *context = xmlXPathNewContext(NULL);
    run->facts = bench->facts;
    run->is_in_segment = never_in_a_segment;
    run->error[0] = '\0';
    assert_true(expr_register(context, run));
    xmlXPathCompExpr *compiled = xmlXPathCtxtCompile(context, BAD_CAST source);
    int result = compiled ? xmlXPathCompiledEvalToBoolean(compiled, context) : -1;
    xmlXPathFreeCompExpr(compiled);
    xmlXPathFreeContext(context);
    return run->error[0] == '\0' ? result : -1;
}

static void
libxml2_takes_what_the_linter_lets_pass(void **state)
{
    struct bench *bench = *state;
    make_facts(bench);
    for (size_t i = 0; i < COUNT_OF(lint_cases); i++) {
        struct expr_run run;
        if (lint_cases[i].note == 0 && evaluate(bench, lint_cases[i].expr, &run) < 0)
            fail_msg("%s: %s", lint_cases[i].expr, run.error);
    }
}

static void
conditions_see_facts_and_history(void **state)
{
    static const struct {
        const char *expr;
        int is;
    } cases[] = {
        {"$orders = 2", 1},
        {"$order-number = 3 and $today = '2026-11-22'", 1},
        {"$weekday = 'sunday' and $is-weekend", 1},
        {"$is-gift", 0},
        {"$points > 0", 0}, /* unknown */
        {"$points <= 0", 0},
        {"$tier = ''", 1},
        {"bought('TEA-042')", 1},
        {"bought('TEA-042', 60)", 1},
        {"bought('TEA-042', 10)", 0},
        {"bought('TEA-042', -1)", 0},
        {"bought('TEA-042', $points)", 0}, /* unknown days find nothing */
        {"bought-category('tea', 30)", 0},
        {"bought-category('tea', 400)", 1},
        {"quantity-bought('TEA-042') = 5", 1},
        {"quantity-bought('TEA-042', 60) = 2", 1},
        {"quantity-bought('TEA-042', -5) = 0", 1},
        {"in-order('CUP-1') and not(in-order('TEA-042'))", 1},
        {"category-in-order('cups')", 1},
        {"interested-in('ceramics')", 1},
        {"interested-in('dogs')", 0},
        {"sought('teapot', 90)", 1},
        {"sought('teapot', 3)", 0},
        {"style('scent') = 'rose'", 1},
        {"style('colour') = ''", 1},
        {"within('--11-24', 3)", 1},
        {"within('--11-24', 1)", 0},
        {"within('2026-11-22', 0)", 1},
        {"segment('vip')", 0},
    };
    struct bench *bench = *state;

    past_line(bench, past(bench, "2026-01-10", 3000), "TEA-042", "tea", 3);
    past_line(bench, past(bench, "2026-10-10", 2000), "TEA-042", "tea", 2);
    line(bench, "CUP-1", "cups", 1);
    interest(bench, "ceramics");
    talk(bench, "2026-11-01", "teapot", NULL);
    style(bench, "2026-05-01", "scent", "rose");
    make_facts(bench);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct expr_run run;
        int is = evaluate(bench, cases[i].expr, &run);
        if (is != cases[i].is)
            fail_msg("%s is %d (%s)", cases[i].expr, is, run.error);
    }
}

/* --- made-up conditions ----------------------------------------------------------------
 */

static uint32_t luck = 1;

static uint32_t
roll(uint32_t sides)
{
    luck = luck * 1664525u + 1013904223u;
    return (luck >> 10) % sides;
}

#define PICK(...)                                                                        \
    ((const char *const[]){__VA_ARGS__})[roll(                                           \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))]

static void make_question(struct buf *out, int depth);

static void
make_text(struct buf *out, int depth)
{
    switch (roll(depth > 0 ? 5 : 3)) {
    case 0:
        buf_puts(out, PICK("$tier", "$region", "$sought", "$occasion", "$stage"));
        return;
    case 1:
        buf_puts(out, PICK("'a b'", "\"it's\"", "'\xc3\xbc'", "' and $x'", "''"));
        return;
    case 2:
        buf_puts(out, PICK("style('x')", "string($orders)", "normalize-space(' a ')"));
        return;
    default:
        buf_puts(out, PICK("concat(", "substring-before(", "substring-after("));
        make_text(out, depth - 1);
        buf_puts(out, PICK(",", " ,\n"));
        make_text(out, depth - 1);
        buf_puts(out, ")");
    }
}

static void
make_number(struct buf *out, int depth)
{
    switch (roll(depth > 0 ? 6 : 2)) {
    case 0:
        buf_puts(out,
                 PICK("$orders", "$spend", "$points", "$month", "$birthday-distance"));
        return;
    case 1:
        buf_puts(out, PICK("0", "3", "12.5", ".5", "7.", "1000000"));
        return;
    case 2:
        buf_puts(out, "-");
        make_number(out, depth - 1);
        return;
    case 3:
        buf_puts(out, PICK("string-length(", "number("));
        make_text(out, depth - 1);
        buf_puts(out, ")");
        return;
    default:
        buf_puts(out, PICK("(", "round(", "floor("));
        make_number(out, depth - 1);
        buf_puts(out, PICK(" + ", "*", " div ", " mod ", " - "));
        make_number(out, depth - 1);
        buf_puts(out, ")");
    }
}

static void
make_question(struct buf *out, int depth)
{
    switch (roll(depth > 0 ? 6 : 2)) {
    case 0:
        buf_puts(out, PICK("$is-gift", "bought('x',30)", "within('--12-24', 5)", "true()",
                           "$stage = 'active'", "segment('vip')", "in-order( 'x' )"));
        return;
    case 1:
        make_number(out, depth - 1);
        buf_puts(out, PICK(" = ", "!=", "<", "<=", " > ", ">="));
        make_number(out, depth - 1);
        return;
    case 2:
        buf_puts(out, PICK("contains(", "starts-with("));
        make_text(out, depth - 1);
        buf_puts(out, ",");
        make_text(out, depth - 1);
        buf_puts(out, ")");
        return;
    default:
        buf_puts(out, PICK("(", "not(", "boolean("));
        make_question(out, depth - 1);
        buf_puts(out, PICK(" and ", " or ", "\tand\n"));
        make_question(out, depth - 1);
        buf_puts(out, ")");
    }
}

/* The tree and libxml2 read the same grammar: what the one passes the other takes, also
 * after a slip of the pen. */
static void
made_up_conditions_are_read_alike(void **state)
{
    struct bench *bench = *state;
    int passed = 0, refused = 0;

    make_facts(bench);
    for (int i = 0; i < 4000; i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        BUF_AUTO struct buf source = {0};
        struct notes notes = {0};
        struct expr_run run;

        make_question(&source, 4);
        bool has_slip = i % 2 == 1;
        if (has_slip) {
            size_t place = roll((uint32_t)source.n);
            if (roll(2) == 0)
                source.p[place] =
                    PICK("$", "(", ")", "'", "-", " ", "=", "a", "1", ".")[0];
            else
                memmove(source.p + place, source.p + place + 1, source.n - place);
        }
        lint(source.p, arena, &notes);
        if (!has_slip && notes.count > 0)
            fail_msg("%s: %s", source.p, notes.note[0].text);
        if (notes.count == 0 && evaluate(bench, source.p, &run) < 0)
            fail_msg("%s: libxml2: %s", source.p, run.error);
        passed += notes.count == 0;
        refused += notes.count > 0;
    }
    assert_true(passed > 2000);
    assert_true(refused > 500);
}

static void
every_function_has_a_meaning_and_known_letters(void **state)
{
    (void)state;
    for (size_t i = 0; i < expr_function_count; i++) {
        const struct expr_function *function = &expr_functions[i];
        assert_ptr_equal(expr_function_find(function->name), function);
        assert_int_equal(strspn(function->args, "etnqadscbolp?*"), strlen(function->args));
        assert_true(strlen(function->meaning) > 2);
    }
}

/* --- what can never hold --------------------------------------------------------------
 */

static bool
is_never(const char *source)
{
    static const char *const vip = "$orders >= 10 and $stage != 'lapsed'";
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct notes notes = {0};
    const struct expr *expr = lint(source, arena, &notes);
    struct expr_segment segments[] = {{"vip", lint(vip, arena, &notes)}};
    struct expr_world world = {segments, 1};

    if (notes.count > 0)
        fail_msg("%s: %s", source, notes.note[0].text);
    return expr_never(&world, &expr, 1);
}

static void
contradictions_are_found(void **state)
{
    static const char *const never[] = {
        "$stage = 'active' and $stage = 'lapsed'",
        "$stage = 'active' and $stage != 'active'",
        "$stage != 'active' and $stage = 'active'",
        "($stage = 'active' or $stage = 'loyal') and $stage = 'lapsed'",
        "$stage = 'lapsed' and ($stage = 'active' or $stage = 'loyal')",
        "not($stage = 'active') and not($stage != 'active')",
        "$orders > 5 and $orders < 5",
        "$orders > 5 and $orders <= 5",
        "5 < $orders and 3 >= $orders",
        "$orders = 4 and $orders = 5",
        "$orders = 4 and $orders != 4",
        "$orders < 0",
        "$month = 13",
        "$hour > 23",
        "$nps-score > 10",
        "$returns-share > 100",
        "$is-gift and not($is-gift)",
        "$is-gift = true() and $is-gift = false()",
        "false()",
        "not(true())",
        "1 = 2",
        "'a' = 'b'",
        "1 + 1 < 2",
        "$tier = 'gold' and $tier = 'silver'",
        "$tier != 'gold' and $tier = 'gold'",
        "$spend > 10 * 100 and $spend < 500",
        "segment('vip') and $orders < 3",
        "not(segment('vip')) and $orders >= 10 and $stage != 'lapsed'",
        "($orders > 5 and $orders < 3) or ($month = 1 and $month = 2)",
        "not($orders > 3 or $orders <= 3) and $orders >= 0",
        "$stage = 'active' and (($orders = 1 and $stage = 'loyal') or $stage = 'lapsed')",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(never); i++)
        if (!is_never(never[i]))
            fail_msg("%s was thought possible", never[i]);
}

static void
what_may_hold_raises_no_alarm(void **state)
{
    static const char *const may[] = {
        "true()",
        "$stage = 'active' or $stage = 'lapsed'",
        "$stage != 'active' and $stage != 'lapsed'",
        "$orders > 3 and $orders < 5",
        "$orders > 3 and $orders < 4", /* whole numbers are not reckoned with */
        "$orders >= 5 and $orders <= 5",
        "not($points > 3) and not($points <= 3)",                 /* unknown points */
        "$points != 3 and not($points < 3) and not($points > 3)", /* unknown too */
        "$birthday-distance < 0",
        "$days-overdue < -10",
        "$spend < 0",
        "$is-gift = $last-returned and not($is-gift)",
        "$tier = $next-tier",
        "bought('A') and not(bought('A'))", /* not looked into */
        "contains($tier, 'a') and $tier = 'b'",
        "segment('vip') or $orders < 3",
        "not(segment('vip')) and $orders > 20",
        "segment('tea-lovers') and $orders < 3",
        "$orders mod 2 = 3",
        "$orders * 2 = 3 and $orders = 1",
        "($stage = 'active' and $orders = 1) or ($stage = 'loyal' and $orders = 9)",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(may); i++)
        if (is_never(may[i]))
            fail_msg("%s was thought impossible", may[i]);
}

/* Every way that two facts and a number may be, against what the finder says. */
static void
an_alarm_is_never_false(void **state)
{
    static const char *const atoms[] = {
        "$stage = 'active'", "$stage != 'active'", "$stage = 'lapsed'", "$orders > 2",
        "$orders <= 2",      "$orders = 3",        "$orders != 3",      "$points < 5",
        "$points >= 5",      "$is-gift",           "$tier = 'gold'",    "$tier != 'gold'",
    };
    static const char *const stages[] = {"active", "lapsed", "loyal"};
    static const char *const tiers[] = {"gold", "", "silver"};
    static const double numbers[] = {0, 2, 2.5, 3, 5, NAN};
    struct bench *bench = *state;
    uint32_t random = 20261122;
    int alarms = 0;

    make_facts(bench);
    for (int round = 0; round < 300; round++) {
        char source[400] = "";
        for (int i = 0; i < 4; i++) {
            random = random * 1664525u + 1013904223u;
            const char *atom = atoms[(random >> 16) % COUNT_OF(atoms)];
            const char *join = i == 0 ? "" : (random >> 8) % 3 == 0 ? " or " : " and ";
            bool is_not = (random >> 28) % 4 == 0;
            size_t n = strlen(source);
            snprintf(source + n, sizeof source - n, "%s%s%s%s%s", join, i == 1 ? "(" : "",
                     is_not ? "not(" : "", atom, is_not ? ")" : "");
            if (i == 2)
                strcat(source, ")");
        }
        if (!is_never(source))
            continue;
        alarms++;
        for (int k = 0; k < 3 * 3 * 6 * 6 * 2; k++) {
            struct expr_run run;
            struct fact *fact = bench->facts->fact;
            fact[FACT_STAGE].text = stages[k % 3];
            fact[FACT_TIER].text = tiers[k / 3 % 3];
            fact[FACT_ORDERS].number = numbers[k / 9 % 6];
            fact[FACT_POINTS].number = numbers[k / 54 % 6];
            fact[FACT_IS_GIFT].number = k / 324;
            if (evaluate(bench, source, &run) != 0)
                fail_msg("%s was thought impossible", source);
        }
    }
    assert_true(alarms > 10);
}

int
main(void)
{
#define WITH_BENCH(test)                                                                 \
    cmocka_unit_test_setup_teardown(test, bench_setup, bench_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_linter_tells_each_slip),
        cmocka_unit_test(every_slip_of_a_condition_is_told),
        cmocka_unit_test(a_condition_that_is_too_long_or_deep_is_refused),
        WITH_BENCH(libxml2_takes_what_the_linter_lets_pass),
        WITH_BENCH(conditions_see_facts_and_history),
        WITH_BENCH(made_up_conditions_are_read_alike),
        cmocka_unit_test(every_function_has_a_meaning_and_known_letters),
        cmocka_unit_test(contradictions_are_found),
        cmocka_unit_test(what_may_hold_raises_no_alarm),
        WITH_BENCH(an_alarm_is_never_false),
    };
    return cmocka_run_group_tests_name("expr", tests, NULL, NULL);
}
