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
    {'w', {"workers", required_argument, NULL, OPT_WORKERS}, "    --workers=N       workers of the press"},
    {'o', {"output", required_argument, NULL, 'o'}, "-o, --output=FILE     all sheets as one file; - is standard output"},
    {'o', {"directory", required_argument, NULL, 'd'}, "-d, --directory=DIR   a file for every sheet"},
    {'o', {"format", required_argument, NULL, OPT_FORMAT}, "    --format=FORMAT   pdf or png"},
    {'o', {"dpi", required_argument, NULL, OPT_DPI}, "    --dpi=N           of PNG (150)"},
    {'o', {"contact-sheet", no_argument, NULL, OPT_CONTACT_SHEET}, "    --contact-sheet   small pictures of all sheets on one document"},
    {'j', {"json", no_argument, NULL, OPT_JSON}, "    --json            for scripts"},
    {'b', {"budget", required_argument, NULL, OPT_BUDGET}, "    --budget=MS       time for one carton"},
    {'p', {"date", required_argument, NULL, OPT_DATE}, "    --date=DAY        as if ordered on that day (2026-11-22)"},
    {'p', {"offer", required_argument, NULL, OPT_OFFER}, "    --offer=NAME      this offer, whatever the rules say"},
    {'v', {"reason", required_argument, NULL, OPT_REASON}, "    --reason=TEXT     kept with the event"},
    {'i', {"csv", no_argument, NULL, OPT_CSV}, "    --csv             the file is CSV (so are *.csv)"},
    {'i', {"columns", required_argument, NULL, OPT_COLUMNS}, "    --columns=LIST    CSV: customer=1,date=2,amount=4 or by header names"},
    {'i', {"date-format", required_argument, NULL, OPT_DATE_FORMAT}, "    --date-format=F   CSV: such as %Y%m%d"},
    {'i', {"currency", required_argument, NULL, OPT_CURRENCY}, "    --currency=EUR    CSV: when no column gives it"},
    {'i', {"delimiter", required_argument, NULL, OPT_DELIMITER}, "    --delimiter=C     CSV: one character, tab or space"},
    {'i', {"no-header", no_argument, NULL, OPT_NO_HEADER}, "    --no-header       CSV: columns are numbered from 1"},
};
#define OPTION_COUNT (sizeof(option_table) / sizeof(option_table[0]))

static const struct command commands[] = {
    {"preview", "ORDER...", "show what would be printed; nothing is recorded", "glwojbp", 1, cmd_preview},
    {"pack", "ORDER...", "decide, record and print", "glwojb", 1, cmd_pack},
    {"why", "ORDER...", "facts, every offer and its fate", "gljbp", 1, cmd_why},
    {"check", "", "find what is wrong with a shop", "gw", 0, cmd_check},
    {"void", "ORDER-ID...", "take back what was promised to cancelled orders", "glv", 1, cmd_void},
    {"import", "FILE...", "read history into the ledger", "glji", 1, cmd_import},
    {"facts", "", "list what a campaign may know of a customer", "gj", 0, cmd_facts},
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
            fprintf(out, "  %-8s %-12s %s\n", commands[i].name, commands[i].usage,
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

static bool
read_format(const char *text, struct options *options)
{
    if (strcmp(text, "pdf") == 0)
        options->format = TUCK_PDF;
    else if (strcmp(text, "png") == 0)
        options->format = TUCK_PNG;
    else
        complain("--format takes pdf or png, not \"%s\"", text);
    return options->format != 0;
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

static bool
set_option(struct options *options, int option, const char *value)
{
    switch (option) {
    case 's':
        options->shop = value;
        return true;
    case 'q':
        return options->is_quiet = true;
    case OPT_COLOUR:
        if (!terminal_init(value))
            complain("--color takes auto, always or never, not \"%s\"", value);
        return terminal_init(value);
    case OPT_LEDGER:
        options->ledger = value;
        return true;
    case OPT_WORKERS:
        return read_number(value, "--workers", 1, 16, &options->workers);
    case 'o':
        options->output = value;
        return true;
    case 'd':
        options->dir = value;
        return true;
    case OPT_FORMAT:
        options->format = 0;
        return read_format(value, options);
    case OPT_DPI:
        return read_number(value, "--dpi", 30, 1200, &options->dpi);
    case OPT_CONTACT_SHEET:
        return options->wants_contact_sheet = true;
    case OPT_JSON:
        return options->wants_json = true;
    case OPT_BUDGET:
        return read_number(value, "--budget", 1, 600000, &options->budget_ms);
    case OPT_DATE:
        options->date = value;
        return true;
    case OPT_OFFER:
        options->offer = value;
        return true;
    case OPT_REASON:
        options->reason = value;
        return true;
    case OPT_CSV:
        return options->is_csv = true;
    case OPT_COLUMNS:
        options->columns = value;
        return true;
    case OPT_DATE_FORMAT:
        options->date_format = value;
        return true;
    case OPT_CURRENCY:
        options->currency = value;
        return true;
    case OPT_DELIMITER:
        options->delimiter = 0;
        return read_delimiter(value, options);
    case OPT_NO_HEADER:
        return options->has_no_header = true;
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
    if (command->least_args == 0 && options->arg_count > 0) {
        complain("%s takes no argument \"%s\"", command->name, options->args[0]);
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
    struct options options = {.shop = ".", .format = TUCK_PDF};
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
