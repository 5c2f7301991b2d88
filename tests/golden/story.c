/* Tells a story: what one order becomes, as text, and its sheets as files.
 *
 *     story ORDER.xml OUT       (TUCK_PLUGIN, TUCK_PRESS, TUCK_DATA, TUCK_SHOP)
 *
 * Prints facts, plan, pieces, pages and notes; a preview, so that nothing is recorded. */
#include "tuck.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct tuck_carton_face *tuck;

static char *
read_whole(const char *path, size_t *ret_length)
{
    FILE *file = fopen(path, "rb");
    char *bytes = file ? malloc(1 << 22) : NULL;
    if (!bytes) {
        perror(path);
        exit(1);
    }
    *ret_length = fread(bytes, 1, 1 << 22, file);
    fclose(file);
    return bytes;
}

static void
print_text(struct tuck_carton *carton, int32_t what, const char *title)
{
    const char *text = NULL;
    size_t length = 0;
    if (tuck->text(carton, what, &text, &length) == TUCK_OK)
        printf("=== %s\n%s", title, text);
}

static void
write_sheet(const char *out, const struct tuck_piece *piece, const void *bytes, size_t length)
{
    char path[600];
    snprintf(path, sizeof(path), "%s/%s-%d.pdf", out, piece->placement, piece->number);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void
tell_pieces(struct tuck_carton *carton, const char *out)
{
    static const char *const outcomes[] = {"?", "print", "pick", "fallback", "held out",
                                           "nothing"};
    struct tuck_piece piece = {.size = sizeof(piece)};
    puts("=== pieces");
    for (int64_t i = 0; tuck->piece(carton, i, &piece) == TUCK_OK; i++) {
        const void *bytes = NULL;
        size_t length = 0;
        printf("%s %d: %s %s arm=%s template=%s code=%s expires=%s sku=%s bin=%s\n",
               piece.placement, piece.number, outcomes[piece.outcome],
               piece.offer ? piece.offer : "-", piece.arm ? piece.arm : "-",
               piece.template_name ? piece.template_name : "-",
               piece.code ? piece.code : "-", piece.expires ? piece.expires : "-",
               piece.sku ? piece.sku : "-", piece.bin ? piece.bin : "-");
        if (tuck->sheet(carton, i, TUCK_PDF, 0, 60000, &bytes, &length) == TUCK_OK)
            write_sheet(out, &piece, bytes, length);
    }
}

static void
tell_notes(struct tuck_carton *carton)
{
    struct tuck_note note = {.size = sizeof(note)};
    puts("=== notes");
    for (int64_t i = 0; tuck->note(carton, i, &note) == TUCK_OK; i++) {
        const char *slash = strrchr(note.file, '/');
        printf("%d %s:%d %s\n", note.number, slash ? slash + 1 : note.file, note.line,
               note.text);
    }
}

int
main(int argc, char **argv)
{
    void *plugin = dlopen(getenv("TUCK_PLUGIN"), RTLD_NOW);
    const struct tuck_entry *entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    struct tuck_shop *shop = NULL;
    struct tuck_carton *carton = NULL;
    size_t length = 0;
    if (argc != 3 || !entry) {
        fprintf(stderr, "story: %s\n", argc != 3 ? "ORDER.xml OUT" : dlerror());
        return 2;
    }
    tuck = entry->face(TUCK_CARTON_FACE, 1);
    const struct tuck_open open = {.size = sizeof(open), .shop = getenv("TUCK_SHOP"),
                                   .ledger = "none", .press = getenv("TUCK_PRESS"),
                                   .data_dir = getenv("TUCK_DATA"), .budget_ms = 60000};
    if (tuck->open(&open, &shop, NULL) != TUCK_OK) {
        fputs("story: the shop cannot be opened\n", stderr);
        return 1;
    }
    char *bytes = read_whole(argv[1], &length);
    const char *slash = strrchr(argv[1], '/');
    const struct tuck_order order = {.size = sizeof(order), .flags = TUCK_PREVIEW,
                                     .bytes = bytes, .length = length,
                                     .name = slash ? slash + 1 : argv[1],
                                     .budget_ms = 60000};
    printf("status %d\n", tuck->pack(shop, &order, &carton));
    print_text(carton, TUCK_TEXT_FACTS, "facts");
    print_text(carton, TUCK_TEXT_PLAN, "plan");
    tell_pieces(carton, argv[2]);
    print_text(carton, TUCK_TEXT_PAGES, "pages");
    tell_notes(carton);
    tuck->carton_free(carton);
    tuck->close(shop);
    free(bytes);
    return 0;
}
