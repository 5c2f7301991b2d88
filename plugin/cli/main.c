/* The tuck command: one table of commands, one table of options. */
#include "cli/cli.h"

#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { /* long options without a letter */
    OPT_LEDGER = 256,
    OPT_FORMAT,
    OPT_DATE,
    OPT_OFFER,
    OPT_REASON,
    OPT_CONTACT_SHEET,
    OPT_JSON,
    OPT_DPI,
    OPT_BUDGET,
    OPT_WORKERS,
    OPT_COLUMNS,
    OPT_DATE_FORMAT,
    OPT_CURRENCY,
    OPT_DELIMITER,
    OPT_NO_HEADER,
    OPT_CSV,
    OPT_COLOUR,
    OPT_KEYS,
    OPT_ID,
    OPT_CUSTOMER,
    OPT_ORDER,
    OPT_PLACE,
    OPT_CHOICE,
    OPT_AMOUNT,
    OPT_AT,
    OPT_FILE,
    OPT_PACKAGE,
    OPT_POOL,
    OPT_CHECK,
    OPT_PRINT,
    OPT_PRINTER,
    OPT_TEST,
    OPT_JOBS,
    OPT_NAME,
    OPT_NO_SEPARATORS,
    OPT_DROP,
    OPT_TRIAL,
    OPT_HTML,
    OPT_CAMPAIGN,
    OPT_VOWPAL,
    OPT_BANDIT,
    OPT_FROM,
    OPT_TO,
    OPT_WITHIN,
    OPT_DECISIONS,
    OPT_ANSWERS,
    OPT_NPS,
    OPT_EFFORT,
    OPT_RATING,
    OPT_QUESTION,
    OPT_VALUE,
    OPT_CHANNEL,
    OPT_SCAN,
    OPT_PICTURE,
    OPT_OPEN,
    OPT_AS,
    OPT_LANGUAGE,
    OPT_WATCH,
    OPT_EVERY_OFFER,
    OPT_EVERY_LANGUAGE,
    OPT_BESIDE,
};

/* Which commands take an option: letters of struct command's `accepts`. All take g. */
static const struct {
    char group;
    struct option option;
    const char *help;
} option_table[] = {
    {'g', {"shop", required_argument, NULL, 's'}, "-s, --shop=DIR        the shop's folder or tuck.xml (here: .)"},
    {'g', {"quiet", no_argument, NULL, 'q'}, "-q, --quiet           say only what is wrong"},
    {'g', {"color", required_argument, NULL, OPT_COLOUR}, "    --color=WHEN      auto, always or never"},
    {'g', {"help", no_argument, NULL, 'h'}, "-h, --help            show this"},
    {'l', {"ledger", required_argument, NULL, OPT_LEDGER}, "    --ledger=FILE     instead of the shop's; \"none\" keeps nothing"},
    {'k', {"keys", required_argument, NULL, OPT_KEYS}, "    --keys=FILE       instead of the shop's key file"},
    {'w', {"workers", required_argument, NULL, OPT_WORKERS}, "    --workers=N       workers of the press"},
    {'e', {"output", required_argument, NULL, 'o'}, "-o, --output=FILE     instead of standard output"},
    {'o', {"output", required_argument, NULL, 'o'}, "-o, --output=FILE     all sheets as one file; - is standard output"},
    {'o', {"directory", required_argument, NULL, 'd'}, "-d, --directory=DIR   a file for every sheet"},
    {'o', {"format", required_argument, NULL, OPT_FORMAT}, "    --format=FORMAT   pdf, png, zpl, epl, tspl, pwg, pclm or dots"},
    {'o', {"dpi", required_argument, NULL, OPT_DPI}, "    --dpi=N           of PNG (150) and of what is made of dots (203)"},
    {'O', {"printer", required_argument, NULL, OPT_PRINTER}, "    --printer=NAME    as this printer of the settings wants it"},
    {'S', {"printer", required_argument, NULL, OPT_PRINTER}, "    --printer=NAME    of this printer, or to it"},
    {'R', {"print", no_argument, NULL, OPT_PRINT}, "    --print           to the station's printers"},
    {'q', {"order", required_argument, NULL, OPT_ORDER}, "    --order=ID        jobs of this order"},
    {'W', {"name", required_argument, NULL, OPT_NAME}, "    --name=WAVE       of the wave (the folder's)"},
    {'W', {"jobs", required_argument, NULL, OPT_JOBS}, "    --jobs=N          orders at a time"},
    {'W', {"directory", required_argument, NULL, 'd'}, "-d, --directory=DIR   a file for each printer, in pick order"},
    {'W', {"no-separators", no_argument, NULL, OPT_NO_SEPARATORS}, "    --no-separators   between orders in those files"},
    {'W', {"drop", no_argument, NULL, OPT_DROP}, "    --drop            forget the wave; decisions stay"},
    {'t', {"test", no_argument, NULL, OPT_TEST}, "    --test            print a test page"},
    {'s', {"contact-sheet", no_argument, NULL, OPT_CONTACT_SHEET}, "    --contact-sheet   small pictures of all sheets on one document"},
    {'j', {"json", no_argument, NULL, OPT_JSON}, "    --json            for scripts"},
    {'b', {"budget", required_argument, NULL, OPT_BUDGET}, "    --budget=MS       time for one carton"},
    {'x', {"scan", no_argument, NULL, OPT_SCAN}, "    --scan            show the symbols to decoders: read or not, and how surely"},
    {'p', {"date", required_argument, NULL, OPT_DATE}, "    --date=DAY        as if ordered on that day (2026-11-22)"},
    {'p', {"offer", required_argument, NULL, OPT_OFFER}, "    --offer=NAME      this offer, whatever the rules say"},
    {'n', {"package", required_argument, NULL, OPT_PACKAGE}, "    --package=ID      of the order (1)"},
    {'r', {"order", required_argument, NULL, OPT_ORDER}, "    --order=ID        in which the code is used"},
    {'r', {"amount", required_argument, NULL, OPT_AMOUNT}, "    --amount=12.50    of the sale"},
    {'r', {"customer", required_argument, NULL, OPT_CUSTOMER}, "    --customer=ID     who brings the code"},
    {'r', {"choice", required_argument, NULL, OPT_CHOICE}, "    --choice=NAME     what the customer chose of the rewards"},
    {'r', {"place", required_argument, NULL, OPT_PLACE}, "    --place=NAME      shop or till"},
    {'r', {"id", required_argument, NULL, OPT_ID}, "    --id=ID           of this redemption: said twice, it is one"},
    {'r', {"at", required_argument, NULL, OPT_AT}, "    --at=TIME         such as 2026-11-22T09:30:00Z (now)"},
    {'r', {"file", required_argument, NULL, OPT_FILE}, "    --file=CSV        redemptions that have happened, from a file"},
    {'a', {"nps", required_argument, NULL, OPT_NPS}, "    --nps=N           0 to 10: would send a friend"},
    {'a', {"effort", required_argument, NULL, OPT_EFFORT}, "    --effort=N        1 (none) to 7 (much)"},
    {'a', {"rating", required_argument, NULL, OPT_RATING}, "    --rating=N        1 to 5: how they like the piece with the code"},
    {'a', {"question", required_argument, NULL, OPT_QUESTION}, "    --question=NAME   of the shop's own, with its --value"},
    {'a', {"value", required_argument, NULL, OPT_VALUE}, "    --value=TEXT      that was answered to it"},
    {'a', {"channel", required_argument, NULL, OPT_CHANNEL}, "    --channel=NAME    it came by: web, phone"},
    {'a', {"date", required_argument, NULL, OPT_DATE}, "    --date=TIME       such as 2026-11-22 (now)"},
    {'h', {"check", no_argument, NULL, OPT_CHECK}, "    --check           look for damage and reckon every sum anew"},
    {'P', {"pool", required_argument, NULL, OPT_POOL}, "    --pool=NAME       where imported codes go"},
    {'T', {"date", required_argument, NULL, OPT_DATE}, "    --date=DAY        from what had happened by that day's evening"},
    {'T', {"trial", no_argument, NULL, OPT_TRIAL}, "    --trial           tell what would be learnt, keep nothing"},
    {'c', {"csv", no_argument, NULL, OPT_CSV}, "    --csv             as CSV"},
    {'v', {"reason", required_argument, NULL, OPT_REASON}, "    --reason=TEXT     kept with the event"},
    {'D', {"decisions", no_argument, NULL, OPT_DECISIONS}, "    --decisions       CSV of what another system decided, for reports"},
    {'D', {"answers", no_argument, NULL, OPT_ANSWERS}, "    --answers         CSV of what customers answered, by the codes on their paper"},
    {'i', {"csv", no_argument, NULL, OPT_CSV}, "    --csv             the file is CSV (so are *.csv)"},
    {'f', {"columns", required_argument, NULL, OPT_COLUMNS}, "    --columns=LIST    CSV: customer=1,date=2,amount=4 or by header names"},
    {'Y', {"html", required_argument, NULL, OPT_HTML}, "    --html=FILE       one page: check with pictures, report with plots"},
    {'Z', {"campaign", required_argument, NULL, OPT_CAMPAIGN}, "    --campaign=FILE   the campaign, instead of the shop's"},
    {'Z', {"vowpal", required_argument, NULL, OPT_VOWPAL}, "    --vowpal=FILE     only the log, for Vowpal Wabbit"},
    {'Z', {"bandit", required_argument, NULL, OPT_BANDIT}, "    --bandit=FILE     only the log, for the Open Bandit Pipeline"},
    {'A', {"from", required_argument, NULL, OPT_FROM}, "    --from=DAY        decisions from that day on"},
    {'A', {"to", required_argument, NULL, OPT_TO}, "    --to=DAY          decisions until that day's evening"},
    {'A', {"within", required_argument, NULL, OPT_WITHIN}, "    --within=DAYS     how long after a decision counts"},
    {'A', {"date", required_argument, NULL, OPT_DATE}, "    --date=DAY        as of that day's evening"},
    {'d', {"date-format", required_argument, NULL, OPT_DATE_FORMAT}, "    --date-format=F   CSV: such as %Y%m%d"},
    {'d', {"currency", required_argument, NULL, OPT_CURRENCY}, "    --currency=EUR    CSV: when no column gives it"},
    {'G', {"picture", required_argument, NULL, OPT_PICTURE}, "    --picture=HOW     in the terminal: auto, symbols, sixel, kitty or none"},
    {'G', {"open", no_argument, NULL, OPT_OPEN}, "    --open            in the desktop's viewer"},
    {'G', {"as", required_argument, NULL, OPT_AS}, "    --as=CUSTOMER     as if the order were this customer's"},
    {'G', {"language", required_argument, NULL, OPT_LANGUAGE}, "    --language=LANG   as if the reader's were this"},
    {'G', {"every-offer", no_argument, NULL, OPT_EVERY_OFFER}, "    --every-offer     each offer of the campaign, whatever the rules say"},
    {'G', {"every-language", no_argument, NULL, OPT_EVERY_LANGUAGE}, "    --every-language  in each language of the shop"},
    {'G', {"beside", required_argument, NULL, OPT_BESIDE}, "    --beside=FILE     a gallery: another version of the campaign beside it"},
    {'G', {"watch", no_argument, NULL, OPT_WATCH}, "    --watch           again whenever a file of the shop changes"},
    {'f', {"delimiter", required_argument, NULL, OPT_DELIMITER}, "    --delimiter=C     CSV: one character, tab or space"},
    {'f', {"no-header", no_argument, NULL, OPT_NO_HEADER}, "    --no-header       CSV: columns are numbered from 1"},
};
#define OPTION_COUNT (sizeof(option_table) / sizeof(option_table[0]))

#define MANY 1000000

static const struct command commands[] = {
    {"preview", "ORDER...", "show what would be printed; nothing is recorded", "glkwosjbpOGx", 1, MANY, cmd_preview},
    {"pack", "ORDER...", "decide, record and print", "glkwosjbOR", 1, MANY, cmd_pack},
    {"reprint", "ORDER-ID...", "print once more what was packed, the same", "glkwonOR", 1, MANY, cmd_reprint},
    {"printers", "[PRINTER]...", "what was found, with state and media", "glkjbt", 0, MANY, cmd_printers},
    {"spool", "[PART] [JOB]...", "jobs on their way: list, show, hold, release, cancel, move, again", "glkjeSqv", 0, MANY, cmd_spool},
    {"wave", "[ORDER]...", "decide and render a wave of orders ahead", "glkwjOW", 0, MANY, cmd_wave},
    {"why", "ORDER...", "facts, every offer and its fate", "glkjbp", 1, MANY, cmd_why},
    {"check", "", "find what is wrong with a shop", "gwY", 0, 0, cmd_check},
    {"redeem", "CODE", "take a code as used, or say exactly why not", "glkjrfd", 0, 1, cmd_redeem},
    {"answer", "CODE", "keep what a customer answers by a code", "glkja", 1, 1, cmd_answer},
    {"void", "ORDER-ID|CODE...", "take back what was promised", "glkv", 1, MANY, cmd_void},
    {"ledger", "ORDER-ID|CODE|CUSTOMER", "the whole life of what was promised", "glkjh", 0, 1, cmd_ledger},
    {"liability", "", "what is owed on paper", "glkjc", 0, 0, cmd_liability},
    {"expire", "", "mark what has expired; once a day", "glkj", 0, 0, cmd_expire},
    {"replay", "ORDER-ID...", "make a decision again and compare", "glkj", 1, MANY, cmd_replay},
    {"code", "PART [ARGUMENT]...", "verify, new-keys, rotate, retire, keys, import, pools", "glkjifP", 1, MANY, cmd_code},
    {"import", "FILE...", "read history into the ledger", "glkjifdD", 1, MANY, cmd_import},
    {"report", "", "what paper caused, against those who got none", "glkjYA", 0, 0, cmd_report},
    {"simulate", "", "the log of decisions under another campaign", "glkjZA", 0, 0, cmd_simulate},
    {"fit", "", "learn from the ledger, for all stations", "glkjT", 0, 0, cmd_fit},
    {"export", "CUSTOMER", "all that is held of a customer, as JSON", "glke", 1, 1, cmd_export},
    {"forget", "CUSTOMER...", "erase what is held of a customer", "glk", 1, MANY, cmd_forget},
    {"backup", "FILE", "copy the ledger while it is used", "glk", 1, 1, cmd_backup},
    {"facts", "", "list what a campaign may know of a customer", "gj", 0, 0, cmd_facts},
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void
print_help(FILE *out, const struct command *command)
{
    if (command) {
        fprintf(out, "Usage: tuck %s [OPTION]... %s\n%s.\n\n", command->name, command->usage,
                command->summary);
        for (size_t i = 0; i < OPTION_COUNT; i++)
            if (strchr(command->accepts, option_table[i].group))
                fprintf(out, "  %s\n", option_table[i].help);
    } else {
        fputs("Usage: tuck COMMAND [OPTION]... [ARGUMENT]...\n"
              "What goes into the box besides the goods.\n\n",
              out);
        for (size_t i = 0; i < COMMAND_COUNT; i++)
            fprintf(out, "  %-9s %-23s %s\n", commands[i].name, commands[i].usage,
                    commands[i].summary);
        fputs("\n  tuck COMMAND --help   options of a command\n"
              "  tuck --version        version\n",
              out);
    }
    fputs("\nMore: man tuck\n", out);
}

static bool
read_number(const char *text, const char *what, int32_t least, int32_t most, int32_t *ret)
{
    char *end = NULL;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || end == text || *end || value < least || value > most) {
        complain("%s takes a number from %d to %d, not \"%s\"", what, least, most, text);
        return false;
    }
    *ret = (int32_t)value;
    return true;
}

static const struct {
    int32_t format;
    const char *name, *extension;
} formats[] = {
    {TUCK_PDF, "pdf", "pdf"},   {TUCK_PNG, "png", "png"},  {TUCK_ZPL, "zpl", "zpl"},
    {TUCK_EPL, "epl", "epl"},   {TUCK_TSPL, "tspl", "tspl"}, {TUCK_PWG, "pwg", "pwg"},
    {TUCK_PCLM, "pclm", "pclm"}, {TUCK_DOTS, "dots", "png"},
};
#define FORMAT_COUNT (sizeof(formats) / sizeof(formats[0]))

const char *
format_name(int32_t format)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (formats[i].format == format)
            return formats[i].name;
    return "?";
}

const char *
format_extension(int32_t format)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (formats[i].format == format)
            return formats[i].extension;
    return "bin";
}

static bool
read_format(const char *text, struct options *options)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (strcmp(text, formats[i].name) == 0) {
            options->format = formats[i].format;
            return true;
        }
    complain("--format takes pdf, png, zpl, epl, tspl, pwg, pclm or dots, not \"%s\"", text);
    return false;
}

static bool
read_delimiter(const char *text, struct options *options)
{
    if (strcmp(text, "tab") == 0)
        options->delimiter = '\t';
    else if (strcmp(text, "space") == 0)
        options->delimiter = ' ';
    else if (strlen(text) == 1)
        options->delimiter = text[0];
    else
        complain("--delimiter takes one character, tab or space, not \"%s\"", text);
    return options->delimiter != 0;
}

/* Where an option's text goes as it is; NULL: it is no such option. */
static const char **
text_of(struct options *options, int option)
{
    switch (option) {
    case 's':
        return &options->shop;
    case 'o':
        return &options->output;
    case 'd':
        return &options->dir;
    case OPT_LEDGER:
        return &options->ledger;
    case OPT_KEYS:
        return &options->keys;
    case OPT_DATE:
        return &options->date;
    case OPT_CAMPAIGN:
        return &options->campaign;
    case OPT_VOWPAL:
        return &options->vowpal;
    case OPT_BANDIT:
        return &options->bandit;
    case OPT_HTML:
        return &options->html;
    case OPT_FROM:
        return &options->from;
    case OPT_TO:
        return &options->to;
    case OPT_OFFER:
        return &options->offer;
    case OPT_REASON:
        return &options->reason;
    case OPT_COLUMNS:
        return &options->columns;
    case OPT_DATE_FORMAT:
        return &options->date_format;
    case OPT_CURRENCY:
        return &options->currency;
    case OPT_ID:
        return &options->id;
    case OPT_CUSTOMER:
        return &options->customer;
    case OPT_ORDER:
        return &options->order;
    case OPT_CHOICE:
        return &options->choice;
    case OPT_PLACE:
        return &options->place;
    case OPT_AMOUNT:
        return &options->amount;
    case OPT_AT:
        return &options->at;
    case OPT_FILE:
        return &options->file;
    case OPT_PACKAGE:
        return &options->package;
    case OPT_POOL:
        return &options->pool;
    case OPT_PICTURE:
        return &options->picture;
    case OPT_AS:
        return &options->as;
    case OPT_LANGUAGE:
        return &options->language;
    case OPT_BESIDE:
        return &options->beside;
    case OPT_NPS:
        return &options->nps;
    case OPT_EFFORT:
        return &options->effort;
    case OPT_RATING:
        return &options->rating;
    case OPT_QUESTION:
        return &options->question;
    case OPT_VALUE:
        return &options->value;
    case OPT_CHANNEL:
        return &options->channel;
    case OPT_NAME:
        return &options->wave;
    case OPT_PRINTER:
        return &options->printer;
    default:
        return NULL;
    }
}

static bool
set_option(struct options *options, int option, const char *value)
{
    const char **text = text_of(options, option);
    if (text) {
        *text = value;
        return true;
    }
    switch (option) {
    case 'q':
        return options->is_quiet = true;
    case OPT_COLOUR:
        if (!terminal_init(value))
            complain("--color takes auto, always or never, not \"%s\"", value);
        return terminal_init(value);
    case OPT_WORKERS:
        return read_number(value, "--workers", 1, 16, &options->workers);
    case OPT_FORMAT:
        return read_format(value, options);
    case OPT_DPI:
        return read_number(value, "--dpi", 30, 1200, &options->dpi);
    case OPT_CONTACT_SHEET:
        return options->wants_contact_sheet = true;
    case OPT_SCAN:
        return options->wants_scan = true;
    case OPT_OPEN:
        return options->wants_open = true;
    case OPT_WATCH:
        return options->is_watching = true;
    case OPT_EVERY_OFFER:
        return options->is_every_offer = true;
    case OPT_EVERY_LANGUAGE:
        return options->is_every_language = true;
    case OPT_JSON:
        return options->wants_json = true;
    case OPT_BUDGET:
        return read_number(value, "--budget", 1, 600000, &options->budget_ms);
    case OPT_CSV:
        return options->is_csv = true;
    case OPT_DELIMITER:
        options->delimiter = 0;
        return read_delimiter(value, options);
    case OPT_NO_HEADER:
        return options->has_no_header = true;
    case OPT_PRINT:
        return options->wants_print = true;
    case OPT_JOBS:
        return read_number(value, "--jobs", 1, 64, &options->jobs);
    case OPT_NO_SEPARATORS:
        return options->has_no_separators = true;
    case OPT_DROP:
        return options->wants_drop = true;
    case OPT_DECISIONS:
        return options->is_of_decisions = true;
    case OPT_ANSWERS:
        return options->is_of_answers = true;
    case OPT_WITHIN:
        return read_number(value, "--within", 1, 3650, &options->within_days);
    case OPT_TRIAL:
        return options->is_trial = true;
    case OPT_TEST:
        return options->wants_test = true;
    case OPT_CHECK:
        return options->wants_check = true;
    default:
        return false;
    }
}

/* The options that `command` takes, as getopt_long() wants them. */
static void
fill_getopt(const struct command *command, struct option *longs, char *shorts)
{
    size_t n = 0, s = 0;
    shorts[s++] = ':';
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!strchr(command->accepts, option_table[i].group))
            continue;
        longs[n++] = option_table[i].option;
        if (option_table[i].option.val < 256) {
            shorts[s++] = (char)option_table[i].option.val;
            if (option_table[i].option.has_arg)
                shorts[s++] = ':';
        }
    }
    longs[n] = (struct option){0};
    shorts[s] = '\0';
}

/* EXIT_FINE: go on. -1: help was shown. */
static int
read_options(const struct command *command, int argc, char **argv, struct options *options)
{
    struct option longs[OPTION_COUNT + 1];
    char shorts[64];
    int option;
    fill_getopt(command, longs, shorts);
    opterr = 0;
    while ((option = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (option == 'h') {
            print_help(stdout, command);
            return -1;
        }
        if (option == ':' || option == '?') {
            complain(option == ':' ? "%s wants a value" : "%2$s has no option %1$s",
                     argv[optind - 1], command->name);
            return EXIT_USAGE;
        }
        if (!set_option(options, option, optarg))
            return EXIT_USAGE;
    }
    options->args = argv + optind;
    options->arg_count = argc - optind;
    if (options->arg_count < command->least_args) {
        complain("%s wants %s; see tuck %s --help", command->name, command->usage,
                 command->name);
        return EXIT_USAGE;
    }
    if (options->arg_count > command->most_args) {
        complain("%s takes no argument \"%s\"", command->name,
                 options->args[command->most_args]);
        return EXIT_USAGE;
    }
    return EXIT_FINE;
}

static const struct command *
find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* `tuck -s SHOP pack …` means `tuck pack -s SHOP …`: the place of the command's name
 * among the arguments. */
static int
command_place(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-')
            return i;
        if (strcmp(argv[i], "-s") == 0 || strcmp(argv[i], "--shop") == 0)
            i++;
    }
    return 0;
}

/* No command was named: help, version, or what is wrong. */
static int
without_command(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : "";
    if (strcmp(first, "--version") == 0) {
        puts("tuck " PACKAGE_VERSION);
        return EXIT_FINE;
    }
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        print_help(stdout, NULL);
        return EXIT_FINE;
    }
    if (argc > 1)
        complain("no command is given; the options of a command stand after it");
    print_help(stderr, NULL);
    return EXIT_USAGE;
}

static int
run(int argc, char **argv)
{
    struct options options = {.shop = ".", .format = 0};
    int place = command_place(argc, argv);
    if (place == 0)
        return without_command(argc, argv);
    bool is_help = strcmp(argv[place], "help") == 0;
    if (is_help && place + 1 == argc) {
        print_help(stdout, NULL);
        return EXIT_FINE;
    }
    const char *name = argv[is_help ? place + 1 : place];
    const struct command *command = find_command(name);
    if (!command) {
        complain("there is no command \"%s\"; see tuck --help", name);
        return EXIT_USAGE;
    }
    if (is_help) {
        print_help(stdout, command);
        return EXIT_FINE;
    }
    for (int i = place; i > 1; i--) /* the command's name goes first */
        argv[i] = argv[i - 1];
    int result = read_options(command, argc - 1, argv + 1, &options);
    if (result == -1)
        return EXIT_FINE;
    return result != EXIT_FINE ? result : command->run(&options);
}

int
main(int argc, char **argv)
{
    terminal_init("auto");
    int result = run(argc, argv);
    return result == EXIT_FINE && !out_is_whole() ? EXIT_TROUBLE : result;
}
